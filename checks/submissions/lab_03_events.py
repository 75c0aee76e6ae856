"""Submissions that prove the checks of lab 3."""

from kit.proving import Edit, Right, Wrong

IMPORTS = "from . import api, auth, dashboards, events, pages\n"
NO_EVENTS = "from . import api, auth, dashboards, pages\n"
SHARED = "from .extensions import socketio\n"
ATTACH = "    socketio.init_app(app)\n"
CONNECT = '@socketio.on("connect")\ndef connect() -> None:\n'
WELCOME = '    emit("welcome", {"sid": current_sid(), "time": now, "user": session.get("user")})\n'
REMEMBER = '    current_app.extensions["clients"].add(current_sid())\n'
NOW = "    now = datetime.now(UTC).isoformat()\n"
FORGET = '    current_app.extensions["clients"].discard(current_sid())\n'
REFRESH = '@socketio.on("refresh_data")\ndef refresh_data(payload: object = None) -> None:\n'
FIND = "    dashboard = find(payload)\n    if dashboard is None:\n        return\n"
READ = "    dashboard.refresh()\n"
LATEST = "    values = dashboard.latest()\n"
COUNT = '        "clients": len(current_app.extensions["clients"]),\n'
VALUES = '        "values": values,\n'
ROW_TIME = '        "time": values.pop("time", None),\n'
ANSWER = '    emit("data_updated", answer)\n'


def in_events(old: str, new: str) -> list[Edit]:
    """Return the one edit of `events.py` that puts `new` in the place of `old`."""
    return [Edit("events.py", old, new)]


BEYOND_THE_QUESTION = [
    Wrong(
        "greets_at_each_question",
        "Whoever asks is greeted again.",
        in_events(
            ANSWER,
            ANSWER + "    now = datetime.now(UTC).isoformat()\n" + WELCOME,
        ),
        fails={"refreshes_nobody_else": "sent-twice"},
    ),
    Wrong(
        "sid_of_the_first_client",
        "The sid that is sent is the one of the first client.",
        [
            Edit(
                "events.py",
                WELCOME,
                '    first = current_app.extensions.setdefault("first", current_sid())\n'
                + WELCOME.replace('"sid": current_sid()', '"sid": first'),
            )
        ],
        fails={"greets": "welcome-wrong"},
    ),
    Wrong(
        "user_in_capitals",
        "The user's name is sent with capitals.",
        in_events(
            WELCOME,
            WELCOME.replace('session.get("user")', '(session.get("user") or "").title() or None'),
        ),
        fails={"greets": "welcome-wrong"},
    ),
    Wrong(
        "user_as_html",
        "The user's name is escaped, as in a page.",
        [
            Edit(
                "events.py",
                WELCOME,
                WELCOME.replace(
                    'session.get("user")', 'session.get("user") and str(escape(session["user"]))'
                ),
            ),
            Edit(
                "events.py",
                "from flask_socketio",
                "from markupsafe import escape\n\nfrom flask_socketio",
            ),
        ],
        fails={"greets": "welcome-wrong"},
    ),
    Wrong(
        "whole_numbers",
        "What comes after the point is cut off.",
        in_events(
            LATEST,
            LATEST
            + "    values = {k: int(v) if type(v) is float else v for k, v in values.items()}\n",
        ),
        fails={"sends_null_for_a_gap": "gap-wrong"},
    ),
    Wrong(
        "default_is_what_was_asked_last",
        "Without a payload it is what this client has asked for before.",
        in_events(
            FIND,
            '    if payload is None:\n        payload = session.get("asked")\n'
            '    session["asked"] = payload\n' + FIND,
        ),
        fails={"remembers_no_question": "default-moves"},
    ),
    Wrong(
        "no_payload_means_all",
        "Without a payload all dashboards are answered.",
        in_events(
            FIND,
            "    if payload is None:\n"
            '        for name in current_app.extensions["dashboards"]:\n'
            '            refresh_data({"dashboard": name})\n'
            "        return\n" + FIND,
        ),
        fails={"remembers_no_question": "sent-twice"},
    ),
    Wrong(
        "no_payload_means_everybody",
        "Without a payload the answer goes to every client.",
        in_events(
            ANSWER,
            '    emit("data_updated", answer, broadcast=payload is None)\n',
        ),
        fails={"remembers_no_question": "broadcast"},
    ),
    Wrong(
        "nothing_for_zero",
        "A zero counts as missing.",
        in_events(
            VALUES, '        "values": {name: one or None for name, one in values.items()},\n'
        ),
        fails={"sends_null_for_a_gap": "gap-wrong"},
    ),
    Wrong(
        "the_last_value_for_a_gap",
        "A gap is filled with the last value that there was.",
        [
            Edit("events.py", REFRESH, "LAST: dict[str, object] = {}\n\n\n" + REFRESH),
            Edit(
                "events.py",
                VALUES,
                '        "values": {name: LAST.get(name) for name in values},\n',
            ),
            Edit(
                "events.py",
                LATEST,
                LATEST + "    LAST.update({name: one for name, one in values.items()"
                " if one is not None})\n",
            ),
        ],
        fails={"sends_null_for_a_gap": "gap-filled"},
    ),
    Wrong(
        "reads_the_first_dashboard_alone",
        "Whatever is asked for, only the first dashboard is read anew.",
        in_events(
            READ,
            "    find(None).refresh()\n    if dashboard.rows.empty:\n        dashboard.refresh()\n",
        ),
        fails={"refreshes_with_the_newest": "stale"},
    ),
    Wrong(
        "members_are_never_forgotten",
        "Who has signed in counts for ever.",
        in_events(FORGET, '    if session.get("user"):\n        return\n' + FORGET),
        fails={"tells_two_tabs_apart": "not-forgotten"},
    ),
    Wrong(
        "one_question_begins_a_stream",
        "Whoever has asked once is told again and again.",
        [
            Edit(
                "events.py",
                ANSWER,
                ANSWER
                + '    seconds = current_app.config["FEED_SECONDS"]\n'
                + "    socketio.start_background_task(again, answer, current_sid(), seconds)\n",
            ),
            Edit(
                "events.py",
                REFRESH,
                "def again(answer: object, sid: str, seconds: float) -> None:\n"
                "    for _ in range(1000):\n"
                "        socketio.sleep(seconds)\n"
                '        socketio.emit("data_updated", answer, to=sid)\n'
                "\n\n" + REFRESH,
            ),
        ],
        fails={"refreshes_with_the_newest": "unasked"},
    ),
]

