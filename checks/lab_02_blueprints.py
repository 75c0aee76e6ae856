"""Lab 2, blueprints: the page at /, the API at /api, signing in at /auth/login."""

import html
import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from kit.checking import (
    FAILING,
    App,
    Cause,
    Failure,
    Response,
    Server,
    Silence,
    Starter,
    check,
    source,
)

NOT_REGISTERED = Cause(
    "not-registered",
    "The app has no route of this blueprint: it is not registered, or no view is attached to it.",
    "In `create_app`: `app.register_blueprint(…)`. Above each view: `@blueprint.get(…)`, or"
    " `@blueprint.route(…)`.",
)
PREFIX_TWICE = Cause(
    "prefix-twice",
    "The prefix is given twice: by the blueprint, and again in the route.",
    "A route is what follows the prefix: `/dashboards`, not `/api/dashboards`.",
)
PREFIX_OTHER = Cause(
    "prefix-other",
    "The route is there, under another prefix. `register_blueprint(…, url_prefix=…)` replaces the"
    " one that the blueprint has.",
    'Say the prefix in one place: `Blueprint("api", __name__, url_prefix="/api")`.',
)
OTHER_ADDRESS = Cause(
    "other-address",
    "The app answers at other addresses than this one.",
    "Compare the addresses with the table in the task, letter by letter.",
)
SLASH_AT_END = Cause(
    "slash-at-end",
    "The route ends with a slash, so Flask sends whoever asks without it to another address.",
    "Take the slash at the end of the route away.",
)
METHOD_MISSING = Cause(
    "method-missing",
    "The address is there, but its route does not take this method.",
    'Name the methods in the route: `@blueprint.route("/login", methods=["GET", "POST"])`.',
)
UNEXPECTED_STATUS = Cause(
    "unexpected-status",
    "The view, or an error handler, gives the answer another status.",
    "Look for what answers here. To see an error that a handler hides, take the handler out.",
)
NOT_A_PAGE = Cause(
    "not-a-page",
    "The answer is not HTML.",
    'Return the template: `render_template("index.html")`.',
)
NO_FIELD = Cause(
    "no-field",
    "The answer has no form with a field `name`.",
    'Return the template with the form: `render_template("login.html")`.',
)
LIST_WRONG = Cause(
    "list-wrong",
    "The answer has another shape than the task says.",
    'Return a dict: `{"dashboards": [dashboard.describe() for dashboard in …]}`.',
)
LIST_FIXED = Cause(
    "list-fixed",
    "The list does not come from the app that is asked: it is written by hand, or kept in the"
    " module, which all apps of a process share.",
    "Make it in the view, each time, from `all_dashboards()`.",
)
INT_ONLY = Cause(
    "int-only",
    "`<int:…>` in the route only fits numbers. The id of a dashboard is text.",
    'Write `"/dashboards/<name>"`.',
)
NOT_FOUND = Cause(
    "not-looked-up",
    "The route is there, but the view does not find the dashboard.",
    "Look it up by its id: `all_dashboards().get(name)`.",
)
NAME_IGNORED = Cause(
    "name-ignored",
    "The view does not use the name in the address.",
    "The name arrives as an argument: `all_dashboards().get(name)`.",
)
ONE_WRONG = Cause(
    "one-wrong",
    "The answer is not the same object as in the list.",
    "Return `dashboard.describe()` itself, with nothing around it.",
)
UNKNOWN_UNEXPECTED = Cause(
    "unknown-unexpected",
    "The view does not expect that there may be no dashboard of that name.",
    "Look it up with `.get(name)`. Where that is None: `abort(404)`.",
)
HTML_ERROR = Cause(
    "html-error",
    "The error is answered with a page for people. A program cannot read that.",
    "Let a handler answer every error under `/api` with JSON:"
    " `@blueprint.app_errorhandler(HTTPException)`.",
)
JSON_AS_PAGE = Cause(
    "json-as-page",
    "The text is JSON, but the answer says that it is something else.",
    'Return a dict, or set `answer.content_type = "application/json"`.',
)
BLUEPRINT_HANDLER = Cause(
    "blueprint-handler",
    "An address that no view answers belongs to no blueprint. So `@blueprint.errorhandler` does"
    " not hear of it, and `request.blueprint` is None.",
    "Use `@blueprint.app_errorhandler`, and look at `request.path`.",
)
ONE_STATUS = Cause(
    "one-status",
    "Some statuses have a handler, this one has none.",
    "Handle the class of them all: `@blueprint.app_errorhandler(HTTPException)`.",
)
STATUS_OK = Cause(
    "status-ok",
    "The error is sent with status 200, which says that all is well.",
    "Return the status too: `return answer, 404`.",
)
STATUS_CHANGED = Cause(
    "status-changed",
    "The error arrives with another status than it had.",
    "Take the status from the error: `error.code`.",
)
ENVELOPE_WRONG = Cause(
    "envelope-wrong",
    "The error has another shape than the task says.",
    'Send `{"error": {"code": …, "message": …}}`, both as text that is not empty.',
)
NO_SENTENCE = Cause(
    "no-sentence",
    "`message` holds a page of HTML, or an object of Python's as text.",
    "Take `error.description`, which is a sentence.",
)
CODE_WRONG = Cause(
    "code-wrong",
    "`code` is not the name of the status.",
    'Make it from the error: `error.name.lower().replace(" ", "_")`.',
)
METHOD_TAKEN = Cause(
    "method-taken",
    "The route takes more methods than the task says.",
    "Use `@blueprint.get(…)`.",
)
ALLOW_LOST = Cause(
    "allow-lost",
    "The handler makes a new answer, and the error's headers are left behind.",
    "Start from the error's own answer, `error.get_response()`: set its `data` and its"
    " `content_type`, and return it.",
)
LEAKS = Cause(
    "leaks",
    "The text of the exception is in the answer. It may name files, addresses, people.",
    "Send a general sentence. `error.description` of a 500 is one.",
)
JSON_EVERYWHERE = Cause(
    "json-everywhere",
    "The handler turns every error of the app into JSON, those of the pages too.",
    'Return the error itself where `request.path` does not start with `"/api/"`.',
)
API_ANYWHERE = Cause(
    "api-anywhere",
    "The handler looks for `api` anywhere in the address, and this one is not under `/api`.",
    'Ask how the address begins: `request.path.startswith("/api/")`.',
)
RENDERS = Cause(
    "renders",
    "The answer to the form is a page. When the browser loads it again, the form is sent again.",
    'Redirect: `redirect(url_for("pages.index"), code=303)`.',
)
OTHER_FIELD = Cause(
    "other-field",
    "The view does not find the name that was sent: it reads another field, or not the form.",
    'The name is in `request.form["name"]`.',
)
NAME_REFUSED = Cause(
    "name-refused",
    "The view demands more of a name than the task does, such as a length.",
    "Refuse a name only where nothing is left of it after `.strip()`.",
)
SIGNED_IN_BY_LINK = Cause(
    "signed-in-by-link",
    "A GET signs in with the name in the address. So a link can sign people in without a question.",
    "For GET only show the form. For POST read the name from `request.form`, never from"
    " `request.args` or `request.values`.",
)
REDIRECT_STATUS = Cause(
    "redirect-status",
    "After 307 or 308 the browser sends the form again; 301 and 308 it remembers for ever.",
    "Use 303, which means: now get that page.",
)
GOES_ELSEWHERE = Cause(
    "goes-elsewhere",
    "The redirect leads to another address than `/`.",
    'Use `redirect(url_for("pages.index"), code=303)`.',
)
NOTHING_KEPT = Cause(
    "nothing-kept",
    "The answer sets no cookie: nothing was put into the session.",
    'Before the redirect: `session["user"] = name`.',
)
COOKIE_SECURE = Cause(
    "cookie-secure",
    "The cookie is marked `Secure`, so the browser sends it only over HTTPS. Here it is HTTP.",
    "Set `SESSION_COOKIE_SECURE` for production alone.",
)
NOT_SHOWN = Cause(
    "not-shown",
    "The view of the page does not give the name to its template, or reads it from another place"
    " than the one where signing in keeps it.",
    'Use `render_template("index.html", user=session.get("user"))`.',
)
SHARED = Cause(
    "shared",
    "The name is kept where all visitors share it, such as a variable of the module.",
    'Keep it in the session, which each visitor has alone: `session["user"] = name`.',
)
UNSIGNED = Cause(
    "unsigned",
    "The name is kept in a cookie without a signature. Anybody can write one.",
    "Use Flask's `session`, which signs its cookie with the secret key.",
)
BLANK_TAKEN = Cause(
    "blank-taken",
    "A blank name is taken for a name.",
    'Take the blanks away before you look: `request.form.get("name", "").strip()`. The line that'
    " shows the form again needs a `return` in front of it.",
)
MISSING_UNEXPECTED = Cause(
    "missing-unexpected",
    "The view does not expect that the field may be missing.",
    'Use `request.form.get("name", "")`: it gives an empty text where there is none.',
)
BLANK_STATUS = Cause(
    "blank-status",
    "The answer does not have status 400, so a program takes it for something else.",
    "Return the status with the form: `return render_template(…), 400`.",
)
FORM_LOST = Cause(
    "form-lost",
    "The answer does not show the form again, so the person cannot correct the name. `abort(400)`"
    ' sends a page of Flask\'s own, and so does `request.form["name"]` where the field is missing.',
    'Look it up with `request.form.get("name", "")`, and return the form with status 400.',
)
NAME_CHANGED = Cause(
    "name-changed",
    "The view changes the name more than it should: only the blanks around it go.",
    "Keep what `.strip()` returns, and nothing else: no other letters, no blanks taken out inside.",
)
NOT_TRIMMED = Cause(
    "not-trimmed",
    "The name is kept with the blanks around it.",
    "Keep what `.strip()` returns: it does not change the text that it is called on.",
)
NAME_GUESSED = Cause(
    "name-guessed",
    "A name that is only like that of a dashboard is taken for it.",
    "Compare the whole name, letter by letter: `all_dashboards().get(name)`.",
)
PAGE_ASKED_FOR = Cause(
    "page-asked-for",
    "Whether the error is JSON depends on what the request accepts. A browser gets a page.",
    'Ask for the address alone: `request.path.startswith("/api/")`.',
)
FORM_ONCE = Cause(
    "form-once",
    "Whoever has signed in is sent away from the form, and cannot change the name.",
    "Show the form to everybody who opens it.",
)
FORM_SIGNS_OUT = Cause(
    "form-signs-out",
    "Opening the form forgets who has signed in.",
    "Change the session only where a name was given.",
)
NOT_ESCAPED = Cause(
    "not-escaped",
    "The name goes into the page as it is, so that HTML in it becomes part of the page, scripts as"
    " well.",
    "Let a template write it: `{{ user }}` escapes it. Leave out `Markup` and `| safe`.",
)
RUN_AS_TEMPLATE = Cause(
    "run-as-template",
    "The name becomes part of a template's text: whoever signs in can have the server run code.",
    "Leave the template as it is, and hand the name over: `render_template(..., user=...)`.",
)
ESCAPED_TWICE = Cause(
    "escaped-twice",
    "The name is escaped before it is kept, and then once more by the template.",
    "Keep the name as it was given, and leave the escaping to the template.",
)
OFF_SITE = Cause(
    "off-site",
    "The redirect goes where the request says. A link to this form can then lead people to"
    " somebody else's site.",
    'Always go to `/`: `redirect(url_for("pages.index"), code=303)`.',
)

