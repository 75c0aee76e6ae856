"""Lab 1, factory: create_app, a class for each environment, GET /healthz."""

from dataclasses import replace

from checks.contract import Health
from kit.checking import App, Failure, Rows, Start, answers, causes, check
from kit.checking import evidence as see
from kit.checking.starting import Variables, makes, refuses

why = causes(__file__)

KEY = {"DASHBOARD_SECRET_KEY": "a key for this check"}
EMPTY_KEY = {"DASHBOARD_SECRET_KEY": ""}
OTHER_PREFIXES = ("", "FLASK_", "DASHBOARD__", "DASHBOARD", "dashboard_")
OTHER_KEYS = {f"{prefix}SECRET_KEY": "a key" for prefix in OTHER_PREFIXES}
# On Windows the last of the prefixes is the right one.
OTHER_NAMES = {f"{prefix}ENVIRONMENT": "of no app" for prefix in OTHER_PREFIXES[:-1]}
DEBUG_ON = {"DASHBOARD_DEBUG": "true"}
CLASS_NAMED = {"DASHBOARD_CONFIG": "Testing"}  # what `__main__.py` reads
LIKE_A_LAPTOP = {"DEBUG": True, "TESTING": True, "ENVIRONMENT": "development"}
# A class that no submission knows: it inherits from `Config` alone, and lies in another module.
OWN = App("Config", {"ENVIRONMENT": "own", "SECRET_KEY": "a key"}, named="elsewhere.Own")
HOST = "elsewhere.example"

READS = r"\benviron\b|getenv|from_prefixed_env"
SPARE_KEY = (
    r"""config\[.SECRET_KEY.\]\s*=\s*["']|secret_key\s*=\s*["']|SECRET_KEY["']\s*,\s*["']"""
    r"""|SECRET_KEY.*\bor\s+["']|token_(hex|urlsafe|bytes)|urandom|uuid4"""
)
# What Python says where a class is taken for text.
TEXT_EXPECTED = (
    r"<class '|^type object '\w+' has no attribute '(lower|upper|title|capitalize|strip)"
)
KEPT = r"^\w+\s*(:[^=]*)?=\s*Flask\(|\bcached?\b|lru_cache"  # an app, for all calls
variables_first = see.written_above(READS, r"\.from_object\(|\.from_mapping\(")

LOAD = "load the configuration, and what the system's environment adds to it"
TESTING = "name it, switch testing on, give it a key"

WHY_UNHEALTHY: Rows = [
    (see.crash("KeyError", code=READS), why.read_at_the_request),
    (see.crash("KeyError", r"^'\w+'$"), why.no_such_setting),
    (see.crashed, None),
    (answers.adds_a_slash, why.trailing_slash),
    (answers.has_no_route, why.not_at_healthz),
]
WHY_NO_SECOND_APP: Rows = [
    (see.no(see.crashed), None),
    (see.crash(message="on the blueprint"), None),
    (see.crash(during="serve"), why.shared_app),
    # What Flask says when a view or a blueprint is added to one app twice.
    (see.crash(message="overwriting|already registered|can no longer be called"), why.shared_app),
    (see.always, why.left_behind),
]
WHY_ANOTHER_VALUE: Rows = [
    (see.came('"debug": "'), why.text_not_read),
    (answers.has_status(400), why.text_not_read),
    (see.both(see.expects("`debug`"), variables_first), why.overwritten),
    (see.expects("false as `debug`"), why.text_not_read),
    (see.both(see.expects("`environment`"), see.came("^it was .?(true|false)")), why.text_changed),
    (see.both(see.expects('"" as'), see.came('"testing"')), why.empty_passed_over),
    (see.always, why.variables_not_read),
]
WHY_NO_TEXT = see.crash("JSONDecodeError"), why.only_json


@check(
    tasks=[
        "make a new app from the configuration it is given",
        "the settings that every environment has",
        TESTING,
    ]
)
def starts(start: Start) -> None:
    """The package can be imported, and `create_app(Testing)` gives an app that starts."""
    start(App("Testing"), why=_why_no_app(start, App("Testing")))


@check(tasks=["answer GET /healthz"], stands_on=[starts], goes_on=starts)
def answers_healthz(start: Start) -> None:
    """`GET /healthz` answers with JSON: `status` is "ok", with `environment` and `debug`."""
    _says(start, App("Testing"))


@check(tasks=["name it, switch debugging on, give it a key"], stands_on=[answers_healthz])
def means_development(start: Start) -> None:
    """`create_app()` without an argument means `Development`, where debugging is on."""
    other = see.both(see.crash("(?!TypeError).*"), makes(start, App("Development"), CLASS_NAMED))
    rows: Rows = [WHY_NO_TEXT, (other, why.other_default), *_why_no_app(start, App(None))]
    server = start(App(None), environment=CLASS_NAMED, why=rows)
    is_alone = see.no(_is(start, App(None), "testing"))
    rows = [
        *WHY_UNHEALTHY,
        (see.expects("`debug`"), why.not_debugging),
        (see.both(see.came('"testing"'), is_alone), why.class_from_a_variable),
        (_is(start, App("Development"), "development"), why.other_default),
        (see.always, why.name_wrong),
    ]
    server.expect("GET", "/healthz", Health, why=rows, environment="development", debug=True)


