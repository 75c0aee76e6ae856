"""Lab 1, factory: create_app, a class for each environment, GET /healthz."""

import re
from typing import Any

from kit.checking import App, Cause, Failure, NotStarted, Server, Silence, Starter, check

KEY = {"DASHBOARD_SECRET_KEY": "a key for this check"}
ENVIRONMENTS = {"development", "testing", "production"}
DEBUG_ON = {"DASHBOARD_DEBUG": "true"}
# A name that is no JSON, though people mean something by it.
DEBUG_ON_AND_NAMED = {**DEBUG_ON, "DASHBOARD_ENVIRONMENT": "yes"}
DEBUG_OFF = {"DASHBOARD_DEBUG": "false"}
CLASS_NAMED = {"DASHBOARD_CONFIG": "Testing"}  # what `__main__.py` reads
LIKE_A_LAPTOP: dict[str, str | None] = {
    "DASHBOARD_ENVIRONMENT": "development",
    "DASHBOARD_DEBUG": "true",
    "DASHBOARD_TESTING": "true",
}

NO_KEY_OF_ITS_OWN = Cause(
    "no-key-of-its-own",
    "The class has no secret key, so `create_app` refuses it. Flask loads only names in capitals:"
    " `secret_key` in a class counts for nothing.",
    "Give `Development` and `Testing` a `SECRET_KEY` each. It need not be secret there.",
)
KEY_OVERWRITTEN = Cause(
    "key-overwritten",
    "The variable is taken even where there is none: that raises a KeyError, or puts None in the"
    " place of the class's key.",
    'Let `app.config.from_prefixed_env("DASHBOARD")` do it: it sets only what is there.',
)
KEY_AT_IMPORT = Cause(
    "key-at-import",
    "The secret key is demanded when the package is imported. So nothing works without it, not"
    " even an app for tests.",
    "Demand it in `create_app`, after the configuration is loaded.",
)
VARIABLE_AT_IMPORT = Cause(
    "variable-at-import",
    "A variable is demanded while the package is imported, before anybody has set it. The body of a"
    " class runs then too.",
    "Take `os.environ` out of here. Read the variables inside `create_app`:"
    ' `app.config.from_prefixed_env("DASHBOARD")`.',
)
NOT_AT_HEALTHZ = Cause(
    "not-at-healthz",
    "No view of the app that `create_app` returns answers here: the decorator is missing, or has"
    " another address or method; or the view belongs to another app object; or its lines stand"
    " below `return app`.",
    'Put `@app.get("/healthz")` and its function inside `create_app`, above `return app`.',
)
TRAILING_SLASH = Cause(
    "trailing-slash",
    "The route ends with a slash, so its address is another one: `/healthz/`.",
    'Take the slash out of the route: `"/healthz"`.',
)
HEALTHZ_WRONG = Cause(
    "healthz-wrong",
    "The answer differs from the contract.",
    "Return a dict with `status`, `environment` and `debug`. `debug` is True or False, not text.",
)
NO_SUCH_SETTING = Cause(
    "no-such-setting",
    "The app's configuration has no setting of this name. It is not in the class, or not in"
    " capitals, or the class is loaded further down.",
    "Write the name in capitals in the class, and load the class before you read it.",
)
CLASS_FROM_A_VARIABLE = Cause(
    "class-from-a-variable",
    "`create_app()` chooses its class by a variable. Only `__main__.py` does that, and hands the"
    " class over.",
    "Let `Development` be the default of the argument: `def create_app(config=Development):`.",
)
OTHER_DEFAULT = Cause(
    "other-default",
    "`create_app()` without an argument loads another class than `Development`.",
    "Make it the default: `def create_app(config=Development):`.",
)
NAME_WRONG = Cause(
    "name-wrong",
    "The class has no `ENVIRONMENT` of its own, or spells it otherwise; or the view looks at one"
    " class, whichever was loaded.",
    "Give each class its `ENVIRONMENT`, and let the view read `app.config`.",
)
NOT_DEBUGGING = Cause(
    "not-debugging",
    "Debugging is off here: `DEBUG` is missing in the class, or the view looks elsewhere.",
    "Write `DEBUG = True` in `Development`, and answer with `app.debug`.",
)
DEBUGGING = Cause(
    "debugging",
    "Debugging is on where it must be off. With it a server shows its code to strangers, and runs"
    " theirs.",
    "Switch `DEBUG` on in `Development` alone. `Config`, which all inherit from, leaves it off.",
)
ARGUMENT_IGNORED = Cause(
    "argument-ignored",
    "`create_app` loads the same class whatever it is given, or the view answers with fixed words.",
    "Load the argument, `app.config.from_object(config)`, and let the view read `app.config`.",
)
CLASS_IGNORED = Cause(
    "class-ignored",
    "What the class says about `DEBUG` does not reach the answer: `create_app` only looks at the"
    " class's name, or the view works `debug` out from something else.",
    "Load the class itself, `app.config.from_object(config)`, and answer with `app.debug`.",
)
PATH_NOT_LOADED = Cause(
    "path-not-loaded",
    "`create_app` takes its argument for a class, but here it is text: the path of one.",
    "`app.config.from_object(config)` takes both. Then ask `app.config`, never `config` itself.",
)
LOOKED_UP = Cause(
    "looked-up",
    "`create_app` expects a short name, and looks it up in a dict. Here it is given the class.",
    "Take the dict out: `app.config.from_object(config)` takes the class, or a dotted path.",
)
KEY_NOT_READ = Cause(
    "key-not-read",
    "`create_app` does not find the key that stands in DASHBOARD_SECRET_KEY.",
    'Load the variables after the class: `app.config.from_prefixed_env("DASHBOARD")`. Only then'
    " look for the key.",
)
OTHER_VARIABLE = Cause(
    "other-variable",
    "The key is looked for in a variable of another name.",
    'The variable is DASHBOARD_SECRET_KEY: `app.config.from_prefixed_env("DASHBOARD")` reads it, in'
    " capitals, and without an underscore at the end of the prefix.",
)
OVERWRITTEN = Cause(
    "overwritten",
    "The variables are read first, and then the class is loaded over them.",
    "Load the class first and the variables after it: what comes later wins.",
)
OWN_KEY = Cause(
    "own-key",
    "Production has a key of its own: written or inherited in the code, where everybody can read"
    " it, or made up at each start, which signs everybody out.",
    "Let `Production` inherit from `Config`, leave `SECRET_KEY` at None in both, and take out any"
    " spare key.",
)
NOBODY_LOOKS = Cause(
    "nobody-looks",
    "Nothing looks whether there is a secret key, or it looks in vain: Flask always has the name"
    " `SECRET_KEY`, with None as its value.",
    'After loading everything: `if not app.config["SECRET_KEY"]:`, and below it'
    ' `raise RuntimeError("...")`.',
)
EMPTY_KEY = Cause(
    "empty-key",
    'Only None counts as missing here. An empty key, "", protects nothing either.',
    'Ask for the truth of it: `if not app.config["SECRET_KEY"]:`.',
)
ENVIRONMENT_ASKED = Cause(
    "environment-asked",
    "Whether to look for a key depends on `ENVIRONMENT`, or on whether the app debugs or is tested."
    " A variable can change each of them.",
    'Look whatever was loaded: `if not app.config["SECRET_KEY"]: raise ...`.',
)
NOT_RAISED = Cause(
    "not-raised",
    "`create_app` finds that the key is missing, but it prints or returns something instead.",
    'Write `raise RuntimeError("...")` there.',
)
ARGUMENT_ASKED = Cause(
    "argument-asked",
    "Whether to look for a key depends on what `config` is. When it is a dotted path, as in"
    " `python -m dashboard`, nobody looks.",
    "Ask what was loaded, `app.config`, and not the argument.",
)
VARIABLES_NOT_READ = Cause(
    "variables-not-read",
    "Only some variables are read, or the view asks the class and not the app.",
    'One line reads them all: `app.config.from_prefixed_env("DASHBOARD")`. The view reads'
    " `app.config`.",
)
TEXT_CHANGED = Cause(
    "text-changed",
    "The text of a variable is taken for more than it is: `yes` is no JSON, and stays a text.",
    'Leave the reading to `app.config.from_prefixed_env("DASHBOARD")`, or to `json.loads`.',
)
TEXT_NOT_READ = Cause(
    "text-not-read",
    "A variable is always text, and the text `false` is not False: any text counts as true.",
    "Read the text as JSON. `from_prefixed_env` does so, and leaves what is no JSON as it is.",
)
READ_AT_IMPORT = Cause(
    "read-at-import",
    "The variable is read when the module is imported: at its top level, in the body of a class,"
    " or as the default of an argument. Later changes go unseen.",
    "Read the variables inside `create_app`.",
)
READ_AT_THE_REQUEST = Cause(
    "read-at-the-request",
    "The variable is read anew with each request. What an app is, is settled when it is made.",
    "Read the variables inside `create_app`, and let the view ask `app.config`.",
)
SHARED_APP = Cause(
    "shared-app",
    "There is one Flask object for all calls: made outside `create_app`, or kept from the first"
    " call.",
    "Make the object inside, anew in each call: `app = Flask(__name__)`.",
)
SHARED_STATE = Cause(
    "shared-state",
    "What belongs to one app is kept where all apps see it: in a module's variable or in a class.",
    "Keep it in `app.config`: each app has its own.",
)
LEFT_BEHIND = Cause(
    "left-behind",
    "Making an app changes something that the next one starts from: a class, a module's variable"
    " or the system's environment.",
    "Write into `app.config` alone, never into `config` or `os.environ`.",
)


