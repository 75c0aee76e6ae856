"""Files of checks: how they are read, and what is wrong with one."""

from pathlib import Path

import pytest

from kit.checking.check import CheckError, load
from kit.course import Course

GOOD = '''
from kit.checking import check


@check(tasks=["make it"])
def first(server):
    """It is made.

    More words, for authors.
    """


@check(stands_on=[first])
def second(start, folder):
    """It is made twice."""


@check
def third(folder):
    """It is there."""


def helps():
    """No check."""
'''


def write(folder: Path, source: str, name: str = "lab_07_cors.py") -> Path:
    path = folder / name
    path.write_text(source)
    return path


def test_checks_come_in_the_order_of_their_file(tmp_path: Path) -> None:
    first, second, third = load(write(tmp_path, GOOD))
    assert (first.name, first.lab, first.title) == ("first", 7, "It is made.")
    assert (first.tasks, first.stands_on, first.fixtures) == (("make it",), (), ("server",))
    assert (second.stands_on, second.fixtures) == (("first",), ("start", "folder"))
    assert (third.name, third.tasks, third.stands_on) == ("third", (), ())


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("@check\ndef a(server): pass\n", "a has no docstring"),
        ("@check\ndef a():\n    'A.'\n", "a takes"),
        ("@check\ndef a(client):\n    'A.'\n", "a takes .*client"),
        (
            "def a(server):\n    'A.'\n\n@check(stands_on=[a])\ndef b(server):\n    'B.'\n",
            "b waits for a check that does not come before it",
        ),
        (
            "def a(server):\n    'A.'\n\n@check(goes_on=a)\ndef b(server):\n    'B.'\n",
            "b waits for a check that does not come before it",
        ),
        (
            "@check\ndef a(server):\n    'A.'\n\n@check(goes_on=a)\ndef b(server):\n    'B.'\n\n"
            "@check(goes_on=a)\ndef c(server):\n    'C.'\n",
            "Two checks go on with the server of a",
        ),
    ],
    ids=[
        "no docstring",
        "no fixture",
        "unknown fixture",
        "stands on no check",
        "goes on with no check",
        "two go on with one",
    ],
)
def test_what_is_wrong_with_a_file_is_said(tmp_path: Path, source: str, message: str) -> None:
    path = write(tmp_path, f"from kit.checking import check\n\n{source}")
    with pytest.raises(CheckError, match=message):
        load(path)


def test_a_file_of_checks_has_a_name_with_its_lab(tmp_path: Path) -> None:
    with pytest.raises(CheckError, match=r"like lab_03_events\.py, not cors\.py"):
        load(write(tmp_path, GOOD, "cors.py"))


@pytest.mark.parametrize("lab", [lab for lab in Course().labs if lab.checks.exists()],
                         ids=lambda lab: lab.slug)  # fmt: skip
def test_every_lab_has_checks_with_names_and_titles_of_their_own(lab: object) -> None:
    checks = load(lab.checks)  # type: ignore[attr-defined]
    assert checks
    assert len({check.name for check in checks}) == len(checks)
    assert len({check.title for check in checks}) == len(checks)
