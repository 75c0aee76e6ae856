"""Lab 7, cors: the accepted origins, from configuration; the server's own; the proxies in front."""

import itertools
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from checks.sources import COLUMNS, MACHINE
from kit.checking import App, Cause, Failure, Response, Rows, Server, Start, causes, check, source
from kit.checking import evidence as see
from kit.checking.causes import RETURNS_NOTHING
from kit.checking.contract import shown
from kit.checking.starting import refuses
from kit.running.crash import Crash

why = causes(__file__)

OURS, SECOND, THIRD = "https://charts.test", "http://wall.test:8443", "http://[2001:db8::7]:3000"
STRANGER = "https://elsewhere.test"
NO_ORIGIN = "null"  # what a browser says for a page in a sandbox, or in a file
OTHERS = {OURS, SECOND, THIRD, STRANGER, NO_ORIGIN}  # never the server's own
# What resembles a configured origin, each with the mistake that takes it for one.
NEARLY_OURS: list[tuple[str, Cause]] = [
    ("https://charts.tes", why.compared_in_part),
    ("https://charts.test.elsewhere.test", why.compared_in_part),
    ("https://elsewherecharts.test", why.compared_in_part),
    ("https://sub.charts.test", why.compared_in_part),
    ("https://chartsxtest", why.compared_in_part),
    ("http://charts.test", why.scheme_ignored),
    ("https://charts.test:8443", why.port_ignored),
    ("http://wall.test", why.port_ignored),
    ("http://wall.test:8444", why.port_ignored),
]
NO_SETTINGS = f"{OURS}/", f"{OURS}/app", f"{OURS}?page=1", [SECOND, "localhost:8000"], NO_ORIGIN

OPENING = "/socket.io/?EIO=4&transport="
WAYS = {"polling": 200, "websocket": 101}  # each with the status of what is let in
UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version": "13",
}
ALLOWED = "access-control-allow-origin"
KEY = "a key for this check"

PROXY_NAME = "charts-proxy.test"
PROXIED = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": PROXY_NAME}
IN_FRONT = f"https://{PROXY_NAME}"

# A line of a source's handler, of Python's own `warnings`, and from lab 8 on of the log.
WARNS = r'^logged WARNING|\.py:\d+: \w*Warning:|"log.level": ?"warning"'
IS_TOLD = r"\bcors_allowed_origins\b|HTTP_ORIGIN"
HEADERS_BY_HAND = r"flask_cors|\bCORS\(|Access-Control-Allow-Origin"
AT_IMPORT = r"\bcors_allowed_origins\s*="
LOOKS_THROUGH = r"(?<!def )\btrust_proxies\b(?! *$)"


def _app(config: str = "Testing", variables: Mapping[str, str] | None = None, **more: Any) -> App:
    return App(config, {"SOURCES": [MACHINE], **more}, environment=variables or {})


MARKING = source("Marking", id="machine", names=COLUMNS["machine"], step=1)
NO_HUB = {"JUPYTERHUB_SERVICE_PREFIX": None}  # what this machine has in front of its own servers
MAIN = _app("Development", ORIGINS=[OURS, SECOND, THIRD], TRUSTED_HOSTS="inside.test")
BEHIND = [_app(PROXIES=number) for number in range(3)]  # app 1 is behind one proxy, and so on


@check(
    tasks=[
        "accept only the configured origins",
        "read the configured origins, and refuse what is no origin",
        "accept the configured origins, and always the server's own",
    ]
)
def lets_in(start: Start) -> None:
    """A page of each configured origin is let in: by polling, and by WebSocket."""
    server = _started(start, MAIN)
    rows: Rows = [
        (_unlooked_at, why.check_is_off),
        (see.run_at_import(AT_IMPORT), why.too_early),
        (see.both(see.no(see.written(IS_TOLD)), see.written(HEADERS_BY_HAND)), why.headers_by_hand),
        (see.no(see.written(IS_TOLD)), why.not_told),
        (see.written(r"environ.*ORIGINS|ORIGINS.*environ|getenv"), why.not_from_config),
    ]
    for origin in (OURS, SECOND, THIRD):
        page = _Page(server, origin)
        page.is_let_in(rows)
        if not page.is_greeted(page.opens("polling")):
            got = "its connection was opened, and then Socket.IO refused it"
            raise server.explained(f"a page of {origin} is let in", got, why.not_let_in)


