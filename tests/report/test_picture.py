"""The sequence diagram: who is in which lane, and what a person is told who cannot see it."""

from dataclasses import asdict, replace

import pytest

from kit.checking.verdict import Cause, Finding, Mark, Outcome, Packet, Result
from kit.report.entries import Entry
from kit.report.page import card
from kit.report.picture import MOST_LANES, OTHERS, picture
from tests.report.test_checklist_page import EVIL, Parsed

SENT = Packet("Ana", sent=True, words="`join_dashboard` {}", server="server")
HEARD = Packet("Ben", sent=False, words="`update_chart`", server="server")


def shown(*packets: Packet) -> Parsed:
    finding = Finding((), "x", "x", Cause("cause", "x", "x"), packets)
    return Parsed(card(Entry(Result("check", 3, "It works.", Outcome.FAILED, 0.1, finding)), {}))


def test_an_arrow_leads_from_the_server_to_its_client() -> None:
    seen = picture([SENT, HEARD])
    assert seen.lanes == ("server", "Ana", "Ben")
    assert [(row.first, row.span) for row in seen.rows] == [(1, 2), (1, 3)]
    assert [row.who for row in seen.rows] == ["Ana to the server", "the server to Ben"]


def test_whoever_has_no_lane_is_named() -> None:
    many = [replace(SENT, client=f"client {number}") for number in range(20)]
    assert len(picture(many).lanes) == MOST_LANES
    assert picture(many).lanes[-1] == OTHERS
    assert "client 19: join_dashboard" in shown(*many).text


@pytest.mark.parametrize("mark", [Mark.WRONG, Mark.UNEXPECTED, Mark.MISSING, Mark.LOOKED_AT])
def test_a_mark_is_told_in_words_as_well(mark: Mark) -> None:
    seen = shown(SENT, replace(HEARD, mark=mark))
    assert seen.text.count(mark) == 1
    classes = [attributes.get("class") for tag, attributes in seen.opened if tag == "li"]
    assert f"rt-{mark.replace(' ', '-')}" in classes


def test_what_is_left_out_is_counted() -> None:
    left_out = Packet("", sent=False, words="", times=58, mark=Mark.LEFT_OUT)
    assert "58 messages are left out" in shown(SENT, left_out, replace(HEARD, times=7)).text
    assert "(the last of 7 in turn)" in shown(replace(HEARD, times=7)).text


def test_whatever_was_sent_stays_text() -> None:
    seen = shown(replace(SENT, words=EVIL, client=EVIL))
    assert not {"img", "script"} & set(seen.tags())


def test_nothing_in_it_has_a_style_or_an_id_of_its_own() -> None:
    # The panel's policy lets no such style through, and JupyterLab takes ids away.
    for _, attributes in shown(SENT, HEARD).opened:
        assert not {"style", "id"} & attributes.keys()


def test_a_finding_comes_back_from_json_whole() -> None:
    finding = Finding(("a",), "b", "c", Cause("d", "e", "f"), (SENT,), ("import socketio",))
    result = Result("check", 3, "It works.", Outcome.FAILED, 0.1, finding)
    assert Result.from_dict(asdict(result)) == result