MOUNT = "mount the three blueprints"
LIST = "answer GET /api/dashboards with all of them"
ONE = "answer GET /api/dashboards/<name> with one, or with 404"
ERRORS = "answer every error under /api as JSON"
LOGIN = "answer GET and POST /auth/login"
NAME = "Rosalind"
COLUMNS = {"machine": {"cpu", "memory", "network", "disk"}}


@check(
    tasks=[
        "a blueprint without a prefix, so that its page is the site's first",
        "answer GET / with the dashboard's page",
        MOUNT,
    ]
)
def serves_the_page(server: Server) -> None:
    """`GET /` answers with the page, as HTML."""
    response = _expect(server, "GET", "/")
    if not _is_page(response):
        raise Failure("GET / answers with HTML", _shown(response), NOT_A_PAGE)


@check(tasks=["a blueprint under /auth", LOGIN, MOUNT], goes_on=serves_the_page)
def serves_the_form(server: Server) -> None:
    """`GET /auth/login` answers with a form that has a field `name`."""
    response = _expect(server, "GET", "/auth/login")
    if not _has_field(response):
        raise Failure("the answer has a form with a field `name`", _shown(response), NO_FIELD)


@check(tasks=["a blueprint under /api", LIST, MOUNT])
def lists_the_dashboards(server: Server) -> None:
    """`GET /api/dashboards` answers with all dashboards, as JSON."""
    first = _dashboards(_expect(server, "GET", "/api/dashboards"))
    ids = [dashboard["id"] for dashboard in first]
    if sorted(ids) != ["machine", "stocks"]:
        raise Failure("the dashboards are machine and stocks", f"they were {ids}", LIST_WRONG)
    again = _dashboards(_expect(server, "GET", "/api/dashboards"))
    if again != first:
        ids = [dashboard["id"] for dashboard in again]
        raise Failure("the second answer is the same", f"it listed {ids}", LIST_FIXED)


