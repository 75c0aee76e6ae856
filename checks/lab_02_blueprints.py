"""Lab 2, blueprints: the page at /, the API at /api, signing in at /auth/login."""

import html
import re
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from checks import redirects
from checks.contract import Dashboard, Dashboards, Problem
from kit.checking import (
    FAILING,
    App,
    Cause,
    Failure,
    Page,
    Response,
    Rows,
    Server,
    Start,
    answers,
    causes,
    check,
    evidence,
    source,
)

why = causes(__file__)


def _why_not_there(prefix: str, route: str) -> Rows:
    """Return why a route below a prefix does not answer; both are regular expressions."""
    return [
        (answers.adds_a_slash, why.slash_at_end),
        (answers.has_status(405), why.method_missing),
        (answers.has_other_status(404), None),
        (answers.has_route(prefix + route), None),
        (answers.has_route(prefix * 2 + route), why.prefix_twice),
        (answers.has_route(f"(/.+)?{route}"), why.prefix_other),
        (answers.has_route(f"{prefix}/.+"), why.other_address),
        (answers.has_no_route, why.not_registered),
    ]


WHY_NO_PAGE = [(answers.has_status(200), why.not_a_page)]
WHY_NO_PAGE += _why_not_there("(?!/api/|/auth/|/healthz)", "/")
WHY_NO_FORM = [(answers.has_status(200), why.no_field), *_why_not_there("/auth", "/login")]
WHY_NO_LIST = _why_not_there("/api", "/dashboards")
WHY_NOT_SHOWN = [
    (answers.has_route("/api/dashboards/<(int|float):.+"), why.int_only),
    (answers.has_route("/api/dashboards/<.+"), why.not_looked_up),
    *_why_not_there("/api", "/dashboards/<.+"),
]
WHY_ANOTHER: Rows = [
    (answers.has_status(404), why.not_looked_up),
    (answers.is_there, why.list_fixed),
]
WHY_NOT_SIGNED_IN = [
    (answers.has_status(301, 307, 308), why.redirect_status),
    (answers.has_status(200), why.renders),
    (answers.has_status(400, 415, 422), why.other_field),
    *_why_not_there("/auth", "/login"),
]
# What Python raises where a value is not there, or is None.
IS_NOT_THERE = evidence.crash("KeyError|IndexError|AttributeError|StopIteration|TypeError")
WHY_NOT_REFUSED: Rows = [
    (IS_NOT_THERE, why.missing_unexpected),
    (answers.leads_to("/auth/login"), why.blank_status),
    (answers.has_status(301, 302, 303, 307, 308), why.blank_taken),
    (answers.has_other_status(), why.blank_status),
    (answers.is_there, why.form_lost),
]

# A handler that does not hear of errors outside the blueprint's own views.
HEARS_ITS_OWN = evidence.written(r"request\.blueprint\b|(?<!app)\.errorhandler\(")

ASKS_WHAT_IS_ACCEPTED = evidence.written(r"""\baccept_|["']Accept["']""")

MOUNT = "mount the three blueprints"
LIST = "answer GET /api/dashboards with all of them"
ONE = "answer GET /api/dashboards/<name> with one, or with 404"
ERRORS = "answer every error under /api as JSON"
LOGIN = "answer GET and POST /auth/login"

NAME, OTHER, NOBODY = "Rosalind", "Wilhelmina", "Mallory"
METHODS = {"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"}
ADDRESSES = ("/api/dashboards/machine", "/api/dashboards")
# What a browser asks for, when somebody types the address.
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
# Whoever looks at a dashboard of the first two gets an exception; the third refuses other hosts,
# and those of the last answer with a status that no table of the usual ones has.
RARE = {"busy": 429, "barred": 451}
BROKEN = (
    App("Production", {"SOURCES": [source("Failing")]}),
    App("Testing", {"SOURCES": [source("Failing")]}),
    App("Testing", {"SOURCES": [], "TRUSTED_HOSTS": ["127.0.0.1"]}),
    App("Testing", {"SOURCES": [source("Failing", id=i, status=s) for i, s in RARE.items()]}),
)
KEY = {"DASHBOARD_SECRET_KEY": "made for this check"}


