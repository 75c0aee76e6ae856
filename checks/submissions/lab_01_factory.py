"""Submissions that prove the checks of lab 1."""

from kit.proving import Edit, Right, Wrong

INIT, CONFIG = "__init__.py", "config.py"
DEFINE = "def create_app(config: type[Config] | str = Development) -> Flask:\n"
MAKE = "    app = Flask(__name__)\n"
LOAD = "    app.config.from_object(config)\n"
READ = '    app.config.from_prefixed_env("DASHBOARD")\n'
LOOK = '    if not app.config["SECRET_KEY"]:\n'
REFUSE = (
    "        raise RuntimeError("
    '"There is no secret key. Set DASHBOARD_SECRET_KEY, then start again.")\n'
)
ROUTE = '    @app.get("/healthz")\n'
HEALTHZ = "    def healthz() -> dict[str, object]:\n"
ANSWER = (
    "        return "
    '{"status": "ok", "environment": app.config["ENVIRONMENT"], "debug": app.debug}\n'
)
RETURN = "    return app\n"
NOT_DEBUGGING = "    DEBUG = False\n"
DEVELOPMENT = '    ENVIRONMENT = "development"\n    DEBUG = True\n'
DEVELOPMENT_KEY = '    SECRET_KEY = "not a secret: development only"\n'
TESTING_KEY = '    SECRET_KEY = "not a secret: tests only"\n'
PRODUCTION = '    ENVIRONMENT = "production"\n'
TOP = "from .config import Config, Development\n"

IMPORT_OS = Edit(INIT, "from flask", "import os\n\nfrom flask")
IMPORT_OS_IN_CONFIG = Edit(CONFIG, "\n\nclass Config:", "\nimport os\n\n\nclass Config:")

