# lab 2 (given): what people are told about a CSV file
"""What was left out of a CSV file, counted, and said in plain sentences."""

import logging
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from .growing import GrowingFile
from .records import Records
from .zones import Clock

log = logging.getLogger(__name__)

CHANGING = re.compile(r"'.*'|\".*\"|[0-9,]+|s\b")
MOST_NAMES = 3  # that a sentence lists
SECONDS = 60.0  # until a sentence whose numbers have changed is logged again
LONGEST = 60  # characters of a cell that are quoted


def quoted(cell: str) -> str:
    """Return a cell between quotation marks, shortened where it is long."""
    return repr(cell if len(cell) <= LONGEST else f"{cell[:LONGEST]}…")


def several(texts: Sequence[str]) -> str:
    """Return texts as a list in words: the first few, and how many more there are."""
    more = len(texts) - MOST_NAMES
    return ", ".join(texts[:MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def counted(number: int, what: str) -> str:
    """Return a number and what it counts, such as `3 rows`, `1 row`."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


@dataclass
class Count:
    """How many there are of a kind, and the latest of them."""

    number: int = 0
    example: str = ""

    def add(self, example: str, number: int = 1) -> None:
        """Count so many more."""
        self.number += number
        self.example = example


# Of each kind, what is counted and what is said. `rows` is how many there are altogether.
SENTENCES = {
    "no time": (
        "row",
        "{number} of {rows} left out: their time cannot be read, such as {example}.",
    ),
    "too wide": (
        "row",
        "{number} of {rows} left out: they have more fields than names, such as {example}.",
    ),
    "given up": (
        "line",
        "{some} left out: a quote was opened and not closed as it should be, or there is no end to "
        "the line for 128 K characters, such as {example}.",
    ),
    "late": ("row", "{some} left out for coming after rows with a later time, such as {example}."),
    "headless": (
        "row",
        "{some} left out: the file was written anew, without a header that names the times.",
    ),
    "again": ("row", "{some} came again, the same in every cell: each is shown once."),
    "too large": ("number", "{some} left out, being too large to draw: {example}."),
    "fault": ("cell", "{some} with {example} taken for no data."),
    "short": ("row", "{some} with fewer fields than names: the last are missing."),
    "cut short": ("row", "{some} shown before the line was written to its end."),
    "unsure": ("time", "{some} in the hour that comes twice taken for the first of the two."),
    "zeros": ("line", "{some} with zero bytes, as after a power cut: these were taken away."),
}
LEFT_OUT = ("no time", "too wide", "given up", "late", "headless")


@dataclass
class Account:
    """What became of the rows of a file so far."""

    rows: int = 0  # below a header
    counts: dict[str, Count] = field(default_factory=dict)  # by the kinds of `SENTENCES`
    no_number: dict[str, Count] = field(default_factory=dict)  # by column
    waiting: str = ""
    new_columns: tuple[str, ...] = ()
    lost_columns: tuple[str, ...] = ()

    def add(self, kind: str, example: str = "", number: int = 1) -> None:
        """Count so many more of a kind."""
        self.counts.setdefault(kind, Count()).add(example, number)

    def set(self, kind: str, number: int, example: str = "") -> None:
        """Say how many there are of a kind."""
        self.counts[kind] = Count(number, example)

    def note(self, file: GrowingFile, records: Records, clock: Clock) -> None:
        """Take over what those have counted."""
        self.set("given up", records.given_up, records.example)
        self.set("cut short", file.cut_short)
        self.set("unsure", clock.unsure)
        self.waiting = file.waiting

    @property
    def left_out(self) -> int:
        """How many rows were left out, except for those that had come before."""
        return sum(self.counts[kind].number for kind in LEFT_OUT if kind in self.counts)

    def sentences(self) -> list[str]:
        """Return what there is to say, the most important first."""
        said = []
        for kind, (what, sentence) in SENTENCES.items():
            count = self.counts.get(kind, Count())
            words = {"number": f"{count.number:,}", "some": counted(count.number, what)}
            words |= {"rows": counted(self.rows, "row"), "example": quoted(count.example)}
            said += [sentence.format(**words)] if count.number else []
        if self.no_number:
            cells = sum(count.number for count in self.no_number.values())
            columns = [
                f"{quoted(count.example)} in {name!r}" for name, count in self.no_number.items()
            ]
            said.append(f"{counted(cells, 'cell')} left out, being no numbers: {several(columns)}.")
        if self.new_columns:
            said.append(f"Not drawn, as they came later: {several(self.new_columns)}.")
        if self.lost_columns:
            said.append(f"No longer in the file: {several(self.lost_columns)}.")
        if self.waiting:
            said.append(
                f"The last line may not be whole: {quoted(self.waiting)}. It has no line end yet."
            )
        return said


class Teller:
    """Logs the remarks about one source: each as it comes up, and now and then how it changes."""

    def __init__(self, title: str) -> None:
        self.title = title
        self._told: dict[str, tuple[str, float]] = {}

    def tell(self, remarks: Sequence[str]) -> None:
        """Log what is new in `remarks`."""
        now = time.monotonic()
        for remark in remarks:
            kind = CHANGING.sub("", remark)
            before, at = self._told.get(kind, ("", float("-inf")))
            if remark != before and now - at >= SECONDS:
                log.warning("%s: %s", self.title, remark)
                self._told[kind] = remark, now
