"""A hunk: a change to a file as whole lines, written as a diff."""

import ast
from dataclasses import dataclass

from kit.proving.place import Function
from kit.proving.submission import SubmissionError
from kit.syntax import parse


@dataclass(frozen=True)
class Hunk:
    """A place in a file, as whole lines: `old`, which stands there exactly once, becomes `new`.

    With a `function`, only the lines of the function of this name count. `imports` go to the top
    of the file. `where` says where the hunk is written.
    """

    file: str
    where: str
    old: tuple[str, ...]
    new: tuple[str, ...]
    imports: tuple[str, ...] = ()
    function: str | None = None

    def made_in(self, text: str) -> str:
        """Return `text` with this change. Raises SubmissionError where it does not fit."""
        lines = text.splitlines()
        if self.old or self.new:
            at = self._place(text, lines)
            lines[at : at + len(self.old)] = self.new
        if self.imports:
            top = _end_of_docstring(parse(text))
            lines[top:top] = self.imports
        return "\n".join(lines) + "\n"

    def _place(self, text: str, lines: list[str]) -> int:
        """Return at which line the change begins."""
        start, end = 0, len(lines)
        if self.function:
            function = self._function_in(text)
            start, end = function.lineno - 1, function.end_lineno or end
            start = min([start, *(one.lineno - 1 for one in function.decorator_list)])
            if not self.old:
                return _end_of_docstring(function) or function.body[0].lineno - 1
        elif not self.old:
            return _end_of_imports(parse(text))
        size = len(self.old)
        places = [at for at in range(start, end) if tuple(lines[at : at + size]) == self.old]
        if len(places) != 1:
            within = f"{self.function} of {self.file}" if self.function else self.file
            found = f"{len(places)} times, not once" if places else "nowhere"
            wanted = "\n".join(self.old)
            raise SubmissionError(f"{self.where}: these lines stand in {within} {found}:\n{wanted}")
        return places[0]

    def _function_in(self, text: str) -> Function:
        nodes = [node for node in ast.walk(parse(text)) if isinstance(node, Function)]
        found = [node for node in nodes if node.name == self.function]
        if len(found) != 1:
            number = f"{len(found)} functions" if found else "no function"
            raise SubmissionError(
                f"{self.where}: {self.file} has {number} of the name {self.function}."
            )
        return found[0]


def _end_of_docstring(node: ast.Module | Function) -> int:
    """Return the number of the line at which the docstring ends, 0 where there is none."""
    first = node.body[0] if node.body else None
    has_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return (first.end_lineno or 0) if first and has_docstring else 0


def _end_of_imports(module: ast.Module) -> int:
    """Return the number of the line at which the imports end, or the docstring without any."""
    imports = [one for one in module.body if isinstance(one, ast.Import | ast.ImportFrom)]
    return max([_end_of_docstring(module), *(one.end_lineno or 0 for one in imports)])
