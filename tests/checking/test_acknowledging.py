"""Clients of another namespace, which acknowledge what they are asked to, or do not."""

from collections.abc import Callable

import pytest

from kit.checking import Failure, Server
from tests.checking.live import live

pytestmark = pytest.mark.usefixtures("_impatient")
Serve = Callable[[str], Server]

TWO = live("""
@socketio.on("who")
def who(payload=None):
    return "in the default one"

@socketio.on("who", namespace="/side")
def who_aside(payload=None):
    return "aside"

@socketio.on("ask", namespace="/side")
def ask(payload=None):
    socketio.emit("question", to=request.sid, namespace="/side", callback=answered)
    socketio.emit("news", to=request.sid, namespace="/side")
    return "asked"

answers = []

def answered(*values):
    answers.append(list(values))

@socketio.on("answers", namespace="/side")
def tell(payload=None):
    return {"answers": answers}
""")


def answers(server: Server) -> object:
    told = server.join("Zoe", namespace="/side").call("answers")
    return told["answers"]


def test_a_client_of_another_namespace_speaks_there(serve: Serve) -> None:
    server = serve(TWO)
    assert server.join("Ana").call("who") == "in the default one"
    ben = server.join("Ben", namespace="/side")
    assert ben.call("who") == "aside"
    assert server.story[-2:] == [
        "Ben connected to `/side`",
        "Ben sent `who` without a payload and asked for an acknowledgement",
    ]
    with pytest.raises(Failure, match="the server refused"):
        server.join("Cara", namespace="/nowhere")


def test_a_client_acknowledges_when_it_is_told_to_and_not_before(serve: Serve) -> None:
    server = serve(TWO)
    ana = server.join("Ana", namespace="/side")
    ana.call("ask")
    ana.settle()
    assert (ana.times_asked("question"), ana.times_asked("news")) == (1, 0)
    assert answers(server) == []
    ana.acknowledges("late", {"n": 1})
    assert answers(server) == [["late", {"n": 1}]]
    ana.acknowledges()
    ana.call("ask")
    ana.settle()
    assert answers(server) == [["late", {"n": 1}], []]
