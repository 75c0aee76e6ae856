"""Submissions that prove the checks of lab 2."""

from kit.proving import Edit, Right, Wrong

# What the edits below replace.
INIT_MOUNT = (
    "    app.register_blueprint(pages.blueprint)\n"
    "    app.register_blueprint(api.blueprint)\n"
    "    app.register_blueprint(auth.blueprint)\n"
)
MOUNT_API = "    app.register_blueprint(api.blueprint)\n"
MOUNT_AUTH = "    app.register_blueprint(auth.blueprint)\n"
MOUNT_PAGES = "    app.register_blueprint(pages.blueprint)\n"
LIST_ROUTE = '@blueprint.get("/dashboards")\n'
LIST_ANSWER = (
    '    return {"dashboards": [dashboard.describe() for dashboard in all_dashboards().values()]}\n'
)
ONE_ROUTE = '@blueprint.get("/dashboards/<name>")\n'
ONE_LOOKUP = "    dashboard = all_dashboards().get(name)\n"
ONE_ABORT = (
    "    if dashboard is None:\n"
    '        abort(404, f"There is no dashboard called {name!r}.")\n'
    "    return dashboard.describe()\n"
)
HANDLER = "@blueprint.app_errorhandler(HTTPException)\n"
NOT_API = '    if not request.path.startswith("/api/"):\n        return error\n'
ENVELOPE = '    answer.data = json.dumps({"error": {"code": code, "message": error.description}})\n'
ERROR_ANSWER = (
    "    answer = error.get_response()  # its status, and headers such as `Allow`\n"
    + ENVELOPE
    + '    answer.content_type = "application/json"\n'
    "    return answer\n"
)
JSONIFIED = 'json.jsonify(error={"code": code, "message": error.description})'
PAGE = '    return render_template("index.html", user=session.get("user"))\n'
LOGIN_ROUTE = '@blueprint.route("/login", methods=["GET", "POST"])\n'
FORM = '    if request.method != "POST":\n        return render_template("login.html")\n'
NAME = '    name = request.form.get("name", "").strip()\n'
BLANK = '        return render_template("login.html", error="Please give a name."), 400\n'
KEEP = '    session["user"] = name\n'
GO = '    return redirect(url_for("pages.index"), code=303)\n'
SECRET = (
    '    if not app.config["SECRET_KEY"]:\n'
    '        raise RuntimeError("There is no secret key. Set DASHBOARD_SECRET_KEY, then start'
    ' again.")\n'
)

IMPORT_URLS = Edit(
    "auth.py",
    "from flask import",
    "from urllib.parse import urljoin, urlsplit\n\nfrom flask import",
)

