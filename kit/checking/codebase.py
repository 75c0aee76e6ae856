"""Read a submission's source, to explain what was seen from outside."""

import re
from dataclasses import dataclass
from pathlib import Path

from kit.checking import code
from kit.cut import LISTS
from kit.language import said
from kit.running import PACKAGE

MAIN = f"{PACKAGE}/__main__.py"
# How a starter says that something is to be done.
TODO = re.compile(r"# TODO lab \d+: ")
RAISED = re.compile(r"""^\s*(raise NotImplementedError\()?["']lab \d+: """)
MOST_BYTES = 200_000  # of one file; no lab needs a tenth of it


@dataclass(frozen=True)
class Line:
    """A line of a submission's source; `file` is relative to the folder that holds the package."""

    file: str
    number: int
    text: str

    def __str__(self) -> str:
        return said("{file}, line {line}", file=self.file, line=self.number)


class Codebase:
    """The text files of one submission. Files that cannot be read count as empty."""

    def __init__(self, folder: Path) -> None:
        """Read the package below `folder`, each time that something is looked for."""
        self.folder = folder

    def texts(self, endings: tuple[str, ...] = (".py",)) -> dict[str, str]:
        """Return every file whose name has one of these endings, by its name."""
        found = {}
        package = self.folder / PACKAGE
        for path in sorted(package.rglob("*")):
            # JupyterLab keeps old copies in hidden folders, which nothing shows or imports.
            hidden = any(part.startswith(".") for part in path.relative_to(package).parts)
            if hidden or not path.name.endswith(endings):
                continue
            try:
                with path.open(encoding="utf-8", errors="replace") as file:
                    text = file.read(MOST_BYTES)
            except OSError:
                continue
            found[path.relative_to(self.folder).as_posix()] = text
        return found

    def handlers(self) -> list[code.Handler]:
        """Return every function that is registered for an event."""
        return [handler for text in self.texts().values() for handler in code.handlers(text)]

    def calls(self, name: str) -> int:
        """Return how often what has this name is called."""
        return sum(code.calls(text, name) for text in self.texts().values())

    def asked_names(self) -> set[str]:
        """Return the names by which the submission asks requests for something."""
        return {name for text in self.texts().values() for name in code.asked_names(text)}

    def returns_nothing(self, name: str) -> bool:
        """Whether a function of this name ends without a `return` of its own."""
        return any(code.returns_nothing(text, name) for text in self.texts().values())

    def claimed_names(self) -> set[str]:
        """Return by which names somebody may say who they are, in an address, cookie or header."""
        asked = {name for name in self.asked_names() if re.fullmatch(r"[\w-]+", name)}
        return {"name", "user", "username", "X-User", "Remote-User", *asked}

    def find(self, pattern: str) -> Line | None:
        """Return the first line that `pattern`, a regular expression, matches outside comments.

        The package's `__main__.py` does not count: it is given, and no check runs it.
        """
        expression = re.compile(pattern, re.MULTILINE)
        # Few files have it anywhere: to go through all lines of all of them takes 15 ms.
        texts = [
            (name, text)
            for name, text in self.texts().items()
            if name != MAIN and expression.search(text)
        ]
        for line in (line for name, text in texts for line in _lines(name, text)):
            code = line.text.split("#", 1)[0] if not line.text.lstrip().startswith("#") else ""
            if expression.search(code):
                return line
        return None

    def imports(self, pattern: str) -> bool:
        """Whether `pattern` matches code that runs when its module is imported."""
        texts = [text for name, text in self.texts().items() if name != MAIN]
        return any(re.search(pattern, code.run_at_import(text)) for text in texts)

    def other_namespace(self, event: str = "") -> Line | None:
        """Return the first line that names a namespace of Socket.IO which is not the default one.

        With an `event`, it is one that names the event, too.
        """
        names_one = r"""\bnamespace\s*=\s*["']/\w"""
        if event:
            return self.find(rf"""["']{event}["'].*{names_one}""")
        return self.find(rf"""{names_one}|Namespace\(\s*["']/\w""")

    def task(self, lab: int, words: str) -> Line | None:
        """Return the line where the starter's task still stands, or None where it is gone.

        A comment with code right below it is a task that somebody has begun.
        """
        # In code the words are a string by themselves: a long one has a line of its own.
        raised = (repr(f"lab {lab}: {words}"), f'"lab {lab}: {words}"')
        todo = f"TODO lab {lab}: {words}"
        for name, text in self.texts((".py", *LISTS)).items():
            if not any(said in text for said in (todo, *raised)):
                continue
            lines = _lines(name, text)
            for above, line, below in zip([None, *lines], lines, [*lines[1:], None], strict=False):
                if any(said in line.text for said in raised):
                    return line
                if todo in line.text and not _is_begun(above, below):
                    return line
        return None

    def open_task(self, file: str) -> Line | None:
        """Return the first line of a file in which a starter's task still stands, of any lab."""
        text = self.texts().get(file, "")
        lines = _lines(file, text)
        for above, line, below in zip([None, *lines], lines, [*lines[1:], None], strict=False):
            is_todo = TODO.search(line.text) and not _is_begun(above, below)
            if is_todo or RAISED.search(line.text):
                return line
        return None


def _lines(name: str, text: str) -> list[Line]:
    return [Line(name, number, line) for number, line in enumerate(text.splitlines(), start=1)]


def _is_begun(above: Line | None, below: Line | None) -> bool:
    """Whether the line below a task's comment is code of the student's."""
    if below is None:
        return False
    code = below.text.strip()
    # In a starter a comment, a bracket or the stub's own `raise` may follow; and below another
    # decorator the function whose decorator is the task.
    given: tuple[str, ...] = ("#", ")", "]", "}", "raise NotImplementedError")
    if above is not None and above.text.lstrip().startswith("@"):
        given += ("def ",)
    return bool(code) and not code.startswith(given)