NEVER_REGISTERED = [
    Wrong(
        "never_attached",
        "The SocketIO object is never bound to the app.",
        [Edit("__init__.py", ATTACH, "")],
        fails={"connects": "no-socketio"},
    ),
    Wrong(
        "handlers_never_imported",
        "Nothing imports the module with the handlers (FS#561).",
        [Edit("__init__.py", IMPORTS, NO_EVENTS)],
        fails={"greets": "not-imported", "refreshes": "not-imported"},
    ),
    Wrong(
        "handlers_imported_after_init_app",
        "The factory imports the handlers when the app is bound already (FS#1404, FS#1499).",
        [
            Edit("__init__.py", IMPORTS, NO_EVENTS),
            Edit("__init__.py", ATTACH, ATTACH + "\n    from . import events\n"),
        ],
        fails={"works_in_the_next_app": "handlers-late"},
    ),
    Wrong(
        "init_app_only_once",
        "A condition keeps a second create_app from binding the shared object (FS#731).",
        [Edit("__init__.py", ATTACH, "    if socketio.server is None:\n    " + ATTACH)],
        fails={"works_in_the_next_app": "bound-once"},
    ),
    Wrong(
        "answers_with_the_first_app",
        "The handlers hold on to the first app that was made (FS#731).",
        [
            Edit("__init__.py", ATTACH, ATTACH + "    events.use(socketio.server)\n"),
            Edit(
                "events.py",
                "# lab 3: greet each client that connects\n",
                "server: Any = None\n\n\ndef use(made: Any) -> None:\n    global server\n"
                "    server = server or made\n\n\n",
            ),
            *in_events(
                ANSWER, '    server.emit("data_updated", answer, to=current_sid(), namespace="/")\n'
            ),
        ],
        fails={"works_in_the_next_app": "first-app-only"},
    ),
    Wrong(
        "two_objects",
        "The handlers belong to a second SocketIO object (FS#163).",
        in_events(
            SHARED,
            'from flask_socketio import SocketIO\n\nsocketio = SocketIO(async_mode="threading")\n',
        ),
        fails={"greets": "two-objects", "refreshes": "two-objects"},
    ),
    Wrong(
        "new_object_in_the_factory",
        "The factory makes a SocketIO object of its own and binds that one (FS#163).",
        [
            Edit("__init__.py", SHARED, "from flask_socketio import SocketIO\n"),
            Edit("__init__.py", ATTACH, '    SocketIO(app, async_mode="threading")\n'),
        ],
        fails={"greets": "two-objects", "refreshes": "two-objects"},
    ),
    Wrong(
        "circular_import",
        "The object is made in the package itself, which imports the handlers first (FS#1094).",
        [
            Edit(
                "__init__.py",
                SHARED,
                "from flask_socketio import SocketIO\n\n"
                'socketio = SocketIO(async_mode="threading")\n',
            ),
            *in_events(SHARED, "from . import socketio\n"),
        ],
        fails={"connects": "circular-import"},
    ),
    Wrong(
        "listener_registered_in_connect",
        "Each connection registers the handler anew, for the newest client alone.",
        in_events(
            WELCOME,
            WELCOME + "    me = current_sid()\n"
            "    answer = refresh_data\n\n"
            '    @socketio.on("refresh_data")\n'
            "    def refresh(payload: object = None) -> None:\n"
            "        answer(payload, me)\n",
        )
        + in_events(
            REFRESH, "def refresh_data(payload: object = None, sid: str | None = None) -> None:\n"
        )
        + in_events(ANSWER, '    emit("data_updated", answer, to=sid)\n'),
        fails={"refreshes_nobody_else": "sent-elsewhere", "counts_clients": "sent-elsewhere"},
    ),
    Wrong(
        "mode_not_named",
        "The object is made without a mode, as most texts do: gevent is there, and is taken.",
        [Edit("extensions.py", 'SocketIO(async_mode="threading")', "SocketIO()")],
        fails={"connects": "other-mode"},
    ),
    Wrong(
        "polling_alone",
        "WebSocket is switched off.",
        [Edit("extensions.py", '"threading")', '"threading", transports=["polling"])')],
        fails={"connects": "no-websocket"},
    ),
    Wrong(
        "another_path",
        "Socket.IO is bound to a path where no client looks for it.",
        [Edit("__init__.py", "init_app(app)", 'init_app(app, path="/ws")')],
        fails={"connects": "other-path"},
    ),
    Wrong(
        "self_left_over",
        "The handler was a method once, and still takes `self`: the payload arrives there.",
        in_events(REFRESH, REFRESH.replace("(payload", "(self, payload")),
        fails={
            "refreshes_by_default": "more-arguments",
            "refreshes_the_one_named": "more-arguments",
        },
    ),
    Wrong(
        "another_namespace",
        "The handler is registered for a namespace that the clients are not in.",
        in_events(CONNECT, CONNECT.replace('"connect"', '"connect", namespace="/dash"'))
        + in_events(REFRESH, REFRESH.replace('data")', 'data", namespace="/dash")'))
        + in_events('@socketio.on("disconnect")', '@socketio.on("disconnect", namespace="/dash")'),
        fails={"greets": "other-namespace", "refreshes": "other-namespace"},
    ),
    Wrong(
        "async_handlers",
        "The handlers are coroutines, which nobody awaits.",
        in_events("def connect()", "async def connect()")
        + in_events("def refresh_data(", "async def refresh_data("),
        fails={"greets": "async-handler", "refreshes": "async-handler"},
    ),
    Wrong(
        "server_run_in_the_factory",
        "create_app runs the server itself.",
        [Edit("__init__.py", ATTACH, ATTACH + "    socketio.run(app)\n")],
        fails={"connects": "runs-the-server"},
    ),
    Wrong(
        "second_handler_replaces_the_first",
        "A second function is registered for the same event, and does nothing.",
        in_events(
            ANSWER,
            ANSWER + '\n\n@socketio.on("refresh_data")\n'
            "def refresh_data_again(payload: object = None) -> None:\n"
            '    current_app.logger.info("asked for %s", payload)\n',
        ),
        fails={"refreshes": "replaced"},
    ),
]

