"""The tables of a lab's README are those of the contract and the checks."""

from pathlib import Path

import pytest

from kit.course import Course, Lab
from kit.proving.tables import TablesError, for_teachers, mistakes, written

CONTRACT = '''
from kit.checking import Cause
from kit.checking.contract import Asked, Told, told

WRONG = Cause("wrong", "It is wrong.", "Look.")


class Done(Told, when="it worked", otherwise=WRONG):
    """The acknowledgement."""

    ok: bool = told("true", example=True)


class News(Told, event="news", sent="the server", heard="everybody", otherwise=WRONG):
    """What is new, in words."""

    text: str = told("the words", example="rain")


ASK = Asked("ask", '{"about": id}', (Done,))
'''
CHECKS = '''
from kit.checking import check


@check
def answers(folder):
    """It answers."""
'''
README = """# Lab 1: toy

<!-- events: ASK, News -->
what stood here before
<!-- end -->
Words between them stay.
<!-- payload: News -->
<!-- end -->
<!-- acknowledgements: ASK -->
<!-- end -->
<!-- checks -->
<!-- end -->
"""
WRITTEN = """# Lab 1: toy

<!-- events: ASK, News -->
| event | who sends it | who hears it | payload |
| --- | --- | --- | --- |
| `ask` | a client | the server | `{"about": id}` |
| `news` | the server | everybody | `text`: what is new, in words |
<!-- end -->
Words between them stay.
<!-- payload: News -->
| key | value |
| --- | --- |
| `text` | the words |
<!-- end -->
<!-- acknowledgements: ASK -->
| what happened | the acknowledgement |
| --- | --- |
| it worked | `{"ok": true}` |
<!-- end -->
<!-- checks -->
- It answers.
<!-- end -->
"""


def lab(folder: Path, readme: str) -> Lab:
    for name, text in {
        "labs/01_toy/README.md": readme,
        "checks/lab_01_toy.py": CHECKS,
        "checks/contract.py": CONTRACT,
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Course(folder).lab(1)


def test_what_stands_between_the_markers_is_written(tmp_path: Path) -> None:
    assert written(lab(tmp_path, README)) == WRITTEN
    assert written(lab(tmp_path, WRITTEN)) == WRITTEN


def test_a_name_that_the_contract_lacks_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(TablesError, match=r"01_toy/README\.md: .*'Olds'"):
        written(lab(tmp_path, README.replace("ASK, News", "ASK, Olds")))


@pytest.mark.parametrize(
    ("marker", "advice"),
    [
        ("<!-- events: Done -->", "Done fits `<!-- payload: Done -->`, not `events`"),
        ("<!-- payload: ASK -->", "ASK fits `<!-- events: ASK -->`, not `payload`"),
        ("<!-- acknowledgements: News -->", "News fits `<!-- payload: News -->`"),
        ("<!-- payload: WRONG -->", "WRONG fits no marker"),
    ],
)
def test_what_fits_another_table_is_an_error(tmp_path: Path, marker: str, advice: str) -> None:
    with pytest.raises(TablesError, match=advice):
        written(lab(tmp_path, f"{marker}\n<!-- end -->\n"))


def test_what_teachers_read_of_mistakes_is_what_the_proofs_say() -> None:
    course = Course()
    text = course.teaching.read_text("utf-8")
    assert for_teachers(course) == text, "run: python -m kit.proving.tables"


def test_every_lab_has_mistakes_to_tell_of() -> None:
    for lab in Course().labs:
        assert len(set(mistakes(lab))) == 5, lab.slug
