"""What passed between clients and a server, and which of it a finding is about."""

from collections.abc import Callable
from typing import Any

import pytest

from kit.checking import Cause, Failure, Server
from kit.checking.transcript import FIRST, MOST, Kind, Passed, Transcript, pictured
from kit.checking.verdict import Mark, Packet
from tests.checking.live import live

pytestmark = pytest.mark.usefixtures("_impatient")
Serve = Callable[[str], Server]
OTHERWISE = Cause("otherwise", "It is otherwise.", "Look.")

TALKS = live("""
@socketio.on("say")
def say(text=None):
    emit("said", text, broadcast=True)
    return {"ok": True}

@socketio.on("nothing")
def nothing():
    pass
""").replace(
    "    return app",
    """    @app.get("/page")
    def page():
        return "a page", 404

    return app""",
)


def packets(server: Server, failure: Failure) -> tuple[Packet, ...]:
    return pictured([server.transcript], failure.marks)


def marked(server: Server, failure: Failure) -> list[tuple[str, bool, str, Mark]]:
    return [(p.client, p.sent, p.words, p.mark) for p in packets(server, failure) if p.mark]


def test_of_what_a_client_should_not_have_heard_the_newest_that_fits_is_marked(
    serve: Serve,
) -> None:
    server = serve(TALKS)
    ana = server.join("Ana")
    for words in ("one", "two", "one", "three"):
        ana.call("say", {"words": words})
    failure = ana.unexpected("said", Failure("", "", OTHERWISE), words="one")
    assert [one.data[0]["words"] for one in failure.marks] == ["one"]
    (message,) = failure.marks
    assert message is server.transcript.find(client="Ana", names=["said"])[2]
    assert not ana.unexpected("said", Failure("", "", OTHERWISE), words="four").marks


def test_an_acknowledgement_that_is_newer_than_all_events_stays_looked_at(serve: Serve) -> None:
    server = serve(TALKS)
    ana = server.join("Ana")
    ana.call("nothing")
    ana.everything_heard()
    found = Failure("it is so", "it is not", OTHERWISE)
    assert marked(server, found) == [("Ana", False, "acknowledged `nothing`", Mark.LOOKED_AT)]


def test_each_kind_of_finding_marks_what_it_is_about(serve: Serve) -> None:
    server = serve(TALKS)
    ana, ben = server.join("Ana"), server.join("Ben")

    ana.call("nothing")
    with pytest.raises(Failure) as missing:
        ana.expect("said")
    assert marked(server, missing.value) == [("Ana", False, "`said`", Mark.MISSING)]

    with (
        pytest.raises(Failure) as unexpected,
        server.only(ana, hears="said", among=[ben], otherwise=OTHERWISE),
    ):
        ana.call("say", "hello")
    assert marked(server, unexpected.value) == [("Ben", False, '`said` "hello"', Mark.UNEXPECTED)]

    with pytest.raises(Failure) as wrong:
        server.expect("GET", "/page")
    assert marked(server, wrong.value) == [("a visitor", False, "404 text/html a page", Mark.WRONG)]

    assert ana.expect("said") == "hello"
    found = Failure("it is so", "it is not", OTHERWISE)
    assert marked(server, found) == [("Ana", False, '`said` "hello"', Mark.LOOKED_AT)]


def test_everything_that_passed_is_there_in_its_order(serve: Serve) -> None:
    server = serve(TALKS)
    server.join("Ana").call("say", "hello")
    found = packets(server, Failure("a", "b", OTHERWISE))
    assert [(one.sent, one.words) for one in found] == [
        (True, "connect"),
        (False, "connected"),
        (True, '`say` "hello"'),
        (False, '`said` "hello"'),
        (False, 'acknowledged `say` {"ok": true}'),
    ]


def test_what_is_done_to_find_an_explanation_is_not_part_of_it(serve: Serve) -> None:
    server = serve(TALKS)
    ana = server.join("Ana")
    before, story = len(server.transcript.messages), list(server.story)

    def asks(seen: Any) -> bool:
        return bool(seen.client.call("say", "once more"))

    found = Failure("it is so", "it is not", OTHERWISE)
    ana.explained(found, [(asks, None)])
    assert len(server.transcript.messages) == before
    assert server.story == story


def transcript(*messages: Passed) -> Transcript:
    made = Transcript()
    for message in messages:
        made.add(message)
    return made


def heard(name: str, client: str = "Ana") -> Passed:
    return Passed(Kind.EVENT, client, sent=False, name=name, data=({"number": 1},))


def test_of_many_the_first_the_last_and_what_is_marked_are_shown() -> None:
    many = [heard(f"event {number}") for number in range(300)]
    shown = pictured([transcript(*many)], {many[100]: Mark.WRONG})
    assert len(shown) <= MOST + 3
    assert [one.words.split("`")[1] for one in shown[:FIRST]] == [
        f"event {number}" for number in range(FIRST)
    ]
    assert "event 299" in shown[-1].words
    assert [one.words for one in shown if one.mark is Mark.WRONG] == ['`event 100` {"number": 1}']
    shown_ones = [one for one in shown if one.mark is not Mark.LEFT_OUT]
    left_out = sum(one.times for one in shown if one.mark is Mark.LEFT_OUT)
    assert len(shown_ones) + left_out == 300


def test_rounds_that_are_alike_are_counted() -> None:
    names = ["begin", *["a", "b"] * 50, "end"]
    shown = pictured([transcript(*map(heard, names))], {})
    assert [(one.words.split("`")[1], one.times) for one in shown] == [
        ("begin", 1),
        ("a", 50),
        ("b", 50),
        ("end", 1),
    ]


def test_what_was_missed_is_shown_by_who_misses_it_alone() -> None:
    came = heard("a")
    missed = Passed(Kind.EVENT, "Ana", sent=False, name="said", came=False)
    made = transcript(came, missed)
    assert [one.mark for one in pictured([made], {missed: Mark.MISSING})][-1] is Mark.MISSING
    assert len(pictured([made], {})) == 1


def test_a_long_message_is_cut() -> None:
    long = Passed(Kind.EVENT, "Ana", sent=False, name="x", data=("y" * 100_000,))
    assert len(pictured([transcript(long)], {})[0].words) < 200


def test_several_servers_and_apps_have_a_lane_each() -> None:
    one = Passed(Kind.REQUEST, "a visitor", sent=True, name="GET /")
    other = Passed(Kind.REQUEST, "a visitor", sent=True, name="GET /", app=1)
    shown = pictured([transcript(one), transcript(other)], {})
    assert [packet.server for packet in shown] == ["server", "server 2, app 2"]