@check(tasks=[ONE], stands_on=[lists_the_dashboards], goes_on=lists_the_dashboards)
def shows_one_dashboard(server: Server) -> None:
    """`GET /api/dashboards/<id>` answers with that dashboard, as it stands in the list."""
    for listed in _dashboards(_expect(server, "GET", "/api/dashboards")):
        path = f"/api/dashboards/{listed['id']}"
        response = server.get(path)
        if response.status == 404:
            raise _not_shown(server, path)
        shown = _with_status(server, response, 200).json()
        if not isinstance(shown, dict) or {k: shown.get(k) for k in listed} != listed:
            other = isinstance(shown, dict) and shown.get("id") not in (None, listed["id"])
            cause = NAME_IGNORED if other else ONE_WRONG
            raise Failure(f"GET {path} answers with {listed}", f"it was {shown!r}", cause)


@check(tasks=[ONE, ERRORS], stands_on=[shows_one_dashboard], goes_on=shows_one_dashboard)
def misses_a_dashboard(server: Server) -> None:
    """A dashboard that is not there is answered with 404, as JSON."""
    try:
        _expect_error(server, "GET", "/api/dashboards/nothing", 404, HTML_ERROR)
    except Silence as silence:
        if silence.crash and silence.crash.type in {"KeyError", "AttributeError", "StopIteration"}:
            raise silence.because(UNKNOWN_UNEXPECTED) from None
        raise
    for name in ("MACHINE", "mach"):
        path = f"/api/dashboards/{name}"
        response = server.get(path)
        if response.status == 200:
            raise Failure(f"GET {path} has status 404", _shown(response), NAME_GUESSED)