@check(tasks=["accept only the configured origins"], goes_on=lets_in)
def refuses_strangers(start: Start) -> None:
    """A page of any other origin is refused, in both ways, and in each request that it makes."""
    server = _started(start, MAIN)
    _Page(server, STRANGER).is_refused(_why_let_in(_Page(server, STRANGER), why.everybody))
    _Page(server, NO_ORIGIN).is_refused(_always(why.null_let_in))
    came_from = {"Referer": f"{server.url()}/"}
    _Page(server, STRANGER, 0, came_from).is_refused(_always(why.referer_believed))
    path = f"{OPENING}polling&sid={_sid(_Page(server, None).opens('polling'))}"
    answer = _Page(server, STRANGER).asks("POST", path, "sent into a connection that was open")
    if not 400 <= answer.status < 500:
        expected = f"a page of {STRANGER} is refused there, too"
        raise Failure(expected, answer.summary, why.opening_only)


@check(stands_on=[lets_in], goes_on=refuses_strangers)
def keeps_its_own(start: Start) -> None:
    """A page of the server's own is let in, whichever of its names it was asked for by."""
    server = _started(start, MAIN)
    _Page(server, server.url()).is_let_in(_always(why.own_dropped))
    for host in (f"localhost:{server.app.ports[0]}", "inside.test", "inside.test:8443"):
        _Page(server, f"http://{host}", 0, {"Host": host}).is_let_in(_always(why.own_is_fixed))


@check(stands_on=[lets_in], goes_on=keeps_its_own)
def lets_programs_in(start: Start) -> None:
    """A program that is no browser, and so names no origin, is let in."""
    server = _started(start, MAIN)
    program = _Page(server, None)
    program.is_let_in(_always(why.programs_refused))
    if not program.is_greeted(program.opens("polling")):
        got = "its connection was opened, and then Socket.IO refused it"
        raise server.explained("a program is let in", got, why.programs_refused)


@check(stands_on=[lets_in, refuses_strangers], goes_on=lets_programs_in)
def compares_the_whole(start: Start) -> None:
    """An origin counts as a whole: another scheme, port or part of the name is another origin."""
    server = _started(start, MAIN)
    for origin, cause in NEARLY_OURS:
        _Page(server, origin).is_refused(_always(cause))


@check(stands_on=[keeps_its_own, refuses_strangers], goes_on=compares_the_whole)
def compares_its_own(start: Start) -> None:
    """The server's own origin, too: its scheme, its port, and the name that it was asked for by."""
    server = _started(start, MAIN)
    port = server.app.ports[0]
    for origin, cause in (
        (f"https://127.0.0.1:{port}", why.scheme_ignored),
        ("http://127.0.0.1", why.port_ignored),
        (f"http://127.0.0.1:{port - 1}", why.port_ignored),
        (f"http://elsewhere.test:{port}", why.compared_in_part),
        (f"http://127.0.0.1.elsewhere.test:{port}", why.compared_in_part),
        (f"http://localhost:{port}", why.names_mixed_up),
        ("http://inside.test", why.names_mixed_up),
    ):
        _Page(server, origin).is_refused(_always(cause))
    # A website can give its own name this machine's address.
    rebound = _Page(server, "http://elsewhere.test", 0, {"Host": "elsewhere.test"})
    rebound.is_refused(_always(why.any_name))


@check(stands_on=[lets_in, refuses_strangers], goes_on=compares_its_own)
def opens_the_api(start: Start) -> None:
    """A page of a configured origin may read what is below `/api`, and a page of another not."""
    server = _started(start, MAIN)
    for origin in (OURS, SECOND, STRANGER, NO_ORIGIN):
        answer = _Page(server, origin).asks("GET", "/api/dashboards", "fetched /api/dashboards")
        told = answer.headers.get(ALLOWED)
        wanted = origin if origin in {OURS, SECOND} else None
        if told != wanted:
            expected = f"Access-Control-Allow-Origin is {wanted or 'missing'} for {origin}"
            cause = why.api_closed if wanted and told != "*" else why.api_open
            raise Failure(expected, f"it was {told or 'missing'}", cause)


