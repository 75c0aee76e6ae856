"""Every stage and every starter of the real course, as a student will meet them."""

import ast
import io
import json
import re
import subprocess
import sys
import tokenize
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from kit import cut
from kit.checking import Start
from kit.checking.check import Check, load
from kit.checking.codebase import Codebase
from kit.checking.runner import run
from kit.course import ROOT, Course, Lab
from kit.proving.proof import load as load_proof
from kit.running import PACKAGE, App, Launcher, Plan, StartFailed

COURSE = Course()
LABS = [lab for lab in COURSE.labs if lab.checks.exists()]
SAYS_NOTHING = {tokenize.NEWLINE, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}

of_each_lab = pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.slug)


def last_taught() -> int:
    """Return the number of the last lab that the reference has a tag of."""
    return max(
        reach.tag.lab
        for name, text in cut.read(COURSE.reference).items()
        if name.endswith((".py", *cut.LISTS))
        for reach in cut.reaches(text.decode(), name)
    )


STAGES = range(last_taught() + 1)
of_each_stage = pytest.mark.parametrize("number", STAGES)


@cache
def stage(number: int) -> cut.Tree:
    return cut.stage(COURSE.reference, number)


@cache
def starter(number: int) -> cut.Tree:
    return cut.starter(COURSE.reference, number)


@pytest.fixture(scope="module")
def launcher() -> Iterator[Launcher]:
    with Launcher() as made:
        yield made


def laid(tree: cut.Tree, folder: Path) -> Path:
    cut.write(tree, folder / PACKAGE)
    return folder


# Stages.