SIGNATURES = [
    Wrong(
        "connect_with_environ",
        "connect(sid, environ) is python-socketio's signature (FS#1508).",
        in_events(CONNECT, CONNECT.replace("()", "(sid: str, environ: dict)")),
        fails={"connects": "signature"},
    ),
    Wrong(
        "connect_with_sid",
        "connect(sid): the one argument is not the sid but the client's auth.",
        in_events(CONNECT, CONNECT.replace("()", "(sid: str)"))
        + in_events(WELCOME, WELCOME.replace("current_sid()", "sid")),
        fails={"greets": "sid-first"},
    ),
    Wrong(
        "refresh_with_sid",
        "refresh_data(sid, data) is python-socketio's signature (FS#1508).",
        in_events(REFRESH, REFRESH.replace("payload: object = None", "sid: str, payload: object")),
        fails={"refreshes": "signature"},
    ),
    Wrong(
        "refresh_with_sid_and_default",
        "refresh_data(sid, data=None) runs, and takes the payload for the sid (FS#1508).",
        in_events(REFRESH, REFRESH.replace("payload", "sid: str, payload")),
        fails={"refreshes_by_default": "sid-first", "refreshes_the_one_named": "sid-first"},
    ),
    Wrong(
        "answers_to_the_payload",
        "refresh_data(sid, data=None) sends to `sid`, which is a dict (FS#1508).",
        in_events(REFRESH, REFRESH.replace("payload", "sid: str, payload"))
        + in_events(ANSWER, '    emit("data_updated", answer, to=sid)\n'),
        fails={"refreshes": "sid-first"},
    ),
    Wrong(
        "payload_required",
        "There is no room for a missing payload.",
        in_events(REFRESH, REFRESH.replace(" = None", "")),
        fails={"refreshes_by_default": "payload-required"},
    ),
    Wrong(
        "payload_taken_for_granted",
        "The payload is opened although it may be None.",
        in_events(FIND, '    dashboard = find({"dashboard": payload["dashboard"]})\n'),
        fails={"refreshes_by_default": "payload-required"},
    ),
    Wrong(
        "gives_up_without_payload",
        "Without a payload, the handler returns.",
        in_events(FIND, "    if not payload:\n        return\n" + FIND),
        fails={"refreshes_by_default": "payload-required"},
    ),
    Wrong(
        "payload_ignored",
        "The answer is always about the first dashboard.",
        in_events(FIND, FIND.replace("payload", "None")),
        fails={"refreshes_the_one_named": "payload-ignored"},
    ),
    Wrong(
        "payload_is_the_name",
        "The payload is used as a key.",
        in_events(FIND, '    dashboard = current_app.extensions["dashboards"][payload]\n'),
        fails={"refreshes": "payload-is-a-dict"},
    ),
    Wrong(
        "finds_by_the_name",
        "`find` is given the name, not the payload.",
        in_events(
            FIND,
            '    name = payload.get("dashboard") if payload else None\n'
            '    dashboard = find(payload["dashboard"]) if name else find(None)\n',
        ),
        fails={"refreshes": "find-wants-payload"},
    ),
]