@check(
    tasks=[
        "a blueprint without a prefix, so that its page is the site's first",
        "answer GET / with the dashboard's page",
        MOUNT,
    ]
)
def serves_the_page(server: Server) -> None:
    """`GET /` answers with the page, as HTML."""
    response = server.expect("GET", "/", kind="text/html", why=WHY_NO_PAGE)
    if "<" not in response.text:
        raise Failure("GET / answers with HTML", response.summary, why.not_a_page)


@check(tasks=["a blueprint under /auth", LOGIN, MOUNT], goes_on=serves_the_page)
def serves_the_form(server: Server) -> None:
    """`GET /auth/login` answers with a form that has a field `name`."""
    _expect_form(server, why.no_field, why=WHY_NO_FORM)


@check(tasks=["a blueprint under /api", LIST, MOUNT])
def lists_the_dashboards(server: Server) -> None:
    """`GET /api/dashboards` answers with all dashboards, as JSON."""
    first, again = _listed(server), _listed(server)
    ids = [one.id for one in first]
    if sorted(ids) != ["machine", "stocks"]:
        raise Failure("the dashboards are machine and stocks", f"they were {ids}", why.list_wrong)
    columns = {column.name for one in first if one.id == "machine" for column in one.columns}
    if columns != {"cpu", "memory", "network", "disk"}:
        expected = "the columns of machine are cpu, memory, network, disk"
        raise Failure(expected, f"they were {_words(columns)}", why.list_wrong)
    if again != first:
        ids = [one.id for one in again]
        raise Failure("the second answer is the same", f"it listed {ids}", why.list_fixed)


@check(tasks=[ONE], stands_on=[lists_the_dashboards], goes_on=lists_the_dashboards)
def shows_one_dashboard(server: Server) -> None:
    """`GET /api/dashboards/<id>` answers with that dashboard, as it stands in the list."""
    for listed in _listed(server):
        response = server.expect("GET", f"/api/dashboards/{listed.id}", why=WHY_NOT_SHOWN)
        shown = Dashboard.of(response)
        if shown != listed:
            cause = why.one_wrong if shown.id == listed.id else why.name_ignored
            expected = f"{response.request} answers with what the list says of {listed.id}"
            raise Failure(expected, response.summary, cause)


@check(tasks=[ONE, ERRORS], stands_on=[shows_one_dashboard], goes_on=shows_one_dashboard)
def misses_a_dashboard(server: Server) -> None:
    """A dashboard that is not there is answered with 404, as JSON."""
    for name in ("nothing", "MACHINE", "mach", "%20machine", "0"):
        taken = why.unknown_unexpected if name == "nothing" else why.name_guessed
        rows: Rows = [(IS_NOT_THERE, why.unknown_unexpected)]
        _expect_error(server, "GET", f"/api/dashboards/{name}", 404, taken=taken, by_view=rows)


@check(tasks=[LIST], stands_on=[misses_a_dashboard])
def lists_its_own_dashboards(start: Start) -> None:
    """Each app lists its own dashboards: one that is made without any lists none."""
    twin = [source("Steady", id=name, names=["x"], step=1) for name in ("stocks", "Third")]
    apps: list[tuple[dict[str, Any], list[str], int]] = [
        ({}, ["machine", "stocks"], 200),
        ({"SOURCES": []}, [], 404),
        ({"SOURCES": [source("Gappy"), *twin]}, ["Third", "gappy", "stocks"], 200),
    ]
    server = start(*(App("Testing", settings) for settings, _, _ in apps))
    for app in (0, 1, 2, 0):
        _, ids, status = apps[app]
        listed = {one.id: one for one in _listed(server, app=app)}
        if sorted(listed) != ids:
            expected = f"app {app + 1} lists {_words(ids)}"
            raise Failure(expected, f"it listed {_words(listed)}", why.list_fixed)
        if app == 2 and [column.name for column in listed["stocks"].columns] != ["x"]:
            expected = "the column of app 3's stocks is x, whatever other apps call theirs"
            raise Failure(expected, f"it was {listed['stocks']!r:.200}", why.list_fixed)
        for name in reversed(ids or ["stocks"]):
            path = f"/api/dashboards/{name}"
            response = server.expect("GET", path, status=status, why=WHY_ANOTHER, app=app)
            if status == 200 and Dashboard.of(response) != listed[name]:
                expected = f"app {app + 1} shows its own {name}"
                raise Failure(expected, response.summary, why.list_fixed)