def test_the_stages_are_free_of_what_the_linter_of_this_project_finds(tmp_path: Path) -> None:
    for number in STAGES:
        laid(stage(number), tmp_path / f"stage_{number}")
    options = ["--config", str(ROOT / "pyproject.toml"), "--no-cache", "--quiet", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", *options],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    subprocess.run([sys.executable, "-m", "ruff", "format", "--check", *options], check=True)


def test_the_last_stage_is_the_reference() -> None:
    assert stage(STAGES[-1]) == cut.read(COURSE.reference)


IMPORT_ALL = f"""
import importlib, json, sys
for folder, names in json.load(sys.stdin).items():
    sys.path.insert(0, folder)
    for name in names:
        assert importlib.import_module(name).__file__.startswith(folder), name
    sys.path.remove(folder)
    for name in [name for name in sys.modules if name.partition(".")[0] == {PACKAGE!r}]:
        del sys.modules[name]
"""


def test_what_a_stage_imports_is_there(tmp_path: Path) -> None:
    wanted = {}
    for number in STAGES:
        names = {name.removesuffix(".py").replace("/", ".") for name in stage(number)
                 if name.endswith(".py")}  # fmt: skip
        modules = sorted(name.removesuffix("__init__").rstrip(".") for name in names)
        folder = laid(stage(number), tmp_path / str(number))
        wanted[str(folder)] = [f"{PACKAGE}.{name}".rstrip(".") for name in modules
                               if name != "__main__"]  # fmt: skip
    # In one process: the libraries take longer to import than all the stages.
    command = [sys.executable, "-W", "error", "-c", IMPORT_ALL]
    subprocess.run(command, input=json.dumps(wanted), text=True, cwd=tmp_path, check=True)


def constants(tree: cut.Tree) -> Iterator[tuple[str, str]]:
    """Give each constant of a stage's modules, after the name of its module."""
    for name, content in tree.items():
        if name.endswith(".py"):
            for statement in ast.parse(content).body:
                if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
                    yield name, statement.targets[0].id


@of_each_stage
def test_no_constant_comes_before_the_lab_that_uses_it(number: int) -> None:
    code = "\n".join(text.decode() for name, text in stage(number).items() if name.endswith(".py"))
    used = Counter(re.findall(r"\w+", code))
    assert [(name, word) for name, word in constants(stage(number)) if used[word] == 1] == []


def said(tree: cut.Tree) -> dict[str, list[str]]:
    """Return what each module says, without imports and what the formatter decides."""
    found = {}
    for name, content in tree.items():
        if name.endswith(".py"):
            tokens = tokenize.generate_tokens(io.StringIO(content.decode()).readline)
            found[name] = list(_words(tokens))
    return found


def _words(tokens: Iterator[tokenize.TokenInfo]) -> Iterator[str]:
    importing, line_began = False, True
    for token in tokens:
        importing |= line_began and token.string in {"import", "from"}
        if token.type not in SAYS_NOTHING and not importing and token.string != ",":
            yield token.string
        importing &= token.type != tokenize.NEWLINE
        line_began = token.type in SAYS_NOTHING


@pytest.mark.parametrize(("earlier", "later"), list(pairwise(STAGES)))
def test_a_later_stage_only_adds(earlier: int, later: int) -> None:
    before, after = said(stage(earlier)), said(stage(later))
    assert stage(earlier).keys() <= stage(later).keys()
    for name, words in before.items():
        rest = iter(after[name])
        missing = [word for word in words if not any(word == other for other in rest)]
        assert missing == [], f"{name} says {missing[0]!r} in stage {earlier} but not in {later}"


@of_each_stage
def test_a_stage_starts_and_is_healthy(number: int, launcher: Launcher, tmp_path: Path) -> None:
    if number == 0:
        assert b"def " not in stage(0)["__init__.py"]
        return
    start = Start(launcher, laid(stage(number), tmp_path))
    try:
        answer = start(App("Production", {"SECRET_KEY": "a test's"}), App(None)).get("/healthz")
        assert answer.json() == {"status": "ok", "environment": "production", "debug": False}
    finally:
        start.stop()


@of_each_lab
def test_a_stage_passes_the_checks_of_its_labs(
    lab: Lab, launcher: Launcher, tmp_path: Path
) -> None:
    """The last stage passes those of all labs, each other one those of its own and the one before.

    A later stage only adds, as another test sees: what lab 3 wants and lab 9 breaks, is broken in
    the last stage too. All labs on all stages would take four times as long.
    """
    beside = {name: text.encode() for name, text in load_proof(lab).beside.items()}
    folder = laid(stage(lab.number), tmp_path)
    cut.write({f"{PACKAGE}/{name}": text for name, text in beside.items()}, folder)
    results = [
        result
        for other in LABS
        if lab is LABS[-1] or 0 <= lab.number - other.number <= 1
        for result in run(_said_of_a_later_lab(other, lab), folder, launcher).results
    ]
    assert len(results) > 1
    assert [result for result in results if not result.passed] == []


def _said_of_a_later_lab(lab: Lab, later: Lab) -> list[Check]:
    """Return the checks: a lab about files in the folder itself says nothing of a later one's."""
    return [check for check in load(lab.checks) if later is lab or "folder" not in check.fixtures]


# Starters.


@of_each_stage
def test_every_task_stands_in_its_starter_once(number: int, tmp_path: Path) -> None:
    laid(starter(number), tmp_path)
    tasks = cut.tasks(COURSE.reference, number)
    assert len({task.words for task in tasks}) == len(tasks), "two tasks have the same words"
    for task in tasks:
        said_in = [
            name
            for name, text in starter(number).items()
            for _ in range(text.decode(errors="replace").count(f"lab {number}: {task.words}"))
        ]
        assert said_in == [task.path], task.words
        found = Codebase(tmp_path).task(number, task.words)
        assert found is not None, f"{task.words!r} is not recognised as a task that was left"
        assert found.file == f"{PACKAGE}/{task.path}"


@of_each_stage
def test_a_starter_says_no_more_than_its_stage(number: int) -> None:
    assert starter(number).keys() == stage(number).keys()
    for name, text in starter(number).items():
        if not name.endswith((".py", *cut.LISTS)):
            assert text == stage(number)[name]


@of_each_stage
def test_a_starter_starts_or_fails_at_a_task_of_its_own(
    number: int, launcher: Launcher, tmp_path: Path
) -> None:
    if number == 0:
        assert b"def " not in starter(0)["__init__.py"]
        return
    with launcher.start(Plan(laid(starter(number), tmp_path), (App(None),))) as app:
        try:
            app.wait_until_listening()
            return
        except StartFailed as failed:
            failure = failed
    assert failure.crash is not None, failure
    assert failure.crash.type == "NotImplementedError", str(failure.crash)
    assert failure.crash.message.startswith(f"lab {number}: ")


@of_each_lab
def test_the_tasks_that_checks_name_are_tasks_of_their_lab(lab: Lab) -> None:
    words = {task.words for task in cut.tasks(COURSE.reference, lab.number)}
    for check in load(lab.checks):
        assert set(check.tasks) <= words, check.name