SENDING = [
    Wrong(
        "handler_under_another_name",
        "The name in the decorator is not the name of the event.",
        in_events(REFRESH, REFRESH.replace('"refresh_data"', '"refresh-data"')),
        fails={"refreshes": "no-handler"},
    ),
    Wrong(
        "connection_instead_of_connect",
        "`connection` is what a JavaScript server calls it.",
        in_events(CONNECT, CONNECT.replace('"connect"', '"connection"')),
        fails={"greets": "no-handler", "counts_clients": "not-counted"},
    ),
    Wrong(
        "answer_under_another_name",
        "The answer is not called `data_updated`.",
        in_events(ANSWER, '    emit("data_update", answer)\n'),
        fails={"refreshes": "wrong-name"},
    ),
    Wrong(
        "answer_returned",
        "The answer is returned, which makes it an acknowledgement.",
        in_events(ANSWER, "    return answer\n"),
        fails={"refreshes": "returned"},
    ),
    Wrong(
        "welcome_returned",
        "`connect` returns the greeting, where an event is asked for.",
        in_events(WELCOME, '    return {"sid": current_sid(), "time": now, "user": None}\n'),
        fails={"greets": "not-greeted"},
    ),
    Wrong(
        "welcome_to_all",
        "`socketio.emit` greets everybody again.",
        in_events(WELCOME, WELCOME.replace("emit(", "socketio.emit(")),
        fails={"greets_nobody_else": "broadcast"},
    ),
    Wrong(
        "welcome_to_the_others",
        "The greeting goes to everybody but the one who comes.",
        in_events(WELCOME, WELCOME.replace("})\n", "}, broadcast=True, include_self=False)\n")),
        fails={"greets": "sent-elsewhere"},
    ),
    Wrong(
        "welcome_twice",
        "The greeting is sent by name and once more to the sid.",
        in_events(WELCOME, WELCOME + WELCOME.replace("})\n", "}, to=current_sid())\n")),
        fails={"greets_nobody_else": "sent-twice"},
    ),
    Wrong(
        "answer_to_all",
        "A private answer is broadcast.",
        in_events(ANSWER, '    emit("data_updated", answer, broadcast=True)\n'),
        fails={"refreshes_nobody_else": "broadcast"},
    ),
    Wrong(
        "answer_to_an_empty_room",
        "`socketio.emit` with an empty `to` reaches everybody.",
        in_events(ANSWER, '    socketio.emit("data_updated", answer, to=session.get("room"))\n'),
        fails={"refreshes_nobody_else": "broadcast"},
    ),
    Wrong(
        "answer_to_a_room_nobody_is_in",
        "The answer goes to a room that is called like the dashboard.",
        in_events(ANSWER, '    emit("data_updated", answer, to=dashboard.source.id)\n'),
        fails={"refreshes": "not-sent"},
    ),
    Wrong(
        "answer_before_the_question",
        "The values are sent on connect as well.",
        in_events(WELCOME, WELCOME + "    refresh_data()\n"),
        fails={"refreshes_once": "unasked"},
    ),
    Wrong(
        "answer_to_the_others",
        "The answer leaves out the one who asked.",
        in_events(ANSWER, '    emit("data_updated", answer, broadcast=True, include_self=False)\n'),
        fails={"refreshes": "sent-elsewhere"},
    ),
    Wrong(
        "answer_twice",
        "The answer is sent by `emit`, and again by `socketio.emit`.",
        in_events(ANSWER, ANSWER + '    socketio.emit("data_updated", answer, to=current_sid())\n'),
        fails={"refreshes_once": "sent-twice"},
    ),
    Wrong(
        "answers_for_ever",
        "The handler goes on sending, and never returns.",
        in_events(ANSWER, "    while True:\n    " + ANSWER + "        socketio.sleep(1)\n"),
        fails={"refreshes_once": "stuck"},
    ),
    Wrong(
        "connect_waits_for_ever",
        "`connect` runs the live feed itself, so that the connection is never made.",
        in_events(WELCOME, WELCOME + "    while True:\n        socketio.sleep(1)\n"),
        fails={"connects": "stuck"},
    ),
    Wrong(
        "lets_only_users_in",
        "`connect` refuses whoever has not signed in.",
        in_events(
            WELCOME,
            WELCOME + '    return session.get("user") is not None\n',
        ),
        fails={"connects": "refused"},
    ),
    Wrong(
        "user_taken_for_granted",
        '`session["user"]` stops where nobody has signed in.',
        in_events(WELCOME, WELCOME.replace('session.get("user")', 'session["user"]')),
        fails={"connects": "raised"},
    ),
]

