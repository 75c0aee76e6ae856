# lab 2 (given): from a text to rows of cells
"""Divide a CSV text into records, and a record into cells."""

import csv
import re
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

LINE_END = re.compile(r"\r\n|\n|\r")
MOST_LINES = 20  # that one record has; a quote that is open for longer was never meant to close
LIMIT = 128 * 1024  # characters of a record, as many as `csv` takes in a field

# What may stand between cells. A comma may be a decimal sign too, and a blank anything: last.
SEPARATORS = {"\t": "tab", ";": "semicolon", "|": "pipe", ",": "comma", " ": "blank"}
ENOUGH, HALF = 0.9, 0.5  # of the lines; the others may be titles and comments


class Records:
    """How the records of one file are told apart. A record is a line, or several where it quotes.

    A quoted field begins right after a separator or a line's end, and closes right before one. A
    line with a quote that does not is no record: it is given up, and what follows is read.
    """

    def __init__(self, separator: str) -> None:
        self.separator = separator
        self.given_up = 0  # lines
        self.example = ""  # the latest of them
        mark = re.escape(separator)
        closed = rf' *+"(?:[^"]|"")*+" *+(?={mark}|\Z)'
        plain = rf'(?! *")[^{mark}]*+'
        field = rf"(?:{closed}|{plain})"
        self._whole = re.compile(rf"(?:{field}{mark})*+{field}")
        self._open = re.compile(rf'(?:{field}{mark})*+ *"(?:[^"]|"")*+')

    def split(self, text: str, *, is_all: bool = False) -> tuple[list[str], str]:
        """Return the complete records of `text`, without line ends, and the beginning of another.

        Where the text `is_all` that there will be, an open quote at its end is given up.
        """
        lines = lines_of(text)
        records: list[str] = []
        index = position = 0
        while index < len(lines):
            record = lines[index].rstrip("\r\n")
            count = 1
            if len(record) > LIMIT:
                self._give_up(record)
                record = ""
            elif '"' in record and not self._whole.fullmatch(record):
                found = self._over_lines(lines[index : index + MOST_LINES], is_all=is_all)
                if found is None:
                    break
                record, count = found
            if record:
                records.append(record)
            position += sum(map(len, lines[index : index + count]))
            index += count
        rest = text[position:]
        if len(rest) > LIMIT and index == len(lines):
            self._give_up(rest)
            rest = ""
        return records, rest

    def cells(self, records: Iterable[str]) -> list[list[str]]:
        """Return the cells of each record, without blanks around them."""
        if self.separator == " ":
            records = map(str.strip, records)
        rows = csv.reader(records, delimiter=self.separator, skipinitialspace=True)
        return [[cell.strip() for cell in row] for row in rows]

    def _over_lines(self, lines: list[str], *, is_all: bool) -> tuple[str, int] | None:
        """Return the record that begins with `lines`, and how many it has; "" where it is given up.

        None means that more lines are needed.
        """
        text = ""
        for count, line in enumerate(lines, start=1):
            text += line
            record = text.rstrip("\r\n")
            if self._whole.fullmatch(record):
                return record, count
            if len(text) > LIMIT or not self._open.fullmatch(text):
                break
        else:
            if len(lines) < MOST_LINES and not is_all:
                return None
        self._give_up(lines[0])
        return "", 1

    def _give_up(self, line: str) -> None:
        self.given_up += 1
        self.example = line.strip()


def lines_of(text: str) -> list[str]:
    """Return the lines of a text with their ends; what follows the last end is none."""
    ends = [end.end() for end in LINE_END.finditer(text)]
    return [text[start:end] for start, end in pairwise([0, *ends])]


def find_separator(lines: list[str], names: tuple[str, ...] = ()) -> str:
    """Return what separates the cells of `lines`.

    It is the first of `SEPARATORS` that divides nearly all lines into the same number of cells, or
    the one that does so with the most lines; a blank, which stands in dates too, only where no
    other divides half of them. Where `names` are known that the header must have, only those count
    that make cells of them. Where nothing divides them, it is the comma.
    """
    divided = {mark: [fields(line, mark) for line in lines] for mark in SEPARATORS}
    fitting = {
        m for m, rows in divided.items() if names and any(set(names) <= set(r) for r in rows)
    }
    shares: dict[str, float] = {}
    for mark in [mark for mark in SEPARATORS if mark in fitting or not fitting]:
        if mark == " " and max(shares.values(), default=0) >= HALF:
            break
        counts = Counter(len(row) for row in divided[mark] if len(row) > 1)
        if counts:
            shares[mark] = counts.most_common(1)[0][1] / len(lines)
            if shares[mark] >= ENOUGH:
                return mark
    return max(shares, key=shares.__getitem__, default=",")


def fields(line: str, separator: str) -> list[str]:
    """Return the cells of a line with this separator; none where it cannot be divided."""
    try:
        return Records(separator).cells([line])[0]
    except (csv.Error, IndexError):
        return []
