"""What a participant hears, and what becomes of it when the server does not play along."""

from collections.abc import Callable

import pytest

from kit.checking import Failure, Server, Silence, transport
from kit.checking import connection as connections
from kit.checking.failure import TimedOut
from tests.checking.live import live, with_handler
from tests.running.submission import HELLO

pytestmark = pytest.mark.usefixtures("_impatient")
Serve = Callable[[str], Server]

CHAT = live("""
@socketio.on("connect")
def connect(auth=None):
    emit("welcome", {"sid": request.sid, "auth": auth})

@socketio.on("say")
def say(text=None):
    emit("said", text, broadcast=True, include_self=False)
    return "heard", text

@socketio.on("echo")
def echo(*payload):
    emit("echo", payload if len(payload) > 1 else payload[0])

@socketio.on("nothing")
def nothing():
    pass
""")


def test_a_participant_is_who_the_server_says(serve: Serve) -> None:
    ana = serve(CHAT).join("Ana", auth={"token": 1})
    assert ana.expect("welcome") == {"sid": ana.sid, "auth": {"token": 1}}


def test_what_a_participant_claims_to_be_is_in_the_address_and_in_cookies(serve: Serve) -> None:
    app = live("""
    @socketio.on("connect")
    def connect():
        emit("welcome", [request.args["name"], request.cookies["name"]])
    """)
    ana = serve(app).join("Ana", claims={"name": "Eve"})
    assert ana.expect("welcome") == ["Eve", "Eve"]


def test_an_acknowledgement_is_what_the_handler_returned(serve: Serve) -> None:
    ana = serve(CHAT).join("Ana")
    assert ana.call("say", "hello") == ["heard", "hello"]
    assert ana.call("nothing") is None


def test_each_event_is_expected_once(serve: Serve) -> None:
    ana = serve(CHAT).join("Ana")
    for number in range(3):
        ana.emit("echo", number)
    assert [ana.expect("echo") for _ in range(3)] == [0, 1, 2]
    assert ana.heard("echo") == [0, 1, 2]
    with pytest.raises(Silence, match="Ana was not sent it"):
        ana.expect("echo")


@pytest.mark.parametrize(
    "payload",
    [None, 0, "", "ü\n\"'", [], {"a": [1.5, None, True]}, b"\x00\xff", {"a": b"1", "b": [b"2"]},
     "x" * 900_000],
    ids=lambda value: repr(value)[:20],
)  # fmt: skip
def test_any_payload_comes_back_as_it_went(serve: Serve, payload: object) -> None:
    ana = serve(CHAT).join("Ana")
    ana.emit("echo", payload)
    assert ana.expect("echo") == payload


def test_several_arguments_come_as_a_list(serve: Serve) -> None:
    ana = serve(CHAT).join("Ana")
    ana.emit("echo", 1, {"a": 2})
    assert ana.expect("echo") == [1, {"a": 2}]


def test_nobody_hears_what_is_for_others(serve: Serve) -> None:
    server = serve(CHAT)
    ana, ben = server.join("Ana"), server.join("Ben")
    ana.call("say", "hello")
    ben.settle()
    ana.settle()
    assert (ana.heard("said"), ben.heard("said")) == ([], ["hello"])


def test_what_was_sent_before_an_acknowledgement_has_arrived_when_it_settles(serve: Serve) -> None:
    server = serve(
        live("""
        @socketio.on("many")
        def many():
            for number in range(300):
                emit("one", number, broadcast=True)
    """)
    )
    ana, ben = server.join("Ana"), server.join("Ben")
    for rounds in range(1, 6):
        ana.call("many")
        ben.settle()
        assert len(ben.heard("one")) == 300 * rounds


def test_what_a_background_task_sends_later_is_shown_by_what_comes_after_it(serve: Serve) -> None:
    server = serve(
        live("""
        gate = threading.Event()

        @socketio.on("later")
        def later():
            def task():
                gate.wait()
                socketio.emit("late", 1)
                socketio.emit("tick", 1)
            socketio.start_background_task(task)

        @socketio.on("open")
        def open():
            gate.set()
    """)
    )
    ana, ben = server.join("Ana"), server.join("Ben")
    ana.call("later")
    ben.settle()
    assert ben.heard("late") == [], "nothing was sent yet: the handler is done, its task is not"
    ana.call("open")
    assert ben.expect("tick") == 1
    assert ben.heard("late") == [1]


def test_leaving_and_losing_the_connection_are_known_to_the_server(serve: Serve) -> None:
    server = serve(
        live("""
        @socketio.on("disconnect")
        def disconnect(reason):
            socketio.emit("gone", str(reason))
    """)
    )
    ana, ben, cyd = (server.join(name) for name in ("Ana", "Ben", "Cyd"))
    ben.leave()
    assert ana.expect("gone") == "client disconnect"
    cyd.drop()
    assert ana.expect("gone") == "transport close"
    with pytest.raises(Silence):
        ben.emit("anything")


# What goes wrong.