PAYLOADS = [
    Wrong(
        "welcome_without_user",
        "`welcome` leaves the user out.",
        in_events(WELCOME, WELCOME.replace(', "user": session.get("user")', "")),
        fails={"greets": "welcome-wrong"},
    ),
    Wrong(
        "user_always_null",
        "`welcome` never names anybody.",
        in_events(WELCOME, WELCOME.replace('session.get("user")', "None")),
        fails={"greets": "user-not-known"},
    ),
    Wrong(
        "user_from_the_address",
        "The user is looked for in the address and not in the session.",
        in_events(WELCOME, WELCOME.replace("session.get", "request.args.get")),
        fails={"greets": "user-not-known"},
    ),
    Wrong(
        "guest_for_nobody",
        "Whoever has not signed in is called a guest.",
        in_events(WELCOME, WELCOME.replace('get("user")', 'get("user", "guest")')),
        fails={"greets": "user-not-known"},
    ),
    Wrong(
        "signing_in_lost",
        "The blueprint of lab 2 is no longer mounted.",
        [Edit("__init__.py", "    app.register_blueprint(auth.blueprint)\n", "")],
        fails={"greets": "cannot-sign-in"},
    ),
    Wrong(
        "time_of_the_import",
        "The time is worked out once, when the module is imported.",
        in_events(CONNECT, "STARTED = datetime.now(UTC).isoformat()\n\n\n" + CONNECT)
        + in_events(NOW, "    now = STARTED\n"),
        fails={"greets": "time-frozen"},
    ),
    Wrong(
        "time_of_the_answer",
        "The answer holds the present time, and not the row's.",
        in_events(LATEST, LATEST + '    del values["time"]\n')
        + in_events(ROW_TIME, '        "time": datetime.now(UTC).isoformat(),\n'),
        fails={"refreshes_the_one_named": "time-of-the-answer"},
    ),
    Wrong(
        "machine_by_default",
        "The name of the first dashboard is written into the handler.",
        in_events(FIND, FIND.replace("payload", 'payload or {"dashboard": "machine"}')),
        fails={"refreshes_by_default": "default-fixed"},
    ),
    Wrong(
        "method_without_brackets",
        "The method itself is sent, because it is not called.",
        in_events(VALUES, '        "values": dashboard.latest,\n'),
        fails={"refreshes": "not-serialisable"},
    ),
    Wrong(
        "welcome_as_text",
        "`welcome` holds JSON text.",
        in_events(WELCOME, WELCOME.replace("{", "current_app.json.dumps({").replace("}", "})")),
        fails={"greets": "json-text"},
    ),
    Wrong(
        "local_time",
        "The time has a zone, but it is the server's own.",
        in_events(NOW, "    now = datetime.now().astimezone().isoformat()\n"),
        fails={"greets": "time-wrong"},
    ),
    Wrong(
        "naive_time",
        "The time has no zone.",
        in_events(NOW, "    now = datetime.now(UTC).replace(tzinfo=None).isoformat()\n"),
        fails={"greets": "time-wrong"},
    ),
    Wrong(
        "local_time_called_utc",
        "The local time gets a Z at its end.",
        in_events(NOW, '    now = datetime.now().isoformat() + "Z"\n'),
        fails={"greets": "time-wrong"},
    ),
    Wrong(
        "time_as_datetime",
        "`welcome` holds the datetime itself.",
        in_events(NOW, "    now = datetime.now(UTC)\n"),
        fails={"connects": "not-serialisable"},
    ),
    Wrong(
        "timestamp_in_the_answer",
        "The answer holds a pandas Timestamp.",
        in_events(ROW_TIME, '        "time": dashboard.rows["time"].iloc[-1],\n')
        + in_events(LATEST, LATEST + '    del values["time"]\n'),
        fails={"refreshes": "not-serialisable"},
    ),
    Wrong(
        "numpy_in_the_answer",
        "The answer holds a NumPy integer.",
        in_events(COUNT, '        "clients": dashboard.rows["time"].count(),\n'),
        fails={"refreshes": "not-serialisable"},
    ),
    Wrong(
        "nan_in_the_answer",
        "The last row goes out as it is, with NaN where a number is missing.",
        in_events(
            LATEST,
            '    values = dashboard.rows.drop(columns="time").iloc[-1].to_dict()\n'
            '    time = dashboard.rows["time"].iloc[-1].isoformat()\n',
        )
        + in_events(ROW_TIME, '        "time": time,\n'),
        fails={"sends_null_for_a_gap": "not-strict-json"},
    ),
    Wrong(
        "gap_filled_with_zero",
        "A missing number is sent as 0.",
        in_events(
            VALUES, '        "values": {name: value or 0 for name, value in values.items()},\n'
        ),
        fails={"sends_null_for_a_gap": "gap-wrong"},
    ),
    Wrong(
        "row_time_as_number",
        "The time of the values is a number of milliseconds.",
        in_events(
            ROW_TIME,
            '        "time": int(datetime.fromisoformat(values.pop("time")).timestamp() * 1000),\n',
        ),
        fails={"refreshes": "row-time-wrong"},
    ),
    Wrong(
        "answer_as_text",
        "`data_updated` holds JSON text.",
        in_events(ANSWER, '    emit("data_updated", current_app.json.dumps(answer))\n'),
        fails={"refreshes": "json-text"},
    ),
    Wrong(
        "values_alone",
        "Only the values are sent.",
        in_events(ANSWER, '    emit("data_updated", values)\n'),
        fails={"refreshes": "answer-wrong"},
    ),
    Wrong(
        "time_left_in_values",
        "The time is sent twice, once among the values.",
        in_events(ROW_TIME, ROW_TIME.replace("pop", "get")),
        fails={"refreshes": "time-in-values"},
    ),
    Wrong(
        "never_read",
        "The dashboard is asked for its rows, but nothing has read the source.",
        in_events(READ, ""),
        fails={"refreshes": "not-read"},
    ),
    Wrong(
        "read_only_once",
        "The source is read for the first question alone.",
        in_events(READ, "    if dashboard.rows.empty:\n    " + READ),
        fails={"refreshes_with_the_newest": "stale"},
    ),
]

COUNTING = [
    Wrong(
        "never_counted",
        "Nobody is added to the set of clients.",
        in_events(REMEMBER, ""),
        fails={"counts_clients": "not-counted"},
    ),
    Wrong(
        "never_forgotten",
        "Whoever goes stays in the set of clients.",
        in_events(FORGET, ""),
        fails={"counts_clients": "not-forgotten"},
    ),
    Wrong(
        "all_forgotten",
        "One who goes takes all others along.",
        in_events(FORGET, '    current_app.extensions["clients"].clear()\n'),
        fails={"counts_clients": "forgets-others"},
    ),
    Wrong(
        "keyed_by_user",
        "The set holds names, and nobody has signed in.",
        in_events(REMEMBER, REMEMBER.replace("current_sid()", 'session.get("user")')),
        fails={"counts_clients": "counted-as-one"},
    ),
    Wrong(
        "keyed_by_address",
        "The set holds addresses, and both clients have the same.",
        in_events(REMEMBER, REMEMBER.replace("current_sid()", "request.remote_addr")),
        fails={"counts_clients": "counted-as-one"},
    ),
    Wrong(
        "counted_when_asking",
        "Only who asks is added to the set of clients.",
        in_events(REMEMBER, "") + in_events(FIND, REMEMBER + FIND),
        fails={"counts_clients": "counted-as-one"},
    ),
    Wrong(
        "disconnect_with_sid",
        "disconnect(sid, reason) is python-socketio's signature.",
        in_events("def disconnect(reason: str)", "def disconnect(sid: str, reason: str)"),
        fails={"counts_clients": "signature"},
    ),
    Wrong(
        "disconnected_instead_of_disconnect",
        "The name in the decorator is not the name of the event.",
        in_events('@socketio.on("disconnect")', '@socketio.on("disconnected")'),
        fails={"counts_clients": "not-forgotten"},
    ),
]

