"""A lab's causes as text: read, refused where they say too little or too much, and all there."""

import re
from importlib import import_module
from pathlib import Path

import pytest

from kit.authoring.causes_told import given_away, taught
from kit.checking.lab_causes import Causes, CausesError
from kit.checking.verdict import Cause
from kit.course import Course, Lab
from kit.student import given

TEXT = """# What may have gone wrong

## no-feed
likely: No feed is running.
next: Follow the way from the join to `start()` in `feed.py`.

## not-left
likely: The client is still in `dashboard_stocks`.
next: Take it out of `Dashboard.room`.
"""


def read(folder: Path, text: str) -> Causes:
    path = folder / "causes.md"
    path.write_text(text, encoding="utf-8")
    return Causes(path)


def test_a_cause_is_found_by_its_name(tmp_path: Path) -> None:
    why = read(tmp_path, TEXT)
    assert why.no_feed == Cause(
        "no-feed", "No feed is running.", "Follow the way from the join to `start()` in `feed.py`."
    )
    assert list(why.by_name) == ["no-feed", "not-left"]
    with pytest.raises(AttributeError, match="There is no cause no-room"):
        _ = why.no_room


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("next: Follow", "Follow", "`## no-feed` needs a line `likely: ...` and a line `next:"),
        ("## not-left", "## Not left", "`## Not left` needs"),
        ("## not-left", "## no-feed", "two causes `## no-feed`"),
        ("`start()`", "`feed.start(self)`", "`## no-feed` holds code, `feed.start(self)`"),
        ("`Dashboard.room`", "`to=dashboard.room`", "`## not-left` holds code"),
    ],
)  # fmt: skip
def test_a_cause_that_says_too_little_or_shows_code_is_an_error(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert old in TEXT
    with pytest.raises(CausesError, match=re.escape(message)):
        read(tmp_path, TEXT.replace(old, new))


of_each_lab = pytest.mark.parametrize(
    "lab", [lab for lab in Course().labs if lab.causes.exists()], ids=lambda lab: lab.slug
)


@of_each_lab
def test_no_next_step_gives_a_line_of_the_solution_away(lab: Lab) -> None:
    solution = given.solution(Course(), lab)
    text = "\n".join(content.decode() for name, content in solution.items() if name[-3:] == ".py")
    lines = {line.strip() for line in text.splitlines() if re.search(r"\w.*[(=]", line)}
    steps = {name: cause.next_step for name, cause in Causes(lab.causes).by_name.items()}
    assert [(n, line) for n, step in steps.items() for line in lines if line and line in step] == []


@of_each_lab
def test_no_cause_that_labs_share_gives_code_of_a_solution_away(lab: Lab) -> None:
    code = taught(given.solution(Course(), lab), lab.number)
    shared = vars(import_module("kit.checking.causes"))
    steps = {name: one.next_step for name, one in shared.items() if isinstance(one, Cause)}
    assert len(steps) > 20
    assert {name: found for name, step in steps.items() if (found := given_away(step, code))} == {}


@of_each_lab
def test_every_cause_that_a_lab_names_is_there(lab: Lab) -> None:
    named = set(re.findall(r"\bwhy\.(\w+)", lab.checks.read_text(encoding="utf-8")))
    assert named
    assert {name.replace("_", "-") for name in named} <= Causes(lab.causes).by_name.keys()
