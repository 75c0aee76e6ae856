"""Lab 15, capstone: the learner's own file as a whole dashboard, which can be shown to people."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bs4 import Tag

from checks import plain_pages
from checks.contract import (
    Dashboard,
    Dashboards,
    DataAndRows,
    DataUpdated,
    UpdateChart,
)
from checks.documents import Document, words
from checks.own_file import PLACE, OwnFile, names_a_zone, says_time
from kit.checking import (
    App,
    Cause,
    Failure,
    NotStarted,
    Rows,
    Server,
    Start,
    answers,
    causes,
    check,
    evidence,
)
from kit.checking.starting import refuses

why = causes(__file__)

FILE = "name your file, its column of times, and the zone that they are written in"
TELL = "tell people what they see, where it comes from, and what it does not say"
ABOUT = "answer GET /about with what people should know of the data"

KEY = {"SECRET_KEY": "for a check"}
OWN = App("Own", KEY)
# As behind a proxy that serves it below a path, which it tells.
BEHIND, PATH = App("Own", KEY | {"PROXIES": 1}), "/ana"
STRANGE = {
    "<b>What</b> & why": "It is <i>new</i>, so there.",
    "More": f"Nothing & no one. {'It goes on and on. ' * 20}That is all.",
}
STRANGELY = App("Own", KEY | {"ABOUT": STRANGE})
SILENTLY = App("Own", KEY | {"ABOUT": {}})
MOST_LINES = 10  # rows that are compared
LEAST_ROWS = 50
LEAST_HEADINGS, LEAST_LETTERS = 3, 30
STRANGER = "https://elsewhere.test"
WEBSITE = r"https?://[\w.-]+(?::\d+)?"
MOST_WEBSITES = 10
NO_WORDS = r"\W*(TODO|FIXME|[Ll]orem ipsum)\b"  # "Todo lists of my class" are words

WHY_NO_ABOUT: Rows = [
    (evidence.crashed, None),
    (evidence.both(answers.has_status(404), answers.has_route("/about")), why.about_away),
    (answers.has_route("/.*about.*"), why.about_elsewhere),
    (answers.has_no_route, why.no_about),
]


@check(tasks=[FILE])
def shows_your_file(start: Start, folder: Path) -> None:
    """`Own` shows one dashboard, that of your file; its newest values are those in the file."""
    own = OwnFile(folder)
    if not own.is_there:
        raise Failure(f"there is a file {PLACE} with rows", "there is none", why.no_file)
    server = _started(start)
    dashboard = _dashboard(server)
    ana = server.join("Ana")
    ana.call("refresh_data", {"dashboard": dashboard.id})
    rows: Rows = [(evidence.always, why.other_ids_refused)]
    newest = ana.expect("data_updated", DataUpdated, why=rows)
    if newest.dashboard != dashboard.id:
        expected = f"`data_updated` is of {dashboard.id}, which was asked for"
        raise Failure(expected, f"it was of {newest.dashboard}", why.other_ids_refused)
    values = {name: value for name, value in newest.values.items() if value is not None}
    if {*newest.values} != {column.name for column in dashboard.columns} or not values:
        expected = f"`values` has a number for the columns {_names(dashboard)}"
        raise Failure(expected, f"it was {newest.values!r:.160}", why.values_differ)
    if not own.line_of([*values.values()]):
        expected = f"the newest values are those of the last row of {PLACE}: {own.ends[-1]:.100}"
        raise Failure(expected, f"they were {values!r:.160}", why.values_differ)


@check(tasks=[FILE], stands_on=[shows_your_file], goes_on=shows_your_file)
def knows_when(start: Start, folder: Path) -> None:
    """The time of each row is the one in the file, in the zone that it was written in."""
    own, server = OwnFile(folder), _started(start)
    dashboard = _dashboard(server)
    ana = server.join("Ana")
    ana.call("refresh_data", {"dashboard": dashboard.id})
    newest = ana.expect("data_updated", DataUpdated)
    line = own.line_of([value for value in newest.values.values() if value is not None])
    described = server.expect("GET", f"/api/dashboards/{dashboard.id}").json()
    zone = described.get("timezone")
    if not zone and not names_a_zone(line):
        expected = "the configuration names the zone that the file's times are written in"
        raise Failure(expected, f"neither does it, nor does the file: {line:.80}", why.no_zone)
    if not says_time(line, datetime.fromisoformat(newest.time), zone):
        expected = f"the time is the one in the file: {line:.80}"
        raise Failure(expected, f"it was {newest.time}, shown in {zone or 'UTC'}", why.other_time)


@check(tasks=[FILE], stands_on=[shows_your_file], goes_on=knows_when)
def has_enough_to_show(start: Start, folder: Path) -> None:
    """There are fifty rows at least, at times that differ, and the chart has lines of them."""
    own, server = OwnFile(folder), _started(start)
    if own.lines <= LEAST_ROWS:
        expected = f"the file has {LEAST_ROWS} rows at least"
        raise Failure(expected, f"it has {own.lines} lines", why.too_few_rows)
    dashboard = _dashboard(server)
    ana = server.join("Ana")
    ana.call("join_dashboard", {"dashboard": dashboard.id})
    figure = ana.expect("update_chart", UpdateChart, why=[(evidence.always, why.no_chart)]).figure
    drawn = {str(line["name"]) for line in figure.data if len(line.get("x") or ()) > 1}
    if not drawn or not drawn <= {column.name for column in dashboard.columns}:
        expected = f"the chart has a line of two points at least, of {_names(dashboard)}"
        raise Failure(expected, f"its lines are {sorted(drawn) or 'none'}", why.no_chart)
    asked: dict[str, Any] = {"dashboard": dashboard.id, "last": MOST_LINES}
    ana.call("refresh_data", asked)
    rows = ana.expect("data_updated", DataAndRows).rows
    if len({row.time for row in rows}) < 2:
        expected = "the rows have times that differ: the chart goes on in time"
        raise Failure(expected, f"the newest {len(rows)} have one", why.one_time)


@check(stands_on=[shows_your_file], goes_on=has_enough_to_show)
def is_read_without_scripts(start: Start) -> None:
    """Without scripts there is the same, as a page, and a screen reader finds its way in it."""
    server = _started(start)
    dashboard = _dashboard(server)
    page = _page(server, "/still", why.still_fails)
    shown = [one.name for one in dashboard.columns if page.table([one.name])]
    if not shown:
        expected = f"/still has a table with columns of {_names(dashboard)}"
        raise Failure(expected, f"it says {page.text[:120]!r}", why.still_fails)
    _is_accessible(page, shown)
    answer = server.request("GET", f"/picture/{dashboard.id}.svg", may_raise=True)
    if answer.status != 200 or answer.kind != "image/svg+xml":
        raise Failure("its picture is there, as SVG", answer.summary, why.still_fails)


@check(stands_on=[shows_your_file], goes_on=is_read_without_scripts)
def can_be_shown(start: Start) -> None:
    """`Own` does not debug, lets in neither other websites nor the demo's user, and needs TLS."""
    server = _started(start)
    health = server.expect("GET", "/healthz").json()
    if health.get("debug") is not False:
        raise Failure("`debug` in /healthz is false", f"it was {health!r:.80}", why.debugs)
    path = "/socket.io/?EIO=4&transport=polling"
    for website in [STRANGER, *_websites_named(server)]:
        answer = server.get(path, headers={"Origin": website}, by="a page elsewhere")
        if answer.status == 200:
            expected = f"a page of {website} is refused"
            raise Failure(expected, "it is let in", why.other_websites)
    signed_in = server.post("/auth/login", by="Eve", data={"name": "demo", "password": "demo"})
    cookie = "; ".join(f"{name}={value}" for name, value in signed_in.cookies.items())
    token = server.get("/auth/token", by="Eve", headers={"Cookie": cookie} if cookie else {})
    if token.status == 200:
        expected = "nobody is a member by the demo's name and password"
        raise Failure(expected, "Eve was given a token", why.demo_lets_in)
    cookie = server.post("/auth/login", by="Ana", data={"name": "Ana"}).headers.get("set-cookie")
    if cookie and not re.search(r";\s*secure\b", cookie, re.I):
        expected = "the cookie of who signs in is `Secure`: it travels over TLS alone"
        raise Failure(expected, f"it is {cookie:.120}", why.cookie_in_clear)


