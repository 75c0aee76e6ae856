"""Lab 13, fallback: the same data for who only polls, and for who runs no scripts at all."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree

from checks import plain_pages, sources
from checks.contract import UpdateChart, UpdateData
from checks.documents import Document
from checks.polling import Poller
from checks.sources import FIRST, GAP_EVERY, MACHINE, WEEK
from kit.checking import (
    FAILING,
    App,
    Cause,
    Failure,
    Rows,
    Server,
    Silence,
    Start,
    answers,
    causes,
    check,
    evidence,
    source,
)

why = causes(__file__)

STILL = "answer GET /still with a page that needs no scripts"
LEAD = "name the page that needs no scripts"
READ = "read a dashboard for a page"
RENEW = "let nobody keep the page, and the browser ask for it again"
PICTURE = "answer GET /picture/<id>.svg with a dashboard's picture"

STOCKS = sources.COLUMNS["stocks"]
TITLES = {"machine": "Rows of machine", "stocks": "Rows of stocks"}
SHOWN = 10  # rows
MOST_WAYS = 6  # that are tried from the first page
LONGEST = 60  # seconds that a page may show what is old
# More rows with each look than a page shows, and a look whenever somebody asks.
MANY = source(
    "Steady", id="stocks", names=STOCKS, step=604_800, rows_per_read=20, gap_every=GAP_EVERY
)
ODD_ID, ODD = 'a&b <var>"c"', ["<var>x</var> & y", "plain"]
ODD_ROWS = [["2026-05-04T09:30:00+00:00", 1.5, 2.5]]
OWN = {"SECRET_KEY": "for a check", "FEED_SECONDS": 0.001, "KEEP_ROWS": 100}
LIVE = App("Production", OWN | {"SOURCES": [MACHINE, sources.STOCKS], "FEED_SECONDS": 0.02})
USUAL = App("Production", OWN | {"SOURCES": [MACHINE, MANY]})
NOTHING = App("Production", OWN | {"SOURCES": []})
ODDLY = App(
    "Production",
    OWN | {"SOURCES": [MACHINE, source("Given", id=ODD_ID, names=ODD, rows=ODD_ROWS)]},
)
# One source that fails from the second look on, and one that has no rows at all.
MOODY = source(
    "Moody",
    after=1,
    quiet=0,
    failing=9999,
    id="stocks",
    names=STOCKS,
    step=604_800,
    rows_per_read=20,
)
BROKEN = App(
    "Production",
    OWN | {"SOURCES": [source("Given", id="machine", names=["cpu"], rows=[]), MOODY]},
)
PRIVATE = App("Testing", OWN | {"SOURCES": [MACHINE, MANY], "PRIVATE": ["machine"]})


def _why_not_there(route: str) -> Rows:
    """Return why nothing is where `route`, a word in its address, should be."""
    elsewhere = evidence.both(answers.has_status(404, 405), answers.has_route(f"/.*{route}.*"))
    return [
        (evidence.crashed, None),
        (answers.adds_a_slash, why.other_address),
        (elsewhere, why.other_address),
        (answers.has_no_route, why.not_registered),
        (answers.has_status(200), why.other_kind),
    ]


WHY_NO_PAGE, WHY_NO_PICTURE = _why_not_there("still"), _why_not_there("picture")


@check(tasks=[STILL, READ])
def shows_rows(start: Start) -> None:
    """`GET /still` answers with a page: the newest ten rows of a dashboard, the newest first."""
    server = _started(start)
    for dashboard, names in (("stocks", STOCKS), ("machine", ["cpu"])):
        page = _still(server, dashboard)
        table = plain_pages.table(page, names)
        if not re.search(r"\d", " ".join(map(" ".join, table.rows))):
            expected = "the table has the newest rows: the source has some for whoever looks"
            raise Failure(expected, f"it says {page.text[-160:]!r}", why.stale)
        times = plain_pages.times(page, table)
        if dashboard == "machine":
            continue
        if times != sorted(times, reverse=True):
            expected = "the newest row of the table is the first"
            raise Failure(expected, f"its times were {_days(times)}", why.oldest_first)
        rows = [(time - FIRST) // WEEK for time in times]
        if len(rows) != SHOWN or rows != list(range(rows[0], rows[0] - SHOWN, -1)):
            expected = f"the table has the newest {SHOWN} rows, each a week before the one above it"
            raise Failure(expected, f"its times were {_days(times)}", why.other_rows)
        if rows[0] % 20 != 19:  # a look brings twenty
            expected = "the first row is the newest that there is"
            raise Failure(
                expected, f"there was one after that of {_days(times)[:10]}", why.other_rows
            )
        for place, name in enumerate(names):
            plain_pages.compare(table, rows, place, name)


@check(tasks=[READ, RENEW], stands_on=[shows_rows], goes_on=shows_rows)
def keeps_up(start: Start) -> None:
    """Each time that the page is asked for it has the newest rows, and nobody may keep it."""
    server = _started(start)
    seen = []
    for _ in range(2):
        page = _still(server, "stocks")
        seen.append(max(plain_pages.times(page, plain_pages.table(page, STOCKS))))
    if seen[1] <= seen[0]:
        expected = "the second page has newer rows than the first: the source had some"
        raise Failure(expected, f"the newest row was of {_days(seen)}", why.stale)
    for one in (page, _still(server, "stocks", "&renew=no")):
        plain_pages.may_not_be_kept(one)


@check(tasks=[RENEW], stands_on=[shows_rows], goes_on=keeps_up)
def renews_itself(start: Start) -> None:
    """The page renews itself, shows the same dashboard then, and can be told to stop that."""
    server = _started(start)
    page = _still(server, "stocks")
    refresh = page.refresh
    if not refresh:
        expected = "the browser is told to ask again, with the header `Refresh` or in the page"
        raise Failure(expected, "it is not", why.never_renewed)
    if not 1 <= refresh.seconds <= LONGEST:
        expected = f"it asks again after 1 to {LONGEST} seconds"
        raise Failure(expected, f"it does after {refresh.seconds}", why.pace_wrong)
    renewed = _at(server, refresh.address)
    if not renewed.table(STOCKS) or not renewed.refresh:
        expected = "when it is renewed it shows the stocks again, and goes on"
        raise Failure(
            expected, f"{renewed.address} shows {renewed.text[:80]!r}", why.renewed_elsewhere
        )
    for _, address in page.links():
        quiet = _at(server, address) if _is_ours(server, address) else None
        if quiet and quiet.table(STOCKS) and not quiet.refresh:
            break
    else:
        expected = "a link on the page leads to the same dashboard, as a page that stays as it is"
        raise Failure(expected, "none does", why.never_stops)
    quiet = _still(server, "stocks", "&renew=no")
    if quiet.refresh:
        expected = "with `?renew=no` the page stays as it is"
        raise Failure(expected, f"it is renewed after {quiet.refresh.seconds} s", why.never_stops)


@check(tasks=[STILL], stands_on=[shows_rows], goes_on=renews_itself)
def chooses(start: Start) -> None:
    """Without `dashboard`, or with an unknown one, it is the first; the others can be reached."""
    server = _started(start)
    for query in ("", "?dashboard=", "?dashboard=nothing", "?dashboard=stock", "?dashboard=STOCKS"):
        page = _page(server, f"/still{query}", why.unknown_fails)
        if not page.table(["cpu"]):
            expected = f"/still{query} shows the first dashboard, the machine"
            raise Failure(expected, f"it says {page.text[:80]!r}", why.unknown_fails)
    reached = [address for words, address in page.links() if TITLES["stocks"] in words]
    for address in [*reached, *page.ways("stocks")]:
        if _at(server, address).table(STOCKS):
            return
    scripted = page.needing_scripts()
    expected = "a link with the title of the stocks leads there, or a form with a button"
    got = f"only a script does: {scripted[0]}" if scripted else "nothing does"
    raise Failure(expected, got, why.needs_a_script if scripted else why.no_way_to_others)


@check(tasks=[LEAD], stands_on=[chooses], goes_on=chooses)
def leads_there(start: Start) -> None:
    """From `GET /` whoever runs no scripts comes to that page, with the same dashboard."""
    server = _started(start)
    _led(server, "/", ["cpu"], why.blank_page)
    _led(server, "/?dashboard=stocks", STOCKS, why.query_lost)
    alone = _page(server, "/", why.alone_leads, app=1)
    if alone.refresh:
        expected = "where there are no dashboards, `/` leads nowhere"
        raise Failure(expected, f"it leads to {alone.refresh.address}", why.alone_leads)
    answer = server.request("GET", "/still", app=1, may_raise=True)
    if answer.status != 404:
        expected = "where there are no dashboards, /still is answered with status 404"
        raise Failure(expected, answer.summary, why.none_unexpected)


@check(tasks=[LEAD], stands_on=[leads_there, renews_itself], goes_on=leads_there)
def works_below_a_path(start: Start) -> None:
    """Behind a proxy that serves it below a path, all of that stays below the path."""
    server = _started(start)
    told = {"X-Forwarded-Prefix": "/ana"}
    for path in ("/", "/still?dashboard=stocks"):
        for base in ("/ana/", "/ana") if path == "/" else ("/ana/",):
            page = _page(server, path, why.leaves_the_path, app=2, headers=told, base=base)
            addresses = [address for _, address in page.links()]
            addresses += [address for address, _ in page.pictures()] if path != "/" else []
            addresses = addresses if base != "/ana" else []  # a script would add the slash
            addresses += [page.refresh.address] if page.refresh else []
            for address in addresses:
                if not urlsplit(address).path.startswith("/ana"):
                    expected = f"the page at {page.address} leads only below /ana"
                    otherwise = why.needs_the_slash if base == "/ana" else why.leaves_the_path
                    raise Failure(expected, f"it leads to {address}", otherwise)


@check(tasks=[PICTURE])
def draws(start: Start) -> None:
    """`GET /picture/<id>.svg` answers with a picture of the dashboard as it is now."""
    server = _started(start)
    seen = [_picture(server, "/picture/stocks.svg") for _ in range(2)]
    told = {text for one in seen for text in one.itertext()}
    if missing := [name for name in STOCKS if not any(name in text for text in told)]:
        expected = f"the picture names its columns, {' and '.join(STOCKS)}"
        raise Failure(expected, f"it does not say {missing[0]}", why.picture_wrong)
    if any(
        STOCKS[0] in text for text in _picture(server, "/picture/stocks.svg?find=goo").itertext()
    ):
        expected = f"with `?find=goo` the picture shows {STOCKS[1]} alone"
        raise Failure(expected, f"it says {STOCKS[0]}", why.picture_wrong)
    if ElementTree.tostring(seen[0]) == ElementTree.tostring(seen[1]):
        expected = "the second picture differs: the source had newer rows"
        raise Failure(expected, "it is the same", why.picture_stale)
    for name in ("nothing", "MACHINE"):
        answer = server.request("GET", f"/picture/{name}.svg", may_raise=True)
        if answer.status != 404:
            expected = f"{answer.request} is answered with status 404"
            raise Failure(expected, answer.summary, why.no_such_picture)


@check(tasks=[PICTURE], stands_on=[draws], goes_on=draws)
def draws_as_wide(start: Start) -> None:
    """The picture is as wide as `?width=` asks for, from 240 to 2,400; otherwise it is 960."""
    server = _started(start)
    wanted = {"480": 480, "240": 240, "2400": 2400, "5": 240, "-9": 240, "99999": 2400}
    for width, pixels in (wanted | {"": 960, "x": 960, "1e3": 960}).items():
        path = f"/picture/stocks.svg?width={width}"
        drawn = _picture(server, path, rows=(), otherwise=why.width_wrong)
        box = drawn.get("viewBox", "").split()
        got = drawn.get("width") or (box[2] if len(box) == 4 else "nothing")
        if got.removesuffix("px") != str(pixels):
            expected = f"with `?width={width}` the picture is {pixels} wide"
            raise Failure(expected, f"its width was {got}", why.width_wrong)


@check(stands_on=[chooses, draws], goes_on=draws_as_wide)
def tells_who_cannot_see(start: Start) -> None:
    """A screen reader finds a language, a heading, header cells, labels, and words for pictures."""
    server = _started(start)
    for dashboard, names in (("stocks", STOCKS), ("machine", ["cpu"])):
        for page in (_still(server, dashboard), _still(server, dashboard, "&find=U&renew=no")):
            plain_pages.is_accessible(page, TITLES[dashboard], names)
    shown = [alt for address, alt in page.pictures() if "/picture/machine.svg" in address]
    if not shown and not page.soup.find("svg"):
        raise Failure("the page shows the picture of the machine", "it does not", why.no_picture)
    if shown and not any(TITLES["machine"] in (alt or "") for alt in shown):
        expected = f"where the picture is, the page says of what: {TITLES['machine']}"
        raise Failure(expected, f"its `alt` is {shown[0]!r}", why.no_alternative)


@check(stands_on=[shows_rows, draws], goes_on=tells_who_cannot_see)
def takes_names_as_text(start: Start) -> None:
    """Names from outside are only ever text: in the page, in its links, and in the picture."""
    server = _started(start)
    page = _still(server, ODD_ID, app=3, otherwise=why.not_escaped)
    if not page.table(ODD) or ODD_ID not in page.text:
        expected = f"the page shows the dashboard {ODD_ID}, and its column {ODD[0]}"
        got = f"it says {page.text[:160]!r}"
        raise Failure(expected, got, why.not_escaped)
    if element := page.soup.find("var"):
        expected = f"names such as {ODD[0]} and {ODD_ID} are text wherever they stand"
        raise Failure(expected, f"one has become the element {element!s:.60}", why.not_escaped)
    first = _still(server, "machine", app=3)
    reached = [address for words, address in first.links() if ODD_ID in words]
    for address in [*reached, *first.ways(ODD_ID)]:
        if not _at(server, address, app=3).table(ODD):
            expected = f"what leads to {ODD_ID} leads there"
            raise Failure(expected, f"{address} does not", why.not_quoted)
    for address in [one for one, _ in page.pictures() if "/picture/" in one]:
        parts = urlsplit(address)
        if not server.get(f"{parts.path}?{parts.query}", app=3).status == 200:
            raise Failure(f"{address} is there", "it is not", why.not_quoted)
    drawn = _picture(server, f"/picture/{quote(ODD_ID)}.svg", app=3, otherwise=why.not_escaped)
    for name in ODD:
        if not any(name in text for text in drawn.itertext()):
            raise Failure(f"the picture says {name}", "it does not", why.not_escaped)


@check(tasks=[READ], stands_on=[shows_rows, draws], goes_on=takes_names_as_text)
def bears_failures(start: Start) -> None:
    """A source that fails, has no rows, or misses a number costs nobody the page."""
    server = _started(start)
    for _ in range(2):  # the second time it fails
        with _a_failure_means(why.source_costs_the_page):
            page = _page(server, "/still?dashboard=stocks", why.source_costs_the_page, app=4)
        if not page.table(STOCKS) or not plain_pages.times(page, plain_pages.table(page, STOCKS)):
            expected = "where a source fails, the page shows the rows that there were"
            raise Failure(expected, f"it says {page.text[:80]!r}", why.source_costs_the_page)
    with _a_failure_means(why.source_costs_the_picture):
        _picture(server, "/picture/stocks.svg", app=4)
    if FAILING in page.text:
        raise Failure("the page does not tell strangers what failed", "it does", why.leaks)
    if not _is_in_the_log(server):
        expected = "what failed is in the log"
        raise Failure(expected, "it is not", why.not_logged)
    with _a_failure_means(why.no_rows_fail):
        page = _page(server, "/still?dashboard=machine", why.no_rows_fail, app=4)
    if TITLES["machine"] not in page.text:
        expected = "where there are no rows yet, there is a page that says whose"
        raise Failure(expected, f"it says {page.text[:80]!r}", why.no_rows_fail)
    with _a_failure_means(why.no_rows_fail):
        _picture(server, "/picture/machine.svg", app=4, otherwise=why.no_rows_fail)


@check(stands_on=[chooses, draws], goes_on=bears_failures)
def keeps_what_is_private(start: Start) -> None:
    """A private dashboard is not there for strangers, neither as a page nor as a picture."""
    server = _started(start)
    for query in ("", "?dashboard=machine"):
        page = _page(server, f"/still{query}", why.private_shown, app=5)
        if TITLES["machine"] in page.text or not page.table(STOCKS):
            expected = "a stranger is shown the stocks, and does not hear of the machine"
            raise Failure(expected, f"the page says {page.text[:80]!r}", why.private_shown)
    answer = server.request("GET", "/picture/machine.svg", app=5, may_raise=True)
    if answer.status != 404:
        expected = f"{answer.request} is answered with status 404, for a stranger"
        raise Failure(expected, answer.summary, why.private_shown)


@check(stands_on=[shows_rows])
def polls(start: Start) -> None:
    """Whoever only polls is let in, joins a dashboard, and hears every update, in order."""
    server = start(LIVE)
    ben = Poller(server, "Ben", why.polling_refused)
    ben.connects()
    with _polling_means(why.polling_left_out):
        ben.calls("join_dashboard", {"dashboard": "stocks"})
        story: list[UpdateChart | UpdateData] = [UpdateChart.read(ben.expects("update_chart"))]
        story += [UpdateData.read(ben.expects("update_data")) for _ in range(4)]
    if found := sources.gap(story):
        expected = "Ben, who only polls, hears each update once, in order"
        raise Failure(expected, found, why.polling_left_out)


@check(stands_on=[polls], goes_on=polls)
def offers_websocket(start: Start) -> None:
    """Whoever begins by polling is offered WebSocket, and who begins with it is let in."""
    server = start(LIVE)
    upgrades = Poller(server, "Ben", why.polling_refused).upgrades
    if "websocket" not in upgrades:
        expected = "Ben, who begins by polling, is offered `websocket` in `upgrades`"
        raise Failure(expected, f"`upgrades` was {upgrades}", why.no_upgrade)
    try:
        server.join("Ana").call("join_dashboard", {"dashboard": "stocks"})
    except Failure as failure:
        raise (failure if failure.crash else failure.because(why.no_upgrade)) from None


# What several checks do.


def _started(start: Start) -> Server:
    """Return a process with an app for each kind of data, which several checks share."""
    behind = App("Production", USUAL.settings | {"PROXIES": 1})
    return start(USUAL, NOTHING, behind, ODDLY, BROKEN, PRIVATE)


def _page(
    server: Server,
    path: str,
    otherwise: Cause,
    *,
    rows: Rows = (),
    app: int = 0,
    headers: dict[str, str] | None = None,
    base: str = "/",
) -> Document:
    """Return a page as who asks for it without scripts has it. Raises Failure.

    `base` is where the browser believes the site to begin.
    """
    known: Rows = [*rows, (evidence.always, otherwise)]
    answer = server.expect("GET", path, kind="text/html", why=known, app=app, headers=headers)
    return Document(answer, f"{server.url(app)}{base}{path[1:]}")


def _still(
    server: Server, dashboard: str, more: str = "", *, app: int = 0, otherwise: Cause = why.no_page
) -> Document:
    """Return the page of one dashboard. Raises Failure."""
    path = f"/still?dashboard={quote(dashboard)}{more}"
    return _page(server, path, otherwise, rows=WHY_NO_PAGE, app=app)


def _at(server: Server, address: str, app: int = 0) -> Document:
    """Return what an address of ours leads to, whatever that is."""
    parts = urlsplit(address)
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    answer = server.request("GET", path, app=app, may_raise=True)
    return Document(answer, f"{server.url(app)}{path}")


def _is_ours(server: Server, address: str) -> bool:
    parts = urlsplit(address)
    others = ("/api", "/auth", "/static")
    return address.startswith(server.url()) and not parts.path.startswith(others)


def _led(server: Server, path: str, names: list[str], otherwise: Cause) -> Document:
    """Return the page with a table that whoever runs no scripts comes to from `path`."""
    away: Rows = [(answers.leads_to("still"), why.sends_all_away)]
    page = _page(server, path, why.blank_page, rows=away)
    refresh = page.refresh
    if refresh and refresh.for_all:
        expected = "only who runs no scripts is sent on from `/`"
        raise Failure(expected, "everybody is", why.sends_all_away)
    if page.table(names):
        return page
    addresses = [refresh.address] if refresh else []
    addresses += [address for address in page.ways_out() if _is_ours(server, address)]
    led = [_at(server, address) for address in list(dict.fromkeys(addresses))[:MOST_WAYS]]
    for one in led:
        if one.table(names):
            return one
    expected = f"without scripts {path} shows the rows, or leads to a page that does"
    asked = ", ".join(one.response.request for one in led) or "nowhere"
    is_there = any(one.soup.find("table") for one in led)
    raise Failure(expected, f"it leads to {asked}", otherwise if is_there else why.blank_page)


def _days(times: list[datetime]) -> str:
    return ", ".join(str(time.date()) for time in times)


def _picture(
    server: Server,
    path: str,
    *,
    app: int = 0,
    rows: Rows = WHY_NO_PICTURE,
    otherwise: Cause = why.picture_wrong,
) -> ElementTree.Element:
    """Return a picture that the server draws. Raises Failure where it is none."""
    known: Rows = [*rows, (evidence.always, otherwise)]
    answer = server.expect("GET", path, kind="image/svg+xml", why=known, app=app)
    try:
        drawn = ElementTree.fromstring(answer.text)
    except ElementTree.ParseError as error:
        expected = f"{answer.request} answers with SVG, which is XML"
        raise Failure(expected, f"it cannot be read: {error}", otherwise) from None
    if not drawn.tag.endswith("svg"):
        raise Failure(f"{answer.request} answers with SVG", f"it is <{drawn.tag}>", otherwise)
    plain_pages.may_not_be_kept(Document(answer, path))
    return drawn


@contextmanager
def _polling_means(cause: Cause) -> Iterator[None]:
    """Whatever does not come in here has this cause, unless an error was raised."""
    try:
        yield
    except Silence as silence:
        raise (silence if silence.crash else silence.because(cause)) from None
    except Failure as failure:
        is_transport = failure.cause.name == why.polling_refused.name
        raise (failure.because(cause) if is_transport else failure) from None


@contextmanager
def _a_failure_means(cause: Cause) -> Iterator[None]:
    """An error that is raised in here has this cause."""
    try:
        yield
    except Failure as failure:
        raise failure.because(cause) from None


def _is_in_the_log(server: Server) -> bool:
    """Whether the log tells of the source that has failed: by its error, or by its name."""
    named = r"^(?=.*\bstocks\b).*\b(warning|error|critical)\b"
    log = server.log()
    return FAILING in log or re.search(named, log, re.IGNORECASE | re.MULTILINE) is not None