WRONG = [
    Wrong(
        "keeps_what_it_has_found",
        "A dashboard that was asked for once is kept for every app.",
        [
            Edit("api.py", ONE_ROUTE, "FOUND = {}\n\n\n" + ONE_ROUTE),
            Edit(
                "api.py",
                ONE_LOOKUP,
                "    dashboard = FOUND.get(name) or all_dashboards().get(name)\n"
                "    if dashboard is not None:\n"
                "        FOUND[name] = dashboard\n",
            ),
        ],
        fails={"lists_its_own_dashboards": "list-fixed"},
    ),
    # Names of people.
    Wrong(
        "writes_html_by_hand",
        "The page is put together with the name as it is.",
        [
            Edit(
                "pages.py",
                PAGE,
                PAGE.replace('session.get("user")', 'Markup(session.get("user") or "")'),
            ),
            Edit(
                "pages.py", "from flask import", "from markupsafe import Markup\nfrom flask import"
            ),
        ],
        fails={"shows_any_name": "not-escaped"},
    ),
    Wrong(
        "escapes_before_it_keeps",
        "The name is escaped when it is kept, and again when it is shown.",
        [
            Edit("auth.py", KEEP, '    session["user"] = str(escape(name))\n'),
            Edit(
                "auth.py", "from flask import", "from markupsafe import escape\nfrom flask import"
            ),
        ],
        fails={"shows_any_name": "escaped-twice"},
    ),
    Wrong(
        "letters_and_blanks_alone",
        "A name may have letters and blanks, and nothing else.",
        [
            Edit(
                "auth.py",
                NAME,
                NAME + '    if name and not re.fullmatch(r"[\\w ]+", name):\n    ' + BLANK,
            ),
            Edit("auth.py", "from flask import", "import re\n\nfrom flask import"),
        ],
        fails={"shows_any_name": "name-refused"},
    ),
    Wrong(
        "no_numbers_for_names",
        "A name that is a number is refused.",
        [Edit("auth.py", "    if not name:\n", "    if not name or name.isdigit():\n")],
        fails={"shows_any_name": "name-refused"},
    ),
    Wrong(
        "quotes_taken_out",
        "Quotation marks are taken out of the name, for safety.",
        [Edit("auth.py", KEEP, '    session["user"] = name.replace(\'"\', "")\n')],
        fails={"shows_any_name": "name-changed"},
    ),
    Wrong(
        "names_of_twenty_letters",
        "Long names are cut.",
        [Edit("auth.py", KEEP, '    session["user"] = name[:20]\n')],
        fails={"shows_any_name": "name-changed"},
    ),
    Wrong(
        "the_form_once",
        "Whoever has signed in is sent to the page.",
        [
            Edit(
                "auth.py",
                FORM,
                '    if session.get("user") and request.method == "GET":\n    ' + GO + FORM,
            ),
        ],
        fails={"knows_who_signed_in": "form-once"},
    ),
    Wrong(
        "the_form_signs_out",
        "Opening the form forgets who has signed in.",
        [
            Edit(
                "auth.py",
                FORM,
                '    if request.method == "GET":\n        session.pop("user", None)\n' + FORM,
            ),
        ],
        fails={"knows_who_signed_in": "form-signs-out"},
    ),
    Wrong(
        "a_page_for_browsers",
        "Whoever accepts HTML gets a page, under /api as well.",
        [
            Edit(
                "api.py",
                NOT_API,
                NOT_API.replace(":\n", ' or request.accept_mimetypes.best == "text/html":\n', 1),
            ),
        ],
        fails={"misses_an_address": "page-asked-for"},
    ),
    Wrong(
        "finds_in_any_case",
        "A dashboard is found in capitals, too.",
        [Edit("api.py", ONE_LOOKUP, ONE_LOOKUP.replace("(name)", "(name.lower())"))],
        fails={"misses_a_dashboard": "name-guessed"},
    ),
    # Blueprints and prefixes.
    Wrong(
        "api_never_registered",
        "One blueprint is forgotten in create_app.",
        [Edit("__init__.py", MOUNT_API, "")],
        fails={"lists_the_dashboards": "not-registered"},
    ),
    Wrong(
        "nothing_registered",
        "No blueprint is registered.",
        [Edit("__init__.py", INIT_MOUNT, "")],
        fails={
            "serves_the_page": "not-registered",
            "serves_the_form": "not-registered",
            "lists_the_dashboards": "not-registered",
        },
    ),
    Wrong(
        "module_registered",
        "The module is registered, not the blueprint in it.",
        [Edit("__init__.py", MOUNT_PAGES, "    app.register_blueprint(pages)\n")],
        fails=dict.fromkeys(
            ["serves_the_page", "serves_the_form", "lists_the_dashboards"], "not-a-blueprint"
        ),
    ),
    Wrong(
        "same_name_twice",
        "A blueprint was copied with its name.",
        [Edit("auth.py", 'Blueprint("auth"', 'Blueprint("api"')],
        fails=dict.fromkeys(
            ["serves_the_page", "serves_the_form", "lists_the_dashboards"], "same-name"
        ),
    ),
    Wrong(
        "prefix_without_slash",
        "The prefix has no slash.",
        [Edit("api.py", 'url_prefix="/api"', 'url_prefix="api"')],
        fails=dict.fromkeys(
            ["serves_the_page", "serves_the_form", "lists_the_dashboards"], "no-slash"
        ),
    ),
    Wrong(
        "prefix_twice",
        "The routes repeat the prefix of the blueprint.",
        [
            Edit("api.py", LIST_ROUTE, '@blueprint.get("/api/dashboards")\n'),
            Edit("api.py", ONE_ROUTE, '@blueprint.get("/api/dashboards/<name>")\n'),
        ],
        fails={"lists_the_dashboards": "prefix-twice"},
    ),
    Wrong(
        "prefix_replaced",
        "The prefix of register_blueprint replaces the blueprint's own, it does not add to it.",
        [
            Edit(
                "__init__.py",
                MOUNT_API,
                '    app.register_blueprint(api.blueprint, url_prefix="/v1")\n',
            )
        ],
        fails={"lists_the_dashboards": "prefix-other"},
    ),
    Wrong(
        "prefix_missing",
        "The blueprint of signing in has no prefix.",
        [Edit("auth.py", ', url_prefix="/auth"', "")],
        fails={"serves_the_form": "prefix-other"},
    ),
    Wrong(
        "page_below_a_prefix",
        "The pages got a prefix like the others.",
        [Edit("pages.py", "__name__)", '__name__, url_prefix="/pages")')],
        fails={"serves_the_page": "prefix-other"},
    ),
    Wrong(
        "page_at_index",
        "The page has an address of its own.",
        [Edit("pages.py", '.get("/")', '.get("/index")')],
        fails={"serves_the_page": "other-address"},
    ),
    Wrong(
        "route_misspelt",
        "The route is called dashboard.",
        [Edit("api.py", LIST_ROUTE, '@blueprint.get("/dashboard")\n')],
        fails={"lists_the_dashboards": "other-address"},
    ),
    Wrong(
        "slash_at_the_end",
        "The route ends with a slash.",
        [Edit("api.py", LIST_ROUTE, '@blueprint.get("/dashboards/")\n')],
        fails={"lists_the_dashboards": "slash-at-end"},
    ),
    Wrong(
        "routes_made_in_the_factory",
        "A view is added to the module's blueprint each time an app is made.",
        [
            Edit(
                "__init__.py",
                MOUNT_PAGES,
                '    pages.blueprint.get("/about")(lambda: "About")\n' + MOUNT_PAGES,
            )
        ],
        fails={"lists_its_own_dashboards": "blueprint-in-use"},
    ),
    # The views.
    Wrong(
        "page_without_return",
        "The view renders the page and returns nothing.",
        [Edit("pages.py", PAGE, PAGE.replace("return ", ""))],
        fails={"serves_the_page": "no-return"},
    ),
    Wrong(
        "page_is_json",
        "The page is answered as JSON.",
        [Edit("pages.py", PAGE, '    return {"user": session.get("user")}\n')],
        fails={"serves_the_page": "not-a-page"},
    ),
    Wrong(
        "page_for_members",
        "The page sends everybody away who has not signed in.",
        [
            Edit("pages.py", PAGE, '    if "user" not in session:\n        abort(401)\n' + PAGE),
            Edit("pages.py", "import Blueprint, ", "import Blueprint, abort, "),
        ],
        fails={"serves_the_page": "unexpected-status"},
    ),
    Wrong(
        "template_misspelt",
        "The template has another name.",
        [Edit("pages.py", '"index.html"', '"dashboard.html"')],
        fails={"serves_the_page": "no-template"},
    ),
    Wrong(
        "list_without_return",
        "The view makes the list and returns nothing.",
        [Edit("api.py", LIST_ANSWER, LIST_ANSWER.replace("return ", "answer = "))],
        fails={"lists_the_dashboards": "no-return"},
    ),
    Wrong(
        "bare_list",
        "The list comes without the object around it.",
        [
            Edit(
                "api.py",
                LIST_ANSWER,
                "    return [dashboard.describe() for dashboard in all_dashboards().values()]\n",
            )
        ],
        fails={"lists_the_dashboards": "list-wrong"},
    ),
    Wrong(
        "json_as_text",
        "The view returns the text that json.dumps makes, which Flask sends as HTML.",
        [
            Edit(
                "api.py",
                LIST_ANSWER,
                LIST_ANSWER.replace("return {", "return json.dumps({").replace("]}\n", "]})\n"),
            )
        ],
        fails={"lists_the_dashboards": "not-json"},
    ),
    Wrong(
        "list_made_at_import",
        "The list is made when the module is imported, before there is an app.",
        [
            Edit("api.py", LIST_ANSWER, '    return {"dashboards": LISTED}\n'),
            Edit(
                "api.py",
                "# lab 2: a blueprint under /api\n",
                "LISTED = [dashboard.describe() for dashboard in all_dashboards().values()]\n\n"
                "# lab 2: a blueprint under /api\n",
            ),
        ],
        fails=dict.fromkeys(
            ["serves_the_page", "serves_the_form", "lists_the_dashboards"], "too-early"
        ),
    ),
    Wrong(
        "list_kept_in_the_module",
        "The first app's list is kept in the module, and every app answers with it.",
        [
            Edit(
                "api.py",
                LIST_ANSWER,
                "    if not KEPT:\n"
                "        KEPT.extend(one.describe() for one in all_dashboards().values())\n"
                '    return {"dashboards": KEPT}\n',
            ),
            Edit("api.py", "# lab 2: a blueprint under /api\n", "KEPT = []\n\n"),
        ],
        fails={"lists_its_own_dashboards": "list-fixed"},
    ),
    Wrong(
        "list_grows",
        "The module's list is added to at each request.",
        [
            Edit(
                "api.py",
                LIST_ANSWER,
                "    KEPT.extend(one.describe() for one in all_dashboards().values())\n"
                '    return {"dashboards": KEPT}\n',
            ),
            Edit("api.py", "# lab 2: a blueprint under /api\n", "KEPT = []\n\n"),
        ],
        fails={"lists_the_dashboards": "list-fixed"},
    ),
    Wrong(
        "name_ignored",
        "The view answers with the first dashboard, whatever is asked for.",
        [Edit("api.py", ONE_LOOKUP, "    dashboard = next(iter(all_dashboards().values()))\n")],
        fails={"shows_one_dashboard": "name-ignored"},
    ),
    Wrong(
        "one_wrapped",
        "The one dashboard comes inside another object.",
        [
            Edit(
                "api.py",
                "    return dashboard.describe()\n",
                '    return {"dashboard": dashboard.describe()}\n',
            )
        ],
        fails={"shows_one_dashboard": "one-wrong"},
    ),
    Wrong(
        "number_in_the_route",
        "The route takes numbers only.",
        [Edit("api.py", ONE_ROUTE, '@blueprint.get("/dashboards/<int:name>")\n')],
        fails={"shows_one_dashboard": "int-only"},
    ),
    Wrong(
        "argument_called_otherwise",
        "The route says <id>, the view says name.",
        [Edit("api.py", ONE_ROUTE, '@blueprint.get("/dashboards/<id>")\n')],
        fails={"shows_one_dashboard": "view-arguments"},
    ),
    # Errors of the API.
    Wrong(
        "unknown_name_raises",
        "The view takes for granted that the dashboard exists.",
        [
            Edit("api.py", ONE_LOOKUP, "    dashboard = all_dashboards()[name]\n"),
            Edit("api.py", ONE_ABORT, "    return dashboard.describe()\n"),
        ],
        fails={"misses_a_dashboard": "unknown-unexpected"},
    ),
    Wrong(
        "no_error_handler",
        "Errors of the API are Flask's pages.",
        [Edit("api.py", HANDLER, "")],
        fails={"misses_a_dashboard": "html-error"},
    ),
    Wrong(
        "one_view_answers_its_error",
        "A view makes its own answer with 404, and nothing handles the other errors.",
        [
            Edit("api.py", HANDLER, ""),
            Edit(
                "api.py",
                ONE_ABORT,
                "    if dashboard is None:\n"
                '        return {"error": {"code": "not_found", "message": "No such one."}}, 404\n'
                "    return dashboard.describe()\n",
            ),
        ],
        fails={"misses_an_address": "html-error", "hides_what_broke": "html-error"},
    ),
    Wrong(
        "content_type_forgotten",
        "The error's text is JSON, and its type is still the page's.",
        [Edit("api.py", '    answer.content_type = "application/json"\n', "")],
        fails={"misses_a_dashboard": "json-as-page"},
    ),
    Wrong(
        "nothing_for_an_unknown_name",
        "An unknown dashboard is an empty answer.",
        [Edit("api.py", ONE_ABORT, "    return dashboard.describe() if dashboard else {}\n")],
        fails={"misses_a_dashboard": "unknown-unexpected"},
    ),
    Wrong(
        "blueprint_handler",
        "The blueprint's own handler does not hear of addresses that no view answers.",
        [Edit("api.py", "app_errorhandler", "errorhandler")],
        fails={"misses_an_address": "blueprint-handler"},
    ),
    Wrong(
        "asks_for_the_blueprint",
        "The handler asks for the request's blueprint, which is None for an unknown address.",
        [Edit("api.py", NOT_API, '    if request.blueprint != "api":\n        return error\n')],
        fails={"misses_an_address": "blueprint-handler"},
    ),
    Wrong(
        "handles_404_alone",
        "There is a handler for 404 and none for anything else.",
        [Edit("api.py", HANDLER, "@blueprint.app_errorhandler(404)\n")],
        fails={"refuses_other_methods": "one-status", "hides_what_broke": "one-status"},
    ),
    Wrong(
        "swallows_405",
        "Every error is answered as if it were 404.",
        [
            Edit("api.py", ERROR_ANSWER, f"    return {JSONIFIED}, 404\n"),
        ],
        fails={
            "refuses_other_methods": "status-changed",
            "hides_what_broke": "status-changed",
        },
    ),
    Wrong(
        "error_with_status_200",
        "The handler makes a new answer and gives it no status.",
        [Edit("api.py", ERROR_ANSWER, f"    return {JSONIFIED}\n")],
        fails={
            "misses_a_dashboard": "status-ok",
        },
    ),
    Wrong(
        "allow_lost",
        "The handler makes a new answer, without the error's headers.",
        [Edit("api.py", ERROR_ANSWER, f"    return {JSONIFIED}, error.code\n")],
        fails={"names_the_methods": "allow-lost"},
    ),
    Wrong(
        "any_method_taken",
        "The route takes every method.",
        [
            Edit(
                "api.py",
                ONE_ROUTE,
                '@blueprint.route("/dashboards/<name>", methods=["GET", "POST", "DELETE"])\n',
            )
        ],
        fails={"refuses_other_methods": "method-taken"},
    ),
    Wrong(
        "error_is_text",
        "The error is a sentence, not an object.",
        [Edit("api.py", ENVELOPE, '    answer.data = json.dumps({"error": error.description})\n')],
        fails={
            "misses_a_dashboard": "envelope-wrong",
        },
    ),
    Wrong(
        "code_is_a_title",
        "The code is the name of the status as people write it.",
        [Edit("api.py", '.lower().replace(" ", "_")', "")],
        fails={"misses_a_dashboard": "code-wrong"},
    ),
    Wrong(
        "sends_the_exception",
        "A handler for every exception sends its text.",
        [
            Edit("api.py", HANDLER, "@blueprint.app_errorhandler(Exception)\n"),
            Edit(
                "api.py",
                NOT_API,
                NOT_API + "    if not isinstance(error, HTTPException):\n"
                '        return {"error": {"code": "failed", "message": str(error)}}, 500\n',
            ),
        ],
        fails={"hides_what_broke": "leaks"},
    ),
    Wrong(
        "json_for_pages_too",
        "People who mistype an address get JSON.",
        [Edit("api.py", NOT_API, "")],
        fails={"leaves_pages_alone": "json-everywhere"},
    ),
    Wrong(
        "api_anywhere_in_the_path",
        "Whatever has `api` in its address is answered with JSON.",
        [
            Edit(
                "api.py",
                NOT_API,
                NOT_API.replace(
                    'not request.path.startswith("/api/")', '"api" not in request.path'
                ),
            )
        ],
        fails={"leaves_pages_alone": "api-anywhere"},
    ),
    Wrong(
        "tells_it_in_a_header",
        "The answer has a header with the exception.",
        [
            Edit(
                "api.py",
                ENVELOPE,
                ENVELOPE + '    if raised := getattr(error, "original_exception", None):\n'
                '        answer.headers["X-Error"] = repr(raised)\n',
            )
        ],
        fails={"hides_what_broke": "leaks"},
    ),
    # Signing in.
    Wrong(
        "short_names_refused",
        "A name needs three letters.",
        [Edit("auth.py", "    if not name:\n", "    if len(name) < 3:\n")],
        fails={"signs_in": "name-refused"},
    ),
    Wrong(
        "link_signs_in",
        "A GET with the name in its address signs in as well.",
        [
            Edit(
                "auth.py",
                '    if request.method != "POST":\n',
                '    if request.method != "POST" and "name" not in request.args:\n',
            ),
            Edit("auth.py", NAME, NAME.replace("form", "values")),
        ],
        fails={"knows_who_signed_in": "signed-in-by-link"},
    ),
    Wrong(
        "form_without_return",
        "GET shows nothing.",
        [
            Edit(
                "auth.py", '        return render_template("login.html")\n', "        return None\n"
            )
        ],
        fails={"serves_the_form": "no-return"},
    ),
    Wrong(
        "wrong_template",
        "GET /auth/login shows the page instead of the form.",
        [Edit("auth.py", 'render_template("login.html")\n', 'render_template("index.html")\n')],
        fails={"serves_the_form": "no-field"},
    ),
    Wrong(
        "get_alone",
        "The route does not take POST.",
        [Edit("auth.py", LOGIN_ROUTE, '@blueprint.get("/login")\n')],
        fails={"signs_in": "method-missing"},
    ),
    Wrong(
        "endpoint_without_blueprint",
        "url_for is given the function's name alone.",
        [Edit("auth.py", '"pages.index"', '"index"')],
        fails={"signs_in": "unknown-endpoint"},
    ),
    Wrong(
        "no_secret_key",
        "There is no secret key, so there is no session.",
        [
            Edit("__init__.py", SECRET, ""),
            Edit("config.py", '    SECRET_KEY = "not a secret: tests only"\n', ""),
        ],
        fails={"signs_in": "no-secret-key"},
    ),
    Wrong(
        "renders_instead",
        "After signing in the page is rendered at /auth/login.",
        [Edit("auth.py", GO, '    return render_template("index.html", user=name)\n')],
        fails={"signs_in": "renders"},
    ),
    Wrong(
        "reads_another_field",
        "The form has `name`, the view reads `username`.",
        [Edit("auth.py", NAME, NAME.replace('"name"', '"username"'))],
        fails={"signs_in": "other-field"},
    ),
    Wrong(
        "redirects_with_308",
        "A permanent redirect that makes the browser send the form to the page.",
        [Edit("auth.py", "code=303", "code=308")],
        fails={"signs_in": "redirect-status"},
    ),
    Wrong(
        "redirects_to_the_form",
        "Whoever has signed in is asked to sign in.",
        [Edit("auth.py", '"pages.index"', '"auth.login"')],
        fails={"signs_in": "goes-elsewhere"},
    ),
    Wrong(
        "nothing_kept",
        "The name is not put into the session.",
        [Edit("auth.py", KEEP, "")],
        fails={"knows_who_signed_in": "nothing-kept"},
    ),
    Wrong(
        "page_is_not_told",
        "The page's template is not given the name.",
        [Edit("pages.py", ', user=session.get("user")', "")],
        fails={"knows_who_signed_in": "not-shown"},
    ),
    Wrong(
        "secure_everywhere",
        "The session's cookie is for HTTPS alone, in every configuration.",
        [
            Edit(
                "config.py",
                "    SECRET_KEY: str | None = None\n",
                "    SECRET_KEY: str | None = None\n    SESSION_COOKIE_SECURE = True\n",
            )
        ],
        fails={"knows_who_signed_in": "cookie-secure"},
    ),
    Wrong(
        "name_in_the_module",
        "The name is a variable of the module: every visitor is the one who came last.",
        [
            Edit("auth.py", KEEP, '    signed_in["user"] = name\n'),
            Edit("auth.py", "# lab 2: a blueprint under /auth\n", "signed_in = {}\n\n"),
            Edit("pages.py", 'session.get("user")', 'signed_in.get("user")'),
            Edit(
                "pages.py",
                "render_template, session\n",
                "render_template\nfrom .auth import signed_in\n",
            ),
        ],
        fails={"knows_nobody_else": "shared"},
    ),
    Wrong(
        "unsigned_cookie",
        "The name is a plain cookie, which anybody can write.",
        [
            Edit("auth.py", KEEP, ""),
            Edit(
                "auth.py",
                GO,
                '    answer = redirect(url_for("pages.index"), code=303)\n'
                '    answer.set_cookie("user", name)\n'
                "    return answer\n",
            ),
            Edit("pages.py", 'session.get("user")', 'request.cookies.get("user")'),
            Edit("pages.py", "render_template, session\n", "render_template, request\n"),
        ],
        fails={"knows_nobody_else": "unsigned", "shows_any_name": "name-changed"},
    ),
    Wrong(
        "cookie_for_the_session",
        "Where the session has no name, a plain cookie will do.",
        [
            Edit(
                "pages.py",
                'session.get("user")',
                'session.get("user") or request.cookies.get("user")',
            ),
            Edit("pages.py", "render_template, session\n", "render_template, request, session\n"),
        ],
        fails={"knows_nobody_else": "unsigned"},
    ),
    Wrong(
        "blank_name_taken",
        "The name is not looked at.",
        [Edit("auth.py", "    if not name:\n" + BLANK, "")],
        fails={"refuses_a_blank_name": "blank-taken"},
    ),
    Wrong(
        "blanks_make_a_name",
        "The name is looked at before the blanks are taken away, and kept with them.",
        [Edit("auth.py", ".strip()", "")],
        fails={"refuses_a_blank_name": "blank-taken", "trims_the_name": "not-trimmed"},
    ),
    Wrong(
        "name_kept_with_blanks",
        "strip() is called where the name is looked at, and its result is not kept.",
        [
            Edit("auth.py", ".strip()", ""),
            Edit("auth.py", "    if not name:\n", "    if not name.strip():\n"),
        ],
        fails={"trims_the_name": "not-trimmed"},
    ),
    Wrong(
        "missing_name_raises",
        "form.get returns None where the field is missing.",
        [Edit("auth.py", NAME, '    name = request.form.get("name").strip()\n')],
        fails={"refuses_a_blank_name": "missing-unexpected"},
    ),
    Wrong(
        "flask_answers_the_missing_name",
        "form[...] makes Flask answer 400 with a page of its own.",
        [Edit("auth.py", NAME, '    name = request.form["name"].strip()\n')],
        fails={"refuses_a_blank_name": "form-lost"},
    ),
    Wrong(
        "blank_with_status_200",
        "The form comes again as if all were well.",
        [Edit("auth.py", BLANK, BLANK.replace(", 400", ""))],
        fails={"refuses_a_blank_name": "blank-status"},
    ),
    Wrong(
        "goes_where_it_is_told",
        "The redirect goes where the address's `next` says.",
        [Edit("auth.py", 'url_for("pages.index")', 'request.args.get("next") or "/"')],
        fails={"stays_on_the_site": "off-site"},
    ),
    Wrong(
        "goes_where_no_host_is_found",
        "urlsplit finds no host in https:///elsewhere.example/, but browsers do.",
        [
            Edit(
                "auth.py",
                GO,
                '    after = request.args.get("next", "/")\n'
                "    if urlsplit(after).netloc:\n"
                '        after = "/"\n'
                "    return redirect(after, code=303)\n",
            ),
            IMPORT_URLS,
        ],
        fails={"stays_on_the_site": "off-site"},
    ),
    Wrong(
        "its_own_host_in_front",
        "What begins with the site's own address may go on with an @ and another host.",
        [
            Edit(
                "auth.py",
                GO,
                '    after = request.args.get("next", "/")\n'
                '    inside = after.startswith(request.host_url.rstrip("/"))\n'
                '    return redirect(after if inside else "/", code=303)\n',
            )
        ],
        fails={"stays_on_the_site": "off-site"},
    ),
    Wrong(
        "goes_back",
        "The redirect goes back to where the visitor came from, which may be another site.",
        [Edit("auth.py", 'url_for("pages.index")', 'request.referrer or "/"')],
        fails={"stays_on_the_site": "off-site"},
    ),
    Wrong(
        "trusts_a_leading_slash",
        "An address with a slash in front may still be another site's: //elsewhere.example/.",
        [
            Edit(
                "auth.py",
                GO,
                '    after = request.form.get("next", "/")\n'
                '    return redirect(after if after.startswith("/") else "/", code=303)\n',
            )
        ],
        fails={"stays_on_the_site": "off-site"},
    ),
    # Contracts read in another way.
    Wrong(
        "returns_the_object",
        "The view returns the dashboard itself.",
        [Edit("api.py", "    return dashboard.describe()\n", "    return dashboard\n")],
        fails={"shows_one_dashboard": "no-response"},
    ),
    Wrong(
        "lists_objects",
        "The list holds the dashboards themselves.",
        [
            Edit(
                "api.py",
                LIST_ANSWER,
                '    return {"dashboards": list(all_dashboards().values())}\n',
            )
        ],
        fails={"lists_the_dashboards": "no-response"},
    ),
    Wrong(
        "imports_the_app",
        "A module of views imports `app`, as older texts do.",
        [Edit("pages.py", "from flask import", ("from . import app\nfrom flask import"))],
        fails={
            "serves_the_page": "no-app-to-import",
            "serves_the_form": "no-app-to-import",
            "lists_the_dashboards": "no-app-to-import",
        },
    ),
    Wrong(
        "exceptions_are_json_everywhere",
        "The handler of 500 does not look at the path.",
        [
            Edit(
                "api.py",
                HANDLER,
                (
                    "@blueprint.app_errorhandler(500)\n"
                    "def broken(error):\n"
                    '    code = "internal_server_error"\n'
                    '    return {"error": {"code": code, "message": "It is '
                    'broken."}}, 500\n'
                    "\n"
                    "\n" + HANDLER
                ),
            )
        ],
        fails={"leaves_pages_alone": "json-everywhere"},
    ),
    Wrong(
        "catches_in_one_view",
        "Only one of the two views catches what is raised.",
        [
            Edit(
                "api.py",
                NOT_API,
                (
                    '    if not request.path.startswith("/api/") or error.code == 500:\n'
                    "        return error\n"
                ),
            ),
            Edit(
                "api.py",
                LIST_ANSWER,
                (
                    "    try:\n"
                    "        found = [dashboard.describe() for dashboard in "
                    "all_dashboards().values()]\n"
                    "    except Exception:\n"
                    '        code = "internal_server_error"\n'
                    '        return {"error": {"code": code, "message": "It is '
                    'broken."}}, 500\n'
                    '    return {"dashboards": found}\n'
                ),
            ),
        ],
        fails={"hides_what_broke": "one-status"},
    ),
    Wrong(
        "another_code_for_500",
        "An exception is answered with a status and a code of its own.",
        [
            Edit(
                "api.py",
                HANDLER,
                (
                    "@blueprint.app_errorhandler(500)\n"
                    "def broken(error):\n"
                    '    if not request.path.startswith("/api/"):\n'
                    "        return error\n"
                    '    return {"error": {"code": "oops", "message": "It is '
                    'broken."}}, 503\n'
                    "\n"
                    "\n" + HANDLER
                ),
            )
        ],
        fails={"hides_what_broke": "status-changed"},
    ),
    Wrong(
        "allow_made_up",
        "The header Allow is written by hand.",
        [
            Edit(
                "api.py",
                ERROR_ANSWER,
                (
                    '    made_up = {"Allow": "GET, POST, PUT, DELETE"}\n'
                    '    return {"error": {"code": code, "message": '
                    "error.description}}, error.code, made_up\n"
                ),
            )
        ],
        fails={"names_the_methods": "allow-lost"},
    ),
    Wrong(
        "begins_with_api",
        'The path is compared with "/api", without the slash after it.',
        [Edit("api.py", 'startswith("/api/")', 'startswith("/api")')],
        fails={"leaves_pages_alone": "api-anywhere"},
    ),
    Wrong(
        "json_text_as_a_page",
        "Errors of pages are JSON text, called HTML.",
        [
            Edit(
                "api.py",
                "        return error\n",
                '        return json.dumps({"error": error.name}), error.code\n',
            )
        ],
        fails={"leaves_pages_alone": "json-everywhere"},
    ),
    Wrong(
        "letters_only",
        "A name with a blank in it is refused.",
        [Edit("auth.py", "    if not name:\n", "    if not name.isalpha():\n")],
        fails={"signs_in": "name-refused"},
    ),
    Wrong(
        "eight_letters",
        "A name of more than eight letters is refused.",
        [Edit("auth.py", "    if not name:\n", "    if not name or len(name) > 8:\n")],
        fails={"signs_in": "name-refused"},
    ),
    Wrong(
        "capitalised",
        "The name is written in another way.",
        [Edit("auth.py", NAME, '    name = request.form.get("name", "").strip().capitalize()\n')],
        fails={"trims_the_name": "name-changed"},
    ),
    Wrong(
        "no_blanks_inside",
        "All blanks are taken out.",
        [Edit("auth.py", NAME, '    name = request.form.get("name", "").replace(" ", "")\n')],
        fails={"trims_the_name": "name-changed"},
    ),
    Wrong(
        "fixed_address",
        "The redirect names the address that the server has by hand.",
        [Edit("auth.py", GO, '    return redirect("http://127.0.0.1:5000/", code=303)\n')],
        fails={"signs_in": "goes-elsewhere"},
    ),
    Wrong(
        "next_kept_in_the_session",
        "The form keeps `next` in the session, and the answer follows it.",
        [
            Edit(
                "auth.py",
                '    if request.method != "POST":\n',
                (
                    '    if request.method != "POST":\n'
                    '        session["next"] = request.args.get("next")\n'
                ),
            ),
            Edit(
                "auth.py", GO, '    return redirect(session.pop("next", None) or "/", code=303)\n'
            ),
        ],
        fails={"stays_on_the_site": "off-site"},
    ),
    Wrong(
        "referrer_kept",
        "The form keeps where the visitor came from, and the answer goes there.",
        [
            Edit(
                "auth.py",
                '    if request.method != "POST":\n',
                ('    if request.method != "POST":\n        session["back"] = request.referrer\n'),
            ),
            Edit(
                "auth.py", GO, '    return redirect(session.pop("back", None) or "/", code=303)\n'
            ),
        ],
        fails={"stays_on_the_site": "off-site"},
    ),
    Wrong(
        "next_called_continue",
        "The address to go to is called `continue`.",
        [
            Edit(
                "auth.py",
                GO,
                '    return redirect(request.args.get("continue") or "/", code=303)\n',
            )
        ],
        fails={"stays_on_the_site": "off-site"},
    ),
    Wrong(
        "name_in_the_address",
        "The page takes a name from its address.",
        [
            Edit(
                "pages.py",
                PAGE,
                (
                    '    user = request.args.get("user") or session.get("user")\n'
                    '    return render_template("index.html", user=user)\n'
                ),
            ),
            Edit("pages.py", "render_template, session", "render_template, request, session"),
        ],
        fails={"knows_who_signed_in": "signed-in-by-link"},
    ),
    Wrong(
        "name_in_base64",
        "The cookie holds the name in base64, which anybody can write.",
        [
            Edit("auth.py", KEEP, ""),
            Edit(
                "auth.py",
                GO,
                (
                    '    answer = redirect(url_for("pages.index"), code=303)\n'
                    '    answer.set_cookie("user", '
                    "base64.b64encode(name.encode()).decode())\n"
                    "    return answer\n"
                ),
            ),
            Edit("auth.py", "from flask import Bl", ("import base64\n\nfrom flask import Bl")),
            Edit(
                "pages.py",
                PAGE,
                (
                    '    user = base64.b64decode(request.cookies.get("user", '
                    '"")).decode()\n'
                    '    return render_template("index.html", user=user)\n'
                ),
            ),
            Edit("pages.py", "render_template, session", "render_template, request"),
            Edit("pages.py", "from flask import", ("import base64\n\nfrom flask import")),
        ],
        fails={"knows_nobody_else": "unsigned"},
    ),
    Wrong(
        "numbered_visitors",
        "The cookie holds the number of the visitor.",
        [
            Edit("auth.py", KEEP, "    VISITORS.append(name)\n"),
            Edit(
                "auth.py",
                GO,
                (
                    '    answer = redirect(url_for("pages.index"), code=303)\n'
                    '    answer.set_cookie("visitor", str(len(VISITORS)))\n'
                    "    return answer\n"
                ),
            ),
            Edit("auth.py", "# lab 2: a blueprint under /auth\n", "VISITORS = []\n"),
            Edit(
                "pages.py",
                PAGE,
                (
                    '    number = int(request.cookies.get("visitor") or 0)\n'
                    "    user = VISITORS[number - 1] if 0 < number <= "
                    "len(VISITORS) else None\n"
                    '    return render_template("index.html", user=user)\n'
                ),
            ),
            Edit("pages.py", "render_template, session", "render_template, request"),
            Edit("pages.py", "# lab 2: a bl", ("from .auth import VISITORS\n# lab 2: a bl")),
        ],
        fails={"knows_nobody_else": "unsigned"},
    ),
    Wrong(
        "two_known_ids",
        "The ids to list are written down.",
        [
            Edit(
                "api.py",
                LIST_ANSWER,
                (
                    '    found, names = all_dashboards(), ("machine", "stocks")\n'
                    '    return {"dashboards": [found[name].describe() for name '
                    "in names if name in found]}\n"
                ),
            )
        ],
        fails={"lists_its_own_dashboards": "list-fixed"},
    ),
    Wrong(
        "flash_and_redirect",
        "A blank name is sent back to the form with a message.",
        [
            Edit(
                "auth.py",
                BLANK,
                (
                    '        flash("Please give a name.")\n'
                    '        return redirect(url_for("auth.login"))\n'
                ),
            ),
            Edit("auth.py", "import Blueprint, redirect", "import Blueprint, flash, redirect"),
        ],
        fails={"refuses_a_blank_name": "blank-status"},
    ),
    Wrong(
        "next_that_begins_with_one_slash",
        "Where to go is what the link says, if it begins with one slash; a tab may come after it.",
        [
            Edit(
                "auth.py",
                GO,
                '    target = request.args.get("next", "")\n'
                '    if not target.startswith("/") or target.startswith("//"):\n'
                '        target = url_for("pages.index")\n'
                "    return redirect(target, code=303)\n",
            )
        ],
        fails={"stays_on_the_site": "off-site"},
    ),
    Wrong(
        "template_made_of_the_name",
        "The page is a template with the name in it: escaped, but run all the same.",
        [
            Edit(
                "pages.py",
                '    return render_template("index.html", user=session.get("user"))\n',
                '    who = escape(session.get("user") or "")\n'
                '    return render_template_string(f"<!doctype html><h1>Live</h1><p>{who}</p>")\n',
            ),
            Edit(
                "pages.py",
                "import Blueprint, render_template,",
                "import Blueprint, render_template_string,",
            ),
            Edit("pages.py", ", session\n", ", session\nfrom markupsafe import escape\n"),
        ],
        fails={"shows_any_name": "run-as-template"},
    ),
    Wrong(
        "message_is_a_page",
        "The error's message is the page that Flask would have sent.",
        [Edit("api.py", '"message": error.description', '"message": error.get_body()')],
        fails={"misses_a_dashboard": "no-sentence"},
    ),
    Wrong(
        "message_is_an_object",
        "The error's message is what Python shows of the error.",
        [Edit("api.py", '"message": error.description', '"message": repr(error)')],
        fails={"misses_a_dashboard": "no-sentence"},
    ),
]

