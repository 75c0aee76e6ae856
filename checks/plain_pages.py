"""What a page that needs no scripts has to show, and to say to those who cannot see it."""

import re
from datetime import datetime
from typing import Any

from checks.documents import Document, Table
from checks.sources import FIRST, GAP_EVERY, WEEK
from kit.checking import Cause, Failure, causes, steady_number

why = causes(__file__, "13_fallback")
ZONE = re.compile(r"\b(UTC|GMT)\b|\d(Z|[+-]\d\d:?\d\d)\b")


def table(page: Document, names: list[str]) -> Table:
    """Return the table of a page that has these columns. Raises Failure."""
    table = page.table(names)
    if not table:
        expected = f"{page.response.request} has a table with the columns {', '.join(names)}"
        raise Failure(expected, f"it says {page.text[:160]!r}", why.no_table)
    return table


def times(page: Document, table: Table) -> list[datetime]:
    """Return the time of each row of a table. Raises Failure where one says none."""
    texts = [" ".join(row) for row in table.rows]
    found = [re.search(r"\d{4}-\d\d-\d\d", text) for text in texts]
    if not all(found) or not ZONE.search(page.text):
        expected = (
            "each row begins with its time, such as 2026-05-04 09:30:00, and the zone is said"
        )
        got = next((text for text, time in zip(texts, found, strict=True) if not time), "no zone")
        raise Failure(expected, f"one says {got!r}", why.no_times)
    return [datetime.fromisoformat(f"{one[0]}T00:00:00+00:00") for one in found if one]


def compare(table: Table, rows: list[int], place: int, name: str) -> None:
    """See that a column says what the source does, and nothing where a number is missing."""
    for row, text in zip(rows, table.column(name), strict=True):
        is_gap = place == 0 and row % GAP_EVERY == 0
        numbers = _numbers(text)
        if is_gap and (numbers or re.search(r"nan|none|null|<na>", text, re.I)):
            expected = f"{name} is missing in a row, and the page says no number there"
            raise Failure(expected, f"it says {text!r}", why.missing_shown)
        wanted = steady_number(row, place)
        if not is_gap and not any(abs(number - wanted) <= 0.01 for number in numbers):
            expected = f"{name} is {wanted} in the row of {(FIRST + row * WEEK).date()}"
            raise Failure(expected, f"it is {text!r}", why.values_wrong)


def _numbers(text: str) -> list[float]:
    """Return what a cell may say, with a point or a comma for the decimals, and perhaps a unit."""
    found = re.search(r"-?\d[\d.,]*", text)
    one = found[0].rstrip(".,") if found else ""
    plain = {one.replace(",", ""), one.replace(".", "").replace(",", ".")}
    return [float(number) for number in plain if re.fullmatch(r"-?\d+(\.\d+)?", number)]


def may_not_be_kept(page: Document) -> None:
    """See that no cache may answer in place of the server. Raises Failure."""
    control = page.response.headers.get("cache-control", "")
    if not re.search(r"\bno-store\b", control):  # who says `no-cache` lets it be kept
        expected = "the header `Cache-Control` says that nobody may keep this: `no-store`"
        raise Failure(expected, f"it says {control or 'nothing'}", why.may_be_kept)


def is_accessible(page: Document, title: str, names: list[str]) -> None:
    """See that a page says all that it shows, and that nobody needs a mouse or a script."""
    where = page.response.request
    html, head = page.soup.find("html"), page.soup.find("title")
    headings = [one.get_text() for one in page.soup.find_all("h1")]
    columns = table(page, names)
    fields, nameless, scripted = page.unlabelled(), page.nameless(), page.needing_scripts()
    alone = page.soup.select("[autofocus]")
    silent = [address for address, alt in page.pictures() if "/picture/" in address and not alt]
    rules: list[tuple[Any, str, str, Cause]] = [
        (html and html.get("lang"), "says its language", "`html` has no `lang`", why.no_language),
        (head and head.get_text().strip(), "has a title", "it has none", why.no_heading),
        (
            any(title in text for text in headings),
            f"has a heading `h1` with the title of the dashboard, {title}",
            f"its headings are {headings}",
            why.no_heading,
        ),
        (columns.are_headers, "names its columns in `th`", "it does in `td`", why.no_header_cells),
        (not silent, "has words for its picture", f"{silent} has no `alt`", why.no_alternative),
        (not fields, "has a label for each field", f"{fields} have none", why.no_label),
        (not nameless, "has words in each link and button", f"{nameless} has none", why.nameless),
        (not scripted, "needs no script", f"{scripted} does", why.needs_a_script),
        (not alone, "leaves the focus where it is", f"{alone} takes it", why.takes_the_focus),
    ]
    for holds, expected, got, cause in rules:
        if not holds:
            raise Failure(f"the page of {where} {expected}", got, cause)