# Contracts read in another way.
READ_ANOTHER_WAY = [
    Wrong(
        "counts_people",
        "Whoever has signed in is counted by name, not by sid.",
        [
            Edit(
                "events.py",
                REMEMBER,
                (
                    "    "
                    'current_app.extensions["clients"].add(session.get("user") '
                    "or current_sid())\n"
                ),
            ),
            Edit(
                "events.py",
                FORGET,
                (
                    "    "
                    'current_app.extensions["clients"].discard(session.get("user"'
                    ") or current_sid())\n"
                ),
            ),
        ],
        fails={"tells_two_tabs_apart": "counted-as-one"},
    ),
    Wrong(
        "counts_who_was_lost",
        "Only a client that says goodbye is forgotten.",
        [
            Edit(
                "events.py",
                FORGET,
                (
                    '    if reason == "client disconnect":\n'
                    '        current_app.extensions["clients"].discard(current_sid())\n'
                ),
            )
        ],
        fails={"counts_clients": "not-forgotten"},
    ),
    Wrong(
        "one_question_behind",
        "The source is read after the answer, for the next question.",
        [
            Edit(
                "events.py",
                ("    dashboard.refresh()\n" + LATEST),
                ("    if dashboard.rows.empty:\n        dashboard.refresh()\n" + LATEST),
            ),
            Edit("events.py", ANSWER, (ANSWER + "    dashboard.refresh()\n")),
        ],
        fails={"refreshes_with_the_newest": "stale"},
    ),
    Wrong(
        "time_of_the_oldest",
        "The time is that of the oldest row.",
        [
            Edit(
                "events.py",
                ROW_TIME,
                '        "time": dashboard.rows["time"].iloc[0].isoformat(),\n',
            ),
            Edit("events.py", LATEST, (LATEST + '    values.pop("time")\n')),
        ],
        fails={"refreshes_with_the_newest": "stale"},
    ),
    Wrong(
        "values_of_the_oldest",
        "The values are those of the oldest row.",
        [
            Edit(
                "events.py",
                LATEST,
                (
                    LATEST + "    first = "
                    'json.loads(dashboard.rows.head(1).to_json(orient="records", '
                    'date_format="iso"))[0]\n'
                    '    values = first | {"time": values["time"]}\n'
                ),
            ),
            Edit("events.py", "from datetime", ("import json\nfrom datetime")),
        ],
        fails={"refreshes_with_the_newest": "stale"},
    ),
    Wrong(
        "remembers_the_first",
        "Later questions are answered with the dashboard of the first one.",
        [
            Edit(
                "events.py",
                FIND,
                (
                    '    dashboard = current_app.extensions.setdefault("board", '
                    "find(payload))\n"
                    "    if dashboard is None:\n"
                    "        return\n"
                ),
            )
        ],
        fails={"refreshes_the_one_named": "payload-ignored"},
    ),
    Wrong(
        "data_at_a_goodbye",
        "When somebody goes, everybody is sent the newest values.",
        [
            Edit(
                "events.py",
                FORGET,
                (
                    FORGET + "    board = find(None)\n"
                    "    board.refresh()\n"
                    "    values = board.latest()\n"
                    '    emit("data_updated", {"dashboard": board.source.id, '
                    '"time": values.pop("time"), "values": values, "clients": '
                    'len(current_app.extensions["clients"])}, broadcast=True)\n'
                ),
            )
        ],
        fails={"counts_clients": "unasked"},
    ),
    Wrong(
        "answers_the_person",
        "The answer goes to a room of the user: to each of their windows.",
        [
            Edit(
                "events.py",
                REMEMBER,
                (REMEMBER + '    join_room(session.get("user") or current_sid())\n'),
            ),
            Edit(
                "events.py",
                ANSWER,
                ('    emit("data_updated", answer, to=session.get("user") or current_sid())\n'),
            ),
            Edit("events.py", "import emit\n", "import emit, join_room\n"),
        ],
        fails={"tells_two_tabs_apart": "broadcast"},
    ),
    Wrong(
        "answers_the_first",
        "Answers go to the client that came first.",
        [
            Edit(
                "events.py",
                '@socketio.on("connect")\n',
                ('FIRST = None\n\n\n@socketio.on("connect")\n'),
            ),
            Edit(
                "events.py",
                REMEMBER,
                (
                    "    global FIRST\n"
                    "    if FIRST is None:\n"
                    "        FIRST = current_sid()\n" + REMEMBER
                ),
            ),
            Edit("events.py", ANSWER, '    emit("data_updated", answer, to=FIRST)\n'),
        ],
        fails={"refreshes_nobody_else": "sent-elsewhere"},
    ),
]

WRONG = [
    *NEVER_REGISTERED,
    *SIGNATURES,
    *SENDING,
    *PAYLOADS,
    *COUNTING,
    *READ_ANOTHER_WAY,
    *BEYOND_THE_QUESTION,
]

# Whole files, for right submissions of another shape.

CLASS = '''"""The events as methods of one class."""

from datetime import UTC, datetime

from flask import current_app, request, session
from flask_socketio import Namespace, emit

from .dashboards import find
from .extensions import socketio


class Events(Namespace):
    def on_connect(self, auth=None):
        self.clients.add(request.sid)
        time = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        emit("welcome", {"sid": request.sid, "time": time, "user": session.get("user")})

    def on_disconnect(self, reason):
        self.clients.remove(request.sid)

    def on_refresh_data(self, payload=None):
        dashboard = find(payload)
        if dashboard:
            dashboard.refresh()
            row = dashboard.latest()
            time = row.pop("time")
            answer = {"dashboard": dashboard.source.id, "time": time, "values": row}
            self.emit("data_updated", answer | {"clients": len(self.clients)}, room=request.sid)

    @property
    def clients(self):
        return current_app.extensions["clients"]


socketio.on_namespace(Events("/"))
'''

PLAIN = '''"""Plain functions: the factory says which event each is for."""

import datetime

from flask import current_app, request, session
from flask_socketio import emit

from .dashboards import all_dashboards


def connect():
    current_app.extensions["clients"].add(request.sid)
    time = datetime.datetime.now(datetime.timezone.utc)
    emit("welcome", dict(sid=request.sid, time=str(time), user=session.get("user")))


def disconnect():
    current_app.extensions["clients"].discard(request.sid)


def refresh_data(payload=None):
    boards = all_dashboards()
    name = (payload or {}).get("dashboard", next(iter(boards)))
    board = boards[name]
    board.refresh()
    row = board.latest()
    values = {column.name: row[column.name] for column in board.source.columns}
    clients = len(current_app.extensions["clients"])
    emit("data_updated", dict(dashboard=name, time=row["time"], values=values, clients=clients))
'''