@check(tasks=[ERRORS], stands_on=[misses_a_dashboard], goes_on=misses_a_dashboard)
def misses_an_address(server: Server) -> None:
    """An address under `/api` that nothing answers at is answered with 404, as JSON."""
    for path in ("/api/nothing", "/api/dashboards/machine/nothing", "/api/"):
        _expect_error(server, "GET", path, 404)
        _expect_error(server, "GET", path, 404, page=why.page_asked_for, headers=BROWSER)


@check(tasks=[ERRORS], stands_on=[misses_an_address], goes_on=misses_an_address)
def refuses_other_methods(server: Server) -> None:
    """A method that an address under `/api` does not take is answered with 405, as JSON."""
    for path in ADDRESSES:
        # Where Flask is told not to mind a slash at the end, it says 404 instead.
        statuses = (405, 404) if path == "/api/dashboards" else (405,)
        for method in ("DELETE", "POST", "PUT", "PATCH"):
            _expect_error(server, method, path, *statuses, taken=why.method_taken, json={})


@check(tasks=[ERRORS], stands_on=[refuses_other_methods], goes_on=refuses_other_methods)
def names_the_methods(server: Server) -> None:
    """The answer with 405 says in its header `Allow` which methods are taken."""
    for path in ADDRESSES:
        with server.telling(f"a visitor asked for {path} with each of {_words(METHODS)}"):
            responses = {method: server.request(method, path) for method in METHODS}
        taken = {method for method, response in responses.items() if response.status != 405}
        for response in responses.values():
            header = response.headers.get("allow", "")
            allowed = {method.strip().upper() for method in header.split(",")} & METHODS
            if response.status == 405 and allowed != taken:
                expected = f"`Allow` names what is not answered with 405: {_words(taken)}"
                got = f"for {response.request} it was {header or 'not there'}"
                raise Failure(expected, got, why.allow_lost)


@check(tasks=[ERRORS], stands_on=[misses_a_dashboard])
def hides_what_broke(start: Start) -> None:
    """When a view under `/api` raises in production, the answer is 500, as JSON, without a leak."""
    server = start(*BROKEN, environment=KEY)
    server.note("a dashboard's source is broken: whoever looks at it gets an exception")
    for path in ("/api/dashboards", "/api/dashboards/failing"):
        response = server.get(path, may_raise=True)
        said = "\n".join([response.text, *response.headers.values()])
        if any(word in said for word in (FAILING, "RuntimeError", "Traceback")):
            got = f"it did: {response.summary if FAILING in response.text else said!r:.300}"
            raise Failure("the answer does not say what was raised", got, why.leaks)
        if response.status != 200 or '"error"' in response.text:  # else it lists what still works
            _expect_error(server, "GET", path, 500, by_view=[], may_raise=True)


@check(tasks=[ERRORS], stands_on=[hides_what_broke], goes_on=hides_what_broke)
def shows_what_broke_in_tests(start: Start) -> None:
    """In tests an exception is Flask's to show: no handler answers in its place."""
    server = start(*BROKEN, environment=KEY)
    server.note("a dashboard's source is broken: whoever looks at it gets an exception")
    response = server.get("/api/dashboards/failing", app=1, may_raise=True)
    if response.kind == "application/json":
        expected = "with the configuration Testing, the exception is not answered as JSON"
        raise Failure(expected, response.summary, why.answered_in_tests)


@check(
    tasks=[ERRORS],
    stands_on=[hides_what_broke, refuses_other_methods],
    goes_on=shows_what_broke_in_tests,
)
def answers_any_error(start: Start) -> None:
    """Any other error under `/api` is JSON in the same way, such as 400 with `bad_request`."""
    server = start(*BROKEN, environment=KEY)
    server.note("app 3 answers 400 to whoever asks for another host than 127.0.0.1")
    for path in (*ADDRESSES, "/api/nothing"):
        host = {"Host": redirects.ELSEWHERE}
        _expect_error(server, "GET", path, 400, app=2, headers=host)
    server.note("whoever looks at a dashboard of app 4 gets its own HTTP error: 429, or 451")
    for name, status in RARE.items():
        _expect_error(server, "GET", f"/api/dashboards/{name}", status, by_view=[], app=3)


