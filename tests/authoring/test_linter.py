"""The course's linter: silent about a whole lab, and plain about each thing that is missing."""

import json
from pathlib import Path

import pytest

from kit.authoring.causes_told import given_away, taught
from kit.authoring.linter import faults
from kit.course import Course, Lab
from kit.proving.tables import written

CELLS = [
    {"cell_type": "markdown", "id": "idea", "metadata": {}, "source": "# Lab 1: toy"},
    {"cell_type": "markdown", "id": "task", "metadata": {}, "source": "../labs/01_toy/README.md"},
    {
        "cell_type": "code",
        "id": "checklist",
        "metadata": {},
        "source": "lab.checklist()",
        "outputs": [],
        "execution_count": None,
    },
]
NOTEBOOK = json.dumps({"cells": CELLS, "metadata": {"kernelspec": {"name": "python3"}}})
WHOLE = {
    "reference/dashboard/__init__.py": (
        '"""A server."""\n\n# lab 1: tell the news\nNEWS = tell("news", to=everybody)\n'
    ),
    "checks/contract.py": '''
from kit.checking import causes
from kit.checking.contract import Told, told

toy = causes(__file__, "01_toy")


class UpdateData(
    Told, event="update_data", sent="the server", heard="all", otherwise=toy.badly_told
):
    """What is new."""

    words: str = told("some words", example="rain")
''',
    # The module `checks.contract` is the course's own, which has a model of this name.
    "checks/lab_01_toy.py": '''
from checks.contract import UpdateData
from kit.checking import Failure, causes, check

why = causes(__file__)


@check(tasks=["tell the news"])
def tells(folder):
    """It tells the news."""
    raise Failure("news", UpdateData.event, why.not_told)


@check
def tells_it_well(folder):
    """It tells it well."""
''',
    "checks/submissions/lab_01.md": """# Submissions

## mute → tells: not-told
It says nothing.

    __init__.py
    -NEWS = tell("news", to=everybody)

## mumbling → tells_it_well: badly-told
It mumbles.

    __init__.py
    +MUMBLE = 1

## louder
It shouts.

    __init__.py
    +SHOUT = 1
""",
    "labs/01_toy/README.md": (
        "# Lab 1: toy\n\n<!-- events: UpdateData -->\n<!-- end -->\n\n"
        "<!-- checks -->\n<!-- end -->\n"
    ),
    "labs/01_toy/causes.md": (
        "## not-told\nlikely: Nothing is told.\nnext: Look for the line that tells it.\n\n"
        "## badly-told\nlikely: It mumbles.\nnext: Speak up.\n"
    ),
    "labs/01_toy/compare.md": "- It tells. So all know.\n- It does.\n- And it is short.\n",
    "labs/01_toy/hints.md": "".join(
        f"## {name}\n\n1. What?\n2. Tell it.\n3. So:\n   ```python\n   tell()\n   ```\n\n"
        for name in ("tells", "tells_it_well")
    ),
    "notebooks/01_toy.ipynb": NOTEBOOK,
}


@pytest.fixture
def whole(tmp_path: Path) -> Course:
    """A course of one lab, which lacks nothing."""
    for name, text in WHOLE.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    course = Course(tmp_path)
    course.lab(1).task.write_text(written(course.lab(1)), encoding="utf-8")
    return course


def said(course: Course) -> list[str]:
    return [str(fault) for fault in faults(course, course.lab(1))]


def change(course: Course, name: str, old: str, new: str) -> None:
    path = course.root / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize("lab", Course().labs, ids=lambda lab: lab.slug)
def test_each_lab_of_the_course_is_whole(lab: Lab) -> None:
    assert [str(fault) for fault in faults(Course(), lab)] == []


def test_nothing_is_said_of_a_whole_lab(whole: Course) -> None:
    assert said(whole) == []


