"""What is remembered of a student's way through the labs."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from kit.checking.verdict import Outcome, Result, Verdict
from kit.course import Course, Lab
from kit.report.words import state
from kit.student import progress


@pytest.fixture
def lab(course: Course) -> Lab:
    return course.lab("events")


def verdict(*outcomes: Outcome) -> Verdict:
    results = tuple(
        Result(f"check_{number}", 3, "It works.", outcome, 0.1)
        for number, outcome in enumerate(outcomes)
    )
    return Verdict(3, results, 0.2)


def at_a_glance(course: Course, lab: Lab) -> progress.LabProgress:
    return next(one for one in progress.overview(course) if one.lab == lab)


def test_before_the_first_start_nothing_is_known(course: Course, lab: Lab) -> None:
    assert at_a_glance(course, lab) == progress.LabProgress(lab, False, 0, None, None)
    assert [one.lab for one in progress.overview(course)] == course.labs


def test_the_newest_verdict_is_remembered(course: Course, lab: Lab) -> None:
    progress.remember(lab, verdict(Outcome.PASSED, Outcome.PASSED))
    progress.remember(lab, verdict(Outcome.PASSED, Outcome.FAILED))

    seen = at_a_glance(course, lab)
    assert (seen.passed, seen.checks) == (1, 2)
    assert seen.checked_at is not None
    assert progress.outcomes(lab) == {"check_0": "passed", "check_1": "failed"}


def test_a_lab_is_done_when_all_passed_that_this_machine_can_try(course: Course, lab: Lab) -> None:
    lacking = Result("check_9", 3, "It scales.", Outcome.NOT_TRIED, 0.0, is_lacking=True)
    for outcome, is_done in ((Outcome.PASSED, True), (Outcome.NOT_TRIED, False)):
        found = verdict(Outcome.PASSED, outcome)
        found = replace(found, results=(*found.results, lacking))
        lab.package.mkdir(exist_ok=True)
        progress.remember(lab, found)
        seen = at_a_glance(course, lab)
        assert seen.done == found.is_done == is_done
        assert state(seen).endswith(", 1 cannot be tried on this machine")
    progress.remember(lab, replace(found, results=(lacking,)))
    assert not at_a_glance(course, lab).done


def test_hints_seen_are_remembered(lab: Lab) -> None:
    assert progress.hints_seen(lab) == {}
    progress.see_hints(lab, {"check_0": 2})
    assert progress.hints_seen(lab) == {"check_0": 2}


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"passed": 1', "\0"])
def test_a_broken_file_counts_as_none(course: Course, lab: Lab, content: str) -> None:
    progress.remember(lab, verdict(Outcome.PASSED))
    for file in (course.root / "labs" / ".progress").glob("*.json"):
        file.write_text(content)

    assert at_a_glance(course, lab).passed is None
    progress.remember(lab, verdict(Outcome.PASSED))
    assert at_a_glance(course, lab).passed == 1


def test_two_who_remember_at_once_leave_one_whole_file(course: Course, lab: Lab) -> None:
    verdicts = [verdict(Outcome.PASSED), verdict(*[Outcome.FAILED] * 50)] * 20
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda one: progress.remember(lab, one), verdicts))

    assert at_a_glance(course, lab).checks in {1, 50}
    assert len(list((course.root / "labs" / ".progress").iterdir())) == 1