@check(tasks=[LIST], stands_on=[misses_a_dashboard])
def lists_its_own_dashboards(start: Starter) -> None:
    """Each app lists its own dashboards: one that is made without any lists none."""
    server = start(App("Testing"), App("Testing", settings={"SOURCES": []}))
    other = start(App("Testing", settings={"SOURCES": [source("Gappy")]}))
    listed = [one["id"] for one in _dashboards(_expect(other, "GET", "/api/dashboards"))]
    if listed != ["gappy"]:
        expected = "an app with one source, called gappy, lists it"
        raise Failure(expected, f"it listed {listed}", LIST_FIXED)
    for app, expected in enumerate([2, 0, 2]):
        listed = _dashboards(_expect(server, "GET", "/api/dashboards", app=app % 2))
        if len(listed) != expected:
            raise Failure(
                f"app {app % 2 + 1} lists {expected} dashboards",
                f"it listed {[dashboard['id'] for dashboard in listed]}",
                LIST_FIXED,
            )
    for app, status in enumerate([200, 404]):
        response = server.get("/api/dashboards/stocks", app=app)
        if response.status != status:
            expected = f"app {app + 1} answers GET /api/dashboards/stocks with status {status}"
            raise Failure(expected, _shown(response), LIST_FIXED)


@check(tasks=[ERRORS], stands_on=[misses_a_dashboard], goes_on=misses_a_dashboard)
def misses_an_address(server: Server) -> None:
    """An address under `/api` that nothing answers at is answered with 404, as JSON."""
    _expect_error(server, "GET", "/api/nothing", 404, BLUEPRINT_HANDLER)
    # What a browser asks for, when somebody types the address.
    asks = {"headers": {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}}
    _expect_error(server, "GET", "/api/nothing", 404, PAGE_ASKED_FOR, **asks)


@check(tasks=[ERRORS], stands_on=[misses_an_address], goes_on=misses_an_address)
def refuses_other_methods(server: Server) -> None:
    """A method that an address under `/api` does not take is answered with 405, as JSON."""
    _expect_error(server, "DELETE", "/api/dashboards/machine", 405, ONE_STATUS)


@check(tasks=[ERRORS], stands_on=[refuses_other_methods], goes_on=refuses_other_methods)
def names_the_methods(server: Server) -> None:
    """The answer with 405 says in its header `Allow` which methods are taken."""
    allow = server.request("DELETE", "/api/dashboards/machine").headers.get("allow", "")
    if "GET" not in {method.strip().upper() for method in allow.split(",")}:
        got = f"it was {allow!r}" if allow else "there was no such header"
        raise Failure("the header `Allow` names GET", got, ALLOW_LOST)
    if "DELETE" in allow.upper():
        expected = "the header `Allow` does not name DELETE, which was refused"
        raise Failure(expected, f"it was {allow!r}", ALLOW_LOST)


@check(tasks=[ERRORS], stands_on=[misses_a_dashboard])
def hides_what_broke(start: Starter) -> None:
    """When a view under `/api` raises in production, the answer is 500, as JSON, without a leak."""
    server = start(
        App("Production", {"SOURCES": [source("Failing")]}),
        environment={"DASHBOARD_SECRET_KEY": "made for this check"},
    )
    server.note("a dashboard's source is broken: whoever looks at it gets an exception")
    for path in ("/api/dashboards", "/api/dashboards/failing"):
        _expect_hidden(server, path)


def _expect_hidden(server: Server, path: str) -> None:
    response = server.get(path, may_raise=True)
    said = "\n".join([response.text, *response.headers.values()])
    if any(word in said for word in (FAILING, "RuntimeError", "Traceback")):
        got = f"it did: {_shown(response) if FAILING in response.text else said!r:.300}"
        raise Failure("the answer does not say what was raised", got, LEAKS)
    if response.status == 200 and "error" not in _json(response):
        return  # it lists what still works
    expected = 'the answer has status 500 and holds `{"error": {"code", "message"}}`'
    sent = _expect_envelope(server, response, expected, response.status == 500, ONE_STATUS)
    if sent["code"] != "internal_server_error":
        raise Failure(expected, f"`code` was {sent['code']!r}", CODE_WRONG)


