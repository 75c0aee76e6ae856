"""Submissions that prove the checks of lab 3."""

from kit.proving import Edit, Right, Wrong

IMPORTS = "from . import api, auth, dashboards, events, pages\n"
ATTACH = "    socketio.init_app(app)\n"
CONNECT = '@socketio.on("connect")\ndef connect() -> None:\n'
DISCONNECT = '@socketio.on("disconnect")\ndef disconnect(reason: str) -> None:\n'
REFRESH = '@socketio.on("refresh_data")\ndef refresh_data(payload: object = None) -> None:\n'
ANSWER = '    emit("data_updated", answer)\n'
WELCOME = '    emit("welcome", {"sid": current_sid(), "time": now, "user": session.get("user")})\n'
FORGET = '    current_app.extensions["clients"].discard(current_sid())\n'

WRONG = [
    Wrong(
        "never_attached",
        "The SocketIO object is never bound to the app.",
        [Edit("__init__.py", ATTACH, "")],
        fails={"connects": "no-socketio"},
    ),
    Wrong(
        "handlers_never_imported",
        "Nothing imports the module with the handlers (FS#561).",
        [Edit("__init__.py", IMPORTS, "from . import api, auth, dashboards, pages\n")],
        fails={"greets": "no-handler", "refreshes": "no-handler"},
    ),
    Wrong(
        "signature_with_environ",
        "connect(sid, environ) is python-socketio's signature (FS#1508).",
        [Edit("events.py", CONNECT, CONNECT.replace("()", "(sid: str, environ: dict)"))],
        fails={"connects": "signature"},
    ),
]

RIGHT = [
    Right(
        "connect_takes_auth",
        "connect may take the client's auth.",
        [Edit("events.py", CONNECT, CONNECT.replace("()", "(auth: object)"))],
    ),
]