@check(tasks=[ERRORS], stands_on=[serves_the_page, refuses_other_methods], goes_on=serves_the_form)
def leaves_pages_alone(start: Start, server: Server) -> None:
    """An error outside `/api` is not JSON: people get a page."""
    for method, path, status in [
        ("GET", "/nothing", 404),
        ("DELETE", "/", 405),
        ("GET", "/auth/nothing", 404),
        ("GET", "/capital/api/nothing", 404),
        ("GET", "/apiary", 404),
    ]:
        response = server.request(method, path, headers={"Accept": "application/json"})
        expected = f"{method} {path} is answered with status {status}, and not as JSON"
        if response.kind == "application/json":
            cause = why.api_anywhere if "api" in path else why.json_everywhere
            raise Failure(expected, response.summary, cause)
        if response.status != status:
            raise Failure(expected, response.summary, why.status_changed)
        if response.text.lstrip().startswith("{"):
            raise Failure(expected, response.summary, why.json_everywhere)
    # No cookie can have such a setting: signing in raises, outside every view.
    broken = start(App("Production", {"SESSION_COOKIE_SAMESITE": "Never"}), environment=KEY)
    broken.note("signing in is broken: the session cannot be kept")
    response = broken.post("/auth/login", data={"name": NAME}, may_raise=True)
    if response.kind == "application/json":
        expected = "an exception outside /api is not answered as JSON"
        raise Failure(expected, response.summary, why.json_everywhere)


@check(tasks=[LOGIN], stands_on=[serves_the_page, serves_the_form])
def signs_in(server: Server) -> None:
    """`POST /auth/login` with a name redirects to `/` with status 303 (302 will do)."""
    location = _sign_in(server, why=WHY_NOT_SIGNED_IN).location
    base = f"{server.url()}/auth/login"
    # One like `next=` is another matter: see stays_on_the_site.
    if redirects.leads_off(location, base) or urlsplit(urljoin(base, location)).path != "/":
        expected = "the answer redirects to /"
        raise Failure(expected, f"it redirects to {location or 'nowhere'}", why.goes_elsewhere)
    for name in ("Bo", "Zoë de la Cruz 2nd"):
        _sign_in(server, name)


@check(tasks=[LOGIN], stands_on=[signs_in])
def knows_who_signed_in(server: Server) -> None:
    """Whoever has signed in finds their name on the page. Opening a link signs nobody in."""
    wishes = urlencode(dict.fromkeys(server.codebase.claimed_names(), NOBODY))
    server.get(f"/auth/login?{wishes}")
    # Its own address may stand on a page.
    asked = re.sub(rf"[\w-]+={NOBODY}", "", Page(server.get(f"/?{wishes}").text).told)
    if NOBODY in asked + server.expect("GET", "/").text:
        expected = f"a link with name={NOBODY} signs nobody in"
        raise Failure(expected, f"the page says {NOBODY}", why.signed_in_by_link)
    cookie = _sign_in(server).headers.get("set-cookie", "")
    if NAME not in server.expect("GET", "/").text:
        secure = re.search(r";\s*secure\b", cookie, re.IGNORECASE)
        cause = why.cookie_secure if secure else why.not_shown if cookie else why.nothing_kept
        raise Failure(f"the page says {NAME}", "the name is not on it", cause)
    _expect_form(server, why.form_once, why=[(answers.is_there, why.form_once)])
    if NAME not in server.expect("GET", "/").text:
        got = "opening the form signed out"
        raise Failure(f"the page still says {NAME}", got, why.form_signs_out)
    is_kept = "set-cookie" in _sign_in(server, OTHER).headers
    if OTHER not in server.expect("GET", "/").text:
        expected = f"the page says {OTHER}, who has signed in after {NAME}"
        cause = why.shared if is_kept else why.first_name_kept
        raise Failure(expected, "the name is not on it", cause)