@check(tasks=[ERRORS], stands_on=[serves_the_page, refuses_other_methods], goes_on=serves_the_form)
def leaves_pages_alone(start: Starter, server: Server) -> None:
    """An error outside `/api` is not JSON: people get a page."""
    for method, path, status in [
        ("GET", "/nothing", 404),
        ("DELETE", "/", 405),
        ("GET", "/capital/api/nothing", 404),
        ("GET", "/apiary", 404),
    ]:
        asks = {"Accept": "application/json"} if path == "/nothing" else {}
        response = server.request(method, path, headers=asks)
        expected = f"{method} {path} is answered with status {status}, and not as JSON"
        if response.kind == "application/json":
            cause = API_ANYWHERE if "api" in path else JSON_EVERYWHERE
            raise Failure(expected, _shown(response), cause)
        if response.status != status:
            raise Failure(expected, _shown(response), STATUS_CHANGED)
        if response.text.lstrip().startswith("{"):
            raise Failure(expected, _shown(response), JSON_EVERYWHERE)
    # No cookie can have such a setting: signing in raises, outside every view.
    broken = start(
        App("Production", {"SESSION_COOKIE_SAMESITE": "Never"}),
        environment={"DASHBOARD_SECRET_KEY": "made for this check"},
    )
    broken.note("signing in is broken: the session cannot be kept")
    response = broken.post("/auth/login", data={"name": NAME}, may_raise=True)
    if response.kind == "application/json":
        expected = "an exception outside /api is not answered as JSON"
        raise Failure(expected, _shown(response), JSON_EVERYWHERE)


@check(tasks=[LOGIN], stands_on=[serves_the_page, serves_the_form])
def signs_in(server: Server) -> None:
    """`POST /auth/login` with a name redirects to `/` with status 303 (302 will do)."""
    response = _sign_in(server)
    expected = "the answer redirects to / with status 303"
    if response.status in {301, 307, 308}:
        raise Failure(expected, _shown(response), REDIRECT_STATUS)
    if response.status == 200:
        raise Failure(expected, "it was a page, with status 200", RENDERS)
    if response.status in {400, 415, 422}:
        raise Failure(expected, f"the name was refused with status {response.status}", OTHER_FIELD)
    if response.status not in {302, 303}:
        raise _wrong_status(server, response, 303)
    location = response.headers.get("location", "")
    # One like `next=` is another matter: see stays_on_the_site.
    if _goes_off_site(location, server) or urlsplit(urljoin("/auth/login", location)).path != "/":
        raise Failure(expected, f"it redirects to {location or 'nowhere'}", GOES_ELSEWHERE)
    for name in ("Bo", "Zoë de la Cruz 2nd"):
        other = _sign_in(server, name=name)
        if other.status not in {302, 303}:
            raise Failure(f"the name {name} will do as well", _shown(other), NAME_REFUSED)


@check(tasks=[LOGIN], stands_on=[signs_in])
def knows_who_signed_in(server: Server) -> None:
    """Whoever has signed in finds their name on the page. Opening a link signs nobody in."""
    wishes = "name=Mallory&user=Mallory&username=Mallory"
    server.get(f"/auth/login?{wishes}")
    # Its own address may stand on a page.
    asked = re.sub(r"\w+=Mallory", "", _Page.read(server.get(f"/?{wishes}")).told)
    if "Mallory" in asked + _expect(server, "GET", "/").text:
        expected = "a link with name=Mallory signs nobody in"
        raise Failure(expected, "the page says Mallory", SIGNED_IN_BY_LINK)
    answer = _sign_in(server)
    page = _expect(server, "GET", "/")
    if NAME not in page.text:
        cookie = answer.headers.get("set-cookie", "")
        secure = re.search(r";\s*secure\b", cookie, re.IGNORECASE)
        cause = COOKIE_SECURE if secure else NOT_SHOWN if cookie else NOTHING_KEPT
        raise Failure(f"the page says {NAME}", "the name is not on it", cause)
    if not _has_field(server.get("/auth/login")):
        expected = f"{NAME}, who has signed in, can open the form again"
        raise Failure(expected, "there was no form", FORM_ONCE)
    if NAME not in _expect(server, "GET", "/").text:
        raise Failure(f"the page still says {NAME}", "opening the form signed out", FORM_SIGNS_OUT)


