"""The student's own copy of a lab. No command overwrites it: the old one is kept beside it."""

import contextlib
import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from kit import cut, folder_lock, patience
from kit.course import Course, Lab
from kit.cut import FETCHED, Tree
from kit.language import _
from kit.student import given, merging

UNFINISHED = ".new-"  # begins the name of a folder in which a copy is being written


@dataclass(frozen=True)
class Copy:
    """The student's copy of a lab, as a command left it.

    `made` says whether it was written now, `kept` where the older one is. `to_look_at` are files
    in which both the student and the lab changed the same lines: the student's version stands, the
    lab's lies beside it as `NAME.lab`.
    """

    package: Path
    made: bool
    kept: Path | None = None
    to_look_at: tuple[Path, ...] = ()


def start(course: Course, lab: Lab) -> Copy:
    """Make the student's copy of `lab` from its starter. A copy that is there stays as it is."""
    if lab.package.exists():
        return Copy(lab.package, made=False)
    with _alone(lab):
        if lab.package.exists():  # another command was faster
            return Copy(lab.package, made=False)
        with _written_beside(course, lab, given.starter(course, lab)) as new:
            patience.rename(new, lab.package)
    return Copy(lab.package, made=True)


def reset(course: Course, lab: Lab) -> Copy:
    """Put the starter of `lab` back. The old copy is kept beside it, with the date in its name."""
    with _alone(lab):
        return _replaced(course, lab, given.starter(course, lab))


def carry_forward(course: Course, lab: Lab) -> Copy:
    """Make the copy of `lab` from the student's own code of the lab before, and the new tasks.

    A lab whose copy is still the starter is passed over. Raises NothingToCarry where there is no
    code of the student's. A copy of `lab` that is there is kept beside it.
    """
    for before in reversed([other for other in course.labs if other.number < lab.number]):
        theirs = own_files(before.package)
        if theirs and merging.differ(theirs, given.starter(course, before)):
            break
    else:
        raise NothingToCarry(
            _("There is no code of yours from a lab before {title}.").format(title=lab.title)
        )
    base = given.solution(course, before)
    starter = given.starter(course, lab)
    merged, conflicts = merging.merge(base, theirs, starter)
    with _alone(lab):
        copy = _replaced(course, lab, merged)
    return replace(copy, to_look_at=tuple(lab.package / name for name in conflicts))


def is_untouched(course: Course, lab: Lab) -> bool:
    """Whether the student's copy of `lab` is still the starter, file by file."""
    starter = given.starter(course, lab)
    return not merging.differ(own_files(lab.package), starter)


class NothingToCarry(ValueError):
    """There is no earlier work to carry forward."""


def own_files(package: Path) -> Tree:
    """Return the student's files, without what tools and set-up leave there."""
    found: Tree = {}
    for folder, inner, names in os.walk(package):
        here = Path(folder).relative_to(package)
        # An environment has tens of thousands of files: do not even look inside.
        inner[:] = [
            name
            for name in inner
            if not name.startswith((".", "__pycache__", "node_modules"))
            and (here / name).as_posix() != FETCHED
        ]
        for name in names:
            if not name.startswith("."):
                found[(here / name).as_posix()] = (package / here / name).read_bytes()
    return found


@contextlib.contextmanager
def _alone(lab: Lab) -> Iterator[None]:
    """Let one command at a time change the copy of `lab`; the others wait."""
    with folder_lock.held(lab.root / "labs" / ".progress" / f"{lab.slug}.lock", lambda: None):
        # Nobody else is at work here, so what such folders hold is from a command that was killed.
        for left in lab.folder.glob(f"{UNFINISHED}*"):
            patience.remove(left)
        yield


@contextlib.contextmanager
def _written_beside(course: Course, lab: Lab, tree: Tree) -> Iterator[Path]:
    """Write `tree` whole into a new folder beside the copy, whose place it can take in one go."""
    with tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=lab.folder) as temporary:
        package = Path(temporary) / lab.package.name
        cut.write(tree, package)
        if (package / FETCHED).parent.is_dir():
            _link(course.reference / FETCHED, package / FETCHED)
        yield package


def _replaced(course: Course, lab: Lab, tree: Tree) -> Copy:
    """Put `tree` in the place of the student's copy, which is kept beside it."""
    with _written_beside(course, lab, tree) as new:
        kept = _kept(lab) if lab.package.exists() else None
        patience.rename(new, lab.package)
    return Copy(lab.package, made=True, kept=kept)


def _link(source: Path, target: Path) -> None:
    """Give the copy the browser's libraries, as the same files where the system can."""
    if source.is_dir():
        target.mkdir(parents=True, exist_ok=True)
        for file in source.iterdir():
            try:
                os.link(file, target / file.name)
            except OSError:  # another file system, or one without links
                shutil.copy2(file, target / file.name)


def _kept(lab: Lab) -> Path:
    """Move the student's copy aside and return where it is now."""
    stamp = datetime.now().strftime("%Y-%m-%d-%H%M%S")
    for number in itertools.count(1):
        more = f"-{number}" if number > 1 else ""
        kept = lab.folder / f"{lab.package.name}.kept-{stamp}{more}"
        if not kept.exists():
            break
    return patience.rename(lab.package, kept)
