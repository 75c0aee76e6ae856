"""That everything the kit says is marked for translators: found in the syntax trees of `kit/`."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kit.language import LOCALE

KIT = LOCALE.parent
# What looks like something that is said: three words one after another. Shorter texts are most
# often names; those that people read are marked all the same.
SENTENCE = re.compile(r"[A-Za-z'`}]+,? [a-z`{'][\w'`{}]*,? [a-z`{'][\w'`{}]*")
MARKS = {"_", "N_", "_n", "said", "Said"}
# Whose words need no mark: what `tests.catalogues` finds by itself, and patterns.
FOUND_OTHERWISE = {"Cause", "click.option", "click.group", "re.compile", "crash", "code.find"}

# Packages that speak English alone so far: README says so. What is said there is for authors of
# labs, for who measures, and for who publishes the course, never for a student.
STILL_ENGLISH = ("authoring/", "bench/", "proving/", "site/")


@dataclass(frozen=True)
class Otherwise:
    """Texts of files that nobody reads as the kit's own words, and why."""

    files: str  # a regular expression, as `texts` is
    texts: str
    why: str


OTHERWISE = [
    Otherwise(
        "setup_failures.py|installation.py", "[a-z '_-]+|No module named pip", "pip and uv say it"
    ),
    Otherwise("not_offered.py", r".*\(\?P<package>.*", "pip and uv say it"),
    Otherwise("checking/causes.py", ".*", "Python, Flask and Werkzeug say it"),
    Otherwise("checking/verdict.py", "looked at last", "it is kept; report/words.py shows it"),
    Otherwise("report/entries.py", "{} and others", "it tells one entry from another"),
    Otherwise(
        "grading/grading.py", r" \(not in the roster\)", "it is part of a name that is looked up"
    ),
    Otherwise("grading/roster.py", "[a-z ]+", "learning systems call columns so"),
    Otherwise("checking/http.py", "nested too deeply", "nobody is told"),
    Otherwise("checking/(try_it|codebase).py|cut/(cache|text|tree).py", ".*", "it is code"),
    Otherwise("lesson/wire.py", ".*", "it is Mermaid's language, or that of the protocol"),
    Otherwise(
        "running/(app|walled|rehearsal|plan).py", ".*", "one process tells another, or the log"
    ),
    Otherwise(
        "running/crash.py", "exit status {}", "the text of an exception that is told otherwise"
    ),
    Otherwise(
        "running/(host|misspelt|reporter).py",
        ".*",
        "it is said in the student's process, as if by Python: causes look for it",
    ),
    Otherwise("running/sources.py", ".*", "titles that go through the student's server"),
    Otherwise("panel/(edition|finding).py", ".*", "it names what no person sees"),
    Otherwise("panel/in_jupyter.py", "The panel did not start", "an HTTP reason is in ASCII"),
    Otherwise("student/edition.py", "python3 -m kit demo", "it is looked for in a text"),
    Otherwise("commands/copies.py", "({} ?)+", "there is no word in it"),
]


@dataclass(frozen=True)
class Text:
    """A literal of a file, in `line`; what is filled into it is `{}`."""

    file: str
    line: int
    text: str


def unmarked(file: Path) -> Iterator[Text]:
    """Yield each literal of a file that looks like a sentence and is not marked."""
    name = file.relative_to(KIT).as_posix()
    for line, text in _literals(ast.parse(file.read_text(encoding="utf-8"))):
        if SENTENCE.search(text):
            yield Text(name, line, text)


def _literals(node: ast.AST) -> Iterator[tuple[int, str]]:
    if isinstance(node, ast.Call) and _name(node.func) in MARKS | FOUND_OTHERWISE:
        return
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return  # a docstring
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.lineno, node.value
        return
    if isinstance(node, ast.JoinedStr):
        parts = (one.value if isinstance(one, ast.Constant) else "{}" for one in node.values)
        yield node.lineno, "".join(map(str, parts))
        for one in node.values:
            if isinstance(one, ast.FormattedValue):
                yield from _literals(one.value)
        return
    if isinstance(node, ast.Assert):
        return  # for who works on the kit
    for inner in ast.iter_child_nodes(node):
        yield from _literals(inner)


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return f"{_name(function.value)}.{function.attr}"
    return function.id if isinstance(function, ast.Name) else ""


def test_everything_that_is_said_is_marked_or_is_listed_with_a_reason() -> None:
    used = set()
    for path in sorted(KIT.rglob("*.py")):
        for one in unmarked(path):
            fits = [
                other
                for other in OTHERWISE
                if re.fullmatch(other.files, one.file)
                and re.fullmatch(other.texts, one.text, re.DOTALL)
            ]
            used |= {*fits[:1]}
            assert fits or one.file.startswith(STILL_ENGLISH), (
                f"{one.file}, line {one.line}: mark {one.text!r} with `_` of kit.language, or"
                " list it in tests/test_marked.py with the reason"
            )
    assert used == {*OTHERWISE}, "take out what is listed for nothing"


@pytest.mark.parametrize(
    ("code", "is_found"),
    [
        ('say("The disk is full")', True),
        ('raise Trouble(f"{name} is not there")', True),
        ('say(_("The disk is full"))', False),
        ('say(_("{name} is not there").format(name=name))', False),
        ('say(_("{name} is there").format(name=f"{what} that is lost"))', True),
        ('Cause("full", "The disk is full.", "Make some room.")', False),
        ('def full():\n    """The disk is full."""', False),
    ],
)
def test_a_text_is_found_wherever_it_stands(code: str, is_found: bool) -> None:
    found = [text for _, text in _literals(ast.parse(code)) if SENTENCE.search(text)]
    assert bool(found) == is_found


def test_no_translator_is_given_half_an_expression() -> None:
    """An f-string inside a mark is not found by who extracts texts, and never translated."""
    for path in sorted(KIT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _name(node.func) in MARKS and node.args:
                first = node.args[0]
                assert not isinstance(first, ast.JoinedStr), f"{path}, line {node.lineno}"
            if isinstance(node, ast.JoinedStr):
                inside = [one for one in ast.walk(node) if isinstance(one, ast.Call)]
                marked = [one for one in inside if _name(one.func) in {"_", "_n", "N_"}]
                literal = [one for one in marked if isinstance(one.args[0], ast.Constant)]
                assert not literal, f"{path}, line {node.lineno}: Python 3.11 hides it from Babel"