REGISTERED_BY_THE_FACTORY = """    socketio.on_event("connect", events.connect)
    socketio.on_event("disconnect", events.disconnect)
    socketio.on_event("refresh_data", events.refresh_data)
"""

ONE_MODULE = '''"""The whole server in one module."""

import json
import threading
from datetime import datetime, timezone

import flask
import flask_socketio

from . import api, auth, dashboards, pages
from .config import Config, Development

socketio = flask_socketio.SocketIO(async_mode="threading", always_connect=True)
counting = threading.Lock()


def create_app(config=Development):
    app = flask.Flask(__name__)
    socketio.init_app(app)
    app.config.from_object(config)
    app.config.from_prefixed_env("DASHBOARD")
    if not app.config["SECRET_KEY"]:
        raise RuntimeError("no secret key")
    app.extensions["dashboards"] = dashboards.open_all(app.config)
    app.clients = 0
    for module in (pages, api, auth):
        app.register_blueprint(module.blueprint)

    @app.get("/healthz")
    def healthz():
        return {"status": "ok", "environment": app.config["ENVIRONMENT"], "debug": app.debug}

    return app


@socketio.event
def connect():
    count(+1)
    welcome = {
        "sid": flask.request.sid,
        "time": datetime.now(timezone.utc).isoformat(timespec="milliseconds"),
        "user": flask.session.get("user"),
    }
    socketio.emit("welcome", welcome, to=flask.request.sid)


@socketio.event
def disconnect(*_):
    count(-1)


@socketio.event
def refresh_data(*payloads):
    dashboard = dashboards.find(*payloads or [None])
    dashboard.refresh()
    last = dashboard.rows.tail(1).to_json(orient="records", date_format="iso")
    time, *numbers = json.loads(last)[0].items()
    answer = {
        "dashboard": dashboard.source.id,
        "time": time[1],
        "values": dict(numbers),
        "clients": flask.current_app.clients,
    }
    socketio.emit("data_updated", answer, to=flask.request.sid)


def count(change):
    with counting:
        flask.current_app.clients += change
'''

ONE_FOR_EACH_APP = '''"""A register function: each app has a SocketIO object of its own."""

from datetime import UTC, datetime

from flask import Flask, request, session
from flask_socketio import SocketIO

from .dashboards import find


def register(app: Flask) -> SocketIO:
    socketio = SocketIO(app, async_mode="threading", async_handlers=False)
    since: dict[str, datetime] = {}

    def connect(auth):
        since[request.sid] = datetime.now(UTC)
        greeting = {
            "sid": request.sid,
            "time": since[request.sid].isoformat(),
            "user": session.get("user"),
        }
        socketio.emit("welcome", greeting, to=request.sid)

    def disconnect(reason):
        since.pop(request.sid, None)

    def refresh_data(payload=None):
        dashboard = find(payload)
        dashboard.refresh()
        values = dashboard.latest()
        time = values.pop("time")
        answer = {"dashboard": dashboard.source.id, "time": time, "values": values}
        socketio.emit("data_updated", answer | {"clients": len(since)}, to=request.sid)
        return {"ok": True}

    for handler in (connect, disconnect, refresh_data):
        socketio.on_event(handler.__name__, handler)
    return socketio
'''

ANOTHER_LIBRARY = '''"""The same contract with python-socketio, whose handlers do take a sid."""

import datetime

import flask
import socketio


def attach(app):
    server = socketio.Server(async_mode="threading")
    people = {}

    @server.event
    def connect(sid, environ):
        people[sid] = environ["REMOTE_ADDR"]
        time = datetime.datetime.now(datetime.UTC).isoformat()
        with app.request_context(environ):
            user = flask.session.get("user")
        server.emit("welcome", {"sid": sid, "time": time, "user": user}, to=sid)

    @server.event
    def disconnect(sid, reason):
        del people[sid]

    @server.event
    def refresh_data(sid, data=None):
        boards = app.extensions["dashboards"]
        board = boards[data["dashboard"]] if data else list(boards.values())[0]
        board.refresh()
        row = board.latest()
        answer = {"dashboard": board.source.id, "time": row.pop("time"), "values": row}
        server.emit("data_updated", answer | {"clients": len(people)}, to=sid)

    app.wsgi_app = socketio.WSGIApp(server, app.wsgi_app)
'''

WRAPPED = '''"""Handlers behind a decorator, a room that all are in, values from the frame."""

import functools
import logging

import pandas as pd
from flask import request, session
from flask_socketio import emit, join_room

from . import dashboards
from .extensions import socketio


def logged(handler):
    @functools.wraps(handler)
    def wrapper(*arguments):
        logging.getLogger(__name__).info("%s %s", handler.__name__, arguments)
        return handler(*arguments)

    return wrapper


@socketio.on("connect")
@logged
def greet(auth=None):
    join_room("everyone")
    time = pd.Timestamp.now("UTC").isoformat()
    emit("welcome", {"sid": request.sid, "time": time, "user": session.get("user"), "more": 1})


@socketio.on("refresh_data")
@logged
def answer(data=None, *more):
    board = dashboards.find(data)
    board.refresh()
    with board.lock:
        row = board.rows.iloc[-1]
    names = [column.name for column in board.source.columns]
    values = {name: float(row[name]) if pd.notna(row[name]) else None for name in names}
    clients = list(socketio.server.manager.get_participants("/", "everyone"))
    payload = {"dashboard": board.source.id, "time": row["time"].isoformat(), "values": values}
    emit("data_updated", payload | {"clients": len(clients)}, to=request.sid)
    return "ok"
'''