@check(
    tasks=[
        "make a new app from the configuration it is given",
        "the settings that every environment has",
        "name it, switch testing on, give it a key",
    ]
)
def starts(start: Starter) -> None:
    """The package can be imported, and `create_app(Testing)` gives an app that starts."""
    try:
        start(App("Testing"))
    except NotStarted as failure:
        raise _explained_by_the_key(start, failure) from None


@check(tasks=["answer GET /healthz"], stands_on=[starts])
def answers_healthz(server: Server) -> None:
    """`GET /healthz` answers with JSON: `status` is "ok", with `environment` and `debug`."""
    response = _asked(server)
    if response.status in {301, 302, 307, 308} and "/healthz/" in response.headers["location"]:
        got = "it sent the visitor on to /healthz/"
        raise Failure("GET /healthz is answered", got, TRAILING_SLASH)
    if response.status in {404, 405}:
        routes = ", ".join(server.app.routes()) or "none"
        got = f"it answered with status {response.status}; the app's addresses: {routes}"
        raise Failure("GET /healthz answers with status 200", got, NOT_AT_HEALTHZ)
    if response.status != 200:
        got = f"it answered with status {response.status}"
        raise Failure("GET /healthz answers with status 200", got, HEALTHZ_WRONG)
    body = response.json()
    _expect_shape(body)
    if body["status"] != "ok":
        raise Failure('`status` is "ok"', f"it was {body['status']!r}", HEALTHZ_WRONG)


