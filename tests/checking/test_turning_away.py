"""Who has to be refused at the door, and what becomes of a handler whose sending fails."""

from collections.abc import Callable

import pytest

from kit.checking import Cause, Failure, Server
from kit.running import FAILING
from tests.checking.live import live

pytestmark = pytest.mark.usefixtures("_impatient")
Serve = Callable[[str], Server]
LET_IN, SILENT = (Cause(name, "likely", "next") for name in ("let-in", "silent"))

DOOR = live("""
import flask_socketio

@socketio.on("connect")
def connect(auth=None):
    try:
        emit("welcome", "hello")
    except RuntimeError as error:
        if WAY == "refuses":
            raise flask_socketio.ConnectionRefusedError("no", {"why": str(error)})
        if WAY == "falls":
            raise
        if WAY == "sends":
            socketio.start_background_task(socketio.emit, "news", to=request.sid).join()
            return False

@socketio.on("connect", namespace="/inner")
def connect_to_the_inner_room(auth=None):
    if auth != {"token": "good"}:
        raise flask_socketio.ConnectionRefusedError("stay out", auth)

@socketio.on("ask")
def ask(payload=None):
    emit("answer", payload)
    return "told"

@socketio.on("later")
def later(payload=None):
    socketio.start_background_task(socketio.emit, "answer", payload, to=request.sid)
    return "soon"
""")


def turned_away(server: Server) -> object:
    with server.sending_fails():
        return server.turns_away("Ana", otherwise=LET_IN, unanswered=SILENT)


def test_who_is_turned_away_is_told_why(serve: Serve) -> None:
    server = serve(f"WAY = 'refuses'\n{DOOR}")
    assert turned_away(server) == {"message": "no", "data": {"why": FAILING}}
    assert server.join("Ben").expect("welcome") == "hello"  # sending works again


def test_who_is_turned_away_from_a_namespace_shows_what_it_has(serve: Serve) -> None:
    server = serve(f"WAY = ''\n{DOOR}")

    def knock(auth: object) -> object:
        asked = {"auth": auth, "namespace": "/inner"}
        return server.turns_away("Ana", otherwise=LET_IN, unanswered=SILENT, **asked)

    assert knock({"token": "bad"}) == {"message": "stay out", "data": {"token": "bad"}}
    assert knock(None) == {"message": "stay out", "data": None}
    with pytest.raises(Failure, match="let this client in"):
        knock({"token": "good"})


@pytest.mark.parametrize(
    ("way", "cause", "got"),
    [
        ("lets in", LET_IN, "let this client in"),
        ("falls", SILENT, FAILING),
        ("sends", LET_IN, "it was sent `news`"),
    ],
)
def test_who_is_not_turned_away_is_a_finding(
    serve: Serve, way: str, cause: Cause, got: str
) -> None:
    with pytest.raises(Failure, match=got) as found:
        turned_away(serve(f"WAY = {way!r}\n{DOOR}"))
    assert found.value.cause == cause


def test_what_a_handler_sends_fails_and_the_background_sends_on(serve: Serve) -> None:
    ana = serve(f"WAY = ''\n{DOOR}").join("Ana")
    with ana.server.sending_fails() as failures:
        assert ana.call("later", 1) == "soon"
        assert ana.expect("answer") == 1
        assert failures() == 0
        with pytest.raises(Failure, match=FAILING):
            ana.call("ask", 2)
        assert failures() == 1
    assert ana.call("later", 3) == "soon"


def test_what_the_background_sends_fails_and_a_handler_sends_on(serve: Serve) -> None:
    ana = serve(f"WAY = ''\n{DOOR}").join("Ana")
    with ana.server.sending_fails(background=True) as failures:
        ana.call("later", 1)
        waiting = ana.server.patience()
        while not failures() and not waiting.is_over():
            pass
        ana.call("ask", 2)
        assert ana.expect("answer") == 2
        assert failures() == 1
