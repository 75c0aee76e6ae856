"""Mutants: one small change everywhere, and what becomes of those that no check catches."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kit.checking.verdict import Verdict
from kit.course import Course
from kit.proving.audit import mutate
from kit.proving.case import Deviation
from kit.proving.mutants import Mutant, mutants, reasons
from kit.proving.proofs import Proofs
from kit.proving.submission import SubmissionError
from kit.running import Launcher

SERVER = '''"""A server."""


# lab 1: count
def count(words: list[str] | None = None) -> int:
    """Count them."""
    found = 0
    with lock:
        if words is not None and True:
            found = len(words)
    return found


# lab 1 (given): a name
NAME = "server"

# lab 2: a place
PLACE = "here"
'''

MADE = [
    (7, "without `found = 0`", "    pass\n    with lock:"),
    (7, "`0` becomes `1`", "    found = 1\n"),
    (8, "without `with lock`", '"""Count them."""\n    found = 0\n    pass\n    return'),
    (8, "unwraps `with lock`", "    if True:\n        if words"),
    (9, "without `if words is not None and True`", "    with lock:\n        pass\n"),
    (9, "`words is not None and True` becomes `words is not None or True`", "None or True:"),
    (9, "`words is not None` becomes `words is None`", "if words is None and True:"),
    (9, "`True` becomes `False`", "not None and False:"),
    (10, "without `found = len(words)`", "            pass\n    return"),
    (11, "without `return found`", "len(words)\n    pass\n"),
]


def test_everything_that_a_lab_teaches_is_changed_once() -> None:
    found = list(mutants({"server.py": SERVER.encode(), "page.html": b"<p>"}, 1))
    assert [(one.line, one.words) for one in found] == [(line, words) for line, words, _ in MADE]
    for one, (_, _, text) in zip(found, MADE, strict=True):
        assert text in one.text
        compile(one.text, one.file, "exec")
    assert found[1].name == "`server.py`, `0` becomes `1`"


def test_a_name_that_comes_twice_is_numbered() -> None:
    twice = b"# lab 1: names\nONE = 1\nTWO = 1\n"
    names = [one.words for one in mutants({"a.py": twice}, 1) if "becomes" in one.words]
    assert names == ["`1` becomes `2`", "`1` becomes `2` (2)"]


HANDLER = b"""# lab 1: answer
@socketio.on("ask")
def ask(payload=None):
    emit("answer", payload)
    return True
"""


def test_the_usual_mistakes_are_made_of_handlers_and_of_what_they_send() -> None:
    made = {one.words for one in mutants({"a.py": HANDLER}, 1)}
    assert made >= {"ask is `async`", "ask takes no default", "ask is not registered"}
    assert made >= {"ask sends `answer` to everyone", "ask returns `answer` instead"}


def test_an_unreadable_reason_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "survivors.md"
    path.write_text("# Survivors\n\n- `a.py`, `1` becomes `2`: Nobody asks.\n", encoding="utf-8")
    assert reasons(path) == {"`a.py`, `1` becomes `2`": "Nobody asks."}
    path.write_text("- `a.py`, `1` becomes `2`\n", encoding="utf-8")
    with pytest.raises(SubmissionError, match=r"survivors\.md, line 1: a survivor is"):
        reasons(path)
    assert reasons(tmp_path / "none.md") == {}


REFERENCE = '"""A server."""\n\n# lab 1: names\nNAME = "right"\nOTHER = "free"\n'
CHECKS = '''
from kit.checking import Cause, Failure, check

WRONG = Cause("wrong", "It has another name.", "Call it right.")


@check(tasks=["names"])
def is_named(folder):
    """It is named."""
    if 'NAME = "right"' not in (folder / "dashboard" / "__init__.py").read_text():
        raise Failure("it is named", "it is not", WRONG)
'''
FREE = [
    '`__init__.py`, without `OTHER = "free"`',
    "`__init__.py`, `'free'` becomes `'freex'`",
]


def deviations(
    folder: Path,
    survivors: str,
    tell: Callable[[Mutant, Verdict | None], None] = lambda *_: None,
) -> list[Deviation]:
    for name, text in {
        "reference/dashboard/__init__.py": REFERENCE,
        "labs/01_toy/README.md": "# Lab 1: toy\n",
        "checks/lab_01_toy.py": CHECKS,
        "checks/submissions/lab_01.md": "## more\nIt says more.\n\n```python more.py\nM = 1\n```\n",
        "checks/submissions/lab_01_survivors.md": survivors,
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    course = Course(folder)
    with Launcher(warm=False) as launcher, Proofs(folder / "proofs.sqlite3") as proofs:
        return mutate(course, course.labs[0], launcher, proofs=proofs, tell=tell)


def test_a_survivor_needs_a_reason(tmp_path: Path) -> None:
    found = deviations(tmp_path, f"- {FREE[0]}: Nobody asks for it.\n")
    assert [(one.kind, one.case) for one in found] == [("unexplained", FREE[1])]


def test_a_reason_needs_a_survivor(tmp_path: Path) -> None:
    caught = "`__init__.py`, `'right'` becomes `'rightx'`"
    text = "".join(f"- {name}: Nobody asks for it.\n" for name in [*FREE, caught])
    found = deviations(tmp_path, text)
    assert [(one.kind, one.case) for one in found] == [("explained in vain", caught)]


def test_a_mutant_that_was_caught_is_not_tried_again(tmp_path: Path) -> None:
    verdicts: dict[str, Verdict | None] = {}

    def tell(mutant: Mutant, verdict: Verdict | None) -> None:
        verdicts[mutant.name] = verdict

    survivors = "".join(f"- {name}: Nobody asks for it.\n" for name in FREE)
    assert deviations(tmp_path, survivors, tell) == []
    assert len(verdicts) > len(FREE)
    assert None not in verdicts.values()
    assert deviations(tmp_path, survivors, tell) == []
    assert {name for name, verdict in verdicts.items() if verdict} == {*FREE}