@check(tasks=["name it, switch debugging on, give it a key"], stands_on=[answers_healthz])
def means_development(start: Starter) -> None:
    """`create_app()` without an argument means `Development`, where debugging is on."""
    try:
        seen = _health(start(App(None), environment=CLASS_NAMED))
    except NotStarted as failure:
        is_called = failure.crash is not None and failure.crash.type != "TypeError"
        if is_called and _starts_with(start, App("Development"), {}):
            raise failure.because(OTHER_DEFAULT) from None
        raise _explained_by_the_key(start, failure, App(None)) from None
    if seen["environment"] == "testing" and _health(start(App(None)))["environment"] != "testing":
        expected = "`create_app()` gives an app of `Development` with DASHBOARD_CONFIG=Testing, too"
        raise Failure(expected, "it gave one of `Testing`", CLASS_FROM_A_VARIABLE)
    if seen["environment"] != "development":
        named = _health(start(App("Development")))
        cause = OTHER_DEFAULT if named["environment"] == "development" else NAME_WRONG
        raise Failure('`environment` is "development"', f"it was {seen['environment']!r}", cause)
    if seen["debug"] is not True:
        raise Failure("`debug` is true in development", "it was false", NOT_DEBUGGING)


@check(
    tasks=[
        "load the configuration, and what the system's environment adds to it",
        "name it, switch testing on, give it a key",
    ],
    stands_on=[answers_healthz],
)
def takes_a_class(start: Starter) -> None:
    """`create_app(Testing)` gives an app for tests, where debugging is off."""
    seen = _health(start(App("Testing")))
    _expect_environment(seen, "testing", start)
    if seen["debug"]:
        raise Failure("`debug` is false in `Testing`", "it was true", DEBUGGING)