@check(tasks=[LOGIN], stands_on=[knows_who_signed_in])
def knows_nobody_else(start: Starter, server: Server) -> None:
    """Another visitor does not get that name, and cannot take one by writing a cookie."""
    cookies = _sign_in(server).headers.get("set-cookie", "")
    server.note("another visitor, without a cookie, asks")
    if NAME in _expect(server, "GET", "/", headers={"Cookie": ""}).text:
        raise Failure("the other visitor has no name", f"the page says {NAME}", SHARED)
    for key, value in re.findall(r"(?:^|, )([^=;, ]+)=([^;]*)", cookies):
        forged = f"{key}={value.replace(NAME, 'Mallory')}"
        server.note(f"another visitor writes the cookie {forged[:60]}")
        if "Mallory" in _expect(server, "GET", "/", headers={"Cookie": forged}).text:
            raise Failure("a forged cookie gives no name", "the page says Mallory", UNSIGNED)
    forged = "user=Mallory; name=Mallory; username=Mallory"
    server.note(f"another visitor writes the cookies {forged}")
    if "Mallory" in server.get("/", headers={"Cookie": forged}, may_raise=True).text:
        raise Failure("a cookie of one's own gives no name", "the page says Mallory", UNSIGNED)
    # A stranger's server, with a key of its own, can write any cookie that nothing protects.
    other = start(App("Testing", settings={"SECRET_KEY": "another key"}))
    answer = other.post("/auth/login", data={"name": "Mallory"})
    cookies = re.findall(r"(?:^|, )([^=;, ]+=[^;]*)", answer.headers.get("set-cookie", ""))
    server.note("another visitor brings the cookie of a server with another key")
    page = _expect(server, "GET", "/", headers={"Cookie": "; ".join(cookies)}).text
    if "Mallory" in page or NAME in page:
        raise Failure("that cookie gives no name", "the page says one", UNSIGNED)


@check(tasks=[LOGIN], stands_on=[signs_in], goes_on=signs_in)
def refuses_a_blank_name(server: Server) -> None:
    """A name that is blank or missing is refused with status 400, and the form comes again."""
    for form in ({"name": ""}, {"name": "   "}, {}):
        try:
            response = server.post("/auth/login", data=form)
        except Silence as silence:
            if silence.crash and not form and silence.crash.type != "NotImplementedError":
                raise silence.because(MISSING_UNEXPECTED) from None
            raise
        expected = "the answer is the form again, with status 400"
        if 300 <= response.status < 400:
            to_form = urlsplit(response.headers.get("location", "")).path.endswith("/auth/login")
            raise Failure(expected, _shown(response), BLANK_STATUS if to_form else BLANK_TAKEN)
        if response.status != 400:
            raise Failure(expected, _shown(response), BLANK_STATUS)
        if not _has_field(response):
            raise Failure(expected, _shown(response), FORM_LOST)


@check(tasks=[LOGIN], stands_on=[knows_who_signed_in], goes_on=refuses_a_blank_name)
def trims_the_name(server: Server) -> None:
    """Blanks around the name are taken away."""
    name = f"de {NAME} McCoy"
    around = re.compile(f" *{re.escape(name)} *")

    def longest(given: str) -> int:
        _sign_in(server, name=given)
        return max(map(len, around.findall(_expect(server, "GET", "/").text)), default=0)

    # A page may have blanks of its own there, and greet differently the second time.
    own = max(len(name), longest(name), longest(name))
    length = longest(f"{' ' * 9}{name}{' ' * 9}")
    expected = f"the page says {name}, without the blanks around it"
    if not length:
        raise Failure(expected, "the name is not on it, or not as it was given", NAME_CHANGED)
    if length >= own + 9:
        raise Failure(expected, "the blanks are still there", NOT_TRIMMED)


@check(tasks=[LOGIN], stands_on=[trims_the_name], goes_on=trims_the_name)
def shows_any_name(server: Server) -> None:
    """Any name will do, and the page shows it as it was given, whatever letters it has."""
    odd = ("2024", '"Ana" @Example.org, 100%! 🦊', "{{ 7*7 }}")
    for name in ("Q", "Jean-Luc O'Neil, Jr.", "Zoë 李", f"{'Anna-' * 8}Maria", *odd):
        response = _sign_in(server, name=name)
        if response.status not in {302, 303}:
            raise Failure(f"the name {name} will do as well", _shown(response), NAME_REFUSED)
        _expect_said(server, name)
    name = "Tom <b>& Co</b>"
    # Not everybody takes such a name; who does has to show it.
    if _sign_in(server, name=name).status in {302, 303}:
        _expect_said(server, name)


@check(tasks=[LOGIN], stands_on=[signs_in])
def stays_on_the_site(server: Server) -> None:
    """Signing in never redirects to another site, whatever the request asks for."""
    own = f"http://{_here(server)}@"
    # Browsers take all of these for the address of another site.
    ways = ("https://", "//", "/\\", "///", "https:///", "https:", "http:///", "/\t/", own)
    for number, target in enumerate(f"{way}elsewhere.example/" for way in ways):
        wishes = dict.fromkeys(WISHES, target)
        query = f"?{urlencode(wishes)}"
        if number < 2:
            server.get(f"/auth/login{query}", headers={"Referer": target})
        response = server.post(
            f"/auth/login{query}", data={"name": NAME, **wishes}, headers={"Referer": target}
        )
        location = response.headers.get("location", "")
        if _goes_off_site(location, server):
            raise Failure(
                "the redirect stays on this site", f"it redirects to {location}", OFF_SITE
            )


