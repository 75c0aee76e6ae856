# lab 2 (given): the cells that are measured
"""Read numbers as people and programs write them: decimal signs, thousands, units, gaps."""

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

# Larger numbers stand for "no data" in some files. JSON rounds them to infinity, which it has not.
LARGEST = 1e300
NO_DATA = (
    "na n/a n.a. #n/a #na #n/v #nv nan null none nil - -- --- . ? \\n missing"
    " nodata no_data unavailable unknown"
)
FAULTS = frozenset(
    ["error", "err", "#error", "#div/0!", "#value!", "#ref!", "#null!", "#num!", "#name?"]
)
GAPS = FAULTS | {"", *NO_DATA.split()}
SENTINEL = re.compile(r"-9{4,6}(?:[.,]0*)?")  # "no data", as many instruments write it
INFINITE = re.compile(r"[+-]?inf(?:inity)?|[+-]?∞", re.IGNORECASE)

APOSTROPHES = "'\N{RIGHT SINGLE QUOTATION MARK}"
BLANKS = " \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}"
SIGN = "[+\\-\N{MINUS SIGN}]?"
CURRENCIES = (
    r"[A-Z]{0,2}[€$£¥₹₽₩₪₺₴₫₱] Rs\.? kr\.? Fr\.? EUR USD GBP CHF SEK NOK DKK PLN CZK HUF INR JPY"
    " CNY AUD CAD NZD BRL MXN ZAR TRY SGD HKD"
)
MONEY = "|".join(CURRENCIES.split())
CELL = re.compile(
    rf"""
    (?P<open>\()?                          # bookkeepers write (5) for -5
    (?P<sign>{SIGN})[{BLANKS}]?
    (?P<money>{MONEY})?[{BLANKS}]?
    (?P<second>{SIGN})
    (?P<body>(?:[0-9][0-9.,{APOSTROPHES}{BLANKS}]*)?[0-9][.,]?|[.,][0-9]+)
    (?P<power>[eEdD][+-]?[0-9]+)?
    (?P<after>[-\N{{MINUS SIGN}}](?=\)?\Z))?   # and 5-
    [{BLANKS}]*
    (?P<unit>
        (?!(?!m[23])[a-zA-Z][+-]?[0-9])     # 5x3 is no number, but 5m2 and 5m3 are
        [^\d\s.,:;+\-'"()#_\N{{MINUS SIGN}}]
        [^,:;]{{0,19}}
    )?
    (?(open)\))
    """,
    re.VERBOSE,
)
SIGN_PLACES = ("open", "sign", "second", "after")

# In "1h 30m" and "5'11" more than a unit follows: one like m2 or CO2 has a digit after a letter.
SECOND_NUMBER = re.compile(r"(?<![A-Za-z])[0-9]|[0-9]{2}")


def number_like(decimal: str, groups: str) -> re.Pattern[str]:
    """Return a pattern: digits, perhaps in groups with the same mark, and decimals.

    Groups have three digits; in India the last one does, and those before it have two.
    """
    d = re.escape(decimal)
    threes = rf"[1-9][0-9]{{0,2}}(?P<mark>[{groups}])[0-9]{{3}}(?:(?P=mark)[0-9]{{3}})*"
    indian = "" if decimal == "," else r"|[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}"
    return re.compile(rf"(?:{threes}{indian}|[0-9]+)(?:{d}[0-9]*)?|{d}[0-9]+")


# Each decimal sign, and what numbers with it look like.
SIGNS = {
    ".": number_like(".", f",{APOSTROPHES}{BLANKS}"),
    ",": number_like(",", f".{APOSTROPHES}{BLANKS}"),
}


@dataclass
class Evidence:
    """What cells tell of their decimal sign."""

    only: Counter[str] = field(default_factory=Counter)  # cells that fit one sign alone
    either: dict[str, str] = field(default_factory=dict)  # a cell such as 1,234, by its mark