@check(tasks=[LOAD, TESTING], stands_on=[answers_healthz], goes_on=answers_healthz)
def takes_a_class(start: Start) -> None:
    """`create_app(Testing)` gives an app for tests, where debugging is off."""
    _says(start, App("Testing"), _why_another(start), environment="testing", debug=False)


@check(stands_on=[takes_a_class])
def takes_any_class(start: Start) -> None:
    """A class that a caller makes counts too: `Testing` with `DEBUG` switched on debugs."""
    rows: Rows = [(see.always, why.class_ignored)]
    _says(start, App("Testing", {"DEBUG": True}), rows, environment="testing", debug=True)
    rows = [(see.expects("false as `debug`"), why.debugging), *rows]
    _says(start, OWN, rows, environment="own", debug=False)


@check(stands_on=[takes_a_class])
def takes_a_dotted_path(start: Start) -> None:
    """`create_app("dashboard.config.Testing")` does the same as the class."""
    rows: Rows = [(see.always, why.path_not_loaded)]
    for app, environment in ((App("Testing"), "testing"), (OWN, "own")):
        server = start(replace(app, dotted=True), why=rows)
        server.expect("GET", "/healthz", Health, why=rows, environment=environment)


@check(tasks=[LOAD], stands_on=[answers_healthz])
def finds_the_key(start: Start) -> None:
    """With a key in DASHBOARD_SECRET_KEY, `Production` starts."""
    with_a_key = makes(start, App("Production", {"SECRET_KEY": "a key"}))
    rows: Rows = [
        (see.no(see.crashed), None),
        WHY_NO_TEXT,
        (makes(start, App("Production"), OTHER_KEYS), why.other_variable),
        (see.both(with_a_key, variables_first), why.overwritten),
        (with_a_key, why.key_not_read),
    ]
    start(App("Production"), environment=KEY, why=rows)


@check(
    tasks=["name it, and leave the key to the system's environment"],
    stands_on=[takes_a_class, finds_the_key],
    goes_on=finds_the_key,
)
def hides_in_production(start: Start) -> None:
    """In `Production` debugging is off."""
    rows = _why_another(start)
    _says(start, App("Production"), rows, KEY, environment="production", debug=False)


@check(tasks=["refuse to start without a secret key"], stands_on=[takes_any_class, finds_the_key])
def refuses_without_a_key(start: Start) -> None:
    """`Production` refuses to start while DASHBOARD_SECRET_KEY is missing or empty."""
    has_none = makes(start, App("Production", {"SECRET_KEY": ""}))
    rows: Rows = [(see.no(has_none), why.own_key), (see.written(SPARE_KEY), why.own_key)]
    cause = why.nobody_looks
    crash = refuses(
        start, App("Production"), why=rows, returns_none=why.not_raised, otherwise=cause
    )
    if "key" not in crash.message.lower():
        raise Failure("the error says that the key is missing", f"it was {crash}", why.no_words)
    rows = [
        (makes(start, App("Production"), EMPTY_KEY), why.empty_key),
        (makes(start, App("Production"), OTHER_KEYS), why.other_variable),
        (makes(start, App("Production", dotted=True)), why.argument_asked),
    ]
    laptop = {f"DASHBOARD_{name}": str(value).lower() for name, value in LIKE_A_LAPTOP.items()}
    outside, cause = {**OTHER_KEYS, **laptop, **EMPTY_KEY}, why.environment_asked
    path = App("Production", dotted=True)
    refuses(start, path, environment=outside, why=rows, otherwise=cause)
    none = replace(OWN, settings={**LIKE_A_LAPTOP, "SECRET_KEY": None})
    rows = [(makes(start, none), why.argument_asked)]
    refuses(start, replace(OWN, settings=LIKE_A_LAPTOP), why=rows, otherwise=why.own_key)


@check(tasks=[LOAD], stands_on=[takes_a_class, finds_the_key])
def reads_every_variable(start: Start) -> None:
    """Every variable counts: DASHBOARD_DEBUG and DASHBOARD_ENVIRONMENT, whatever the class says."""
    others: Rows = [(see.came("of no app"), why.other_variable)]
    _says(start, App("Testing"), others, OTHER_NAMES, environment="testing")
    for app, debug, name in (
        (App("Testing"), "true", "yes"),
        (App("Development"), "false", "True"),
        (App("Testing"), "false", ""),
    ):
        variables = {"DEBUG": debug, "ENVIRONMENT": name, "TRUSTED_HOSTS": '["127.0.0.1"]'}
        prefixed = {f"DASHBOARD_{key}": value for key, value in variables.items()}
        server = start(app, environment=prefixed)
        rows = [*WHY_UNHEALTHY, *WHY_ANOTHER_VALUE]
        server.expect("GET", "/healthz", Health, why=rows, debug=debug == "true", environment=name)
        # A setting that no class names, and that Flask obeys by itself.
        answer = server.request("GET", "/healthz", may_raise=True, headers={"Host": HOST})
        if answer.status not in {400, 500}:
            wanted = 'with DASHBOARD_TRUSTED_HOSTS=["127.0.0.1"] other hosts are refused'
            got = f"GET /healthz of {HOST} had status {answer.status}"
            raise Failure(wanted, got, why.variables_not_read)