def failure(serve: Serve, source: str, how: str = "call") -> Failure:
    ana = serve(source).join("Ana")
    if how == "expect":
        ana.emit("do")
    with pytest.raises(Failure) as caught:
        ana.call("do") if how == "call" else ana.expect("done")
    return caught.value


@pytest.mark.parametrize(
    ("body", "cause", "said"),
    [
        ("emit('done', {'x': float('nan')})", "not-strict-json", "NaN"),
        ("emit('done', {'x': {1, 2}})", "not-serialisable", "TypeError"),
        ("return {}['no']", "no-such-key", "KeyError: 'no' (dashboard/__init__.py, line"),
        ("os._exit(4)", "exited", "exit status 4"),
        ("from flask_socketio import disconnect; disconnect()", "closed", "closed the connection"),
        ("pass", "unanswered", "Ana was not sent it"),
        ("emit('other', 1)", "unanswered", "what came instead: `other`"),
        ("while True: socketio.emit('flood', 1)", "flood", "more than"),
    ],
    ids=["NaN", "set", "raises", "exits", "closes", "silent", "another event", "flood"],
)
def test_what_does_not_come_has_a_cause(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, body: str, cause: str, said: str
) -> None:
    monkeypatch.setattr(connections, "MOST_EVENTS", 2000)
    found = failure(serve, with_handler(body), "expect")
    assert (found.cause.name, isinstance(found, TimedOut)) == (cause, False)
    assert said in found.got


def test_too_many_bytes_are_a_flood_as_well(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "MOST_BYTES", 1_000_000)
    found = failure(serve, with_handler("emit('other', 'x' * 3_000_000)"), "expect")
    assert found.cause.name == "flood"


@pytest.mark.parametrize(
    ("body", "line"),
    [("while True: pass", "while True: pass"), ("time.sleep(600)", "time.sleep(600)")],
    ids=["busy", "asleep"],
)
def test_a_handler_that_never_returns_is_timed_out_where_it_is(
    serve: Serve, body: str, line: str
) -> None:
    found = failure(serve, with_handler(body))
    assert isinstance(found, TimedOut)
    assert found.cause.name == "stuck"
    assert found.got.endswith(f"`{line}`")


def test_an_event_without_a_handler_lists_those_that_there_are(serve: Serve) -> None:
    found = failure(serve, with_handler("pass", "other"))
    assert found.cause.name == "no-handler"
    assert "handlers for: `other`" in found.got


@pytest.mark.parametrize(
    ("source", "cause"),
    [
        (HELLO, "no-socketio"),
        (live("@socketio.on('connect')\ndef connect(): return False\n"), "refused"),
        (live("@socketio.on('connect')\ndef connect(): raise ValueError('no')\n"), "raised"),
        (live("@socketio.on('connect')\ndef connect(): os._exit(2)\n"), "exited"),
        (live("@socketio.on('connect')\ndef connect(): time.sleep(600)\n"), "stuck"),
        (
            HELLO.replace(
                "    @app.get",
                "    @app.before_request\n    def check():\n        raise ValueError('no')\n\n"
                "    @app.get('/socket.io/')\n    @app.get",
            ),
            "raised",
        ),
        (
            HELLO.replace(
                "    @app.get",
                "    @app.before_request\n    def check():\n"
                "        import time; time.sleep(600)\n\n    @app.get",
            ),
            "stuck",
        ),
    ],
    ids=["no Socket.IO", "refuses", "raises", "exits", "sleeps", "HTTP raises", "HTTP sleeps"],
)
def test_who_cannot_connect_is_told_why(serve: Serve, source: str, cause: str) -> None:
    server = serve(source)
    with pytest.raises(Failure) as caught:
        server.join("Ana")
    assert caught.value.cause.name == cause
    assert isinstance(caught.value, TimedOut) == (cause == "stuck")
    assert any("connect" in sentence for sentence in server.story)


def test_the_story_says_what_was_done_in_order(serve: Serve) -> None:
    server = serve(CHAT)
    ana = server.join("Ana")
    ana.call("say", {"a": 1})
    ana.emit("nothing")
    ana.leave()
    assert server.story == [
        "we started a server with create_app()",
        "Ana connected",
        'Ana sent `say` with {"a": 1} and asked for an acknowledgement',
        "Ana sent `nothing` without a payload",
        "Ana disconnected",
    ]


def test_a_connection_that_middleware_of_its_own_carries_is_not_stuck(serve: Serve) -> None:
    app = live("""
    @socketio.on("nothing")
    def nothing(payload=None):
        pass

    class Around:
        def __init__(self, behind):
            self.behind = behind

        def __call__(self, environ, start_response):
            return self.behind(environ, start_response)

    bare = create_app

    def create_app():
        app = bare()
        app.wsgi_app = Around(app.wsgi_app)
        return app
    """)
    ana = serve(app).join("Ana")
    ana.call("nothing")
    with pytest.raises(Silence) as caught:
        ana.expect("something")
    assert caught.value.cause.name == "unanswered"
