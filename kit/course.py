"""The course: which labs there are, and where everything of a lab lies."""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from kit.language import _
from kit.running import PACKAGE

ROOT = Path(__file__).resolve().parent.parent
OWN_NOTEBOOKS = "my-notebooks"  # the folder of the student's notebooks, which git does not see
FOLDER = re.compile(r"(?P<number>\d\d)_(?P<name>\w+)")


class UnknownLab(ValueError):
    """There is no such lab. Its text says which there are."""


@dataclass(frozen=True)
class Lab:
    """One lab: its number, its name, and the course it belongs to."""

    number: int
    name: str
    root: Path

    @property
    def slug(self) -> str:
        """The name of its folder and its notebook, such as `03_events`."""
        return f"{self.number:02}_{self.name}"

    @property
    def title(self) -> str:
        """Its name for people, such as `Lab 3: events`, in the language that is spoken."""
        return _("Lab {number}: {name}").format(
            number=self.number, name=self.name.replace("_", " ")
        )

    @property
    def column(self) -> str:
        """Its name for other programs, such as learning systems: in English, so that it stays."""
        return f"Lab {self.number}: {self.name.replace('_', ' ')}"

    @property
    def folder(self) -> Path:
        """Where its task lies, and the student's package."""
        return self.root / "labs" / self.slug

    @property
    def package(self) -> Path:
        """The student's own copy."""
        return self.folder / PACKAGE

    @property
    def task(self) -> Path:
        return self.folder / "README.md"

    @property
    def given(self) -> Path:
        """What the lab gives a student, in an edition without the reference."""
        return self.folder / "given.zip"

    @property
    def hints(self) -> Path:
        return self.folder / "hints.md"

    @property
    def compare(self) -> Path:
        """What the course's own code does otherwise, for who has passed the lab."""
        return self.folder / "compare.md"

    @property
    def causes(self) -> Path:
        """What a student may have done, where that is kept as text."""
        return self.folder / "causes.md"

    @property
    def rubric(self) -> Path:
        """What people are to judge, in a lab that has that: no check can say it."""
        return self.folder / "rubric.md"

    @property
    def notebook(self) -> Path:
        """The course's own notebook, from which the student's is made."""
        return self.root / "notebooks" / f"{self.slug}.ipynb"

    @property
    def own_notebook(self) -> Path:
        """The student's notebook."""
        return self.root / OWN_NOTEBOOKS / f"{self.slug}.ipynb"

    @property
    def checks(self) -> Path:
        return self.root / "checks" / f"lab_{self.slug}.py"

    @property
    def by_hand(self) -> Path:
        """The submissions that prove its checks, as text."""
        return self.root / "checks" / "submissions" / f"lab_{self.number:02}.md"

    @property
    def survivors(self) -> Path:
        """The mutants that no check needs to catch, each with the reason."""
        return self.by_hand.with_name(f"lab_{self.number:02}_survivors.md")

    @property
    def submissions(self) -> Path:
        """The submissions that prove its checks, as a program."""
        return self.root / "checks" / "submissions" / f"lab_{self.slug}.py"


@dataclass(frozen=True)
class Course:
    """All labs below `root`, the folder that holds `reference`, `labs`, `notebooks`, `checks`."""

    root: Path = ROOT

    @property
    def reference(self) -> Path:
        """The package of the finished server."""
        return self.root / "reference" / PACKAGE

    @property
    def teaching(self) -> Path:
        """What teachers should know."""
        return self.root / "docs" / "teaching.md"

    @property
    def start_page(self) -> Path:
        """The notebook that opens first: the map of the course."""
        return self.root / "notebooks" / "00_start.ipynb"

    @property
    def has_reference(self) -> bool:
        """Whether the finished server is here: a student's edition is without it."""
        return (self.reference / "__init__.py").exists()

    @cached_property
    def labs(self) -> list[Lab]:
        """The labs in their order: every folder `labs/NN_name` that has a task."""
        tasks = sorted((self.root / "labs").glob("*/README.md"))
        matches = [FOLDER.fullmatch(task.parent.name) for task in tasks]
        return [Lab(int(match["number"]), match["name"], self.root) for match in matches if match]

    def lab(self, wanted: str | int) -> Lab:
        """Return the lab called `6`, `06`, `rooms` or `06_rooms`. Raises UnknownLab."""
        text = str(wanted).strip().lower()
        for lab in self.labs:
            if text in {str(lab.number), f"{lab.number:02}", lab.name, lab.slug}:
                return lab
        known = ", ".join(f"{lab.number} ({lab.name})" for lab in self.labs) or _("none yet")
        raise UnknownLab(
            _("There is no lab {wanted!r}. The labs are: {known}.").format(
                wanted=wanted, known=known
            )
        )

    def after(self, lab: Lab) -> Lab | None:
        """Return the lab that comes after `lab`, None where it is the last."""
        return next((other for other in self.labs if other.number > lab.number), None)

    def selected(self, wanted: str) -> list[Lab]:
        """Return the labs of a list such as `1-3,6` or `events`. Raises UnknownLab."""
        found: list[Lab] = []
        for part in wanted.split(","):
            ends = part.strip().split("-")
            if len(ends) == 2 and all(end.strip().isdigit() for end in ends):
                first, last = int(ends[0]), int(ends[1])
                found += [lab for lab in self.labs if first <= lab.number <= last]
            else:
                found.append(self.lab(part))
        if not found:
            raise UnknownLab(_("There is no lab in {wanted!r}.").format(wanted=wanted))
        return sorted(set(found), key=lambda lab: lab.number)
