"""The job: ten submissions, an app of a few lines each, and three things to find out about each.

Other graders look at it with the libraries' test clients, in the process of the submission; this
kit over real HTTP and Socket.IO, from outside.
"""

from dataclasses import dataclass
from importlib.metadata import version
from textwrap import dedent, indent

RIGHT = dedent(
    """
    from flask import Flask, request
    from flask_socketio import SocketIO, emit

    socketio = SocketIO(async_mode="threading")


    @socketio.on("double")
    def double(number):
        emit("doubled", 2 * number)
        return 2 * number


    def create_app():
        app = Flask(__name__)
        socketio.init_app(app)

        @app.get("/sum")
        def add():
            return str(int(request.args["a"]) + int(request.args["b"]))

        return app
    """
).lstrip()

# What the submissions make of it: a text, what stands there instead, and how many checks are left.
KINDS = (
    ("right", "", "", 3),
    ("adds otherwise", '+ int(request.args["b"])', '- int(request.args["b"])', 2),
    ("acknowledges nothing", "    return 2 * number\n", "", 2),
    ("tells everybody", "2 * number)\n    return", "2 * number, broadcast=True)\n    return", 2),
    ("hears nothing", '@socketio.on("double")\n', "", 1),
)

# In the form of a function's body, where `create_app` and `socketio` are the submission's.
TESTS = {
    "adds": """
        client = create_app().test_client()
        for one, other in ((19, 23), (500, 66)):
            text = client.get(f"/sum?a={one}&b={other}").get_data(as_text=True)
            assert text == str(one + other), text
        """,
    "doubles": """
        ana = socketio.test_client(create_app())
        for number in (4, 1234):
            assert ana.emit("double", number, callback=True) == 2 * number
        """,
    "doubles_for_nobody_else": """
        app = create_app()
        ana, ben = socketio.test_client(app), socketio.test_client(app)
        ana.emit("double", 8)
        assert [one["args"] for one in ana.get_received()] == [[16]]
        assert ben.get_received() == []
        """,
}

# The same as checks of this kit, each by itself.
CHECKS = '''
"""Sums, over HTTP and over Socket.IO."""

from kit.checking import App, Cause, Failure, check

WRONG = Cause("wrong", "It answers something else.", "Look at the two numbers.")


@check
def adds(start):
    """`GET /sum` adds two numbers."""
    server = start(App(config=None))
    for one, other in ((19, 23), (500, 66)):
        text = server.get(f"/sum?a={one}&b={other}").text
        if text != str(one + other):
            raise Failure("it adds", f"it gave {text[:100]}", WRONG)


@check
def doubles(start):
    """`double` is acknowledged with twice the number."""
    ana = start(App(config=None)).join("Ana")
    for number in (4, 1234):
        found = ana.call("double", number)
        if found != 2 * number:
            raise Failure("it doubles", f"it gave {found}", WRONG)


@check
def doubles_for_nobody_else(start):
    """Nobody else is told."""
    server = start(App(config=None))
    ana, ben = server.join("Ana"), server.join("Ben")
    with server.only(ana, hears="doubled", among=[ben], otherwise=WRONG):
        ana.call("double", 8)
'''


@dataclass(frozen=True)
class Submission:
    """What somebody has handed in, and how many of the three checks it deserves."""

    name: str
    source: str
    points: int


def submissions() -> list[Submission]:
    """Return all ten: each kind twice, and no two the same."""
    return [
        Submission(f"student{number}", f"{source}\n\n# {number}\n", points)
        for number, (source, points) in enumerate(_sources() * 2)
    ]


def _sources() -> list[tuple[str, int]]:
    found = []
    for name, text, instead, points in KINDS:
        assert text in RIGHT, name
        found.append((RIGHT.replace(text, instead) if text else RIGHT, points))
    return found


def function(name: str) -> str:
    """Return a test as a function without arguments."""
    return f"def test_{name}():\n{indent(dedent(TESTS[name]).strip(), '    ')}\n"


def libraries() -> tuple[str, ...]:
    """Return what the submissions import, in the versions of this environment."""
    return tuple(
        f"{name}=={version(name)}" for name in ("flask", "flask-socketio", "simple-websocket")
    )
