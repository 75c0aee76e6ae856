"""Cut the whole reference: the files of a stage, and of a starter."""

import ast
import re
import subprocess
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ruff import find_ruff_bin  # type: ignore[import-untyped]

from kit.cut.reach import LISTS, CutError, reaches
from kit.cut.text import blank, cut
from kit.language import _
from kit.syntax import parse

# The files of a package by their path inside it, with forward slashes.
Tree = dict[str, bytes]

# Texts whose syntax tree is remembered: most stay as they are from one stage to the next.
remembered = lru_cache(maxsize=2048)

# What set-up fetches into the reference is not part of it.
FETCHED = "static/vendor"


# A call that has lost its later arguments need not stand on several lines any more.
COMPACT = ("--config", "format.skip-magic-trailing-comma = true")


@dataclass(frozen=True)
class Task:
    """Something a lab asks for: the file it belongs in, and the tag's words."""

    path: str
    words: str


def stage(reference: Path, lab: int) -> Tree:
    """Return the package at `reference` without anything tagged later than `lab`.

    Imports that the stage does not use are left out. A folder of files that carry no tags, such as
    `templates`, arrives with the first file of a stage that names one of them. Raises CutError,
    also where nothing in the reference names any file of such a folder.
    """
    return _tidy(_cut_all(reference, lab), ["F401", "I001"], COMPACT)


def starter(reference: Path, lab: int) -> Tree:
    """Return stage `lab`, in which what is tagged `lab` has become a task. Raises CutError."""
    blanked = {
        name: blank(content.decode(), lab, name).encode() if is_tagged(name) else content
        for name, content in stage(reference, lab).items()
    }
    return _tidy(blanked, ["I001"])


def tasks(reference: Path, lab: int) -> list[Task]:
    """Return every task of `lab`, in the order of files and lines."""
    return [
        Task(name, reach.tag.words)
        for name, content in read(reference).items()
        if is_tagged(name)
        for reach in reaches(content.decode(), name)
        if reach.tag.lab == lab and not reach.tag.given
    ]


def names(reference: Path, lab: int) -> set[str]:
    """Return which files stage `lab` has. Raises CutError."""
    return set(_cut_all(reference, lab))


def write(tree: Tree, folder: Path) -> None:
    """Write the files of `tree` below `folder`."""
    for name, content in tree.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _code(name: str) -> bool:
    return name.endswith(".py")


def is_tagged(name: str) -> bool:
    """Whether tags say what is in a stage of this file; other files are in it whole."""
    return _code(name) or name.endswith(LISTS)


def read(folder: Path) -> Tree:
    """Return the files below `folder`, without what tools and set-up leave there."""
    names = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return {
        name: (folder / name).read_bytes()
        for name in sorted(names)
        if "__pycache__" not in name and not name.startswith(f"{FETCHED}/")
    }


def _cut_all(reference: Path, lab: int) -> Tree:
    whole = read(reference)
    if not whole:
        raise CutError(_("There is no reference at {reference}.").format(reference=reference))
    cuts = {n: cut(text.decode(), lab, n) for n, text in whole.items() if is_tagged(n)}
    emptied = {
        name
        for name, text in cuts.items()
        if _code(name) and not _says_something(text) and _says_something(whole[name].decode())
    }
    absent = {name for name in emptied if not name.endswith("__init__.py")}
    absent |= {name for name, text in cuts.items() if not text.strip() and whole[name].strip()}
    kept = {name: text for name, text in cuts.items() if name not in absent}
    modules = {name: text for name, text in kept.items() if _code(name)}
    staged = {}
    for name, text in kept.items():
        staged[name] = _docstring(text) if name in emptied else text
        if name in modules:
            staged[name] = _without_absent_imports(staged[name], name, modules)
    others = {n: whole[n] for n in whole if not is_tagged(n)}
    unnamed = sorted(others.keys() - _named({n: whole[n] for n in cuts}, others))
    if unnamed:
        raise CutError(
            _("Nothing names a file beside {file}: in which stage is it?").format(file=unnamed[0])
        )
    found = _named({name: text.encode() for name, text in staged.items()}, others)
    return {name: text.encode() for name, text in staged.items()} | found


def _named(tree: Tree, others: Tree) -> Tree:
    """Return those of `others` whose folder belongs to `tree`: a file in it names one of theirs.

    What lies in no folder belongs to it in any case.
    """
    folders: dict[str, Tree] = {}
    for name, content in others.items():
        folders.setdefault(name.rpartition("/")[0], {})[name] = content
    found = folders.pop("", {})
    while True:
        named = set().union(*(_spoken_of(name, text) for name, text in (tree | found).items()))
        arriving = [
            folder
            for folder, files in folders.items()
            if any(Path(name).name in named for name in files)
        ]
        if not arriving:
            return found
        for folder in arriving:
            found |= folders.pop(folder)


