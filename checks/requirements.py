"""Read a list of requirements as installers do: what each entry asks for, and its hashes."""

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion

from kit.checking.codebase import Line

# Far more than any lock has. A list is data from a stranger: it may be made to waste our time.
MOST_BYTES, MOST_LISTS, MOST_CHARACTERS = 2_000_000, 20, 2_000
COMMENT = re.compile(r"(?:^|(?<=\s))#.*$")
HASH = re.compile(r"\s--hash(?:=|\s+)(\S+)")
OPTIONS = re.compile(r"\s--?[A-Za-z].*$")
INCLUDED = re.compile(r"(?:-r|--requirement)(?:\s+|=)?(?P<path>\S.*)$")
# Lines that ask for no package: where to look, and what to prefer.
SETTING = re.compile(
    r"(-i|-f|-c|--index-url|--extra-index-url|--no-index|--find-links|--constraint|--pre"
    r"|--no-binary|--only-binary|--prefer-binary|--require-hashes|--trusted-host|--use-feature)"
    r"(?![\w-])"
)
ENCODINGS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


@dataclass(frozen=True)
class Entry:
    """One entry of a list of requirements; `line` is where it begins, with all of its text.

    `requirement` is None where the entry does not name a package: a path, an address, a mistake.
    `hashes` are written as they stand there, such as `sha256:…`.
    """

    line: Line
    requirement: Requirement | None
    hashes: tuple[str, ...]

    @property
    def name(self) -> str:
        """The package's name in the one spelling that compares, or nothing."""
        return canonicalize_name(self.requirement.name) if self.requirement else ""

    @property
    def version(self) -> str | None:
        """The one version that the entry allows, or None where it allows several."""
        specifiers = list(self.requirement.specifier) if self.requirement else []
        if len(specifiers) != 1 or specifiers[0].operator not in {"==", "==="}:
            return None
        version = specifiers[0].version
        return None if version.endswith(".*") else version

    def allows(self, version: str) -> bool:
        """Whether the entry allows this version, pre-releases too."""
        return self.requirement is not None and allows(self.requirement, version)

    def applies(self, markers: Mapping[str, str]) -> bool:
        """Whether the entry is meant for an environment with these markers."""
        return self.requirement is not None and applies(self.requirement, markers)


def allows(requirement: Requirement, version: str) -> bool:
    """Whether `requirement` allows this version, pre-releases too."""
    try:
        return requirement.specifier.contains(version, prereleases=True)
    except InvalidVersion:
        return False


def applies(
    requirement: Requirement, markers: Mapping[str, str], extras: tuple[str, ...] = ()
) -> bool:
    """Whether `requirement` counts where these markers hold and these extras are wanted.

    One with a marker that cannot be decided does not count.
    """
    marker = requirement.marker
    if marker is None:
        return True
    try:
        return any(marker.evaluate({**markers, "extra": extra}) for extra in ("", *extras))
    except (ValueError, KeyError):  # it compares what cannot be compared, or is not known here
        return False


def read(path: Path, root: Path) -> list[Entry]:
    """Return the entries of the list at `path`, and of the lists below `root` that it includes.

    A list that cannot be read has none. Lines are named relative to `root`.
    """
    root = root.resolve()
    inside = _inside(path, root)
    return list(_entries(inside, root, set())) if inside else []


def _inside(path: Path, root: Path) -> Path | None:
    """Return where `path` leads, if that is a file below `root`."""
    try:
        path = path.resolve()
    except (OSError, RuntimeError):  # links that go round in a circle
        return None
    return path if path.is_relative_to(root) and path.is_file() else None


def _entries(path: Path, root: Path, seen: set[Path]) -> Iterator[Entry]:
    seen.add(path)
    name = path.relative_to(root).as_posix()
    for number, text in _logical_lines(_text(path)):
        line = Line(name, number, text)
        if included := INCLUDED.match(text):
            other = _inside(path.parent / included["path"].strip(), root)
            if other is None or len(seen) == MOST_LISTS:
                yield Entry(line, None, ())
            elif other not in seen:
                yield from _entries(other, root, seen)
        elif not SETTING.match(text):
            yield Entry(line, _requirement(text), tuple(HASH.findall(text)))


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES)
    except OSError:
        return ""
    encoding = next((e for bom, e in ENCODINGS.items() if content.startswith(bom)), "utf-8")
    return content.decode(encoding, errors="replace")


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield each entry on one line, without comments, with the number of its first line."""
    began, parts = 0, list[str]()
    lines = text.splitlines()
    for number, line in enumerate(lines, start=1):
        began = began or number
        is_comment = line.lstrip().startswith("#")
        goes_on = line.endswith("\\") and not is_comment and number < len(lines)
        parts.append(" " + line if is_comment else line.removesuffix("\\") if goes_on else line)
        if not goes_on:
            whole = COMMENT.sub("", "".join(parts)).strip()
            if whole:
                yield began, whole
            began, parts = 0, []


def _requirement(text: str) -> Requirement | None:
    try:
        return Requirement(OPTIONS.sub("", text).strip()[:MOST_CHARACTERS])
    except InvalidRequirement:
        return None