WRONG = [
    # The package cannot be used at all.
    Wrong(
        "text_that_is_no_path",
        'from_object("Config") asks for a module called Config.',
        [Edit(INIT, LOAD, '    app.config.from_object("Config")\n')],
        fails={"starts": "config-not-importable"},
    ),
    Wrong(
        "returns_nothing",
        "create_app ends without `return app`.",
        [Edit(INIT, RETURN, "")],
        fails={"starts": "no-app-returned"},
    ),
    Wrong(
        "runs_inside",
        "create_app runs the server and never comes to its end.",
        [Edit(INIT, RETURN, '    app.run(host="127.0.0.1", port=0, debug=False)\n' + RETURN)],
        fails={"starts": "stuck-at-start"},
    ),
    Wrong(
        "patched_by_gevent",
        "The package begins as old texts for gevent do.",
        [Edit(INIT, "from flask", "from gevent import monkey\n\nmonkey.patch_all()\n\nfrom flask")],
        fails={"starts": "monkey-patched"},
    ),
    Wrong(
        "other_name",
        "The factory has another name.",
        [Edit(INIT, "def create_app(", "def make_app(")],
        fails={"starts": "no-create-app"},
    ),
    Wrong(
        "takes_nothing",
        "create_app takes no argument.",
        [Edit(INIT, DEFINE, "def create_app() -> Flask:\n    config = Development\n")],
        fails={"starts": "create-app-arguments"},
    ),
    Wrong(
        "classes_without_a_key",
        "The classes for development and tests have no key, so they are refused too.",
        [Edit(CONFIG, DEVELOPMENT_KEY, ""), Edit(CONFIG, TESTING_KEY, "")],
        fails={"starts": "no-key-of-its-own"},
    ),
    Wrong(
        "small_letters",
        "Settings in small letters: Flask does not load them.",
        [
            Edit(CONFIG, DEVELOPMENT_KEY, DEVELOPMENT_KEY.replace("SECRET_KEY", "secret_key")),
            Edit(CONFIG, TESTING_KEY, TESTING_KEY.replace("SECRET_KEY", "secret_key")),
        ],
        fails={"starts": "no-key-of-its-own"},
    ),
    Wrong(
        "key_demanded_at_import",
        "The class asks for the variable as soon as the module is imported.",
        [
            Edit(
                CONFIG,
                PRODUCTION,
                PRODUCTION + '    SECRET_KEY = os.environ["DASHBOARD_SECRET_KEY"]\n',
            ),
            IMPORT_OS_IN_CONFIG,
        ],
        fails={"starts": "key-at-import"},
    ),
    Wrong(
        "class_demands_another_variable",
        "The body of a class asks for SECRET_KEY, which nobody has set.",
        [
            Edit(CONFIG, PRODUCTION, PRODUCTION + '    SECRET_KEY = os.environ["SECRET_KEY"]\n'),
            IMPORT_OS_IN_CONFIG,
        ],
        fails={"starts": "variable-at-import"},
    ),
    Wrong(
        "current_app_in_the_factory",
        "create_app asks for current_app, which only a view has.",
        [
            Edit(INIT, LOAD, "    current_app.config.from_object(config)\n"),
            Edit(INIT, "import Flask\n", "import Flask, current_app\n"),
        ],
        fails={"starts": "no-app-yet"},
    ),
    Wrong(
        "key_overwritten",
        "The variable's value takes the place of the class's key, also where there is none.",
        [
            Edit(
                INIT, READ, '    app.secret_key = os.environ.get("DASHBOARD_SECRET_KEY")\n' + READ
            ),
            IMPORT_OS,
        ],
        fails={"starts": "key-overwritten"},
    ),
    Wrong(
        "looked_up_in_a_dict",
        'create_app("testing") looks the class up in a dict, as many older texts do.',
        [
            Edit(INIT, DEFINE, DEFINE.replace(" = Development", ' = "development"')),
            Edit(INIT, LOAD, "    app.config.from_object(CLASSES[config])\n"),
            Edit(
                INIT,
                TOP,
                "from .config import Config, Development, Testing\n\n"
                'CLASSES = {"development": Development, "testing": Testing}\n',
            ),
        ],
        fails={"starts": "looked-up"},
    ),
    # GET /healthz.
    Wrong(
        "no_healthz",
        "Nobody answers at /healthz.",
        [Edit(INIT, ROUTE + HEALTHZ + ANSWER, "")],
        fails={"answers_healthz": "not-at-healthz"},
    ),
    Wrong(
        "another_address",
        "The route is /health.",
        [Edit(INIT, ROUTE, '    @app.get("/health")\n')],
        fails={"answers_healthz": "not-at-healthz"},
    ),
    Wrong(
        "below_the_return",
        "The route stands below `return app`.",
        [Edit(INIT, ROUTE, RETURN + "\n" + ROUTE)],
        fails={"answers_healthz": "not-at-healthz"},
    ),
    Wrong(
        "route_with_a_slash",
        "The route is /healthz/.",
        [Edit(INIT, ROUTE, '    @app.get("/healthz/")\n')],
        fails={"answers_healthz": "trailing-slash"},
    ),
    Wrong(
        "plain_text",
        "The view answers with text.",
        [Edit(INIT, ANSWER, '        return "ok"\n')],
        fails={"answers_healthz": "not-json"},
    ),
    Wrong(
        "json_as_text",
        "The view makes the JSON itself and sends it as a page.",
        [
            Edit(INIT, ANSWER, ANSWER.replace("return {", "return json.dumps({")[:-2] + "})\n"),
            Edit(INIT, "from flask", "import json\n\nfrom flask"),
        ],
        fails={"answers_healthz": "not-json"},
    ),
    Wrong(
        "view_without_a_return",
        "The view makes its answer and forgets to return it.",
        [Edit(INIT, ANSWER, ANSWER.replace("return {", "answer = {"))],
        fails={"answers_healthz": "no-return"},
    ),
    Wrong(
        "debug_as_text",
        "`debug` is text.",
        [Edit(INIT, ANSWER, ANSWER.replace("app.debug", "str(app.debug)"))],
        fails={"answers_healthz": "healthz-wrong"},
    ),
    Wrong(
        "environment_left_out",
        "`environment` is missing in the answer.",
        [Edit(INIT, ANSWER, '        return {"status": "ok", "debug": app.debug}\n')],
        fails={"answers_healthz": "healthz-wrong"},
    ),
    Wrong(
        "setting_in_small_letters",
        "The class says `environment`, the view asks for `ENVIRONMENT`.",
        [
            Edit(CONFIG, '    ENVIRONMENT = "base"\n', ""),
            Edit(CONFIG, '    ENVIRONMENT = "testing"\n', '    environment = "testing"\n'),
        ],
        fails={"answers_healthz": "no-such-setting"},
    ),
    # Which configuration.
    Wrong(
        "base_class_loaded",
        "create_app always loads the class that all inherit from.",
        [Edit(INIT, LOAD, "    app.config.from_object(Config)\n")],
        fails={"starts": "argument-ignored"},
    ),
    Wrong(
        "defaults_to_testing",
        "Without an argument it is the class for tests.",
        [
            Edit(INIT, DEFINE, DEFINE.replace("Development", "Testing")),
            Edit(INIT, TOP, TOP.replace("Development", "Testing")),
        ],
        fails={"means_development": "other-default"},
    ),
    Wrong(
        "default_missing",
        "create_app needs its argument.",
        [Edit(INIT, DEFINE, DEFINE.replace(" = Development", ""))],
        fails={"means_development": "create-app-arguments"},
    ),
    Wrong(
        "development_misspelled",
        "The class is called dev.",
        [Edit(CONFIG, '"development"', '"dev"')],
        fails={"means_development": "name-wrong"},
    ),
    Wrong(
        "development_without_debugging",
        "Nobody switches debugging on.",
        [Edit(CONFIG, DEVELOPMENT, '    ENVIRONMENT = "development"\n')],
        fails={"means_development": "not-debugging"},
    ),
    Wrong(
        "argument_ignored",
        "create_app loads Development whatever it is given.",
        [Edit(INIT, LOAD, "    app.config.from_object(Development)\n")],
        fails={"takes_a_class": "argument-ignored"},
    ),
    Wrong(
        "chosen_at_import",
        "The configuration is chosen once, when the module is imported.",
        [
            Edit(INIT, LOAD, "    app.config.from_object(CHOSEN)\n"),
            Edit(
                INIT,
                TOP,
                TOP
                + '\nNAME = os.environ.get("DASHBOARD_CONFIG", "Development")\n'
                + 'CHOSEN = f"dashboard.config.{NAME}"\n',
            ),
            IMPORT_OS,
        ],
        fails={
            "means_development": "class-from-a-variable",
            "takes_a_class": "argument-ignored",
        },
    ),
    Wrong(
        "view_asks_the_base_class",
        "The view answers with Config.ENVIRONMENT.",
        [Edit(INIT, ANSWER, ANSWER.replace('app.config["ENVIRONMENT"]', "Config.ENVIRONMENT"))],
        fails={"means_development": "name-wrong", "takes_a_class": "name-wrong"},
    ),
    Wrong(
        "debugging_everywhere",
        "DEBUG is switched on in the class that all inherit from.",
        [Edit(CONFIG, NOT_DEBUGGING, "    DEBUG = True\n")],
        fails={"takes_a_class": "debugging"},
    ),
    Wrong(
        "debugging_made_up",
        "`debug` is worked out from the environment's name.",
        [
            Edit(
                INIT,
                ANSWER,
                ANSWER.replace("app.debug", 'app.config["ENVIRONMENT"] == "development"'),
            )
        ],
        fails={"takes_any_class": "class-ignored", "reads_every_variable": "variables-not-read"},
    ),
    Wrong(
        "looked_up_by_name",
        "create_app takes the class's name and loads its own class of that name.",
        [
            Edit(
                INIT,
                LOAD,
                "    name = config if isinstance(config, str) else config.__name__\n"
                '    name = name.rpartition(".")[2]\n'
                '    app.config.from_object(f"dashboard.config.{name}")\n',
            )
        ],
        fails={"takes_any_class": "class-ignored"},
    ),
    Wrong(
        "path_taken_for_a_class",
        "create_app asks its argument for an attribute, which text does not have.",
        [Edit(INIT, ANSWER, ANSWER.replace('app.config["ENVIRONMENT"]', "config.ENVIRONMENT"))],
        fails={
            "takes_a_dotted_path": "path-not-loaded",
            "reads_every_variable": "variables-not-read",
        },
    ),
    Wrong(
        "short_name_expected",
        'create_app expects "Testing" and puts the module in front.',
        [
            Edit(
                INIT,
                LOAD,
                "    if isinstance(config, str):\n"
                '        config = f"dashboard.config.{config}"\n' + LOAD,
            )
        ],
        fails={"takes_a_dotted_path": "path-not-loaded"},
    ),
    # Production, and the system's environment.
    Wrong(
        "variables_never_read",
        "Nobody reads the environment.",
        [Edit(INIT, READ, "")],
        fails={"finds_the_key": "key-not-read"},
    ),
    Wrong(
        "variables_of_flask",
        "from_prefixed_env() without an argument reads FLASK_….",
        [Edit(INIT, READ, "    app.config.from_prefixed_env()\n")],
        fails={"finds_the_key": "other-variable"},
    ),
    Wrong(
        "class_over_variables",
        "The variables are read first, then the class is loaded over them.",
        [Edit(INIT, LOAD + READ, READ + LOAD)],
        fails={"finds_the_key": "overwritten"},
    ),
    Wrong(
        "looks_too_early",
        "The key is looked for before the variables are read.",
        [
            Edit(
                INIT,
                READ + "\n    # lab 1: refuse to start without a secret key\n" + LOOK + REFUSE,
                LOOK + REFUSE + READ,
            )
        ],
        fails={"finds_the_key": "key-not-read"},
    ),
    Wrong(
        "debugging_in_production",
        "DEBUG was left on in production.",
        [Edit(CONFIG, PRODUCTION, PRODUCTION + "    DEBUG = True\n")],
        fails={"hides_in_production": "debugging"},
    ),
    Wrong(
        "production_not_named",
        "Production has no name of its own.",
        [Edit(CONFIG, PRODUCTION, "    TESTING = False\n")],
        fails={"hides_in_production": "name-wrong"},
    ),
    Wrong(
        "key_in_the_code",
        "Production's key stands in the code.",
        [Edit(CONFIG, PRODUCTION, PRODUCTION + '    SECRET_KEY = "s3cr3t"\n')],
        fails={"refuses_without_a_key": "own-key"},
    ),
    Wrong(
        "key_inherited",
        "Production inherits from Development, and gets its key.",
        [
            Edit(CONFIG, "class Production(Config):", "class Production(Development):"),
            Edit(CONFIG, PRODUCTION, PRODUCTION + "    DEBUG = False\n"),
        ],
        fails={"refuses_without_a_key": "own-key"},
    ),
    Wrong(
        "spare_key",
        "Where there is no key in the environment, a spare one is taken.",
        [
            Edit(
                INIT,
                LOOK + REFUSE,
                '    app.config["SECRET_KEY"] = app.config["SECRET_KEY"] or "change me"\n',
            )
        ],
        fails={"refuses_without_a_key": "own-key"},
    ),
    Wrong(
        "key_of_the_moment",
        "Production makes up a new key at each start.",
        [
            Edit(CONFIG, PRODUCTION, PRODUCTION + "    SECRET_KEY = secrets.token_hex()\n"),
            Edit(CONFIG, "\n\nclass Config:", "\nimport secrets\n\n\nclass Config:"),
        ],
        fails={"refuses_without_a_key": "own-key"},
    ),
    Wrong(
        "nobody_looks",
        "Production starts without a key; the first session will fail.",
        [Edit(INIT, LOOK + REFUSE, "")],
        fails={"refuses_without_a_key": "nobody-looks"},
    ),
    Wrong(
        "only_a_warning",
        "Where the key is missing, the log says so, and the app starts.",
        [Edit(INIT, REFUSE, '        app.logger.warning("no secret key")\n')],
        fails={"refuses_without_a_key": "nobody-looks"},
    ),
    Wrong(
        "asks_the_argument",
        "Only the class Production itself is looked after, not its dotted path.",
        [
            Edit(INIT, LOOK, '    if config is Production and not app.config["SECRET_KEY"]:\n'),
            Edit(INIT, TOP, "from .config import Config, Development, Production\n"),
        ],
        fails={"refuses_without_a_key": "argument-asked"},
    ),
    Wrong(
        "empty_key_counts",
        "Only None is refused.",
        [Edit(INIT, LOOK, '    if app.config["SECRET_KEY"] is None:\n')],
        fails={"refuses_without_a_key": "empty-key"},
    ),
    Wrong(
        "reads_the_key_alone",
        "Of all variables only the key is read.",
        [
            Edit(
                INIT,
                READ,
                '    key = os.environ.get("DASHBOARD_SECRET_KEY")\n'
                '    app.config["SECRET_KEY"] = key or app.config["SECRET_KEY"]\n',
            ),
            IMPORT_OS,
        ],
        fails={"reads_every_variable": "variables-not-read"},
    ),
    Wrong(
        "reads_two_variables_alone",
        "Of all variables only the key and DEBUG are read.",
        [
            Edit(
                INIT,
                READ,
                '    key = os.environ.get("DASHBOARD_SECRET_KEY")\n'
                '    app.config["SECRET_KEY"] = key or app.config["SECRET_KEY"]\n'
                '    if "DASHBOARD_DEBUG" in os.environ:\n'
                '        app.config["DEBUG"] = os.environ["DASHBOARD_DEBUG"] == "true"\n',
            ),
            IMPORT_OS,
        ],
        fails={"reads_every_variable": "variables-not-read"},
    ),
    Wrong(
        "variables_as_text",
        "Every variable is taken as text.",
        [
            Edit(
                INIT,
                READ,
                "    for name, value in os.environ.items():\n"
                '        if name.startswith("DASHBOARD_"):\n'
                "            app.config[name[10:]] = value\n",
            ),
            IMPORT_OS,
        ],
        fails={"reads_every_variable": "text-not-read"},
    ),
    Wrong(
        "any_text_is_true",
        'bool("false") is True.',
        [
            Edit(
                INIT,
                READ,
                READ.replace(")\n", ", loads=str)\n")
                + '    app.config["DEBUG"] = bool(app.config["DEBUG"])\n',
            ),
        ],
        fails={"reads_every_variable": "text-not-read"},
    ),
    Wrong(
        "key_read_at_import",
        "The class reads the variable when the module is imported.",
        [
            Edit(INIT, READ, ""),
            Edit(
                CONFIG,
                PRODUCTION,
                PRODUCTION + '    SECRET_KEY = os.environ.get("DASHBOARD_SECRET_KEY")\n',
            ),
            IMPORT_OS_IN_CONFIG,
        ],
        fails={"reads_every_variable": "variables-not-read", "reads_late": "read-at-import"},
    ),
    Wrong(
        "variables_read_at_import",
        "A copy of the environment is taken when the module is imported.",
        [
            Edit(INIT, READ, "    app.config.update(VARIABLES)\n"),
            Edit(
                INIT,
                TOP,
                TOP + '\nVARIABLES = FlaskConfig(".")\nVARIABLES.from_prefixed_env("DASHBOARD")\n',
            ),
            Edit(INIT, "import Flask\n", "import Config as FlaskConfig\nfrom flask import Flask\n"),
        ],
        fails={"reads_late": "read-at-import"},
    ),
    # Two apps.
    Wrong(
        "one_app_for_all",
        "The app is a variable of the module, and create_app returns it each time.",
        [Edit(INIT, MAKE, ""), Edit(INIT, TOP, TOP + "\napp = Flask(__name__)\n")],
        fails={"keeps_two_apps_apart": "shared-app"},
    ),
    Wrong(
        "one_app_with_its_views",
        "The app and its view belong to the module; each call loads another configuration.",
        [
            Edit(INIT, MAKE, ""),
            Edit(INIT, ROUTE + HEALTHZ + ANSWER, ""),
            Edit(
                INIT,
                TOP,
                TOP
                + "\napp = Flask(__name__)\n\n\n"
                + '@app.get("/healthz")\ndef healthz() -> dict[str, object]:\n'
                + ANSWER[4:],
            ),
        ],
        fails={"keeps_two_apps_apart": "shared-app"},
    ),
    Wrong(
        "first_app_kept",
        "The first app is kept and given to everybody who asks later.",
        [
            Edit(
                INIT,
                MAKE,
                "    global made\n    if made is not None:\n        return made\n"
                "    app = made = Flask(__name__)\n",
            ),
            Edit(INIT, TOP, TOP + "\nmade = None\n"),
        ],
        fails={"keeps_two_apps_apart": "shared-app"},
    ),
    Wrong(
        "name_in_a_variable",
        "The view reads a variable of the module, which the next app overwrites.",
        [
            Edit(INIT, READ, READ + '    current["environment"] = app.config["ENVIRONMENT"]\n'),
            Edit(
                INIT, ANSWER, ANSWER.replace('app.config["ENVIRONMENT"]', 'current["environment"]')
            ),
            Edit(INIT, TOP, TOP + "\ncurrent = {}\n"),
        ],
        fails={"keeps_two_apps_apart": "shared-state"},
    ),
    Wrong(
        "environment_changed",
        "create_app writes the key that it found, or did not find, into the environment.",
        [
            Edit(
                INIT,
                READ,
                READ + '    os.environ["DASHBOARD_SECRET_KEY"] = app.config["SECRET_KEY"] or ""\n',
            ),
            IMPORT_OS,
        ],
        fails={"leaves_nothing_behind": "left-behind"},
    ),
    Wrong(
        "class_changed",
        "create_app writes the variables into the class that it was given.",
        [
            Edit(
                INIT,
                READ,
                READ + "    if isinstance(config, type):\n"
                '        config.DEBUG = app.config["DEBUG"]\n'
                '        config.SECRET_KEY = app.config["SECRET_KEY"]\n',
            )
        ],
        fails={"leaves_nothing_behind": "left-behind"},
    ),
    Wrong(
        "key_kept_in_the_base_class",
        "The key goes into Config, where every later app inherits it.",
        [Edit(INIT, READ, READ + '    Config.SECRET_KEY = app.config["SECRET_KEY"]\n')],
        fails={"leaves_nothing_behind": "left-behind"},
    ),
    Wrong(
        "same_class_same_app",
        "functools.cache gives the same app for the same class.",
        [
            Edit(INIT, DEFINE, "@functools.cache\n" + DEFINE),
            Edit(INIT, "from flask", "import functools\n\nfrom flask"),
        ],
        fails={"leaves_nothing_behind": "left-behind"},
    ),
    # Contracts read in another way.
    Wrong(
        "import_without_a_dot",
        "The package imports its own module without the dot.",
        [Edit(INIT, TOP, "from config import Config, Development\n")],
        fails={"starts": "missing-module"},
    ),
    Wrong(
        "no_key_in_tests",
        "The key is not asked for while testing.",
        [Edit(INIT, LOOK, '    if not app.testing and not app.config["SECRET_KEY"]:\n')],
        fails={"refuses_without_a_key": "environment-asked"},
    ),
    Wrong(
        "a_key_for_whoever_debugs",
        "Whoever debugs gets a key that everybody knows.",
        [
            Edit(
                INIT,
                LOOK,
                '    if app.debug and not app.config["SECRET_KEY"]:\n'
                '        app.config["SECRET_KEY"] = "dev"\n' + LOOK,
            )
        ],
        fails={"refuses_without_a_key": "environment-asked"},
    ),
    Wrong(
        "class_by_a_variable",
        "Without an argument, a variable chooses the class.",
        [
            IMPORT_OS,
            Edit(INIT, DEFINE, "def create_app(config=None):\n"),
            Edit(
                INIT,
                LOAD,
                '    name = os.environ.get("DASHBOARD_CONFIG", "Development")\n'
                '    app.config.from_object(config or f"{__package__}.config.{name}")\n',
            ),
        ],
        fails={"means_development": "class-from-a-variable"},
    ),
    Wrong(
        "production_by_default",
        "Without an argument it is Production.",
        [
            Edit(INIT, DEFINE, DEFINE.replace("Development", "Production")),
            Edit(INIT, TOP, TOP.replace("Development", "Production")),
        ],
        fails={"means_development": "other-default"},
    ),
    Wrong(
        "yes_is_true",
        "Texts such as yes and no are taken for true and false.",
        [
            Edit(
                INIT,
                READ,
                "    def read(text: str) -> object:\n"
                '        return text == "yes" if text in ("yes", "no") else json.loads(text)\n'
                "\n"
                '    app.config.from_prefixed_env("DASHBOARD", loads=read)\n',
            ),
            Edit(INIT, "from flask", "import json\n\nfrom flask"),
        ],
        fails={"reads_every_variable": "text-changed"},
    ),
    Wrong(
        "asks_the_variable_at_each_request",
        "The view asks the environment, and not the app.",
        [
            IMPORT_OS,
            Edit(
                INIT,
                ANSWER,
                '        text = os.environ.get("DASHBOARD_DEBUG", str(app.debug))\n'
                '        debug = text.lower() == "true"\n' + ANSWER.replace("app.debug", "debug"),
            ),
        ],
        fails={"reads_late": "read-at-the-request"},
    ),
    Wrong(
        "import_of_a_file_that_is_gone",
        "The package imports a module of its own that there is not.",
        [Edit(INIT, TOP, "from .configuration import Config, Development\n")],
        fails={"starts": "missing-file"},
    ),
    Wrong(
        "says_it_and_returns_nothing",
        "create_app prints what is missing and returns None.",
        [
            Edit(
                INIT,
                REFUSE,
                ('        print("ERROR: set DASHBOARD_SECRET_KEY")\n        return None\n'),
            )
        ],
        fails={"refuses_without_a_key": "not-raised"},
    ),
    Wrong(
        "three_variables",
        "Three variables are read by name, and no others.",
        [
            Edit(
                INIT,
                READ,
                (
                    '    for name in ("SECRET_KEY", "DEBUG", "ENVIRONMENT"):\n'
                    '        value = os.environ.get("DASHBOARD_" + name)\n'
                    "        if value is not None:\n"
                    '            if name == "DEBUG":\n'
                    '                value = value.lower() in ("1", "true", '
                    '"yes", "on")\n'
                    "            app.config[name] = value\n"
                ),
            ),
            Edit(INIT, "from flask", ("import os\n\nfrom flask")),
        ],
        fails={"reads_every_variable": "variables-not-read"},
    ),
    Wrong(
        "only_true_and_false",
        "Of JSON only true and false are read.",
        [
            Edit(
                INIT,
                READ,
                (
                    "    for name, value in os.environ.items():\n"
                    '        if name.startswith("DASHBOARD_"):\n'
                    '            if value.lower() in ("true", "false"):\n'
                    '                value = value.lower() == "true"\n'
                    '            app.config[name[len("DASHBOARD_"):]] = value\n'
                ),
            ),
            Edit(INIT, "from flask", ("import os\n\nfrom flask")),
        ],
        fails={"reads_every_variable": "text-not-read"},
    ),
    Wrong(
        "debug_in_a_global",
        "Whether it debugs is kept in a variable of the module.",
        [
            Edit(INIT, TOP, (TOP + "\nDEBUG = False\n")),
            Edit(INIT, LOOK, ("    global DEBUG\n    DEBUG = app.debug\n" + LOOK)),
            Edit(INIT, "app.debug}", "DEBUG}"),
        ],
        fails={"keeps_two_apps_apart": "shared-state"},
    ),
    Wrong(
        "leaves_flask_debug",
        "Development sets FLASK_DEBUG in the process's environment.",
        [
            Edit(CONFIG, NOT_DEBUGGING, ""),
            Edit(
                INIT,
                MAKE,
                ('    if config is Development:\n        os.environ["FLASK_DEBUG"] = "1"\n' + MAKE),
            ),
            Edit(INIT, "from flask", ("import os\n\nfrom flask")),
        ],
        fails={"keeps_two_apps_apart": "shared-state"},
    ),
    Wrong(
        "asks_the_environments_name",
        'A key is looked for only where ENVIRONMENT is "production".',
        [
            Edit(
                INIT,
                LOOK,
                (
                    '    is_live = app.config["ENVIRONMENT"] == "production"\n'
                    '    if is_live and not app.config["SECRET_KEY"]:\n'
                ),
            )
        ],
        fails={"refuses_without_a_key": "environment-asked"},
    ),
    Wrong(
        "reads_the_key_in_the_class_too",
        "The class reads the variables at its import, beside create_app.",
        [
            Edit(
                CONFIG,
                PRODUCTION,
                (
                    PRODUCTION + '    SECRET_KEY = os.environ.get("DASHBOARD_SECRET_KEY")\n'
                    '    DEBUG = os.environ.get("DASHBOARD_DEBUG", "") == "true"\n'
                ),
            ),
            Edit(CONFIG, ("\n\nclass Config:"), ("\nimport os\n\n\nclass Config:")),
        ],
        fails={"leaves_nothing_behind": "read-at-import"},
    ),
    Wrong(
        "prefix_with_an_underscore",
        "The prefix is given with the underscore after it.",
        [Edit(INIT, READ, '    app.config.from_prefixed_env("DASHBOARD_")\n')],
        fails={"finds_the_key": "other-variable"},
    ),
    Wrong(
        "prefix_in_small_letters",
        "The prefix is given in small letters.",
        [Edit(INIT, READ, '    app.config.from_prefixed_env("dashboard")\n')],
        fails={"finds_the_key": "other-variable"},
    ),
]