# What several checks do.


def _expect(server: Server, method: str, path: str, *, app: int = 0, **options: Any) -> Response:
    """Return the answer to a request that has to have status 200."""
    return _with_status(server, server.request(method, path, app=app, **options), 200)


def _sign_in(server: Server, name: str = NAME) -> Response:
    return server.post("/auth/login", data={"name": name})


def _expect_said(server: Server, name: str) -> None:
    """See that the page of whoever has signed in says this name. Raises Failure."""
    page = _expect(server, "GET", "/")
    said = _Page.read(page).said
    if name in said:
        return
    expected, got = f"the page says {name}", "the name is not on it, or not as it was given"
    if name in page.text:
        raise Failure(expected, "the name was taken for HTML", NOT_ESCAPED)
    if "{{" in name:
        raise Failure(expected, "the name was taken for a template", RUN_AS_TEMPLATE)
    raise Failure(expected, got, ESCAPED_TWICE if name in html.unescape(said) else NAME_CHANGED)


def _with_status(server: Server, response: Response, status: int) -> Response:
    if response.status != status:
        raise _wrong_status(server, response, status)
    return response


def _wrong_status(server: Server, response: Response, status: int) -> Failure:
    """Return the finding that an answer has another status, with the reason if one is seen."""
    path = response.request.split()[1]
    expected = f"{response.request} is answered with status {status}"
    where = f", to {response.headers['location']}" if "location" in response.headers else ""
    got = f"it was answered with status {response.status}{where}"
    if response.status == 404:
        return _nothing_there(server, path, expected)
    if response.headers.get("location", "").endswith(f"{path}/"):
        return Failure(expected, got, SLASH_AT_END)
    cause = METHOD_MISSING if response.status == 405 else UNEXPECTED_STATUS
    return Failure(expected, got, cause)


def _nothing_there(server: Server, path: str, expected: str) -> Failure:
    """Return the finding that an address is missing, with what the app has instead."""
    routes = server.app.routes()
    got = f"it was answered with status 404; the app answers at: {', '.join(routes) or 'nothing'}"
    prefix, tail = re.fullmatch(r"(/api|/auth|)(/.*)", path).groups()  # type: ignore[union-attr]
    others = [r for r in routes if r != "/healthz" and not r.startswith(("/api/", "/auth/"))]
    if prefix and f"{prefix}{path}" in routes:
        cause = PREFIX_TWICE
    elif path in routes:
        cause = UNEXPECTED_STATUS
    elif any(r.endswith(tail) for r in (routes if prefix else others)):
        cause = PREFIX_OTHER
    elif [r for r in routes if r.startswith(f"{prefix}/")] if prefix else others:
        cause = OTHER_ADDRESS
    else:
        cause = NOT_REGISTERED
    return Failure(expected, got, cause)


def _not_shown(server: Server, path: str) -> Failure:
    """Return the finding that a dashboard which is in the list has no address."""
    routes = [route for route in server.app.routes() if "/dashboards/<" in route]
    expected = f"GET {path} is answered with status 200"
    if not routes:
        return _nothing_there(server, path, expected)
    got = f"it was answered with status 404; the app has the route {routes[0]}"
    if not routes[0].startswith("/api/dashboards/"):
        twice = routes[0].startswith("/api/api/")
        return Failure(expected, got, PREFIX_TWICE if twice else PREFIX_OTHER)
    return Failure(expected, got, INT_ONLY if "<int:" in routes[0] else NOT_FOUND)


def _dashboards(response: Response) -> list[dict[str, Any]]:
    """Return the dashboards that an answer lists, each with what the task says and no more."""
    body = response.json()
    listed = body.get("dashboards") if isinstance(body, dict) else None
    if not isinstance(listed, list):
        expected = '`{"dashboards": […]}`'
        raise Failure(expected, f"it was {body!r:.200}", LIST_WRONG)
    for item in listed:
        if not _is_described(item):
            expected = 'each is `{"id", "title", "columns": [{"name", "unit"}, …]}`'
            raise Failure(expected, f"one was {item!r:.300}", LIST_WRONG)
    return [{key: item[key] for key in ("id", "title", "columns")} for item in listed]


def _is_described(item: Any) -> bool:
    columns = item.get("columns") if isinstance(item, dict) else None
    if not isinstance(columns, list) or not columns:
        return False
    texts = [item.get("id"), item.get("title")]
    for column in columns:
        texts += [column.get("name"), column.get("unit")] if isinstance(column, dict) else [None]
    names = {column.get("name") for column in columns if isinstance(column, dict)}
    return all(isinstance(text, str) for text in texts) and (
        names == COLUMNS.get(item["id"], names)
    )


