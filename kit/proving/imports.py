"""Which files of a project a Python file depends on: what it imports, and what that imports."""

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from kit.syntax import parse


def imported(files: Iterable[Path], roots: Iterable[Path]) -> set[Path]:
    """Return these files and all that they import from the folders `roots`, however indirectly.

    An import inside a function counts as well. What lies elsewhere, such as a library, does not.
    Raises SyntaxError, and OSError where a file is not there.
    """
    roots = list(roots)
    found: set[Path] = set()
    left = set(files)
    while left:
        file = left.pop()
        found.add(file)
        left |= {path for name in _names(file.read_bytes()) for path in _files(name, roots)} - found
    return found


@cache
def _names(code: bytes) -> list[str]:
    """Return the dotted names that a module imports; each may be a module or something in one."""
    found: list[str] = []
    for node in ast.walk(parse(code)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return found


def _files(name: str, roots: list[Path]) -> Iterator[Path]:
    """Yield the files that are run to import `name`: its module, and the packages it lies in.

    Of two with the same name the one below the earlier root counts.
    """
    parts = name.split(".")
    for length in range(1, len(parts) + 1):
        paths = [root.joinpath(*parts[:length]) for root in roots]
        files = [file for path in paths for file in (path.with_suffix(".py"), path / "__init__.py")]
        yield from [file for file in files if file.is_file()][:1]