@check(tasks=[FILE], stands_on=[can_be_shown])
def has_no_key_of_its_own(start: Start) -> None:
    """`Own` does not start without a secret key from outside."""
    refuses(start, App("Own"), otherwise=why.key_in_the_file)


@check(tasks=[TELL, ABOUT], stands_on=[shows_your_file], goes_on=can_be_shown)
def tells_about_it(start: Start) -> None:
    """`GET /about` tells people about the data: three headings at least, a sentence below each."""
    server = _started(start)
    page = _page(server, "/about", why.no_about, rows=WHY_NO_ABOUT)
    headings = [words(one) for one in page.soup.find_all("h2") if words(one)]
    if len(headings) < LEAST_HEADINGS:
        expected = f"/about has {LEAST_HEADINGS} headings `h2` with words at least"
        raise Failure(expected, f"it has {headings or 'none'}", why.little_told)
    sentences: list[str] = []
    for heading in page.soup.find_all("h2"):
        told = _below(heading)
        if len(told) < LEAST_LETTERS or re.match(NO_WORDS, told) or told in sentences:
            expected = f"below “{words(heading)}” there is a sentence of its own"
            raise Failure(expected, f"there is {told!r:.80}", why.little_told)
        sentences.append(told)
    if not page.soup.find("h1") or not (page.soup.find("html") or {}).get("lang"):
        expected = "/about has a heading `h1`, and says its language"
        raise Failure(expected, "it does not", why.about_unheard)