HEALTH_BLUEPRINT = '''"""The view that says how the server is."""

from flask import Blueprint, current_app, jsonify
from flask.views import MethodView

blueprint = Blueprint("health", __name__)


class Health(MethodView):
    def get(self):
        environment = current_app.config.get("ENVIRONMENT")
        return jsonify(status="ok", environment=environment, debug=current_app.debug), 200


blueprint.add_url_rule("/healthz", view_func=Health.as_view("health"))
'''

FACTORY = """import json
import os

from flask import Flask
from werkzeug.utils import import_string

from .config import Development
from .health import blueprint


def create_app(config=None):
    app = Flask("dashboard")
    config = config or Development
    settings = import_string(config) if isinstance(config, str) else config
    for name in dir(settings):
        if name.isupper():
            app.config[name] = getattr(settings, name)
    for name, text in os.environ.items():
        if name.startswith("DASHBOARD_"):
            try:
                value = json.loads(text)
            except ValueError:
                value = text
            app.config[name.removeprefix("DASHBOARD_")] = value
    if not app.secret_key:
        raise SystemExit("No DASHBOARD_SECRET_KEY.")
    app.register_blueprint(blueprint)
    return app
"""

HOOKS = '''"""Each class looks after its own needs."""


class Config:
    DEBUG = TESTING = False

    @classmethod
    def init_app(cls, app):
        pass


class Development(Config):
    DEBUG = True
    SECRET_KEY = "dev"


class Testing(Config):
    TESTING = True
    SECRET_KEY = "test"


class Production(Config):
    @classmethod
    def init_app(cls, app):
        assert app.config.get("SECRET_KEY"), "Set DASHBOARD_SECRET_KEY"
'''