def test_three_things_are_said_of_the_courses_code(whole: Course) -> None:
    change(whole, "labs/01_toy/compare.md", "- It does.\n", "")
    (line,) = said(whole)
    assert line.startswith("labs/01_toy/compare.md: write three things")


@pytest.mark.parametrize("name", [name for name in WHOLE if "README" not in name][2:])
def test_a_file_that_is_missing_is_named(whole: Course, name: str) -> None:
    (whole.root / name).unlink()
    assert any(line.startswith(f"{name}: ") or f"/{name}" in line for line in said(whole))


TITLES = "- It tells the news.\n- It tells it well.\n"
README, HINTS, CAUSES = (f"labs/01_toy/{name}.md" for name in ("README", "hints", "causes"))
CHECKS, PROOF = "checks/lab_01_toy.py", "checks/submissions/lab_01.md"
CONTRACT, BOOK = "checks/contract.py", "notebooks/01_toy.ipynb"


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        (README, "- It tells the news.", "- It tells.", f"{README}: its tables are not those"),
        (README, f"<!-- checks -->\n{TITLES}", "", f"{README}: it does not say what `tells`"),
        (README, "UpdateData -->", "Updates -->", f"{README}: 01_toy/README.md: module"),
        (README, "<!-- events: UpdateData -->", "", f"{README}: a table of events is written by"),
        (HINTS, "2. Tell it.\n", "", f"{HINTS}: `tells` has 2 hints. Write 3"),
        (HINTS, "2. Tell it.", "2. So:\n   ```\n   a()\n   ```", f"{HINTS}: `tells`: hint 2 holds"),
        (HINTS, "## tells\n", "## told\n", f"{HINTS}: there are hints for `told`, and no such"),
        (HINTS, "## tells\n", "## told\n", f"{HINTS}: `tells` has 0 hints"),
        (CAUSES, "## not-told", "## untold", f"{CAUSES}: no check tells the cause `untold`"),
        (CAUSES, "## not-told", "## untold", "lab_01_toy.py, line 11 tells the cause `not-told`"),
        (CAUSES, "Speak up.", "Say to=everybody.", "of `badly-told` holds code of the solution"),
        (CAUSES, "next: Speak up.", "", f"{CHECKS}: it cannot be loaded: CausesError"),
        (CHECKS, '"tell the news"', '"tell it"', f"{CHECKS}: `tells` names a task that no tag"),
        (CHECKS, "why = ", "why = unknown", f"{CHECKS}: it cannot be loaded: NameError"),
        (PROOF, "mute → tells: not-told", "mute", f"{PROOF}: `tells`: no known-wrong submission"),
        (PROOF, "mute → tells: not-told", "mute", f"{PROOF}: `not-told`: no known-wrong"),
        (PROOF, "→ tells:", "→ told:", f"{PROOF}: `mute` `told`: there is no check of this name"),
        (PROOF, "## louder", "## louder → tells: not-told", f"{PROOF}: no submission is right in"),
        (PROOF, "## louder", "## louder, lower", f"{PROOF}: lab_01.md, line 15: a heading is"),
        (BOOK, '"outputs": []', '"outputs": [1]', f"{BOOK}: cell checklist keeps what a run left"),
        (BOOK, "null", "3", f"{BOOK}: cell checklist keeps what a run left"),
        (BOOK, '"id": "task"', '"id": "idea"', f"{BOOK}: its cells need an id each"),
        (BOOK, ".checklist()", ".list()", f"{BOOK}: its first 6 cells show no checklist"),
        (BOOK, "lab.checklist()", "lab.checklist(); sleep(1)", f"{BOOK}: cell checklist sleeps"),
        (BOOK, "../labs/01_toy/README.md", "the task", f"{BOOK}: it has no link to the task"),
        (BOOK, '"python3"', '"mine"', f"{BOOK}: it names no kernel `python3`"),
        (BOOK, '"cells"', '"cell"', f"{BOOK}: it is not a notebook"),
        (README, "# Lab 1: toy", "TODO: words", f"{README}: line 1: a TODO is left"),
        (CONTRACT, "\n\n\n", "\n\n# TODO: lab 1: x\n\n", f"{CONTRACT}: line 7: a TODO is left"),
        (CONTRACT, "\n\n\n", "\n\n# TODO: lab 2: x\n\n", None),
        ("reference/dashboard/__init__.py", "# lab 1: tell the news\n", "", "teaches nothing of"),
    ],
)  # fmt: skip
def test_what_is_missing_is_said(
    whole: Course, name: str, old: str, new: str, told: str | None
) -> None:
    change(whole, name, old, new)
    found = said(whole)
    assert any(told in line for line in found) if told else found == []