ONE_MODULE = '''
"""Everything in one module: the blueprints are made for each app."""

from flask import Blueprint, Flask, current_app, jsonify
from flask import redirect, render_template, request, session
from werkzeug.exceptions import HTTPException

from . import dashboards
from .config import Development


def create_app(config=Development):
    app = Flask(__name__)
    app.config.from_object(config)
    app.config.from_prefixed_env("DASHBOARD")
    if not app.config["SECRET_KEY"]:
        raise RuntimeError("There is no secret key.")
    app.extensions["dashboards"] = dashboards.open_all(app.config)

    @app.get("/healthz")
    def healthz():
        return jsonify(status="ok", environment=app.config["ENVIRONMENT"], debug=app.debug)

    for part in (site(), programs(), entrance()):
        app.register_blueprint(part)
    app.register_error_handler(HTTPException, answer_error)
    return app


def answer_error(error):
    if request.path == "/api" or request.path.startswith("/api/"):
        answer = jsonify(error=dict(code="_".join(error.name.lower().split()), message=error.name))
        answer.status_code = error.code
        answer.headers.extend((k, v) for k, v in error.get_headers() if k == "Allow")
        return answer
    return error


def site():
    part = Blueprint("site", __name__)
    part.add_url_rule("/", view_func=lambda: render_template("index.html", **session))
    return part


def programs():
    part = Blueprint("programs", __name__)

    @part.get("/api/dashboards")
    def everything():
        found = current_app.extensions["dashboards"].values()
        return jsonify(dashboards=[one.describe() for one in found])

    @part.get("/api/dashboards/<string:key>")
    def one(key):
        try:
            return jsonify(current_app.extensions["dashboards"][key].describe())
        except KeyError:
            return jsonify(error=dict(code="not_found", message="No such dashboard.")), 404

    return part


def entrance():
    part = Blueprint("entrance", __name__)

    @part.get("/auth/login")
    def form():
        return render_template("login.html")

    @part.post("/auth/login")
    def enter():
        name = (request.form.get("name") or "").strip()
        if name:
            session["user"] = name
            return redirect("/")
        return render_template("login.html", error="Who are you?"), 400

    return part
'''

