"""A page, as a browser has it that runs no scripts: its tables, links, forms and pictures."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode, urljoin

from bs4 import BeautifulSoup, Tag

from kit.checking import Response

# What such a browser does not show.
UNSEEN = "script, style, template, [hidden], [style*='display:none'], [style*='display: none']"
REFRESH = re.compile(
    r"\s*(?P<seconds>\d+)[\d.]*\s*(?:[;,]\s*(?:url\s*=)?\s*['\"]?(?P<to>[^'\"]*))?", re.I
)
FIELDS = "input:not([type=hidden], [type=submit], [type=button], [type=image]), select, textarea"
BUTTONS = "button:not([type=button], [type=reset]), input[type=submit], input[type=image]"


@dataclass(frozen=True)
class Refresh:
    """That a browser asks again by itself: after how many seconds, and for which address."""

    seconds: int
    address: str
    for_all: bool  # and not only without scripts


@dataclass(frozen=True)
class Table:
    """A table of a page: the texts of its header cells, and of the cells of each row below."""

    names: tuple[str, ...]
    are_headers: bool
    rows: tuple[tuple[str, ...], ...]

    def column(self, name: str) -> list[str]:
        """Return what stands in the column of this name, a text a row."""
        at = self.names.index(name)
        return [row[at] if at < len(row) else "" for row in self.rows]


class Document:
    """The page of one answer, which was asked for at `address`."""

    def __init__(self, response: Response, address: str) -> None:
        """Read it, however malformed it is."""
        self.response = response
        self.address = address
        self.soup = BeautifulSoup(response.text, "html.parser")
        for unseen in self.soup.select(UNSEEN):
            unseen.decompose()

    @property
    def text(self) -> str:
        """What it says."""
        return words(self.soup)

    @property
    def refresh(self) -> Refresh | None:
        """What the browser asks for by itself, without scripts; None where it asks for nothing."""
        metas = self.soup.select("meta[http-equiv='refresh' i]")
        told = [(str(meta.get("content")), not meta.find_parent("noscript")) for meta in metas]
        told += [(header, True) for header in [self.response.headers.get("refresh")] if header]
        read = [(found, for_all) for text, for_all in told if (found := REFRESH.match(text))]
        if not read:
            return None
        first, _ = read[0]
        address = urljoin(self.address, (first["to"] or "").strip() or self.address)
        return Refresh(int(first["seconds"]), address, any(for_all for _, for_all in read))

    def table(self, names: list[str]) -> Table | None:
        """Return the table that has columns of these names, None where there is none."""
        for table in self.soup.find_all("table"):
            rows = table.find_all("tr")
            for number, row in enumerate(rows):
                cells = row.find_all(["th", "td"])
                called = tuple(_called(words(cell), names) for cell in cells)
                if {*names} <= {*called}:
                    below = [one.find_all(["th", "td"]) for one in rows[number + 1 :]]
                    return Table(
                        called,
                        all(cell.name == "th" for cell in cells if words(cell)),
                        tuple(tuple(map(words, one)) for one in below),
                    )
        return None

    def links(self) -> list[tuple[str, str]]:
        """Return the words and the address of each link."""
        found = self.soup.select("a[href]")
        return [(words(one), urljoin(self.address, str(one["href"]))) for one in found]

    def ways_out(self) -> list[str]:
        """Return the addresses of its links, those first that are only there without scripts."""
        found = [*self.soup.select("noscript a[href]"), *self.soup.select("a[href]")]
        addresses = [str(one["href"]) for one in found if not str(one["href"]).startswith("#")]
        return [urljoin(self.address, address) for address in addresses]

    def ways(self, value: str) -> Iterator[str]:
        """Yield the addresses that forms lead to where `value` is chosen in them, by a button."""
        for form in self.soup.find_all("form"):
            kept = {
                str(one.get("name")): str(one.get("value", ""))
                for one in form.select("input[type=hidden][name]")
            }
            chosen = [
                str((one.find_parent("select") or one).get("name"))
                for one in form.select("select option, input[type=radio], button[name]")
                if one.get("value", words(one)) == value
            ]
            if chosen and str(form.get("method", "get")).lower() == "get" and _has_button(form):
                action = urljoin(self.address, str(form.get("action") or self.address))
                yield f"{action.split('?')[0]}?{urlencode(kept | {chosen[0]: value})}"

    def pictures(self) -> list[tuple[str, str | None]]:
        """Return the address of each picture, and what is said in its place, None for nothing."""
        found = [
            (str(one.get("src") or one.get("data")), one.get("alt") or one.get("aria-label"))
            for one in self.soup.select("img[src], object[data], embed[src]")
        ]
        return [(urljoin(self.address, source), str(alt) if alt else None) for source, alt in found]

    def unlabelled(self) -> list[str]:
        """Return the fields that nothing names for who cannot see them."""
        labelled = {str(one.get("for")) for one in self.soup.select("label[for]") if words(one)}
        return [
            str(field.get("name") or field.name)
            for field in self.soup.select(FIELDS)
            if str(field.get("id")) not in labelled
            and not field.get("aria-label")
            and not field.get("aria-labelledby")
            and not (field.find_parent("label") and words(field.find_parent("label")))
        ]

    def nameless(self) -> list[str]:
        """Return the links and buttons without words."""
        return [
            str(one)[:60]
            for one in self.soup.select("a[href], button")
            if not words(one)
            and not one.get("aria-label")
            and not one.select("img[alt]:not([alt=''])")
        ]

    def needing_scripts(self) -> list[str]:
        """Return the links and forms that do nothing unless a script is run."""
        links = self.soup.select("a[href^='javascript:' i], a[onclick][href='#']")
        forms = [one for one in self.soup.find_all("form") if not _has_button(one)]
        alone = [one for one in self.soup.select("select[onchange]") if not one.find_parent("form")]
        return [str(one)[:80] for one in [*links, *forms, *alone]]


def words(tag: Tag | None) -> str:
    """Return what a part of a page says, with one blank where there are several."""
    return " ".join(tag.get_text(" ").split()) if tag else ""


def _called(text: str, names: list[str]) -> str:
    """Return the name that a header cell begins with, such as that before a unit."""
    found = [name for name in names if text == name or text.startswith(f"{name} ")]
    return max(found, key=len, default=text)


def _has_button(form: Tag) -> bool:
    return bool(form.select(BUTTONS))
