"""Submissions written by hand, as Markdown: a heading, a sentence, and a diff or whole files.

    ## sleeps_in_the_for → keeps_the_pace: sleeps-after-each
    The feed sleeps after each dashboard: one step too far to the right.

        feed.py
        -            socketio.sleep(self.app.config["FEED_SECONDS"])
        +                socketio.sleep(self.app.config["FEED_SECONDS"])

The arrow names the checks that must fail, each with the cause that must be told; a heading without
an arrow is another right submission. `## name, like other → …` begins with the changes and files
of one above. In a diff each hunk begins with the name of its file, and of a
function in it where the lines stand in others too: `rooms.py, join_dashboard`. A line that begins
with `-` goes, one with `+` comes, one with a blank stays and says where. Where nothing says where,
lines come at the beginning: of the function below its docstring, of the file below its imports. An
import at the margin always goes to the top of the file. `pages.py is gone` takes a file away. A
whole file stands in a fence: three backquotes, `python`, the file's name.

What an operator makes is one line, below a heading that names the place:

    ## rooms.py, join_dashboard
    - without `join_room(dashboard.room)` → updates_follow: not-joined
    - `find(payload)` becomes `find(None)` (a sentence, if it needs one) → joins: ack-wrong
    - takes `auth` first (no arrow: another right submission)

`kit/proving/operators.py` lists them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kit.proving.hunk import Hunk
from kit.proving.operators import Operation
from kit.proving.submission import Change, Right, SubmissionError, Wrong

HEADING = re.compile(r"## (?P<name>\w+)(?:, like (?P<base>\w+))?(?: → (?P<fails>.+))?")
FAILS = re.compile(r"(?P<check>\w+): (?P<cause>[\w-]+)")
PLACE = re.compile(r"## (?P<file>[\w./-]+\.\w+)(?:, (?P<function>\w+))?")
ITEM = re.compile(r"- (?P<what>[^→]+?)(?: \((?P<story>[^()]+)\))?(?: → (?P<fails>.+))?")
FENCE = re.compile(r"```(?P<language>\w+) (?P<file>\S+)")
HUNK = re.compile(r"(?P<file>[\w./-]+)(?:, (?P<function>\w+))?")
GONE = " is gone"
INDENTATION = "    "
IMPORT = re.compile(r"(import|from) [^(]+")


@dataclass
class _Draft:
    """A submission as far as it is read."""

    name: str
    where: str
    fails: dict[str, str]
    story: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    without: list[str] = field(default_factory=list)

    def done(self) -> Right:
        parts = self.name, " ".join(self.story), self.changes, self.files, self.without
        return Wrong(*parts, fails=self.fails) if self.fails else Right(*parts)


def read(path: Path) -> list[Right]:
    """Return the submissions of the file at `path`, in their order. Raises SubmissionError."""
    lines = _Lines(path)
    drafts: list[_Draft] = []
    place: re.Match[str] | None = None
    for line in lines:
        if found := PLACE.fullmatch(line):
            place = found
        elif place and line.startswith("- "):
            drafts.append(_made(line, place, lines.where))
        elif line.startswith("## "):
            place = None
            drafts.append(_begun(line, lines.where, drafts))
        elif not drafts:
            continue  # words about the file
        elif fence := FENCE.fullmatch(line):
            drafts[-1].files[fence["file"]] = "".join(f"{text}\n" for text in lines.until("```"))
        elif line.startswith(INDENTATION):
            _take_diff(drafts[-1], [line, *lines.indented()], lines)
        elif line and not line.startswith("# "):
            drafts[-1].story.append(line)
    return [draft.done() for draft in drafts]


class _Lines:
    """The lines of a file, one after the other."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self.number = 0
        self._lines = path.read_text(encoding="utf-8").splitlines()

    def __iter__(self) -> Iterator[str]:
        while self.number < len(self._lines):
            self.number += 1
            yield self._lines[self.number - 1]

    @property
    def where(self) -> str:
        return f"{self.name}, line {self.number}"

    def until(self, end: str) -> Iterator[str]:
        """Yield the lines before the next one that is `end`. Raises SubmissionError."""
        began = self.where
        for line in self:
            if line == end:
                return
            yield line
        raise SubmissionError(f"{began}: this fence has no end.")

    def indented(self) -> Iterator[str]:
        """Yield the lines from here on that are indented or empty."""
        while self.number < len(self._lines):
            line = self._lines[self.number]
            if line and not line.startswith(INDENTATION):
                return
            self.number += 1
            yield line