@check(tasks=[LOGIN], stands_on=[knows_who_signed_in])
def knows_nobody_else(start: Start, server: Server) -> None:
    """Another visitor does not get that name, and cannot take one by writing a cookie."""
    cookies = _sign_in(server).cookies
    for method, path in (("GET", "/"), ("GET", "/auth/login"), ("POST", "/auth/login")):
        if NAME in server.request(method, path, by="Cleo", may_raise=True).text:
            raise Failure("Cleo, another visitor, has no name", f"it says {NAME}", why.shared)
    _sign_in(server, OTHER, by="Ben")
    first, second = (server.expect("GET", "/", by=by).text for by in ("a visitor", "Ben"))
    if NAME not in first or OTHER in first or NAME in second:
        raise Failure("each of the two is called by their own name", "they are not", why.shared)
    claims = dict.fromkeys(server.codebase.claimed_names(), NOBODY)
    headers = {name: NOBODY for name in claims if name.startswith(("X-", "Remote-"))}
    changed = {key: value.replace(NAME, NOBODY) for key, value in cookies.items() if NAME in value}
    # A stranger's server, with a key of its own, can write any cookie that nothing protects.
    other = start(App("Testing", settings={"SECRET_KEY": "another key"}))
    foreign = _sign_in(other, NOBODY).cookies
    for forged in (changed, claims, foreign):
        cookie = "; ".join(f"{key}={value}" for key, value in forged.items())
        server.note(f"Dan wrote the cookies {cookie[:60]}")
        sent = headers | {"Cookie": cookie}
        said = server.get("/", by="Dan", headers=sent, may_raise=True).text
        if any(name in said for name in (NOBODY, NAME, OTHER)):
            raise Failure("a cookie or a header gives Dan no name", "it does", why.unsigned)


@check(tasks=[LOGIN], stands_on=[signs_in], goes_on=signs_in)
def refuses_a_blank_name(server: Server) -> None:
    """A name that is blank or missing is refused with status 400, and the form comes again."""
    for form in ({"name": ""}, {"name": "   "}, {"name": " \t\n"}, {}):
        asked: dict[str, Any] = {"data": form, "status": 400, "kind": "text/html"}
        response = server.expect("POST", "/auth/login", why=WHY_NOT_REFUSED, **asked)
        if "name" not in Page(response.text).fields:
            raise Failure("the answer is the form again", response.summary, why.form_lost)
    by_link = [(answers.is_there, why.signed_in_by_link)]
    server.expect("POST", f"/auth/login?name={NOBODY}", status=400, why=by_link, data={})
    for name in (NAME, OTHER):
        _sign_in(server, name, why=[(answers.is_there, why.refused_for_good)])


@check(tasks=[LOGIN], stands_on=[knows_who_signed_in], goes_on=refuses_a_blank_name)
def trims_the_name(server: Server) -> None:
    """Blanks around the name are taken away, and those inside are kept."""
    name = f"de  {NAME} McCoy"
    around = re.compile(rf"\s*{re.escape(name)}\s*")

    def longest(given: str) -> int:
        _sign_in(server, given)
        found = around.findall(server.expect("GET", "/").text)
        return max(map(len, found), default=0)

    # A page may have blanks of its own there, and greet differently the second time.
    own = max(len(name), longest(name), longest(name))
    for blank in (" ", "\t"):
        length = longest(f"{blank * 9}{name}{blank * 9}")
        expected = f"the page says {name}, without the blanks around it"
        if not length:
            raise Failure(expected, "the name is not on it as it was given", why.name_changed)
        if length >= own + 9:
            raise Failure(expected, "the blanks are still there", why.not_trimmed)


@check(tasks=[LOGIN], stands_on=[trims_the_name, knows_nobody_else], goes_on=trims_the_name)
def shows_any_name(server: Server) -> None:
    """Any name will do, and the page shows it as it was given, whatever letters it has."""
    odd = ["007", '"Ana" @Example.org, 100%! 🦊', "{{ 7*7 }}", "Zoe\u0308 \ufb01\uff12"]
    for name in ("Q", "Jean-Luc O'Neil, Jr.", "Zoë 李", f"{'Anna-' * 8}Maria", *odd):
        _sign_in(server, name)
        _expect_said(server, name)
    name = "Tom <b>& Co</b>"
    # Not everybody takes such a name; who does has to show it.
    if server.post("/auth/login", data={"name": name}).status in {302, 303}:
        _expect_said(server, name)