def is_gap(cell: str) -> bool:
    """Whether a cell says that there is no number."""
    return cell.casefold() in GAPS


def is_fault(cell: str) -> bool:
    """Whether a cell says that a number could not be had: people are told of it."""
    return cell.casefold() in FAULTS or SENTINEL.fullmatch(cell) is not None


def bookkeeping(cells: Iterable[str]) -> str:
    """Return the first cell that is negative by brackets around it or a minus behind it, or ""."""
    matches = map(CELL.fullmatch, cells)
    return next((match[0] for match in matches if match and (match["open"] or match["after"])), "")


def evidence(cells: Iterable[str]) -> Evidence:
    """Return what the cells of a column tell of its decimal sign."""
    found = Evidence()
    for cell in cells:
        match = CELL.fullmatch(cell)
        body = match["body"] if match else ""
        signs = [sign for sign, pattern in SIGNS.items() if pattern.fullmatch(body)]
        if len(signs) == 1:
            found.only[signs[0]] += 1
        elif signs:
            found.either |= {mark: body for mark in ".," if mark in body}
    return found


@dataclass(frozen=True)
class NumberForm:
    """How the numbers of one column are written."""

    decimal: str
    unit: str

    def read(self, cell: str) -> float | None:
        """Return the number in a cell; None where there is none in this form.

        What is beyond `LARGEST` is infinite.
        """
        if cell.isdecimal() and cell.isascii():  # as most are
            return _finite(float(cell))
        match = CELL.fullmatch(cell)
        if match is None:
            return math.inf if INFINITE.fullmatch(cell) else None
        grouped = SIGNS[self.decimal].fullmatch(match["body"])
        unit = match["money"] or match["unit"] or ""
        if grouped is None or (unit and unit.strip() != self.unit) or _doubled(match):
            return None
        mark = grouped["mark"] or ("," if self.decimal == "." else ".")
        body = match["body"].replace(mark, "").replace(self.decimal, ".")
        number = float(body + re.sub("[dD]", "e", match["power"] or ""))  # Fortran writes a D
        signs = (match[part] for part in SIGN_PLACES)
        is_negative = next(filter(None, signs), "+") != "+"
        return _finite(-number if is_negative else number)


def find_unit(cells: list[str], decimal: str) -> str:
    """Return the unit that most cells of a column have; "" where fewer than a tenth have one.

    A few letters behind numbers are an instrument's remarks, as in `30s` among `30`.
    """
    units: Counter[str] = Counter()
    for cell in cells:
        match = CELL.fullmatch(cell)
        if match and SIGNS[decimal].fullmatch(match["body"]) and not _doubled(match):
            unit = (match["money"] or match["unit"] or "").strip()
            if not SECOND_NUMBER.search(unit):
                units[unit] += 1
    del units[""]
    unit, count = units.most_common(1)[0] if units else ("", 0)
    return unit if count * 10 >= len(cells) else ""


def find_decimal(own: Evidence, whole: Evidence, separator: str) -> tuple[str, bool]:
    """Return the decimal sign of a column, and whether that is certain.

    What its own cells tell counts first, then what all columns of the file tell. Where nothing
    does, a comma in a cell of a file with commas between the cells is a mark of thousands, as is
    usual where decimals have a point; in other files it is a decimal sign.
    """
    for told in (own, whole):
        if told.only["."] != told.only[","]:
            decimal = "." if told.only["."] > told.only[","] else ","
            break
    else:
        told = None
        decimal = "," if "," in own.either and separator != "," else "."
    is_usual = decimal == "." and separator == "," and "," not in own.either
    return decimal, told is own or not own.either or is_usual


def _finite(number: float) -> float:
    return number if abs(number) < LARGEST else math.copysign(math.inf, number)


def _doubled(match: re.Match[str]) -> bool:
    """Whether there are two signs, or two units."""
    signs = sum(bool(match[part]) for part in SIGN_PLACES)
    return signs > 1 or bool(match["money"] and match["unit"])