CLASS_VIEWS = '''
"""The API as classes of views, with an answer class of its own for errors."""

from flask import Blueprint, abort, current_app, request
from flask.views import MethodView
from werkzeug.exceptions import HTTPException, MethodNotAllowed

blueprint = Blueprint("dashboards_api", __name__, url_prefix="/api/dashboards")


class AllDashboards(MethodView):
    def get(self):
        return {"dashboards": [one.describe() for one in boards().values()]}


class OneDashboard(MethodView):
    def get(self, id):
        return (boards().get(id) or abort(404)).describe()


def boards():
    return current_app.extensions["dashboards"]


blueprint.add_url_rule("", view_func=AllDashboards.as_view("all"))
blueprint.add_url_rule("/<id>", view_func=OneDashboard.as_view("one"))


@blueprint.app_errorhandler(Exception)
def failed(error):
    if not request.path.startswith("/api/"):
        if isinstance(error, HTTPException):
            return error
        raise error
    if not isinstance(error, HTTPException):
        current_app.logger.exception("a view failed")
        return problem("internal_server_error", "Something went wrong on the server.", 500)
    headers = {}
    if isinstance(error, MethodNotAllowed):
        headers["Allow"] = ", ".join(error.valid_methods or [])
    return problem(error.name.lower().replace(" ", "_"), error.description, error.code, headers)


def problem(code, message, status, headers=None):
    return {"error": {"code": code, "message": message}}, status, headers or {}
'''

