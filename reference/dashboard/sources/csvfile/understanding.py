# lab 2 (given): how a CSV file is written
"""How a CSV file is written. What is decided holds as long as the file is followed."""

from dataclasses import dataclass, field

from . import numbers, times
from .header import Header


@dataclass
class Measured:
    """A column of numbers: its name in the file and for people, its unit, and its form."""

    field: str
    name: str
    unit: str
    form: numbers.NumberForm | None = None  # None until there is a cell to tell it by
    is_open: bool = True  # whether no cell has told the decimal sign yet


@dataclass
class Understanding:
    """How a file is written. What no cell has told yet is decided by the first that does."""

    encoding: str
    separator: str
    header: Header
    time_fields: tuple[str, ...]
    measured: list[Measured]
    time_form: times.TimeForm | None = None
    is_time_found: bool = False  # and not given
    is_newest_first: bool = False
    has_no_zone: bool = False  # whether times say no zone
    steps_back: str = ""  # a time that is up to an hour earlier than that of the row above
    evidence: numbers.Evidence = field(default_factory=numbers.Evidence)
    left_out: dict[str, str] = field(default_factory=dict)  # a cell of each column without numbers
    assumed: list[str] = field(default_factory=list)  # sentences

    @property
    def lines_of_header(self) -> int:
        """How many lines stand above the rows."""
        return self.header.above + 1 + self.header.below

    @property
    def time_name(self) -> str:
        """The column or columns of times, as people name them."""
        return ",".join(self.time_fields)

    def decide(self, time_cells: list[str], cells: dict[str, list[str]]) -> None:
        """Decide what is open by these cells, of the times and of each measured field."""
        if self.time_form is None and any(time_cells):
            self._decide_time(time_cells)
        for column in self.measured:
            filled = [cell for cell in cells[column.field] if not numbers.is_gap(cell)]
            if column.is_open and filled:
                self.decide_number(column, filled)

    def _decide_time(self, cells: list[str]) -> None:
        try:
            form = times.find_form(cells)
        except times.NoTimes:  # they are counted as cells that cannot be read
            return
        if any(map(form.read, cells)):
            self.time_form = form
            self.assumed += [form.doubt] if form.doubtful else []

    def decide_number(self, column: Measured, filled: list[str]) -> None:
        """Decide how the numbers of a column are written, by these cells."""
        own = numbers.evidence(filled)
        decimal, is_certain = numbers.find_decimal(own, self.evidence, self.separator)
        unit = column.form.unit if column.form else numbers.find_unit(filled, decimal)
        column.form = numbers.NumberForm(decimal, unit)
        column.is_open = not (own.only or own.either)
        if not is_certain:
            example = next(iter(own.either.values()))
            number = numbers.NumberForm(decimal, "").read(example)
            self.assumed.append(f"{example!r} in {column.name!r} was taken for {number:.15g}.")
        example = numbers.bookkeeping(filled)
        number = column.form.read(example)
        if number is not None:
            self.assumed.append(f"{example!r} in {column.name!r} was taken for {number:.15g}.")