@check(stands_on=[takes_a_class])
def takes_any_class(start: Starter) -> None:
    """A class that a caller makes counts too: `Testing` with `DEBUG` switched on debugs."""
    seen = _health(start(App("Testing", settings={"DEBUG": True})))
    if not seen["debug"]:
        raise Failure("`debug` is true, as this class says", "it was false", CLASS_IGNORED)


@check(stands_on=[takes_a_class])
def takes_a_dotted_path(start: Starter) -> None:
    """`create_app("dashboard.config.Testing")` does the same as the class."""
    try:
        seen = _health(start(App("Testing", dotted=True)))
    except Failure as failure:
        raise (failure.because(PATH_NOT_LOADED) if failure.crash else failure) from None
    if seen["environment"] != "testing":
        got = f"it was {seen['environment']!r}"
        raise Failure('`environment` is "testing"', got, PATH_NOT_LOADED)


@check(
    tasks=["load the configuration, and what the system's environment adds to it"],
    stands_on=[answers_healthz],
)
def finds_the_key(start: Starter) -> None:
    """With a key in DASHBOARD_SECRET_KEY, `Production` starts."""
    try:
        start(App("Production"), environment=KEY)
    except NotStarted as failure:
        raise _explained_by_the_variable(start, failure) from None


@check(
    tasks=["name it, and leave the key to the system's environment"],
    stands_on=[takes_a_class, finds_the_key],
)
def hides_in_production(start: Starter) -> None:
    """In `Production` debugging is off."""
    seen = _health(start(App("Production"), environment=KEY))
    _expect_environment(seen, "production", start)
    if seen["debug"]:
        raise Failure("`debug` is false in `Production`", "it was true", DEBUGGING)


@check(tasks=["refuse to start without a secret key"], stands_on=[takes_a_class, finds_the_key])
def refuses_without_a_key(start: Starter) -> None:
    """`Production` refuses to start while DASHBOARD_SECRET_KEY is missing or empty."""
    if _is_made(start, App("Production")):
        without = App("Production", settings={"SECRET_KEY": ""})
        has_its_own = not _is_made(start, without) or _has_a_spare_key(start)
        cause = OWN_KEY if has_its_own else NOBODY_LOOKS
        raise Failure("`create_app(Production)` raises an error", "it gave an app", cause)
    if _is_made(start, App("Production", environment={"DASHBOARD_SECRET_KEY": ""})):
        expected = "`create_app(Production)` raises an error while the key is empty"
        raise Failure(expected, "it gave an app", EMPTY_KEY)
    if _is_made(start, App("Production", dotted=True)):
        expected = '`create_app("dashboard.config.Production")` raises an error'
        raise Failure(expected, "it gave an app", ARGUMENT_ASKED)
    if _is_made(start, App("Production", environment=LIKE_A_LAPTOP)):
        said = ", ".join(f"{name}={text}" for name, text in LIKE_A_LAPTOP.items())
        expected = f"`create_app(Production)` raises an error with {said}, too"
        raise Failure(expected, "it gave an app", ENVIRONMENT_ASKED)


