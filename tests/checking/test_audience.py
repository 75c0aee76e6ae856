"""Who hears an event, and why nobody does: what checks say in one line."""

import ast
from collections.abc import Callable
from pathlib import Path

import pytest

from kit.checking import Cause, Failure, Rows, Server, Silence, evidence
from kit.checking.code import Handler, handlers
from kit.checking.codebase import Codebase
from kit.checking.contract import Told, told
from tests.checking.live import live

pytestmark = pytest.mark.usefixtures("_impatient")
Serve = Callable[[str], Server]

OVERHEARD = Cause("overheard", "Others hear it.", "Say who.")
OTHER = Cause("other", "It is another.", "Look.")
CRASHED = Cause("crashed", "It raised.", "Read.")
HEARD = Cause("heard", "Something came.", "Compare.")
LOST = Cause("lost", "Nothing came.", "Send it.")

APP = live("""
@socketio.on("mine")
def mine(payload=None):
    emit("answer", {"number": 1})
    return {"number": 1}

@socketio.on("twice")
def twice(payload=None):
    mine()
    mine()

@socketio.on("all")
def all_of_them(payload=None):
    emit("answer", {"number": 1}, broadcast=True)

@socketio.on("raises")
def raises(payload=None):
    raise KeyError("no such thing")
""")


class Answer(Told, event="answer", otherwise=OTHER):
    """An answer."""

    number: int = told("which")


def test_what_one_client_alone_hears_is_right(serve: Serve) -> None:
    server = serve(APP)
    ana, ben = server.join("Ana"), server.join("Ben")
    for asker in (ana, ben):
        with server.only(asker, hears="answer", among=[ana, ben], otherwise=OVERHEARD):
            asker.call("mine")
    assert [len(client.heard("answer")) for client in (ana, ben)] == [1, 1]


@pytest.mark.parametrize(
    ("event", "expected", "got", "cause"),
    [
        ("all", "Ben hears no `answer`: it is for Ana alone", "Ben heard it", OVERHEARD),
        ("twice", "Ana hears `answer` once", "Ana heard it 2 times", OTHER),
    ],
)
def test_what_others_hear_or_what_comes_twice_is_named(
    serve: Serve, event: str, expected: str, got: str, cause: Cause
) -> None:
    server = serve(APP)
    ana, ben = server.join("Ana"), server.join("Ben")
    with (
        pytest.raises(Failure) as caught,
        server.only(ana, hears=["answer"], among=[ben], otherwise=OVERHEARD, twice=OTHER),
    ):
        ana.call(event)
    found = caught.value
    assert (found.expected, found.got, found.cause) == (expected, got, cause)


def test_where_nobody_may_hear_it_the_asker_may_not_either(serve: Serve) -> None:
    server = serve(APP)
    ana = server.join("Ana")
    with (
        pytest.raises(Failure, match="Ana heard it"),
        server.only(None, hears="answer", among=[ana], otherwise=OVERHEARD),
    ):
        ana.call("mine")


def test_an_event_and_an_acknowledgement_are_read_as_models(serve: Serve) -> None:
    ana = serve(APP).join("Ana")
    assert ana.ask(Answer, "mine", number=1).number == 1
    assert ana.expect("answer", Answer).number == 1
    with pytest.raises(Failure, match="the acknowledgement of `mine` has 2 as `number`"):
        ana.ask(Answer, "mine", number=2)


ROWS: Rows = [
    (evidence.says("no such thing"), CRASHED),
    (evidence.heard("answer"), HEARD),
    (lambda seen: f"{seen.client.name} waited", LOST),
]


@pytest.mark.parametrize(
    ("event", "cause", "got"),
    [("raises", CRASHED, "KeyError"), ("mine", HEARD, "answer"), ("none", LOST, "Ana waited")],
)
def test_the_first_row_that_fits_names_the_cause(
    serve: Serve, event: str, cause: Cause, got: str
) -> None:
    ana = serve(APP).join("Ana")
    ana.emit(event)
    with pytest.raises(Silence) as caught:
        ana.expect("another", why=ROWS)
    assert caught.value.cause == cause
    assert got in caught.value.got


def test_a_row_without_a_cause_keeps_what_was_found(serve: Serve) -> None:
    ana = serve(APP).join("Ana")
    ana.emit("mine")
    with pytest.raises(Silence) as caught:
        ana.expect("another", why=[(evidence.crashed, LOST), (evidence.heard("answer"), None)])
    assert caught.value.cause.name == "unanswered"


HANDLERS = """
@socketio.on("join")
def enter(sid, payload=None): ...

@socketio.on("leave", namespace="/rooms")
async def leave(payload): ...

@socketio.event
def refresh(): ...

class Rooms(Namespace):
    def on_move(self, payload): ...

def late(self, payload): ...

socketio.on_event("late", late)

@app.get("/")
def page(): ...
"""


@pytest.mark.parametrize(
    ("look", "is_so"),
    [
        (evidence.registers("answer"), False),
        (evidence.registers("mine"), True),
        (evidence.registers("mine", times=2), False),
        (evidence.is_async("mine"), False),
        (evidence.takes_sid("mine"), False),
        (evidence.two_objects, False),
        (evidence.has_no_handlers, False),
        (evidence.no(evidence.written("def mine")), False),
        (evidence.no(evidence.written("def nobody")), True),
        (evidence.answered("mine", "answer"), True),
        (evidence.answered("mine", "answer", to="Eve"), False),
        (evidence.answered("raises", "answer"), False),
        (evidence.both(evidence.always, evidence.crashed), False),
        (evidence.both(evidence.always, evidence.is_called("no-handler", "raised")), True),
    ],
)
def test_evidence_is_what_the_app_and_its_source_show(
    serve: Serve, look: evidence.Evidence, is_so: bool
) -> None:
    server = serve(APP)
    ana = server.join("Ana")
    with pytest.raises(Silence) as caught:
        ana.expect("another")
    assert bool(look(evidence.Seen(server, ana, caught.value))) == is_so


def test_source_is_parsed_again_where_python_confuses_its_threads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    parse, calls = ast.parse, []

    def confused(text: str) -> ast.Module:
        calls.append(text)
        if len(calls) < 3:
            raise SystemError("AST constructor recursion depth mismatch")
        return parse(text)

    monkeypatch.setattr(ast, "parse", confused)
    assert [one.event for one in handlers(HANDLERS)][:1] == ["join"]


def test_handlers_are_read_from_the_syntax_tree(tmp_path: Path) -> None:
    (tmp_path / "dashboard").mkdir()
    (tmp_path / "dashboard" / "events.py").write_text(HANDLERS, encoding="utf-8")
    (tmp_path / "dashboard" / "broken.py").write_text("def (", encoding="utf-8")
    assert Codebase(tmp_path).handlers() == [
        Handler("join", ("sid", "payload")),
        Handler("leave", ("payload",), "/rooms", is_async=True),
        Handler("refresh", ()),
        Handler("move", ("payload",)),
        Handler("late", ("self", "payload")),
    ]