@check(tasks=[LOGIN], stands_on=[signs_in])
def stays_on_the_site(server: Server) -> None:
    """Signing in never redirects to another site, whatever the request asks for."""
    _sign_in(server)
    base = f"{server.url()}/auth/login"
    probes = ["/probe", f"{server.url()}/probe"]
    probes += [f"{way}{redirects.ELSEWHERE}/" for way in ("https://", "//", "////")]
    names = redirects.usual_names() | server.codebase.asked_names() - {"name"}
    seen = set()
    for count, target in enumerate([*probes, *redirects.addresses_off(base)]):
        if count == len(probes) and len(seen) == 1:
            return  # it leads to the same place, whatever is asked for
        wishes = dict.fromkeys(names, target)
        before = server.url() + target if target.startswith("/") else target
        asked: dict[str, Any] = {
            "path": f"/auth/login?{urlencode(wishes)}",
            "headers": {"Referer": before, "X-Forwarded-Host": redirects.ELSEWHERE},
        }
        opened = server.get(**asked).location  # by somebody who has signed in already
        posted = server.post(**asked, data={**wishes, "name": NAME}).location
        seen.add((opened, posted))
        for location in (opened, posted):
            if redirects.leads_off(location, base):
                expected = "the redirect stays on this site"
                raise Failure(expected, f"it redirects to {location}", why.off_site)


# What several checks do.


def _listed(server: Server, app: int = 0) -> list[Dashboard]:
    """Return what the API lists. Raises Failure."""
    listed = server.expect("GET", "/api/dashboards", Dashboards, why=WHY_NO_LIST, app=app)
    return listed.dashboards


def _expect_form(server: Server, otherwise: Cause, **options: Any) -> None:
    """See that the form is shown; `otherwise` is the cause where there is none. Raises Failure."""
    response = server.expect("GET", "/auth/login", kind="text/html", **options)
    if "name" not in Page(response.text).fields:
        raise Failure("the answer has a form with a field `name`", response.summary, otherwise)


def _expect_error(
    server: Server,
    method: str,
    path: str,
    *statuses: int,
    page: Cause = why.one_status,
    taken: Cause = why.unknown_unexpected,
    by_view: Rows | None = None,
    **options: Any,
) -> None:
    """Demand an error as JSON. Raises Failure.

    `page` is the cause where it comes as a page, and `taken` where it is no error at all. `by_view`
    says that a view has raised it, and are rows that may explain why it has not.
    """
    rows: Rows = [
        *(by_view or ()),
        (evidence.no(answers.is_there), None),
        (lambda seen: seen.response.status == 200 and '"error"' not in seen.response.text, taken),
        (answers.has_status(200), why.status_ok),
        (answers.has_route("/api/?<.+"), why.catch_all),
        (answers.has_other_status(), why.status_changed),
        (answers.begins_with("{"), why.json_as_page),
        (evidence.no(evidence.written(r"error_?handler|after_request")), why.html_error),
        (lambda seen: by_view is None and HEARS_ITS_OWN(seen), why.blueprint_handler),
        (ASKS_WHAT_IS_ACCEPTED, why.page_asked_for),
        (answers.is_there, page),
    ]
    kind = "application/json"
    response = server.expect(method, path, status=statuses, kind=kind, why=rows, **options)
    sent = Problem.of(response).error
    if re.search(r"</|<!|<\w+ '\d", sent.message):
        raise Failure("`message` is a sentence for people", response.summary, why.no_sentence)
    code = HTTPStatus(response.status).phrase.lower().replace(" ", "_")
    if sent.code != code:
        raise Failure(f"`code` is {code}", f"it was {sent.code!r}", why.code_wrong)


def _sign_in(
    server: Server,
    name: str = NAME,
    *,
    why: Rows = ((answers.is_there, why.name_refused),),
    by: str = "a visitor",
) -> Response:
    """Return the redirect after signing in. Raises Failure."""
    form = {"name": name}
    return server.expect("POST", "/auth/login", status=(303, 302), why=why, data=form, by=by)


def _expect_said(server: Server, name: str) -> None:
    """See that the page of whoever has signed in says this name. Raises Failure."""
    page = server.expect("GET", "/").text
    said = Page(page).said
    if name in said:
        return
    expected, got = f"the page says {name}", "the name is not on it, or not as it was given"
    if name in page:
        raise Failure(expected, "the name was taken for HTML", why.not_escaped)
    if "{{" in name:
        raise Failure(expected, "the name was taken for a template", why.run_as_template)
    twice = name in html.unescape(said)
    raise Failure(expected, got, why.escaped_twice if twice else why.name_changed)


def _words(names: Any) -> str:
    return ", ".join(sorted(names)) or "none"