def _begun(line: str, where: str, earlier: list[_Draft]) -> _Draft:
    heading = HEADING.fullmatch(line)
    fails = _fails(heading["fails"] or "") if heading else None
    if heading is None or fails is None:
        raise SubmissionError(
            f"{where}: a heading is `## name → check: cause`, or `## name` of a right submission,"
            f" not `{line}`."
        )
    base = [draft for draft in earlier if draft.name == heading["base"]]
    if heading["base"] and not base:
        raise SubmissionError(f"{where}: there is no submission {heading['base']} above this one.")
    draft = _Draft(heading["name"], where, fails)
    for one in base:
        draft.changes, draft.files, draft.without = [*one.changes], {**one.files}, [*one.without]
    return draft


def _made(line: str, place: re.Match[str], where: str) -> _Draft:
    item = ITEM.fullmatch(line)
    fails = _fails(item["fails"] or "") if item else None
    if item is None or fails is None:
        raise SubmissionError(
            f"{where}: a line is `- operator → check: cause`, or `- operator` of a right"
            f" submission, not `{line}`."
        )
    what = item["what"]
    name = f"{place['function'] or place['file']}: {what}"
    change = Operation(place["file"], where, what, place["function"])
    return _Draft(name, where, fails, [item["story"] or what], [change])


def _fails(text: str) -> dict[str, str] | None:
    """Return the checks that must fail, each with its cause; None where it is not written so."""
    fails = [FAILS.fullmatch(part) for part in text.split(", ") if part]
    return {one["check"]: one["cause"] for one in fails if one} if all(fails) else None


def _take_diff(draft: _Draft, block: list[str], lines: _Lines) -> None:
    """Add what an indented block says to a draft."""
    first = lines.number - len(block) + 1
    diff = [line[len(INDENTATION) :] for line in block]
    starts = [at for at, line in enumerate(diff) if line and line[0] not in "+- "]
    if not starts or starts[0] != 0:
        where = f"{draft.name}: {lines.name}, line {first}"
        raise SubmissionError(f"{where}: a diff begins with the name of a file.")
    for start, end in zip(starts, [*starts[1:], len(diff)], strict=True):
        where = f"{lines.name}, line {first + start}"
        heading = HUNK.fullmatch(diff[start])
        if diff[start].endswith(GONE):
            draft.without.append(diff[start].removesuffix(GONE))
        elif heading:
            body = diff[start + 1 : end]
            draft.changes.append(_hunk(draft.name, heading, body, where))
        else:
            raise SubmissionError(
                f"{draft.name}: {where}: a line of a diff begins with `-`, `+` or a blank, or it is"
                f" `file.py` or `file.py, function`, not `{diff[start]}`."
            )


def _hunk(name: str, heading: re.Match[str], body: list[str], where: str) -> Hunk:
    while body and not body[-1].strip():
        body = body[:-1]
    imports = [line[1:] for line in body if line[:1] == "+" and IMPORT.fullmatch(line[1:])]
    rest = [line for line in body if not (line[:1] == "+" and line[1:] in imports)]
    old = tuple(line[1:] for line in rest if line[:1] != "+")
    new = tuple(line[1:] for line in rest if line[:1] != "-")
    if old == new:
        if not imports:
            raise SubmissionError(f"{name}: {where}: nothing changes here.")
        old = new = ()
    return Hunk(heading["file"], where, old, new, tuple(imports), heading["function"])