CATCH_ALL = '''
"""The API answers for every address under its prefix, so its own handler hears of all errors."""

from flask import Blueprint, Response, abort, json

from .dashboards import all_dashboards

blueprint = Blueprint("api", __name__)


def answer(data, status=200):
    return Response(json.dumps(data), status, content_type="application/json; charset=utf-8")


@blueprint.route("/dashboards", methods=["GET"])
def list_dashboards():
    return answer({"dashboards": [one.describe() for one in all_dashboards().values()]})


@blueprint.route("/dashboards/<name>")
def show_dashboard(name):
    if name not in all_dashboards():
        abort(404)
    return answer(all_dashboards()[name].describe())


@blueprint.route("/", defaults={"rest": ""})
@blueprint.route("/<path:rest>")
def nothing_here(rest):
    abort(404)


@blueprint.errorhandler(404)
def not_found(error):
    return answer({"error": {"code": "not_found", "message": "There is nothing here."}}, 404)


@blueprint.errorhandler(500)
def broken(error):
    sorry = "Something went wrong here. It is not your fault."
    return answer({"error": {"code": "internal_server_error", "message": sorry}}, 500)


@blueprint.app_errorhandler(405)
def not_allowed(error):
    from flask import request

    if not request.path.startswith("/api/"):
        return error
    allowed = answer({"error": {"code": "method_not_allowed", "message": "Not like this."}}, 405)
    allowed.allow.update(error.valid_methods)
    return allowed
'''