@check(
    tasks=["load the configuration, and what the system's environment adds to it"],
    stands_on=[takes_a_class, finds_the_key],
)
def reads_every_variable(start: Starter) -> None:
    """Every variable counts: DASHBOARD_DEBUG and DASHBOARD_ENVIRONMENT, whatever the class says."""
    seen = _health(start(App("Testing"), environment=DEBUG_ON_AND_NAMED), lenient=True)
    on = seen["debug"]
    if on is not True:
        cause = TEXT_NOT_READ if isinstance(on, str) else VARIABLES_NOT_READ
        cause = OVERWRITTEN if _reads_variables_first(start) and on is False else cause
        raise Failure("`debug` is true with DASHBOARD_DEBUG=true", f"it was {on!r}", cause)
    if seen["environment"] != "yes":
        expected = '`environment` is "yes" with DASHBOARD_ENVIRONMENT=yes'
        cause = TEXT_CHANGED if isinstance(seen["environment"], bool) else VARIABLES_NOT_READ
        raise Failure(expected, f"it was {seen['environment']!r}", cause)
    # A setting that no class names, and that Flask obeys by itself: as text it would fit no host.
    for hosts, refused in (('["elsewhere.example"]', True), ('["127.0.0.1"]', False)):
        server = start(App("Testing"), environment={"DASHBOARD_TRUSTED_HOSTS": hosts})
        try:
            got = server.get("/nothing").status
        except Silence as silence:
            if not (refused and silence.crash and silence.crash.type == "SecurityError"):
                raise
            continue  # the app obeys: Flask tells even a hook of its own that the host is refused
        if (got == 400) is not refused:
            status = "status 400" if refused else "another status than 400"
            expected = f"GET /nothing has {status} with DASHBOARD_TRUSTED_HOSTS={hosts}"
            cause = VARIABLES_NOT_READ if refused else TEXT_NOT_READ
            raise Failure(expected, f"it had status {got}", cause)
    off = _health(start(App("Development"), environment=DEBUG_OFF), lenient=True)["debug"]
    if off is not False:
        cause = OVERWRITTEN if _reads_variables_first(start) and off is True else TEXT_NOT_READ
        raise Failure("`debug` is false with DASHBOARD_DEBUG=false", f"it was {off!r}", cause)


@check(stands_on=[takes_a_class, finds_the_key])
def reads_late(start: Starter) -> None:
    """The variables are read when the app is made, not when the package is imported."""
    try:
        start(App("Production", environment=KEY))
    except NotStarted as failure:
        expected = "`create_app(Production)` finds a key that was set after the import"
        raise Failure(expected, failure.got, READ_AT_IMPORT) from None
    # The variable is there again when somebody asks.
    server = start(App("Testing", environment={"DASHBOARD_DEBUG": None}), environment=DEBUG_ON)
    if _health(server)["debug"]:
        expected = "`debug` is false in an app that was made while there was no DASHBOARD_DEBUG"
        raise Failure(expected, "it was true, as the variable says now", READ_AT_THE_REQUEST)