@remembered
def _spoken_of(name: str, content: bytes) -> frozenset[str]:
    """Return the names of files that a file speaks of, among others.

    In code those are the last parts of its texts: a comment or a docstring needs no file.
    """
    if not _code(name):
        return frozenset(re.findall(r"[\w.-]+", content.decode(errors="replace")))
    nodes = list(ast.walk(parse(content)))
    documents = {node.value for node in nodes if isinstance(node, ast.Expr)}
    texts = {node for node in nodes if isinstance(node, ast.Constant)} - documents
    said = (node.value for node in texts if isinstance(node.value, str))
    return frozenset(text.rpartition("/")[2] for text in said)


def _docstring(text: str) -> str:
    """Return a module without what follows its docstring."""
    end = parse(text).body[0].end_lineno if ast.get_docstring(parse(text)) else 0
    return "".join(text.splitlines(keepends=True)[:end])


@remembered
def _says_something(text: str) -> bool:
    """Whether a module has more than a docstring and imports."""
    body = parse(text).body
    if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    return any(not isinstance(stmt, ast.Import | ast.ImportFrom) for stmt in body)


def _without_absent_imports(text: str, name: str, modules: dict[str, str]) -> str:
    """Return `text` without the relative imports of what this stage does not have."""
    lines = text.splitlines(keepends=True)
    imports = [node for node in ast.walk(parse(text)) if isinstance(node, ast.ImportFrom)]
    for stmt in sorted(imports, key=lambda one: one.lineno, reverse=True):
        if not stmt.level:
            continue
        kept = [alias for alias in stmt.names if _is_there(stmt, alias.name, name, modules)]
        if len(kept) < len(stmt.names):
            stmt.names = kept
            new = [f"{' ' * stmt.col_offset}{ast.unparse(stmt)}\n"] if kept else []
            lines[stmt.lineno - 1 : stmt.end_lineno] = new
    return "".join(lines)


def _is_there(stmt: ast.ImportFrom, imported: str, name: str, modules: dict[str, str]) -> bool:
    parents = name.split("/")[: -stmt.level]
    source = [*parents, *(stmt.module.split(".") if stmt.module else [])]
    candidates = ["/".join([*source, "__init__.py"])]
    if source:
        candidates.append("/".join(source) + ".py")
    if f"{'/'.join([*source, imported])}.py" in modules:
        return True
    if "/".join([*source, imported, "__init__.py"]) in modules:
        return True
    module = next((modules[path] for path in candidates if path in modules), None)
    return module is not None and imported in _names(module)


@remembered
def _names(text: str) -> frozenset[str]:
    """Return the names that a module has at its top level."""
    found: set[str] = set()
    for stmt in parse(text).body:
        if isinstance(stmt, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(stmt.name)
        elif isinstance(stmt, ast.ImportFrom) and stmt.level:
            continue  # what it imports is looked up where it is defined
        elif isinstance(stmt, ast.Import | ast.ImportFrom):
            found |= {alias.asname or alias.name.split(".")[0] for alias in stmt.names}
        else:
            found |= {n.id for n in ast.walk(stmt) if isinstance(n, ast.Name)}
    return frozenset(found)


def _tidy(tree: Tree, rules: list[str], layout: tuple[str, ...] = ()) -> Tree:
    """Return `tree` with its code formatted, and the fixes of ruff's `rules` applied.

    `layout` are further options of its formatter.
    """
    # ruff tidies what the cut leaves: imports that nobody uses, blank lines, brackets.
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        write({name: text for name, text in tree.items() if _code(name)}, folder)
        ruff = find_ruff_bin()  # by itself, it starts three times as fast as through Python
        options = ["--quiet", "--isolated", "--no-cache", "--config", "line-length = 100"]
        if rules:
            _run(
                [
                    ruff,
                    "check",
                    "--fix",
                    *options,
                    "--select",
                    ",".join(rules),
                    "--per-file-ignores",
                    "__init__.py:F401",
                    str(folder),
                ]
            )
        _run([ruff, "format", *options, *layout, str(folder)])
        return {
            name: (folder / name).read_bytes() if _code(name) else content
            for name, content in tree.items()
        }


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CutError(
            _("The formatter refused the cut:\n{said}").format(said=f"{done.stdout}{done.stderr}")
        )