@check(stands_on=[keeps_its_own, refuses_strangers])
def means_nobody_else(start: Start) -> None:
    """With nothing configured only the server's own pages are let in, in production as in tests."""
    server = _started(start, _app(), _app(ORIGINS=[]), _app("Production", SECRET_KEY=KEY))
    for app in range(3):
        for origin in (STRANGER, OURS):
            page = _Page(server, origin, app)
            page.is_refused(_why_let_in(page, why.open_by_default))
        _Page(server, server.url(app), app).is_let_in(_always(why.own_dropped))


@check(tasks=["read the configured origins, and refuse what is no origin"], stands_on=[lets_in])
def refuses_a_wrong_setting(start: Start) -> None:
    """`create_app` refuses what is no origin: a path or slash behind it, or no scheme before it."""
    mended: Rows = [
        (lambda seen: _Page(seen.server, OURS).opens("polling").status == 200, why.mended)
    ]
    for wrong in NO_SETTINGS:
        app, cause = _app(ORIGINS=wrong), why.no_origin_taken
        crash = refuses(start, app, environment=NO_HUB, otherwise=cause, why=mended)
        _expect_advice(crash, wrong if isinstance(wrong, str) else wrong[-1])


@check(tasks=["read the configured origins, and refuse what is no origin"], stands_on=[lets_in])
def refuses_any(start: Start) -> None:
    """`create_app` refuses "*", which stands for every origin, unless the app is debugging."""
    for app in (_app("Production", SECRET_KEY=KEY, ORIGINS="*"), _app(ORIGINS=[OURS, "*"])):
        refuses(start, app, environment=NO_HUB, otherwise=why.any_let_through)


@check(stands_on=[lets_in, refuses_strangers])
def lets_everybody_in(start: Start) -> None:
    """While the app is debugging, "*" lets every page in, and the log says so in a warning."""
    app = App("Testing", {"SOURCES": [MARKING], "ORIGINS": "*", "DEBUG": True})
    server = _started(start, app, why=_always(why.any_refused))
    for origin in (STRANGER, NO_ORIGIN, OURS):
        _Page(server, origin).is_let_in(_always(why.any_refused))
    server.close()  # then the log is complete
    # Flask itself names the module, which is `origins`.
    said = [line for line in server.log().splitlines() if re.search(r"\bORIGINS\b", line)]
    if not any(re.search(WARNS, line) for line in said):
        expected = "the log holds a warning that names the setting ORIGINS"
        cause = why.any_printed if said else why.any_in_silence
        raise Failure(expected, f"it holds {shown(said[-1]) if said else 'none'}", cause)


@check(stands_on=[means_nobody_else])
def keeps_apps_apart(start: Start) -> None:
    """Each app has origins of its own, also where several are made in one process."""
    server = _started(start, _app(ORIGINS=[OURS]), _app(ORIGINS=[SECOND]), _app())
    for app, own in enumerate((OURS, SECOND, None)):
        for origin in (OURS, SECOND):
            page = _Page(server, origin, app)
            (page.is_let_in if origin == own else page.is_refused)(_always(why.shared_by_apps))


@check(
    tasks=["read the configured origins, and refuse what is no origin"],
    stands_on=[keeps_apps_apart],
)
def takes_a_text(start: Start) -> None:
    """One text will do, with commas between the origins: that is what a variable can hold."""
    variables = {"DASHBOARD_ORIGINS": f"{SECOND},{THIRD}"}
    apps = _app(ORIGINS=f"{OURS} , {SECOND},"), _app(ORIGINS=OURS), _app(variables=variables)
    server = _started(start, *apps, why=[(see.crashed, why.text_not_split)])
    for app, origins in enumerate(([OURS, SECOND], [OURS], [SECOND, THIRD])):
        cause = why.not_from_config if app == 2 else why.text_not_split
        for origin in origins:
            _Page(server, origin, app).is_let_in(_always(cause))
    for app in (0, 1):  # a part of the text is no origin
        _Page(server, "https://charts", app).is_refused(_always(why.text_not_split))


@check(stands_on=[compares_its_own, means_nobody_else])
def believes_no_header(start: Start) -> None:
    """With `PROXIES` 0, no header that a proxy could have sent changes the server's own origin."""
    server = _started(start, *BEHIND)
    own = server.url().replace("http", "https", 1)
    for origin, headers in (
        (IN_FRONT, PROXIED),
        (f"http://{PROXY_NAME}", {"X-Forwarded-Host": PROXY_NAME}),
        (own, {"X-Forwarded-Proto": "https"}),
        (IN_FRONT, {"Forwarded": f"host={PROXY_NAME};proto=https"}),
    ):
        _Page(server, origin, 0, headers).is_refused(_always(why.headers_believed))
    _Page(server, server.url(), 0, PROXIED).is_let_in(_always(why.headers_believed))