def test_two_labs_have_no_check_of_the_same_name(whole: Course) -> None:
    (whole.root / "checks" / "lab_02_other.py").write_text(WHOLE[CHECKS], encoding="utf-8")
    (whole.root / "labs" / "02_other").mkdir()
    (whole.root / "labs" / "02_other" / "README.md").write_text("# Lab 2", encoding="utf-8")
    told = f"{CHECKS}: `tells` is a check of 02_other too. Give it another name"
    assert told in said(Course(whole.root))


def test_the_start_page_and_the_plan_tell_of_each_lab(whole: Course) -> None:
    links = "(01_toy.ipynb) (../labs/01_toy/README.md)"
    for file, text in ((whole.start_page, links), (whole.teaching, "| 1 toy | news | | 1 |")):
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert said(whole) == []

    for file in (whole.start_page, whole.teaching):
        file.write_text("", encoding="utf-8")
    page, task, plan = said(whole)
    assert page == "notebooks/00_start.ipynb: it says nothing of 01_toy. Add it to the table"
    assert task == "notebooks/00_start.ipynb: it says nothing of 01_toy. Add its task to the table"
    assert plan.startswith("docs/teaching.md: it says nothing of 01_toy. Say what it is about")


def test_an_event_that_the_checks_use_stands_in_a_table(whole: Course) -> None:
    lab = whole.lab(1)
    text = WHOLE[README].replace("<!-- events: UpdateData -->\n<!-- end -->\n", "")
    lab.task.write_text(text, encoding="utf-8")
    lab.task.write_text(written(lab), encoding="utf-8")
    assert said(whole) == [
        f"{README}: the checks use `UpdateData` of the contract, and no table of events shows it."
        " Put it into a marker `<!-- events: ... -->`"
    ]


def test_causes_may_be_constants_of_the_checks(whole: Course) -> None:
    for name in (CAUSES, CONTRACT):
        (whole.root / name).unlink()
    change(whole, README, "<!-- events: UpdateData -->", "")
    change(whole, CHECKS, "why = causes(__file__)", 'NOT_TOLD = Cause("not-told", "So.", "Tell.")')
    change(whole, CHECKS, "why.not_told", "NOT_TOLD")
    change(whole, CHECKS, "causes, check", "Cause, check")
    assert said(whole) == []

    change(whole, CHECKS, "NOT_TOLD = ", "BADLY_TOLD = NOT_TOLD = ")
    (line,) = said(whole)
    assert line.startswith(f"{CAUSES}: no check tells the cause BADLY_TOLD of lab_01_toy.py.")


def test_the_code_that_a_lab_teaches_is_known_in_any_spelling() -> None:
    text = '# lab 1: join\njoin_room(room, sid="x")\ncount = 1\n\n# lab 2: leave\nleave(room)\n'
    code = taught({"a.py": text.encode()}, 1)
    assert given_away("Call `join_room( room, sid='x' )` there.", code) == [
        "join_room(room,sid=x)",
        "sid=x",
    ]
    assert given_away("Set count = 1 first.", code) == ["count=1"]
    assert given_away("Call `join_room`, and `leave(room)`, with the room.", code) == []