HOOKED = """from importlib import import_module

from flask import Flask, Response, json

from .config import Config, Development


def create_app(config: type[Config] | str = Development, /) -> Flask:
    if isinstance(config, str):
        module, _, name = config.rpartition(".")
        config = getattr(import_module(module), name)
    app = Flask(__name__)
    app.config.from_object(config)
    app.config["ENVIRONMENT"] = config.__name__.lower()
    app.config.from_prefixed_env(prefix="DASHBOARD")
    config.init_app(app)
    environment = app.config["ENVIRONMENT"]

    def answer() -> Response:
        body = {"environment": environment, "debug": bool(app.config["DEBUG"]), "status": "ok"}
        return Response(json.dumps(body | {"version": 1}), mimetype="application/json")

    app.add_url_rule("/healthz", "healthz", answer, strict_slashes=False)
    return app
"""

OBJECTS = """import os


class Config:
    ENVIRONMENT = "development"
    DEBUG = False

    @property
    def SECRET_KEY(self):
        return os.environ.get("DASHBOARD_SECRET_KEY", "only on this machine")


class Development(Config):
    DEBUG = True


class Testing(Config):
    ENVIRONMENT = "testing"
    TESTING = True


class Production(Config):
    ENVIRONMENT = "production"

    @property
    def SECRET_KEY(self):
        if not os.environ.get("DASHBOARD_SECRET_KEY"):
            raise ValueError("Production needs DASHBOARD_SECRET_KEY.")
        return os.environ["DASHBOARD_SECRET_KEY"]
"""

