"""Write the skeleton of a new lab: every file that it needs, and a TODO where words are missing."""

import ast
import contextlib
import keyword
import re
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from kit import cut, patience
from kit.course import Course, Lab
from kit.language import _
from kit.proving import tables
from kit.syntax import parse

TEMPLATES = Path(__file__).with_name("skeleton")
EXAMPLE = "04_dataframes"
SLUG = re.compile(r"(?P<number>\d{1,2})_(?P<name>[a-z][a-z0-9_]*)", re.ASCII)
CAUSES = re.compile(r"^\w+ = causes\(__file__, .+\)\n", re.MULTILINE)


class CannotBegin(ValueError):
    """A new lab cannot have this name, or something of it is there. Its text says what to do."""


def begin(course: Course, wanted: str) -> tuple[Lab, list[Path]]:
    """Write the skeleton of the lab called `wanted`, and its place in the contract.

    Return the lab, and the files. Nothing that is there is overwritten, and where one file cannot
    be written none is. Raises CannotBegin.
    """
    lab = _named(course, wanted)
    contract = lab.checks.with_name("contract.py")
    files = {
        lab.hints: "hints.md",
        lab.causes: "causes.md",
        lab.compare: "compare.md",
        lab.checks: "checks.py",
        lab.by_hand: "submissions.md",
        lab.notebook: "notebook.ipynb",
        lab.task: "README.md",  # last: it makes the lab exist
    }
    for file in [*files, lab.submissions]:
        if file.exists():
            shown = file.relative_to(course.root).as_posix()
            raise CannotBegin(
                _("{shown} is there already. Nothing was written.").format(shown=shown)
            )
    text = _with_a_place(contract.read_text(encoding="utf-8"), lab)
    about = {
        "number": lab.number,
        "name": lab.name,
        "slug": lab.slug,
        "tasks": cut.tasks(course.reference, lab.number),
    }
    templates = Environment(  # none of it is HTML
        loader=FileSystemLoader(TEMPLATES), keep_trailing_newline=True, undefined=StrictUndefined
    )
    with _all_or_nothing() as written:
        for file, template in files.items():
            _write(file, templates.get_template(f"{template}.jinja").render(about), written)
        lab.task.write_text(tables.written(lab), encoding="utf-8")
        new = contract.with_name("contract.py.new")
        _write(new, text, written)
        patience.replace(new, contract)
        written.remove(new)
    return lab, [*files, contract]


def _named(course: Course, wanted: str) -> Lab:
    """Return the lab that shall be called so. Raises CannotBegin."""
    match = SLUG.fullmatch(wanted)
    if match is None:
        raise CannotBegin(
            _(
                "A new lab is called by a number and a name, such as {example}, not {wanted!r}. The"
                " name is of small letters, digits and _, and begins with a letter."
            ).format(example=EXAMPLE, wanted=wanted)
        )
    lab = Lab(int(match["number"]), match["name"], course.root)
    for other in course.labs:
        if lab.number == other.number or lab.name == other.name:
            told = _("{lab} has this name already. Choose another name.")
            if lab.number == other.number:
                told = _("{lab} has this number already. Choose another number.")
            raise CannotBegin(told.format(lab=other.slug))
    return lab


def _with_a_place(contract: str, lab: Lab) -> str:
    """Return the contract with the causes of the lab, and a place for its models.

    Raises CannotBegin where the lab's name cannot be a name in it.
    """
    tree = parse(contract)
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    names |= {node.asname or node.name for node in ast.walk(tree) if isinstance(node, ast.alias)}
    names |= {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
    if lab.name in names or keyword.iskeyword(lab.name):
        raise CannotBegin(
            _("{name!r} means something else in checks/contract.py. Choose another name.").format(
                name=lab.name
            )
        )
    line = f'{lab.name} = causes(__file__, "{lab.slug}")\n'
    others = list(CAUSES.finditer(contract))
    if not others:
        raise CannotBegin(_("checks/contract.py has no line `name = causes(__file__, ...)`."))
    end = others[-1].end()
    place = (
        f"\n\n# TODO: lab {lab.number}: a model for each payload that clients are told, with causes"
        f" of `{lab.name}`.\n"
    )
    return contract[:end] + line + contract[end:] + place


@contextlib.contextmanager
def _all_or_nothing() -> Iterator[list[Path]]:
    """Give a list of files and folders, which are removed again where the block does not end."""
    written: list[Path] = []
    try:
        yield written
    except BaseException:
        for path in reversed(written):
            with contextlib.suppress(OSError):
                path.rmdir() if path.is_dir() else path.unlink()
        raise


def _write(file: Path, text: str, written: list[Path]) -> None:
    """Write a new file, and what is missing of its folders. Add to `written` what was made."""
    for folder in reversed(file.parents):
        if not folder.exists():
            folder.mkdir()
            written.append(folder)
    with file.open("x", encoding="utf-8") as new:
        written.append(file)
        new.write(text)