AFTERWARDS = """
    @app.after_request
    def as_json(response):
        if request.path.startswith("/api/") and response.status_code >= 400:
            words = HTTP_STATUS_CODES[response.status_code]
            code = words.lower().replace(" ", "_")
            response.set_data(json.dumps({"error": {"code": code, "message": words}}))
            response.content_type = "application/json; charset=utf-8"
        return response

"""

LOGIN_CLASS = '''
"""Signing in, as a class with a method for each method."""

from flask import Blueprint, make_response, redirect, render_template, request, session, url_for
from flask.views import MethodView


class Login(MethodView):
    def get(self):
        return render_template("login.html")

    def post(self):
        name = " ".join(request.form.get("name", default="").split())
        if name == "":
            return make_response(render_template("login.html", error="A name, please."), 400)
        session.clear()
        session.update(user=name)
        return redirect(url_for("pages.index", _external=True), 303)


blueprint = Blueprint("auth", __name__, url_prefix="/auth/")
blueprint.add_url_rule("/login", view_func=Login.as_view("login"))
'''

RIGHT = [
    Right(
        "mended_afterwards",
        "No handler: what goes out with an error's status is made JSON on its way.",
        [
            Edit("api.py", HANDLER, ""),
            Edit("__init__.py", INIT_MOUNT, INIT_MOUNT + AFTERWARDS),
            Edit(
                "__init__.py",
                "from flask import Flask\n",
                "from flask import Flask, json, request\n"
                "from werkzeug.http import HTTP_STATUS_CODES\n",
            ),
        ],
    ),
    Right(
        "login_is_a_class",
        "Signing in is a MethodView; the redirect names the whole address.",
        files={"auth.py": LOGIN_CLASS},
    ),
    Right(
        "slashes_are_not_strict",
        "The route ends with a slash, and Flask is told not to mind.",
        [
            Edit(
                "api.py",
                LIST_ROUTE,
                '@blueprint.get("/dashboards/", strict_slashes=False)\n',
            ),
            Edit("auth.py", GO, '    return redirect(url_for("pages.index")), 303\n'),
        ],
    ),
    Right(
        "one_module",
        "Everything stands in one module; the blueprints are made by functions, without prefixes.",
        files={"__init__.py": ONE_MODULE},
        without=["pages.py", "api.py", "auth.py"],
    ),
    Right(
        "class_views",
        "The API is made of MethodView classes; the handler takes every exception.",
        files={"api.py": CLASS_VIEWS},
    ),
    Right(
        "catch_all",
        "The API answers for every address under its prefix; the prefix is given when registering.",
        [
            Edit(
                "__init__.py",
                MOUNT_API,
                '    app.register_blueprint(api.blueprint, url_prefix="/api")\n',
            )
        ],
        files={"api.py": CATCH_ALL},
    ),
    Right(
        "nested_blueprints",
        "One blueprint holds the three, and is registered alone.",
        [
            Edit(
                "__init__.py",
                INIT_MOUNT,
                '    site = Blueprint("site", __name__)\n'
                "    for part in (auth.blueprint, api.blueprint, pages.blueprint):\n"
                "        site.register_blueprint(part)\n"
                "    app.register_blueprint(site)\n",
            ),
            Edit(
                "__init__.py", "from flask import Flask\n", "from flask import Blueprint, Flask\n"
            ),
            Edit("auth.py", '"pages.index"', '"site.pages.index"'),
        ],
    ),
    Right(
        "page_of_its_own",
        "The page and the form are the student's own; the redirect is relative, the name lasts.",
        [
            Edit("auth.py", GO, '    session.permanent = True\n    return redirect("../", 302)\n'),
        ],
        files={
            "templates/index.html": "<!doctype html><p>{% if user %}Hello, {{ user }}!{% else %}"
            '<a href="/auth/login">Who are you?</a>{% endif %}',
            "templates/login.html": "<form method=post><textarea name='name'></textarea></form>",
        },
    ),
    Right(
        "greets_anew_and_shows_its_address",
        "Whoever signs in again is greeted in other words; the page shows its own address.",
        [Edit("auth.py", KEEP, '    session["again"] = session.get("user") == name\n' + KEEP)],
        files={
            "templates/index.html": "<!doctype html><p>{% if not user %}"
            '<a href="/auth/login">Who are you?</a>{% elif session.again %}'
            "<b>{{ user }}</b> is back.{% else %}     Welcome, {{ user }} !{% endif %}"
            "<footer>{{ request.url }}</footer>",
        },
    ),
    Right(
        "next_is_looked_at",
        "The address may say where to go next, if that is on this site.",
        [
            Edit(
                "auth.py",
                GO,
                '    after = urljoin(request.host_url, request.args.get("next", "/"))\n'
                "    inside = urlsplit(after)[:2] == urlsplit(request.host_url)[:2]\n"
                '    return redirect(after if inside else "/", code=303)\n',
            ),
            IMPORT_URLS,
        ],
    ),
    Right(
        "one_handler_a_status",
        "Each status has a handler of its own, made in the factory.",
        [
            Edit("api.py", HANDLER, ""),
            Edit(
                "__init__.py",
                INIT_MOUNT,
                INIT_MOUNT + "    for status in (400, 404, 405, 500):\n"
                "        app.register_error_handler(status, api.json_error)\n",
            ),
        ],
    ),
    Right(
        "described_once",
        "What the API says is made once for each app, when the app is made.",
        [
            Edit(
                "__init__.py",
                INIT_MOUNT,
                '    opened = app.extensions["dashboards"].values()\n'
                '    if app.config["ENVIRONMENT"] == "production":\n'
                "        opened = []  # whoever runs it describes them one by one\n"
                '    app.extensions["described"] = [one.describe() for one in opened]\n'
                + INIT_MOUNT,
            ),
            Edit(
                "api.py",
                LIST_ANSWER,
                '    return {"dashboards": current_app.extensions["described"]}\n',
            ),
            Edit("api.py", "import Blueprint, abort,", "import Blueprint, abort, current_app,"),
        ],
    ),
]