RIGHT = [
    Right(
        "connect_takes_auth",
        "connect may take the client's auth.",
        in_events(CONNECT, CONNECT.replace("()", "(auth: object)")),
    ),
    Right(
        "class_based",
        "The events are methods of a Namespace.",
        files={"events.py": CLASS},
    ),
    Right(
        "registered_by_the_factory",
        "The factory registers plain functions with on_event, before it binds the app.",
        [Edit("__init__.py", ATTACH, REGISTERED_BY_THE_FACTORY + ATTACH)],
        files={"events.py": PLAIN},
    ),
    Right(
        "registered_by_the_factory_afterwards",
        "The factory registers the functions for each app anew, when the app is bound.",
        [Edit("__init__.py", ATTACH, ATTACH + REGISTERED_BY_THE_FACTORY)],
        files={"events.py": PLAIN},
    ),
    Right(
        "imported_below_the_factory",
        "The handlers are imported at the end of the package, which is early enough.",
        [
            Edit("__init__.py", IMPORTS, NO_EVENTS),
            Edit("__init__.py", "    return app\n", "    return app\n\n\nfrom . import events\n"),
        ],
    ),
    Right(
        "imported_in_the_factory_before_init_app",
        "The factory imports the handlers before it binds the app, so each later app has them too.",
        [
            Edit("__init__.py", IMPORTS, NO_EVENTS),
            Edit("__init__.py", ATTACH, "    from . import events\n\n" + ATTACH),
        ],
    ),
    Right(
        "counted_by_the_library",
        "Socket.IO's own list of participants is counted.",
        [
            *in_events(REMEMBER, ""),
            *in_events(FORGET, ""),
            *in_events(
                COUNT,
                '        "clients": len(list(socketio.server.manager.get_participants("/", None))),'
                "\n",
            ),
        ],
    ),
    Right(
        "one_module",
        "Everything stands in one module, and a number counts the clients.",
        files={"__init__.py": ONE_MODULE},
        without=["events.py", "extensions.py"],
    ),
    Right(
        "one_for_each_app",
        "Each app has a SocketIO object of its own, made by a register function.",
        [
            Edit("__init__.py", SHARED, ""),
            Edit("__init__.py", ATTACH, "    events.register(app)\n"),
        ],
        files={"events.py": ONE_FOR_EACH_APP},
        without=["extensions.py"],
    ),
    Right(
        "another_library",
        "python-socketio does the same without Flask-SocketIO.",
        [
            Edit("__init__.py", SHARED, ""),
            Edit("__init__.py", ATTACH, "    events.attach(app)\n"),
        ],
        files={"events.py": ANOTHER_LIBRARY},
        without=["extensions.py"],
    ),
    Right(
        "wrapped",
        "A decorator stands between the event and the handler, and a room counts the clients.",
        files={"events.py": WRAPPED},
    ),
    Right(
        "greets_in_the_background",
        "The greeting is sent by a background task.",
        in_events(
            WELCOME,
            '    greeting = {"sid": current_sid(), "time": now, "user": session.get("user")}\n'
            "    socketio.start_background_task(\n"
            '        socketio.emit, "welcome", greeting, to=current_sid()\n    )\n',
        ),
    ),
    Right(
        "catch_all",
        "One handler hears every event and decides by its name.",
        in_events(
            REFRESH,
            '@socketio.on("*")\ndef anything(event: str, payload: object = None) -> None:\n'
            '    if event != "refresh_data":\n        return\n',
        ),
    ),
    Right(
        "answers_in_the_background",
        "The handler is done before the answer is sent.",
        in_events(
            ANSWER,
            "    socketio.start_background_task(\n"
            '        socketio.emit, "data_updated", answer, to=current_sid()\n    )\n',
        ),
    ),
    Right(
        "acknowledges_as_well",
        "The answer is sent, and returned on top of that.",
        in_events(ANSWER, ANSWER + "    return answer\n"),
    ),
    Right(
        "reads_in_a_thread",
        "A thread reads the sources; a question is answered with the newest row.",
        [
            Edit("__init__.py", ATTACH, (ATTACH + "    events.follow(app)\n")),
            Edit(
                "events.py", READ, ("    if dashboard.rows.empty:\n        dashboard.refresh()\n")
            ),
            Edit(
                "events.py",
                "# lab 3: greet",
                (
                    "def follow(app):\n"
                    '    """Read every source in the background."""\n'
                    "    def read():\n"
                    '        while not stop.wait(app.config["FEED_SECONDS"]):\n'
                    '            for board in app.extensions["dashboards"].values():\n'
                    "                try:\n"
                    "                    board.refresh()\n"
                    "                except Exception as error:\n"
                    '                    print("cannot read", error)\n'
                    "    stop = threading.Event()\n"
                    "    threading.Thread(target=read, daemon=True).start()\n"
                    "\n"
                    "\n"
                    "# lab 3: greet"
                ),
            ),
            Edit("events.py", "from datetime", ("import threading\nfrom datetime")),
        ],
    ),
    Right(
        "slow_and_chatty",
        "The answer takes a while, and tells of its progress.",
        [
            Edit(
                "events.py",
                READ,
                (
                    "    for i in range(5):\n"
                    '        print("reading", i)\n'
                    "        socketio.sleep(0.05)\n"
                    '        emit("progress", {"step": i})\n'
                    "    dashboard.refresh()\n"
                ),
            )
        ],
    ),
    Right(
        "z_and_milliseconds",
        "The time ends with Z, and has milliseconds.",
        [
            Edit(
                "events.py",
                NOW,
                (
                    "    now = "
                    'datetime.now(UTC).isoformat(timespec="milliseconds").replace'
                    '("+00:00", "Z")\n'
                ),
            )
        ],
    ),
    Right(
        "asks_the_manager",
        "The number of clients is what the library itself knows.",
        [
            Edit(
                "events.py",
                COUNT,
                (
                    '        "clients": sum(1 for _ in '
                    'socketio.server.manager.get_participants("/", None)),\n'
                ),
            )
        ],
    ),
]
