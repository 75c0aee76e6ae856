# lab 2 (given): the rows below the headers
"""Follow the headers of a CSV file: whose cells are where in the rows below."""

from collections import OrderedDict
from dataclasses import dataclass

from .header import fields_of, has_data, is_header, width
from .records import Records
from .remarks import Account
from .understanding import Understanding


@dataclass
class Row:
    """The cells of a row as the file has them: its time, what was measured, and all of them."""

    time: str
    measured: list[str]
    key: int  # the same for rows that are the same in every cell


@dataclass
class Layout:
    """Where the cells are in the rows below a header."""

    width: int
    times: list[int]
    measured: list[int | None]  # None where the header lacks the column
    below: int  # lines below the header that may hold no data

    def time(self, cells: list[str]) -> str:
        """Return a row's time, as the file has it."""
        return " ".join(cells[at] for at in self.times if at < len(cells)).strip()


class Rows:
    """Turns the records of a file into rows. A header counts from where it stands.

    `known` are the rows that have been returned: their times, by their keys.
    """

    def __init__(self, form: Understanding, records: Records, account: Account) -> None:
        self.known: OrderedDict[int, int] = OrderedDict()
        self._form = form
        self._records = records
        self._account = account
        self._hint = form.time_fields[0].split()[0]
        self._layout: Layout | None = None

    def restart(self) -> None:
        """Expect another header."""
        self._layout = None
        self._account.set("headless", 0)

    def remember(self, row: Row, time: int) -> None:
        """Remember that a row was returned, or left out, with this time."""
        self.known[row.key] = time
        self.known.move_to_end(row.key)

    def forget(self, keep: int) -> None:
        """Remember the last `keep` rows alone."""
        while len(self.known) > keep:
            self.known.popitem(last=False)

    def may_be_header(self, record: str) -> bool:
        """Whether a record may be a header; most others are told apart at once."""
        return self._hint in record

    def may_be_whole(self, record: str) -> bool:
        """Whether a line without a line end has as many fields as there are names."""
        cells = self._records.cells([record])[0]
        fields = self._layout.width if self._layout else width(list(self._form.header.fields))
        return len(cells) >= fields

    def rows(self, records: list[str], *, is_anew: bool) -> list[Row]:
        """Return the rows of data in these records; of a file read anew only those not known."""
        zeros = sum("\0" in record for record in records)
        if zeros:
            self._account.add("zeros", number=zeros)
            records = [record.strip("\0") for record in records]
        found = []
        for record, cells in zip(records, self._records.cells(records), strict=True):
            if not any(cells) or self._is_new_header(record, cells):
                continue
            row = self._row(record, cells)
            if row is None or (is_anew and row.key in self.known):
                continue
            self._account.rows += 1
            found.append(row)
        return found

    def _row(self, record: str, cells: list[str]) -> Row | None:
        """Return a row of data, None for another one, which is counted."""
        layout = self._layout
        if layout is None:
            self._account.add("headless")
            return None
        if layout.below:
            layout.below -= 1
            if not has_data(cells):
                return None
            layout.below = 0
        if len(cells) > layout.width and width(cells) > layout.width:
            self._account.rows += 1
            self._account.add("too wide", record)
            return None
        if len(cells) < layout.width:
            self._account.add("short")
        measured = [
            cells[at] if at is not None and at < len(cells) else "" for at in layout.measured
        ]
        return Row(layout.time(cells), measured, hash(tuple(cells)))

    def _is_new_header(self, record: str, cells: list[str]) -> bool:
        """Whether a row is a header: it names the column of times, and has no time in its place."""
        if not self.may_be_header(record) or not is_header(cells, self._form.time_fields):
            return False
        form = self._form.time_form
        if self._layout and form and form.read(self._layout.time(cells)):
            return False
        fields = fields_of(cells)
        places = {name: at for at, name in enumerate(fields)}
        measured = [places.get(column.field) for column in self._form.measured]
        self._layout = Layout(
            width(cells),
            [places[name] for name in self._form.time_fields],
            measured,
            self._form.header.below,
        )
        self._account.set("headless", 0)
        self._account.new_columns = tuple(
            name for name in fields if name and name not in self._form.header.fields
        )
        self._account.lost_columns = tuple(
            column.name
            for column, place in zip(self._form.measured, measured, strict=True)
            if place is None
        )
        return True
