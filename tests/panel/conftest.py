"""A small course of two labs with a real panel, which the tests of one file share."""

import contextlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from kit import browser_libraries
from kit.course import ROOT, Course
from kit.panel import finding
from kit.panel.address import Address
from tests.course_copy import LEFT_OUT
from tests.running.submission import HELLO, save

CHECKS = '''
from kit.checking import App, Cause, Failure, check

WRONG = Cause("wrong", "It says something else.", "Say hello.")


@check
def starts(start):
    """It starts."""
    start(App(config=None)).get("/")


@check
def says_hello(start):
    """It says `hello`."""
    said = start(App(config=None)).get("/").text
    if said != "hello":
        raise Failure("it says hello", f"it said {said}", WRONG)
'''
HINTS = '# Hints\n\n## says_hello\n\n1. Look at it.\n2. What does it *say*?\n3. `return "hello"`\n'
LINGERS = 600.0  # seconds: longer than any test
RIGHT, WRONG = HELLO, HELLO.replace('"hello"', '"<b>bye</b>"')


@dataclass
class Kept:
    """A course, and its panel."""

    course: Course

    @property
    def root(self) -> Path:
        return self.course.root

    def ensure(self, lingers: float = LINGERS) -> Address:
        """Return where its panel answers; start it where none does."""
        return finding.ensure(self.root, lingers=lingers)

    def save(self, source: str, lab: int = 1, name: str = "__init__.py") -> None:
        """Save a file of the student's."""
        save(self.course.lab(lab).folder, source, name)

    def link(self, lab: int = 1) -> str:
        """Return the link that lets a browser in."""
        found = self.ensure()
        return f"{found.url}?key={found.key}&lab={lab}"

    def processes(self, module: str) -> list[psutil.Process]:
        """Return the processes of this course that run a module of the panel."""
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if module in process.cmdline() and Path(process.cwd()) == self.root:
                    found.append(process)
        return found

    def kill(self) -> None:
        """Kill the panel's process and its keeper, as a machine does that is switched off."""
        for module in ("kit.panel.keeper", "kit.panel.process"):
            for process in self.processes(module):
                process.kill()
                process.wait(60)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    """A course of the file's own; after its tests nothing of its panel is left."""
    root = tmp_path_factory.mktemp("panel").resolve() / "a project"
    shutil.copytree(ROOT / "kit", root / "kit", ignore=shutil.ignore_patterns(*LEFT_OUT))
    shutil.copytree(browser_libraries.vendor(ROOT), browser_libraries.vendor(root))
    for slug in ("01_hello", "02_again"):
        (root / "labs" / slug).mkdir(parents=True)
        (root / "labs" / slug / "README.md").write_text("# Say hello\n")
        (root / "labs" / slug / "hints.md").write_text(HINTS)
        (root / "checks").mkdir(exist_ok=True)
        (root / "checks" / f"lab_{slug}.py").write_text(CHECKS)
    made = Kept(Course(root))
    made.save(RIGHT)
    yield made
    finding.end(root)
    made.kill()