@check(stands_on=[takes_a_class, finds_the_key])
def reads_late(start: Start) -> None:
    """The variables are read when the app is made, not when the package is imported."""
    start(App("Production", environment=KEY), why=[(see.always, why.read_at_import)])
    # The variables are there at the import, and again when somebody asks.
    late = {**DEBUG_ON, "DASHBOARD_ENVIRONMENT": "of another time"}
    rows: Rows = [
        (see.run_at_import(READS), why.read_at_import),
        (see.always, why.read_at_the_request),
    ]
    app = App("Testing", environment=dict.fromkeys(late))
    _says(start, app, rows, late, debug=False, environment="testing")


@check(stands_on=[takes_any_class, means_development])
def keeps_two_apps_apart(start: Start) -> None:
    """Two apps in one process each keep their own configuration."""
    server = start(App("Testing"), App("Development"), OWN, why=WHY_NO_SECOND_APP)
    said = []
    for app in range(3):
        answer = server.expect("GET", "/healthz", Health, app=app, why=WHY_UNHEALTHY)
        said.append((answer.environment, answer.debug))
    wanted = [("testing", False), ("development", True), ("own", False)]
    if said != wanted:
        is_kept = {*said} == {wanted[0]} or start.codebase.find(KEPT)
        cause = why.shared_app if is_kept else why.shared_state
        got = "; ".join(f"{name}{', and debugs' * debug}" for name, debug in said)
        raise Failure("the apps say: testing; development, and debugs; own", got, cause)


@check(stands_on=[keeps_two_apps_apart, reads_every_variable, reads_late, refuses_without_a_key])
def leaves_nothing_behind(start: Start) -> None:
    """What one app was given is gone for the next one."""
    # That the first two can be made is known already: it is the third that must be refused.
    first = App("Production", environment=KEY)
    rows: Rows = [(see.written(KEPT), why.shared_app), (see.always, why.left_behind)]
    refuses(start, first, App("Testing"), App("Production"), why=rows, otherwise=why.left_behind)
    late = App("Production", environment=dict.fromkeys(KEY))
    refuses(start, late, environment=KEY, otherwise=why.read_at_import)
    strict = replace(OWN, settings={**OWN.settings, "TRUSTED_HOSTS": [HOST]})
    apps = strict, App("Testing", environment=DEBUG_ON), App("Testing")
    server = start(*apps, App("Production"), App("Production"), environment=KEY, why=rows)
    server.expect("GET", "/healthz", Health, app=2, why=rows, debug=False)


def _says(
    start: Start, app: App, rows: Rows = (), variables: Variables | None = None, **given: object
) -> Health:
    """Start an app, and return what it says at /healthz, `given` among it. Raises Failure."""
    server = start(app, environment=variables, why=rows)
    return server.expect("GET", "/healthz", Health, why=[*WHY_UNHEALTHY, *rows], **given)


def _is(start: Start, app: App, environment: str) -> see.Evidence:
    """Whether an app says that it is of this environment."""
    return lambda _: _says(start, app).environment == environment


def _why_another(start: Start) -> Rows:
    """Return why an app answers otherwise than its class says."""
    is_of_another = see.came('"(development|testing|production)"')
    ignores = see.no(_is(start, App("Testing", {"ENVIRONMENT": "probe"}), "probe"))
    return [
        (see.expects("`debug`"), why.debugging),
        (see.both(is_of_another, ignores), why.argument_ignored),
        (see.always, why.name_wrong),
    ]


def _why_no_app(start: Start, app: App) -> Rows:
    """Return why an app does not start: perhaps a secret key would mend it."""
    with_a_key = makes(start, app, KEY)
    return [
        (see.no(see.crashed), None),
        (see.crash("KeyError|ImportStringError|AttributeError", TEXT_EXPECTED), why.looked_up),
        (see.crash("KeyError", "^'[A-Z_]+'$", code=r"config\["), why.no_such_setting),
        (see.both(see.crash(during="import"), with_a_key), why.key_at_import),
        (see.crash("KeyError", during="import", code="environ"), why.variable_at_import),
        (see.no(with_a_key), None),
        (makes(start, App("Testing", {"SECRET_KEY": "a key"})), why.no_key_of_its_own),
        (see.written(r"\benviron\b|getenv"), why.key_overwritten),
        (see.always, why.argument_ignored),
    ]