@check(stands_on=[takes_a_class, means_development])
def keeps_two_apps_apart(start: Starter) -> None:
    """Two apps in one process each keep their own configuration."""
    expected = "the first app says development, the second says testing"
    try:
        server = start(App("Development"), App("Testing"))
    except NotStarted as failure:
        raise failure.because(_cause_of_the_second(failure)) from None
    answers = [_health(server, app=app) for app in (0, 1)]
    first, second = (answer["environment"] for answer in answers)
    if (first, second) == ("development", "testing"):
        debugs = [answer["debug"] for answer in answers]
        if debugs != [True, False]:
            expected = "the first app, of Development, debugs, and the second does not"
            raise Failure(expected, f"`debug` was {debugs}", SHARED_STATE)
        return
    is_kept = second == "development" or start.source.find(r"^\w+\s*(:[^=]*)?=\s*Flask\(")
    cause = SHARED_APP if is_kept else SHARED_STATE
    raise Failure(expected, f"the first said {first!r}, the second {second!r}", cause)


@check(stands_on=[keeps_two_apps_apart, reads_every_variable, reads_late, refuses_without_a_key])
def leaves_nothing_behind(start: Starter) -> None:
    """What one app was given is gone for the next one."""
    # That the first two can be made is known already: it is the third that must be refused.
    if _is_made(start, App("Production", environment=KEY), App("Testing"), App("Production")):
        expected = "the last app finds no key any more, so `create_app` raises an error"
        raise Failure(expected, "it gave an app, with the key of another", LEFT_BEHIND)
    taken_away: dict[str, str | None] = {"DASHBOARD_SECRET_KEY": None}
    if _is_made(start, App("Production", environment=taken_away), environment=KEY):
        expected = "`create_app(Production)` misses a key that was taken away after the import"
        raise Failure(expected, "it gave an app", READ_AT_IMPORT)
    server = start(App("Testing", environment=DEBUG_ON), App("Testing"))
    if _health(server, app=1)["debug"]:
        expected = "`debug` is false in the second app"
        raise Failure(expected, "it was true, as in the first", LEFT_BEHIND)


def _asked(server: Server, app: int = 0) -> Any:
    try:
        return server.get("/healthz", app=app)
    except Failure as failure:
        crash = failure.crash
        if crash and crash.type == "KeyError" and re.fullmatch(r"'\w+'", crash.message):
            raise failure.because(NO_SUCH_SETTING) from None
        raise


def _health(server: Server, *, app: int = 0, lenient: bool = False) -> dict[str, Any]:
    """Return what /healthz says; `lenient` leaves it open what `debug` is."""
    response = _asked(server, app)
    if response.status != 200:
        got = f"it answered with status {response.status}"
        raise Failure("GET /healthz answers with status 200", got, NOT_AT_HEALTHZ)
    body: dict[str, Any] = response.json()
    _expect_shape(body, lenient=lenient)
    return body


def _expect_shape(body: Any, *, lenient: bool = False) -> None:
    expected = "the answer is an object with `status`, `environment` and `debug`"
    if not isinstance(body, dict) or not {"status", "environment", "debug"} <= set(body):
        raise Failure(expected, f"it was {body!r}", HEALTHZ_WRONG)
    if not lenient and not isinstance(body["debug"], bool):
        raise Failure("`debug` is true or false", f"it was {body['debug']!r}", HEALTHZ_WRONG)


def _expect_environment(seen: dict[str, Any], wanted: str, start: Starter) -> None:
    environment = seen["environment"]
    if environment == wanted:
        return
    # An answer that is another environment's name says that another class was loaded.
    usual = _health(start(App("Development")))["environment"]
    ignored = environment == usual and environment in ENVIRONMENTS
    cause = ARGUMENT_IGNORED if ignored else NAME_WRONG
    raise Failure(f'`environment` is "{wanted}"', f"it was {environment!r}", cause)


def _is_made(start: Starter, *apps: App, environment: dict[str, str | None] | None = None) -> bool:
    """Whether `create_app` gives every one of `apps`, and does not raise an error."""
    try:
        start(*apps, environment=environment)
    except NotStarted as failure:
        if failure.crash and failure.crash.type == "NoAppReturned":
            raise failure.because(NOT_RAISED) from None
        if failure.crash:
            return False
        raise
    return True