def _expect_error(
    server: Server, method: str, path: str, status: int, page: Cause, **options: Any
) -> None:
    """Demand an error as JSON; `page` is the likely cause where it comes as a page."""
    response = server.request(method, path, **options)
    code = {404: "not_found", 405: "method_not_allowed"}[status]
    expected = (
        f"{method} {path} is answered with status {status} and"
        f' `{{"error": {{"code": "{code}", "message": …}}}}`'
    )
    if response.status == 200 and "error" not in _json(response):
        cause = METHOD_TAKEN if status == 405 else UNKNOWN_UNEXPECTED
        raise Failure(expected, _shown(response), cause)
    sent = _expect_envelope(server, response, expected, response.status == status, page)
    if sent["code"] != code:
        raise Failure(expected, f"`code` was {sent['code']!r}", CODE_WRONG)


def _expect_envelope(
    server: Server, response: Response, expected: str, has_status: bool, page: Cause
) -> dict[str, str]:
    if not has_status:
        cause = STATUS_OK if response.status == 200 else STATUS_CHANGED
        raise Failure(expected, _shown(response), cause)
    if response.kind != "application/json":
        if response.text.startswith("{"):
            raise Failure(expected, _shown(response), JSON_AS_PAGE)
        handled = server.source.find(r"error_?handler|after_request")
        raise Failure(expected, _shown(response), page if handled else HTML_ERROR)
    body = response.json()
    sent = body.get("error") if isinstance(body, dict) else None
    texts = [sent.get("code"), sent.get("message")] if isinstance(sent, dict) else [None]
    if not isinstance(sent, dict) or not all(isinstance(t, str) and t.strip() for t in texts):
        raise Failure(expected, _shown(response), ENVELOPE_WRONG)
    if re.search(r"</|<!|<\w+ '\d", sent["message"]):
        raise Failure("`message` is a sentence for people", _shown(response), NO_SENTENCE)
    return sent


def _json(response: Response) -> dict[str, Any]:
    """Return the object that an answer holds, empty where it holds none."""
    try:
        body = response.json()
    except Failure:
        return {}
    return body if isinstance(body, dict) else {}


def _is_page(response: Response) -> bool:
    return response.kind in {"text/html", "application/xhtml+xml"} and "<" in response.text


def _shown(response: Response) -> str:
    text = " ".join(response.text.split())
    kind = response.kind or "no content type"
    where = f", to {response.headers['location']}" if "location" in response.headers else ""
    return f"it was answered with status {response.status}{where}, {kind}: {text:.160}"


# What a form may be asked to go to afterwards: names that people really use.
WISHES = [
    "next",
    "next_url",
    "url",
    "target",
    "redirect",
    "redirect_to",
    "return",
    "return_to",
    "continue",
    "came_from",
    "next_page",
    "return_url",
    "returnUrl",
    "redirect_url",
    "redirect_uri",
    "dest",
    "destination",
    "goto",
    "back",
    "ref",
    "after",
    "page",
    "from",
    "r",
]


def _here(server: Server) -> str:
    """Return the host and port at which a server is asked."""
    return f"127.0.0.1:{server.app.ports[0]}"


def _goes_off_site(location: str, server: Server) -> bool:
    """Whether a browser that is sent there leaves this machine's address."""
    here = _here(server)
    # For a browser a backslash is a slash, and more than two slashes are two.
    location = re.sub(r"[\t\r\n]", "", location.strip())
    location = re.sub(r"^(http:)?[/\\]{2,}", r"\1//", location)
    address = urlsplit(urljoin(f"http://{here}/auth/login", location.replace("\\", "/")))
    return address.scheme != "http" or address.netloc != here


def _has_field(response: Response) -> bool:
    """Whether a page has a form with a field `name`."""
    return _is_page(response) and "name" in _Page.read(response).names


class _Page(HTMLParser):
    """What stands in a page: the names of the fields in its forms, its texts, its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str | None] = set()
        self.texts: list[str] = []
        self.values: list[str] = []
        self.in_form = False

    @classmethod
    def read(cls, response: Response) -> "_Page":
        """Return the page that an answer holds."""
        page = cls()
        page.feed(response.text)
        page.close()
        return page

    @property
    def told(self) -> str:
        """Its texts, without tags."""
        return " ".join("".join(self.texts).split())

    @property
    def said(self) -> str:
        """Its texts, and what stands in its fields."""
        return "\n".join([self.told, *self.values])

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.values += [value for _, value in attrs if value]
        if tag == "form":
            self.in_form = True
        elif tag in {"input", "textarea", "select"} and (self.in_form or dict(attrs).get("form")):
            self.names.add(dict(attrs).get("name"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.in_form = False
