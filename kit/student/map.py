"""The map of the course: which line of the finished server is taught in which lab."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kit import cut
from kit.cut import Reach, Tree

SHOWN = (".py", ".in", ".txt", ".html", ".js", ".css")  # what people read; the rest is data


@dataclass(frozen=True)
class Stretch:
    """Lines of a file, `first` to `last` (both from 1), that belong to one lab.

    `words` say what they do: those of the tag. Without a tag they are None, and the lines are in
    each stage that has the file, imports as far as it needs them. What is not `given` is a task.
    `begins` is false where the tag stands further up, and a later lab's lines lie between.
    """

    lab: int
    words: str | None
    given: bool
    first: int
    last: int
    code: str
    begins: bool = True

    @property
    def lines(self) -> int:
        """How many lines are not empty."""
        return sum(bool(line.strip()) for line in self.code.splitlines())


@dataclass(frozen=True)
class MappedFile:
    """A file of the finished server: its path in the package, and its lines in their order.

    `lab` is the first whose stage has it. What is no text to read has no stretches.
    """

    path: str
    lab: int
    stretches: tuple[Stretch, ...]

    def of(self, lab: int) -> list[Stretch]:
        """Return what belongs to a lab."""
        return [stretch for stretch in self.stretches if stretch.lab == lab]


@dataclass(frozen=True)
class Share:
    """What a lab has of a file: how many lines are written in it, and how many it gives."""

    path: str
    written: int
    given: int


def files(reference: Path) -> list[MappedFile]:
    """Return every file of the finished server, by path. Raises CutError."""
    whole = cut.read(reference)
    found = {name: _reaches(name, content) for name, content in whole.items()}
    labs = sorted({0} | {reach.tag.lab for tags in found.values() for reach in tags})
    arrived: dict[str, int] = {}
    for lab in labs:
        for name in cut.names(reference, lab):
            arrived.setdefault(name, lab)
    return [_mapped(name, arrived[name], found[name], whole) for name in whole if name in arrived]


def shares(mapped: Iterable[MappedFile], lab: int) -> list[Share]:
    """Return what belongs to a lab, in the order of files; files that are no text are left out."""
    found = []
    for file in mapped:
        own = file.of(lab)
        written = sum(one.lines for one in own if not one.given)
        given = sum(one.lines for one in own if one.given)
        if written or given:
            found.append(Share(file.path, written, given))
    return found


def _reaches(name: str, content: bytes) -> tuple[Reach, ...]:
    return cut.reaches(content.decode(), name) if cut.is_tagged(name) else ()


def _mapped(name: str, lab: int, reaches: tuple[Reach, ...], whole: Tree) -> MappedFile:
    if not name.endswith(SHOWN):
        return MappedFile(name, lab, ())
    lines = whole[name].decode().splitlines()
    owners = [_innermost(reaches, number) for number in range(1, len(lines) + 1)]
    stretches: list[Stretch] = []
    numbers = [number for number, line in enumerate(lines, start=1) if line.strip()]
    while numbers:
        owner = owners[numbers[0] - 1]
        same = 1
        while same < len(numbers) and owners[numbers[same] - 1] is owner:
            same += 1
        first, last = numbers[0], numbers[same - 1]
        code = "\n".join(lines[first - 1 : last])
        if owner is None:
            stretches.append(Stretch(lab, None, True, first, last, code))
        else:
            tag = owner.tag
            begins = first == owner.first
            stretches.append(
                Stretch(tag.lab, tag.words, tag.given, first, last, code, begins=begins)
            )
        numbers = numbers[same:]
    return MappedFile(name, lab, tuple(stretches))


def _innermost(reaches: tuple[Reach, ...], number: int) -> Reach | None:
    """Return what covers a line most closely: of two that do, the later one lies in the other."""
    around = [reach for reach in reaches if reach.first <= number <= reach.last]
    return around[-1] if around else None