OF_OBJECTS = """import flask
from werkzeug.utils import import_string

from . import config as settings


class Dashboard(flask.Flask):
    def __init__(self, config):
        super().__init__(__name__)
        self.config.from_object(config())
        self.config.from_prefixed_env("DASHBOARD")
        self.add_url_rule("/healthz", view_func=self.healthz)

    def healthz(self):
        return {
            "status": "ok",
            "environment": self.config["ENVIRONMENT"],
            "debug": self.config["DEBUG"],
        }


def create_app(config=settings.Development):
    return Dashboard(import_string(config) if isinstance(config, str) else config)
"""

RIGHT = [
    Right(
        "modules_of_their_own",
        "The factory and a blueprint with a class-based view each have a module; no from_object.",
        files={
            "__init__.py": "from .factory import create_app\n\n__all__ = ['create_app']\n",
            "factory.py": FACTORY,
            "health.py": HEALTH_BLUEPRINT,
        },
    ),
    Right(
        "hooks_in_the_classes",
        "Each class checks its own needs in a hook; the environment is the class's name.",
        files={"__init__.py": HOOKED, "config.py": HOOKS},
    ),
    Right(
        "objects_and_a_subclass",
        "The classes are made into objects with properties, and the app is a subclass of Flask.",
        files={"__init__.py": OF_OBJECTS, "config.py": OBJECTS},
    ),
    Right(
        "key_by_hand",
        "The key is taken from os.environ, and the KeyError is let through.",
        [
            Edit(
                INIT,
                LOOK + REFUSE,
                '    if not app.config["SECRET_KEY"] or config is Production:\n'
                '        key = os.environ["DASHBOARD_SECRET_KEY"]\n'
                "        if not key.strip():\n"
                '            raise KeyError("empty")\n'
                "        app.secret_key = key\n",
            ),
            Edit(INIT, TOP, "from .config import Config, Development, Production\n"),
            IMPORT_OS,
        ],
    ),
    Right(
        "view_outside_the_factory",
        "The view is a function of the module, added to each app; it asks current_app.",
        [
            Edit(
                INIT,
                ROUTE + HEALTHZ + ANSWER,
                '    app.add_url_rule("/healthz", view_func=healthz)\n',
            ),
            Edit(
                INIT,
                TOP,
                TOP + "\n\ndef healthz():\n    setting = current_app.config\n"
                '    environment, debug = setting["ENVIRONMENT"], setting["DEBUG"]\n'
                '    return {"status": "ok", "environment": environment, "debug": debug}\n',
            ),
            Edit(INIT, "import Flask\n", "import Flask, current_app\n"),
        ],
    ),
    Right(
        "logs_every_address",
        "A hook logs each request's address, which raises where the host is not trusted.",
        [
            Edit(
                INIT,
                RETURN,
                "    @app.after_request\n"
                "    def log(response):\n"
                '        app.logger.info("%s %s", request.url, response.status)\n'
                "        return response\n\n" + RETURN,
            ),
            Edit(INIT, "from flask import Flask", "from flask import Flask, request"),
        ],
    ),
    Right(
        "no_debug_in_the_base_class",
        "Config leaves DEBUG to Flask, whose own default is off.",
        [Edit(CONFIG, NOT_DEBUGGING, "")],
    ),
]