@check(tasks=[ABOUT], stands_on=[tells_about_it, is_read_without_scripts])
def is_found(start: Start) -> None:
    """The first page leads to `/about`, with scripts and without, and also below any path."""
    server = start(BEHIND)
    for path in ("/", "/still"):
        page = _page(server, path, why.not_linked, below=PATH)
        found = [address for _, address in page.links() if re.search(r"/about/?$", address)]
        if not found:
            expected = f"a link on {path} leads to /about"
            raise Failure(expected, "none does", why.not_linked)
        if outside := [one for one in found if urlsplit(one).path.rstrip("/") != f"{PATH}/about"]:
            expected = f"behind a proxy that serves it below {PATH}, the link leads below {PATH}"
            raise Failure(expected, f"it leads to {outside[0]}", why.leaves_the_path)


@check(tasks=[ABOUT], stands_on=[tells_about_it])
def tells_what_it_is_told(start: Start) -> None:
    """The page says what the setting `ABOUT` says, as text; where that is empty it is not there."""
    server = start(STRANGELY, SILENTLY)
    page = _page(server, "/about", why.about_fixed)
    for text in [*STRANGE, *STRANGE.values()]:
        if text not in page.text:
            is_there = _letters(re.sub("<.*?>", "", text)) in _letters(page.text)
            expected = f"/about says {text!r}, as the setting does"
            got = f"it says {page.text[-200:]!r}"
            raise Failure(expected, got, why.about_not_escaped if is_there else why.about_fixed)
    answer = server.request("GET", "/about", app=1, may_raise=True)
    if answer.status != 404:
        expected = "where `ABOUT` is empty, /about is answered with status 404"
        raise Failure(expected, answer.summary, why.about_nothing)


# What several checks do.


def _started(start: Start) -> Server:
    """Return a server with the learner's own configuration, as it is. Raises Failure."""
    try:
        return start(OWN)
    except NotStarted as failure:
        crash = failure.crash
        if crash and crash.type == "SourceError":
            raise failure.because(why.file_refused) from None
        raise


def _dashboard(server: Server) -> Dashboard:
    """Return what the API says of the one dashboard. Raises Failure."""
    listed = server.expect("GET", "/api/dashboards", Dashboards).dashboards
    if len(listed) != 1:
        expected = "there is one dashboard, that of your file"
        got = f"there are {len(listed)}: {', '.join(one.id for one in listed)}"
        raise Failure(expected, got, why.others_too if listed else why.no_dashboard)
    return listed[0]


def _names(dashboard: Dashboard) -> str:
    return ", ".join(column.name for column in dashboard.columns)


def _page(
    server: Server, path: str, otherwise: Cause, *, rows: Rows = (), below: str = ""
) -> Document:
    """Return a page; `below` is the path that a proxy tells, below which the browser finds it."""
    known: Rows = [*rows, (evidence.always, otherwise)]
    told = {"X-Forwarded-Prefix": below} if below else None
    answer = server.expect("GET", path, kind="text/html", why=known, headers=told)
    return Document(answer, server.url() + below + path)


def _websites_named(server: Server) -> list[str]:
    """Return the websites that the configuration names, wherever it does."""
    text = server.codebase.texts().get("dashboard/config.py", "")
    return sorted(set(re.findall(WEBSITE, text)))[:MOST_WEBSITES]


def _is_accessible(page: Document, names: list[str]) -> None:
    """See that a page tells everything to who cannot see it, as in lab 13. Raises Failure."""
    title = next((one.get_text() for one in page.soup.find_all("h1")), "")
    try:
        plain_pages.is_accessible(page, title or "a title", names)
    except Failure as failure:
        raise failure.because(why.not_heard) from None


def _below(heading: Tag) -> str:
    """Return what stands below a heading, as far as the next one, or the end of its part."""
    said = []
    for one in heading.next_siblings:
        if isinstance(one, Tag) and one.name in {"h1", "h2", "h3"}:
            break
        said.append(words(one) if isinstance(one, Tag) else str(one).strip())
    return " ".join(said).strip()


def _letters(text: str) -> str:
    return re.sub(r"\W", "", text)
