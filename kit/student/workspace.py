"""The student's own copy of a lab. No command overwrites it: the old one is kept beside it."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from merge3 import Merge3

from kit import cut
from kit.course import Course, Lab
from kit.cut import FETCHED, Tree


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
    with _written_beside(course, lab, cut.starter(course.reference, lab.number)) as new:
        return Copy(lab.package, made=_moved(new, lab.package))


def reset(course: Course, lab: Lab) -> Copy:
    """Put the starter of `lab` back. The old copy is kept beside it, with the date in its name."""
    with _written_beside(course, lab, cut.starter(course.reference, lab.number)) as new:
        kept = _keep(lab)
        _moved(new, lab.package)
        return Copy(lab.package, made=True, kept=kept)


def carry_forward(course: Course, lab: Lab) -> Copy:
    """Make the copy of `lab` from the student's own code of the lab before, and the new tasks.

    Raises NothingToCarry where there is no such code. A copy that is there is kept beside it.
    """
    before = [
        other for other in course.labs if other.number < lab.number and other.package.exists()
    ]
    before = [other for other in before if (other.package / "__init__.py").exists()]
    if not before:
        raise NothingToCarry(f"There is no code of yours from a lab before {lab.title}.")
    theirs = cut.read(before[-1].package)
    base = cut.stage(course.reference, before[-1].number)
    merged, conflicts = merge(base, theirs, cut.starter(course.reference, lab.number))
    with _written_beside(course, lab, merged) as new:
        kept = _keep(lab) if lab.package.exists() else None
        _moved(new, lab.package)
    to_look_at = tuple(lab.package / name for name in conflicts)
    return Copy(lab.package, made=True, kept=kept, to_look_at=to_look_at)


class NothingToCarry(ValueError):
    """There is no earlier work to carry forward."""


def merge(base: Tree, theirs: Tree, new: Tree) -> tuple[Tree, list[str]]:
    """Return `new` with the changes that the student made to `base`, and the files to look at.

    Where both changed the same lines, the student's whole file stands, and the lab's is added as
    `NAME.lab`.
    """
    merged, conflicts = dict(theirs), []
    for name, content in new.items():
        own, old = theirs.get(name), base.get(name)
        if own is None or own == old:
            merged[name] = content
        elif content not in (old, own):
            lines = _merged_lines(old or b"", own, content)
            if lines is None:
                conflicts.append(name)
                merged[f"{name}.lab"] = content
            else:
                merged[name] = lines
    return merged, conflicts


def _merged_lines(base: bytes, own: bytes, new: bytes) -> bytes | None:
    merged: list[str] = []
    for kind, *groups in Merge3(_lines(base), _lines(own), _lines(new)).merge_groups():
        if kind == "conflict":
            return None
        merged += groups[0]
    return "".join(merged).encode()


def _lines(text: bytes) -> list[str]:
    return text.decode(errors="replace").splitlines(keepends=True)


@contextlib.contextmanager
def _written_beside(course: Course, lab: Lab, tree: Tree) -> Iterator[Path]:
    """Write `tree` whole into a new folder beside the copy, whose place it can take in one go."""
    with tempfile.TemporaryDirectory(prefix=".new-", dir=lab.folder) as temporary:
        package = Path(temporary) / lab.package.name
        cut.write(tree, package)
        if (package / FETCHED).parent.is_dir():
            _link(course.reference / FETCHED, package / FETCHED)
        yield package


def _link(source: Path, target: Path) -> None:
    """Give the copy the browser's libraries, as the same files where the system can."""
    if source.is_dir():
        target.mkdir(parents=True, exist_ok=True)
        for file in source.iterdir():
            try:
                os.link(file, target / file.name)
            except OSError:  # another file system, or one without links
                shutil.copy2(file, target / file.name)


def _moved(new: Path, place: Path) -> bool:
    """Move `new` to `place`; return False where another command was faster."""
    try:
        new.rename(place)
    except OSError:
        if place.exists():
            return False
        raise
    return True


def _keep(lab: Lab) -> Path:
    """Move the student's copy aside and return where it is now."""
    stamp = datetime.now().strftime("%Y-%m-%d-%H%M%S")
    names = (
        f"{lab.package.name}.kept-{stamp}{more}" for more in ("", *(f"-{n}" for n in range(2, 99)))
    )
    kept = next(path for name in names if not (path := lab.folder / name).exists())
    if lab.package.exists():
        lab.package.rename(kept)
    return kept