@check(
    tasks=[
        "look through the proxies in front",
        "believe what the proxies in front say of scheme, host, address and prefix",
    ],
    stands_on=[believes_no_header],
    goes_on=believes_no_header,
)
def looks_through_proxies(start: Start) -> None:
    """With `PROXIES` 1, the server's own origin is the one that the proxy in front tells."""
    server = _started(start, *BEHIND)
    rows: Rows = [
        (see.no(see.written(LOOKS_THROUGH)), why.not_looked_through),
        (
            see.written_above(r"\btrust_proxies\(app\)", r"\bsocketio\.init_app\("),
            why.proxies_inside,
        ),
        (see.always, why.proxy_not_believed),
    ]
    _Page(server, IN_FRONT, 1, PROXIED).is_let_in(rows)
    socket = _Page(server, IN_FRONT, 1, {**PROXIED, "X-Forwarded-Proto": "wss"})
    socket.is_let_in(_always(why.scheme_of_sockets), ways=["websocket"])
    _Page(server, server.url(1), 1).is_let_in(_always(why.proxy_not_believed))
    other = _Page(server, f"http://{PROXY_NAME}", 1, PROXIED)
    other.is_refused(_always(why.scheme_ignored))


@check(
    tasks=["believe what the proxies in front say of scheme, host, address and prefix"],
    stands_on=[looks_through_proxies],
    goes_on=looks_through_proxies,
)
def counts_the_proxies(start: Start) -> None:
    """Of several names in a header, the one counts that the outermost of the proxies added."""
    server = _started(start, *BEHIND)
    for proxies, more in ((1, ("", "")), (2, (", inner.test", ", http"))):
        names, schemes = f"elsewhere.test, {PROXY_NAME}{more[0]}", f"http, https{more[1]}"
        headers = {"X-Forwarded-Host": names, "X-Forwarded-Proto": schemes}
        _Page(server, IN_FRONT, proxies, headers).is_let_in(_always(why.counted_wrong))
        for claimed in ("http://elsewhere.test", "https://elsewhere.test"):
            _Page(server, claimed, proxies, headers).is_refused(_always(why.counted_wrong))


# What the checks are made of.


def _expect_advice(crash: Crash, wrong: str) -> None:
    """See that an error says what to write in place of the wrong origin. Raises Failure."""
    said = crash.message.replace(wrong, "")
    if not re.search(r"://|\bscheme\b", said, re.IGNORECASE):
        expected = f"the error for {wrong} says what to write: the parts of an origin, or one"
        raise Failure(expected, f"it was {crash}", why.no_advice)


def _started(start: Start, *apps: App, why: Rows = ()) -> Server:
    """Start the apps, also where this machine has a proxy in front of servers of its own."""
    return start(*apps, environment=NO_HUB, why=[*WHY_NOT_STARTED, *why])


WHY_NOT_STARTED: Rows = [
    (see.returns_nothing("configured"), RETURNS_NOTHING),
    (see.crash("TypeError", "NoneType.*not callable", code=r"put_around"), why.called_in_the_list),
    (see.crash("ModuleNotFoundError", "flask_cors"), why.headers_by_hand),
    (see.crash("AttributeError", "'(list|tuple)' object has no attribute"), why.list_as_text),
]


def _always(cause: Cause) -> Rows:
    """Return rows that name this cause, unless only a header is missing."""
    return [(see.is_called("not-readable"), None), (see.always, cause)]