def _explained_by_the_key(start: Starter, failure: NotStarted, app: App | None = None) -> Failure:
    """Return why the app does not start, better if a secret key would mend it."""
    crash = failure.crash
    if crash is None or crash.type == "SyntaxError":
        return failure
    if crash.type == "KeyError" and crash.message.startswith("<class"):
        return failure.because(LOOKED_UP)
    if crash.type == "KeyError" and crash.message in {"'ENVIRONMENT'", "'DEBUG'"}:
        return failure.because(NO_SUCH_SETTING)
    if not _starts_with(start, app or App("Testing"), KEY):
        code = crash.where.code if crash.where else ""
        is_variable = crash.type == "KeyError" and crash.during == "import" and "environ" in code
        return failure.because(VARIABLE_AT_IMPORT) if is_variable else failure
    if crash.during == "import":
        return failure.because(KEY_AT_IMPORT)
    return failure.because(_cause_without_a_key(start))


def _cause_without_a_key(start: Starter) -> Cause:
    if _starts_with(start, App("Testing", settings={"SECRET_KEY": "a key"}), {}):
        return NO_KEY_OF_ITS_OWN
    return KEY_OVERWRITTEN if _line(start, r"\benviron\b|getenv") else ARGUMENT_IGNORED


def _cause_of_the_second(failure: NotStarted) -> Cause:
    """Return why a second app cannot be made where each can alone."""
    crash = failure.crash
    if crash is None or "on the blueprint" in crash.message:
        return failure.cause
    # What Flask says when a view or a blueprint is added to one app twice.
    twice = ("overwriting", "already registered", "can no longer be called")
    is_shared = crash.during == "serve" or any(words in crash.message for words in twice)
    return SHARED_APP if is_shared else LEFT_BEHIND


OTHER_PREFIXES = ("", "FLASK_", "DASHBOARD__", "DASHBOARD", "dashboard_")


def _explained_by_the_variable(start: Starter, failure: NotStarted) -> Failure:
    """Return why `Production` does not start, better if a key elsewhere would mend it."""
    if failure.crash is None:
        return failure
    others = {f"{prefix}SECRET_KEY": "a key" for prefix in OTHER_PREFIXES}
    if _starts_with(start, App("Production"), others):
        return failure.because(OTHER_VARIABLE)
    if _starts_with(start, App("Production", settings={"SECRET_KEY": "a key"}), {}):
        return failure.because(OVERWRITTEN if _reads_variables_first(start) else KEY_NOT_READ)
    return failure


def _starts_with(start: Starter, app: App, environment: dict[str, str | None]) -> bool:
    try:
        start(app, environment=environment)
    except NotStarted:
        return False
    return True


def _line(start: Starter, pattern: str) -> Any:
    """Return the first line of code that fits; `__main__.py`, which is given, does not count."""
    lines = [line for line in start.source.lines() if not line.file.endswith("__main__.py")]
    return next((line for line in lines if re.search(pattern, line.text.split("#")[0])), None)


def _reads_variables_first(start: Starter) -> bool:
    """Whether, to judge by the source, the class is loaded over the variables."""
    variables = _line(start, r"from_prefixed_env|\benviron\b|getenv")
    loaded = _line(start, r"\.from_object\(|\.from_mapping\(")
    if variables is None or loaded is None:
        return False
    return variables.file == loaded.file and variables.number < loaded.number


def _has_a_spare_key(start: Starter) -> bool:
    """Whether, to judge by the source, a key is written or made up where none is found."""
    spare = (
        r"""config\[.SECRET_KEY.\]\s*=\s*["']|secret_key\s*=\s*["']|SECRET_KEY["']\s*,\s*["']"""
        r"""|SECRET_KEY.*\bor\s+["']|token_(hex|urlsafe|bytes)|urandom|uuid4"""
    )
    return _line(start, spare) is not None
