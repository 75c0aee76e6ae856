"""The checklist as HTML: every outcome, hints in their order, and nothing but text let in."""

from html.parser import HTMLParser

import pytest

from kit.checking.verdict import Cause, Finding, Outcome, Result, Verdict
from kit.report.entries import Entry
from kit.report.page import card, checklist, comparison
from kit.report.words import counted

EVIL = '<img src=x onerror="alert(1)"><script>alert(2)</script></li></details>{{ 7*7 }}&lt;'
VOID = {"img", "br", "hr", "meta", "link", "input"}


class Parsed(HTMLParser):
    """An HTML text whose elements are opened and closed in order; `opened` lists what it holds."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.opened: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.deepest_details = 0
        self.feed(text)
        self.close()
        assert self.open == [], "something is left open"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.opened.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        self.deepest_details = max(self.deepest_details, self.open.count("details"))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data

    def tags(self) -> list[str]:
        return [tag for tag, _ in self.opened]


def finding(text: str) -> Finding:
    return Finding((text, text), text, text, Cause("cause", text, text))


def verdict_of_every_outcome(text: str) -> Verdict:
    results = [
        Result(
            f"check_{number}",
            3,
            text,
            outcome,
            0.1,
            finding(text) if outcome in {Outcome.FAILED, Outcome.TIMED_OUT} else None,
            text,
        )
        for number, outcome in enumerate(Outcome)
    ]
    return Verdict(3, tuple(results), 1.25)


def page(verdict: Verdict | None, hints: dict[str, list[str]] | None = None) -> Parsed:
    return Parsed(
        checklist(verdict, title="Lab 3: events", folder="labs/03_events", hints=hints or {})
    )


def test_before_the_first_verdict_it_says_that_checking_is_under_way() -> None:
    assert "Checking…" in page(None).text


def test_while_a_save_is_checked_no_older_verdict_passes_for_the_newest() -> None:
    result = Result("connects", 3, "It connects.", Outcome.PASSED, 0.1)
    verdict = Verdict(3, (result,), 0.1)
    told = {"title": "Lab 3: events", "folder": "labs/03_events", "hints": {}}
    newest = checklist(verdict, checking=False, **told)
    older = checklist(verdict, checking=True, **told)
    assert "all checks pass" in newest
    assert "Checking…" not in newest
    assert "all checks pass" not in older
    assert "Checking…" in older
    assert "the verdict before your newest save" in older


def test_when_all_pass_the_next_lab_is_a_link_away() -> None:
    told = {"title": "Lab 3: events", "folder": "labs/03_events", "hints": {}}
    passed = Verdict(3, (Result("connects", 3, "It connects.", Outcome.PASSED, 0.1),), 0.1)
    following = Parsed(checklist(passed, following="06_rooms.ipynb", **told))
    assert ("a", {"href": "06_rooms.ipynb"}) in following.opened
    failed = checklist(verdict_of_every_outcome("x"), following="06_rooms.ipynb", **told)
    assert "a" not in Parsed(failed).tags()
    assert "a" not in Parsed(checklist(passed, **told)).tags()


def test_what_was_not_tried_is_explained_once() -> None:
    assert page(verdict_of_every_outcome("x")).text.count("needs a check above it") == 1


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_can_be_told_from_the_others(outcome: Outcome) -> None:
    seen = page(verdict_of_every_outcome("It works."))
    classes = [attributes.get("class") for tag, attributes in seen.opened if tag == "li"]
    assert classes.count(outcome.replace(" ", "-")) == 1
    assert (outcome in seen.text) or outcome is Outcome.PASSED


def test_what_a_submission_sends_stays_text() -> None:
    seen = page(verdict_of_every_outcome(EVIL))
    assert not {"img", "script"} & set(seen.tags())
    assert seen.text.count(EVIL) >= 6


def test_there_is_nothing_that_jupyterlab_takes_away() -> None:
    seen = page(verdict_of_every_outcome("It works."), {"check_1": ["One."]})
    assert not {"script", "link", "iframe", "form", "button"} & set(seen.tags())
    for _, attributes in seen.opened:
        assert not [name for name in attributes if name == "id" or name.startswith("on")]


def test_each_hint_is_inside_the_one_before_it() -> None:
    seen = page(
        verdict_of_every_outcome("It works."), {"check_1": ["Look.", "The *idea*.", "`x = 1`"]}
    )
    assert seen.deepest_details == 3
    assert seen.tags().count("details") == seen.tags().count("summary") == 3
    assert "em" in seen.tags()
    assert seen.text.index("Look.") < seen.text.index("2 of 3") < seen.text.index("x = 1")


@pytest.mark.parametrize("outcome", [Outcome.PASSED, Outcome.NOT_TRIED, Outcome.CHECKER_BROKE])
def test_there_are_no_hints_where_none_can_help(outcome: Outcome) -> None:
    name = f"check_{list(Outcome).index(outcome)}"
    assert "details" not in page(verdict_of_every_outcome("It works."), {name: ["Look."]}).tags()


def test_code_is_shown_as_code() -> None:
    seen = page(verdict_of_every_outcome("Call `emit`."))
    assert "code" in seen.tags()
    assert "Call emit." in seen.text


def test_a_fault_of_ours_is_called_one() -> None:
    result = Result("check", 3, "It works.", Outcome.CHECKER_BROKE, 0.1, None, "ValueError: <b>")
    text = page(Verdict(3, (result,), 0.1)).text
    assert "This is a fault of the kit, not of your work." in text
    assert "ValueError: <b>" in text


def test_a_prediction_is_shown_beside_what_happened_as_text() -> None:
    seen = Parsed(
        comparison({"right": 1, "wrong": EVIL, "more": 3}, {"right": 1, "wrong": EVIL[1:]})
    )
    assert "img" not in seen.tags()
    assert EVIL in seen.text
    classes = [attributes.get("class") for tag, attributes in seen.opened if tag == "td"]
    assert [one for one in classes if one] == ["same", "other", "other"]


def test_of_many_steps_the_last_three_are_in_view_and_repeats_are_counted() -> None:
    steps = ("Ana connected", "Ben connected", *["Ana asked"] * 60, "Ben left", "Ana left")
    found = Finding(steps, "x", "x", Cause("cause", "x", "x"))
    text = card(Entry(Result("check", 3, "It works.", Outcome.FAILED, 0.1, found)), {})
    assert Parsed(text).tags().count("details") == 1
    folded, shown = text.split("</details>")
    assert "2 steps before" in folded
    assert "Ben connected" in folded
    assert "Ana asked (60 times)" in shown
    assert 'start="3"' in shown
    few = card(Entry(Result("check", 3, "It works.", Outcome.FAILED, 0.1, finding("Look"))), {})
    assert "details" not in Parsed(few).tags()
    assert "Look (2 times)" in few


def test_many_similar_addresses_are_one_step() -> None:
    asked = [f"a visitor asked for GET /api/{number}" for number in range(20)]
    told = counted(["Ana connected", *asked, "a visitor asked for POST /api/1", "Ana left"])
    assert told == [
        "Ana connected",
        "a visitor asked for GET /api/0, and so on: 20 requests, up to /api/19",
        "a visitor asked for POST /api/1",
        "Ana left",
    ]
    assert counted(asked[:3]) == asked[:3]


def test_many_payloads_of_one_event_are_one_step() -> None:
    sent = [
        f'Ana sent `shout` with {{"n": {n}}} and asked for an acknowledgement' for n in range(70)
    ]
    told = counted(["Ana connected", *sent, "Ben sent `shout` without a payload", "Ana left"])
    assert told == [
        "Ana connected",
        f"{sent[0]}, and so on: 70 such steps, the last: {sent[-1]}",
        "Ben sent `shout` without a payload",
        "Ana left",
    ]
    assert counted(sent[:3]) == sent[:3]