@dataclass(frozen=True)
class _Page:
    """A page that talks to one of the apps: its origin, None for a program, and more headers."""

    server: Server
    origin: str | None
    app: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"a page of {self.origin}" if self.origin else "a program, which names no origin,"

    def asks(self, method: str, path: str, did: str, **options: Any) -> Response:
        """Return the answer to one request; `did` says in the story what it is for."""
        shown = ", ".join(f"{name}: {value}" for name, value in self.headers.items())
        where = f" of app {self.app + 1}" if len(self.server.app.ports) > 1 else ""
        with self.server.telling(f"{self.name} {did}{where}{f', with {shown}' if shown else ''}"):
            return self.server.request(
                method,
                path,
                app=self.app,
                by=f"{self.name} {next(VISITORS)}",
                shown_as=self.name,
                headers={
                    **({"Origin": self.origin} if self.origin else {}),
                    **(UPGRADE if path == f"{OPENING}websocket" else {}),
                    **self.headers,
                },
                **options,
            )

    def opens(self, way: str) -> Response:
        """Return the answer to the request that opens a connection in one of the ways."""
        return self.asks("GET", OPENING + way, f"connected by {way}")

    def is_let_in(self, rows: Rows, ways: Iterable[str] = WAYS) -> None:
        """See that it may connect, and may read what it is answered. Raises Failure."""
        for way in ways:
            answer, found = self.opens(way), None
            told = answer.headers.get(ALLOWED, "missing")
            if answer.status != WAYS[way]:
                found = Failure(f"{self.name} is let in by {way}", answer.summary, why.not_let_in)
            elif self.origin in OTHERS and way == "polling" and told != self.origin:
                expected = f"Access-Control-Allow-Origin is {self.origin}: the page may read on"
                found = Failure(expected, f"it was {told}", why.not_readable)
            if found:
                raise self.explained(found, rows)

    def is_refused(self, rows: Rows) -> None:
        """See that it may not connect, in neither way. Raises Failure."""
        answers = {way: self.opens(way) for way in WAYS}
        refused = {way: 400 <= answer.status < 500 for way, answer in answers.items()}
        if not all(refused.values()):
            got = [
                f"{way} was {'refused' if refused[way] else 'answered'} with {answer.status}"
                for way, answer in answers.items()
            ]
            expected = f"{self.name} is refused in both ways, with a status such as 400"
            found = Failure(expected, "; ".join(got), why.everybody)
            raise self.explained(found, rows)

    def is_greeted(self, opened: Response) -> bool:
        """Whether Socket.IO lets it in when it has opened a connection by polling."""
        path = f"{OPENING}polling&sid={_sid(opened)}"
        self.asks("POST", path, "asked to be let in", data="40")
        return "40{" in self.asks("GET", path, "looked for the answer").text

    def explained(self, found: Failure, rows: Rows) -> Failure:
        """Return what was found with the cause of the first row that fits, or of an error."""
        return see.explained([*WHY_RAISED, *rows], see.Seen(self.server, None, found))


def _logged(words: str) -> see.Evidence:
    """Return the error, with these words in it, that the log tells of where the answer was a 500.

    Flask, which reports others, is not asked where Socket.IO answers.
    """

    def look(seen: see.Seen) -> str:
        said: list[str] = []
        patience = seen.server.patience()
        while " 500" in seen.found.got and not said and not patience.is_over():
            said = re.findall(r"(?m)^[\w.]*[a-z](?:Error|Exception)\b.*", seen.server.log())
            time.sleep(0 if said else 0.01)
        return f"it was answered with status 500; {said[-1]}" if said and words in said[-1] else ""

    return look


WHY_RAISED: Rows = [
    (see.returns_nothing("acceptor", "configured"), RETURNS_NOTHING),
    (_logged("positional argument"), why.acceptor_arguments),
    (_logged("'str' object has no attribute 'config'"), why.acceptor_not_called),
    (_logged(""), why.acceptor_raised),
]
VISITORS = itertools.count()  # each request has one: an open WebSocket is for nothing else


def _sid(opened: Response) -> str:
    """Return the id of the connection that this answer has opened, or nothing."""
    found = re.search(r'"sid":\s*"([\w-]+)"', opened.text)
    return found[1] if found else ""


def _unlooked_at(seen: see.Seen) -> bool:
    """Whether the app lets a stranger in and says nothing of origins: it does not look at them."""
    answer = _Page(seen.server, STRANGER).opens("polling")
    return answer.status == WAYS["polling"] and ALLOWED not in answer.headers


def _why_let_in(page: _Page, otherwise: Cause) -> Rows:
    """Return why a page is let in that should not be."""
    return [
        (see.came("refused"), why.one_way),
        (lambda _: not page.is_greeted(page.opens("polling")), why.too_late),
        (_unlooked_at, why.check_is_off),
        (see.always, otherwise),
    ]
