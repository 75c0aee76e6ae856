"""Causes that any lab can meet. A lab's own causes stand beside its checks."""

from kit.checking.codebase import Codebase
from kit.checking.laid_beside import of_what_lies_beside
from kit.checking.verdict import Cause
from kit.running import Crash

SYNTAX = Cause(
    "syntax",
    "Python cannot read this file.",
    "Look at the line that is named, and at the one above it: a bracket, a quote or a colon is"
    " missing, or the indentation is off.",
)
MISSING_NAME = Cause(
    "missing-name",
    "An import asks for a name that is not there: it is spelled differently, or not written yet.",
    "Compare the name in the import with the name in the file that it comes from.",
)
MISSING_MODULE = Cause(
    "missing-module",
    "An import names a module that is not there: it is spelled differently, or it lies inside the"
    " package, or it belongs to a library that is not installed.",
    "Write a dot in front of the name of a module of your own package. The labs need no library"
    " that is not there yet.",
)
MISSING_FILE = Cause(
    "missing-file",
    "An import names a module of your own package, and there is no file of that name: the name is"
    " spelled differently, or the file was renamed or deleted.",
    "Compare the name with the files in `dashboard`. To get a file back that came with the lab:"
    " `python3 -m kit reset LAB` begins anew, and keeps your work beside it.",
)
NO_APP_TO_IMPORT = Cause(
    "no-app-to-import",
    "A module imports `app`. With a factory there is none to import: each call makes a new one.",
    "Put views on a blueprint. In the body of a view, `current_app` is the app.",
)
CIRCULAR_IMPORT = Cause(
    "circular-import",
    "Two modules import each other, so one of them is only half there when the other needs it.",
    "Move what both need (such as `socketio`) into a module that imports neither, like"
    " `extensions.py`.",
)
IMPORT_RAISED = Cause(
    "import-raised",
    "The package stops with an error as soon as it is imported.",
    "Start it by hand with `python -m dashboard` and read the last line of what it prints.",
)
NO_CREATE_APP = Cause(
    "no-create-app",
    "The package `dashboard` has no function `create_app`.",
    "Define `create_app` in `dashboard/__init__.py`, or import it there.",
)
NO_CONFIG = Cause(
    "no-config",
    "The module `dashboard.config` has no class of that name.",
    "Define `Config`, `Development`, `Testing` and `Production` in `dashboard/config.py`.",
)
CONFIG_NOT_IMPORTABLE = Cause(
    "config-not-importable",
    "`from_object` was given text, and there is nothing at this path: it is no whole path, such as"
    ' "Config" alone, or a name in it is spelled differently.',
    "Give it the class itself, or the whole path: the package, the module and the class.",
)
NO_APP_RETURNED = Cause(
    "no-app-returned",
    "`create_app` returned something that is not an app.",
    "Let the function return the app at its end, on every way through it.",
)
CREATE_APP_ARGUMENTS = Cause(
    "create-app-arguments",
    "`create_app` has to work without an argument and with one, and one of the two ways does not.",
    "Let it take one argument, the configuration, which has a default.",
)
NO_APP_YET = Cause(
    "no-app-yet",
    "`current_app` was asked for before there is one: it exists only while a view or a handler"
    " runs.",
    "Inside `create_app`, use `app` itself. Use `current_app` in the body of a view.",
)
RUNS_THE_SERVER = Cause(
    "runs-the-server",
    "The server is run while the package is imported, or inside `create_app`.",
    "Let `create_app` build the app and return it. Running it belongs in `__main__.py`.",
)
CREATE_APP_RAISED = Cause(
    "create-app-raised",
    "`create_app` stops with an error before it returns the app.",
    "Read the error and the line that is named. Start the server by hand to see all of it.",
)
EXITED = Cause(
    "exited",
    "The program ended its own process, for example with `exit()` or `os._exit()`.",
    "Take that call out: a server runs until somebody stops it.",
)
STUCK_AT_START = Cause(
    "stuck-at-start",
    "Importing the package, or `create_app`, never comes to an end: a loop without an end, or a"
    " wait, or a server that is run inside.",
    "Let `create_app` only build the app and return it. Work that goes on belongs in the"
    " background, and running the server in `__main__.py`.",
)
MONKEY_PATCHED = Cause(
    "monkey-patched",
    "The package puts gevent's or eventlet's threads and locks in the place of Python's, as older"
    " texts do first of all. But the server here has threads of Python's already.",
    "Take the line out. Who serves with gevent does this at the start of the process, before"
    " anything is imported, and not in the package.",
)
STUCK = Cause(
    "stuck",
    "The code that should answer is still running: a loop without an end, or a wait.",
    "Let the handler do one thing and return. Work that goes on belongs in a background task.",
)
STUCK_AT_A_LOCK = Cause(
    "stuck-at-a-lock",
    "The code that should answer waits for a lock, which somebody holds: another thread that sleeps"
    " or waits with it, or this very one, which has taken a plain `Lock` already.",
    "Hold a lock for a few quick lines, never around a sleep. Take `dashboard.lock`: being an"
    " `RLock`, it lets in the thread that has it.",
)
SIGNATURE = Cause(
    "signature",
    "The function takes other arguments than it is called with.",
    "A Flask-SocketIO handler takes the payload and nothing else. `connect` takes nothing (or"
    " `auth`), `disconnect` takes the reason. The sid is `request.sid`.",
)
CONTEXT = Cause(
    "context",
    "The code needs a request or an app that is not there: `emit`, `request` and `current_app`"
    " only work while Flask handles an event or a request.",
    "In a thread or a background task use `socketio.emit(..., to=room)`, and give the task the app"
    " object itself.",
)
RAISED = Cause(
    "raised",
    "The code that should answer stopped with an error.",
    "Read the error and go to the line that is named.",
)
NO_HANDLER = Cause(
    "no-handler",
    "No function is registered for this event.",
    'Put `@socketio.on("…")` with the event\'s exact name above the function, and make sure that'
    " the package imports the module it stands in.",
)
MORE_ARGUMENTS = Cause(
    "more-arguments",
    "The handler takes more than one argument. Flask-SocketIO hands over one, the payload: it"
    " arrives in the first.",
    "Leave one argument, and give it the default None.",
)
SID_FIRST = Cause(
    "sid-first",
    "The first argument of the handler is called `sid`, but Flask-SocketIO passes something else"
    " there: the payload, in `connect` the auth, in `disconnect` the reason. `(sid, ...)` belongs"
    " to another library, python-socketio.",
    "Take `sid` out of the arguments. Where you need it, it is in `request`.",
)
OTHER_NAMESPACE = Cause(
    "other-namespace",
    "A namespace is named, so this belongs to another one than the clients of this lab are in.",
    "Leave `namespace=` out: the default one, `/`, is meant.",
)
NOT_IMPORTED = Cause(
    "not-imported",
    "The handlers are written, but the lines that register them have not run: nothing imports the"
    " module that they stand in, or nothing calls the function that they stand in.",
    "Let `dashboard/__init__.py` import that module at its top: importing it registers the"
    " handlers. If they stand inside a function, call it before the app is bound.",
)
TWO_OBJECTS = Cause(
    "two-objects",
    "There is more than one `SocketIO` object: the handlers are registered with one, the app is"
    " bound to another.",
    "Make the object once, in `extensions.py`, import it everywhere else, and bind the app to it.",
)
REPLACED = Cause(
    "replaced",
    "Two functions are registered for this event. The second one silently replaces the first.",
    "Keep one of them.",
)
ASYNC_HANDLER = Cause(
    "async-handler",
    "The handler is a coroutine. Flask-SocketIO calls plain functions: what is inside an async one"
    " never runs.",
    "Make it a plain function, without `async` and without `await`.",
)
WRONG_NAME = Cause(
    "wrong-name",
    "Something is sent, but under another event name.",
    "The name is part of the contract, letter by letter. Compare it with the table in the task.",
)
SENT_ELSEWHERE = Cause(
    "sent-elsewhere",
    "The message goes to another client, and not to the one that it is for.",
    "Inside a handler the plain `emit` reaches the client whose event it is. Leave out what names"
    " other receivers, and don't keep a sid for later.",
)
RETURNED = Cause(
    "returned",
    "The handler returns its answer. That makes it an acknowledgement of this one call; it is no"
    " event, and no listener hears it.",
    "Send the answer as an event, in place of returning it.",
)
UNANSWERED = Cause(
    "unanswered",
    "The app does not send this, or not to this client.",
    "Look for the line that sends it: is it reached, does it name the event exactly, and whom does"
    " it reach?",
)
SILENT = Cause(
    "silent",
    "The server has stopped answering on this connection: it is kept busy, or waits for something.",
    "Let every handler and every background task come to its next step soon, and never hold a lock"
    " while you wait.",
)
CLOSED = Cause(
    "closed",
    "The server closed the connection.",
    "Look at the end of the server's log for the reason.",
)
NO_SOCKETIO = Cause(
    "no-socketio",
    "The app does not speak Socket.IO: nothing answers at /socket.io/.",
    "Bind the shared object to the app in the factory, with its method for that.",
)
REFUSED = Cause(
    "refused",
    "The server refused the connection: `connect` returned False or raised"
    " ConnectionRefusedError, or the app has no handler at all.",
    "Let `connect` return nothing, and make sure that the module with the handlers is imported.",
)
OTHER_MODE = Cause(
    "other-mode",
    "Socket.IO is not told to use threads. Where gevent is installed, as it is here, it then needs"
    " a server of gevent's, and this one has threads.",
    'Make the object with `SocketIO(async_mode="threading")`.',
)
NO_WEBSOCKET = Cause(
    "no-websocket",
    "WebSocket is switched off: `transports` names polling alone.",
    "Leave `transports=` out: a client takes the better of the two ways.",
)
OTHER_PATH = Cause(
    "other-path",
    "Socket.IO answers at another path than the one where clients look for it, /socket.io/.",
    "Leave `path=` out.",
)
NOT_STRICT_JSON = Cause(
    "not-strict-json",
    "The message holds NaN or Infinity. Those are not JSON: a browser that receives them drops the"
    " connection.",
    "Turn missing numbers into None first. pandas does so where it writes JSON itself, and that can"
    " be read back.",
)
NOT_SERIALISABLE = Cause(
    "not-serialisable",
    "The payload holds a value that JSON has no form for: a time of pandas, a number of NumPy, a"
    " date, a set, an object of a class of your own; or a function itself, where `()` is missing"
    " behind its name.",
    "Send plain Python only: dict, list, str, int, float, bool, None. Turn times into text with"
    " `.isoformat()`, numbers with `int()` or `float()`, sets into lists, and an object into what"
    " describes it. Call a function.",
)
JSON_TEXT = Cause(
    "json-text",
    "The payload is JSON text, so the client gets a string. Socket.IO turns a dict into JSON by"
    " itself.",
    "Hand the dict to `emit` as it is, without `json.dumps` or `jsonify`.",
)
NOT_JSON = Cause(
    "not-json",
    "The answer is not JSON.",
    "Return a dict (Flask turns it into JSON), or use `jsonify`.",
)
UNEXPECTED_STATUS = Cause(
    "unexpected-status",
    "The view, or an error handler, gives the answer another status.",
    "Look for what answers here. To see an error that a handler hides, take the handler out.",
)
NO_RETURN = Cause(
    "no-return",
    "The view, or the error handler, ends without returning anything, so it returns None.",
    "Put `return` in front of what the view should answer, on every way through it.",
)
COLUMN_IN_A_CONDITION = Cause(
    "column-in-a-condition",
    "A whole column or frame of pandas stands where one yes or no is needed: with `and`, `or`,"
    " `not` or `if`.",
    "Of columns, join conditions by `&` and `|`, each in round brackets. Of a frame, ask what you"
    " mean: whether it is None, or whether it is empty.",
)
RETURNS_NOTHING = Cause(
    "returns-nothing",
    "A function ends without a `return` of its own, so whoever calls it gets None. What a function"
    " inside it returns does not count.",
    "Put `return` in front of what it should give back: its docstring says what that is.",
)
NO_RESPONSE = Cause(
    "no-response",
    "The view returns something that Flask cannot send.",
    "Return a text, a dict or a list: of an object what describes it. For an error abort with its"
    " status.",
)
VIEW_ARGUMENTS = Cause(
    "view-arguments",
    "The names in the route and the arguments of the view differ.",
    "Each name in the route is passed to the view as an argument of exactly that name.",
)
UNKNOWN_ENDPOINT = Cause(
    "unknown-endpoint",
    "`url_for` was given the name of a view that the app does not have. The view of a blueprint is"
    " called by both names.",
    "Write the blueprint's name, a dot and the function's name. The blueprint's name is the first"
    " argument that it was made with.",
)
NO_TEMPLATE = Cause(
    "no-template",
    "There is no template of that name in the folder `templates` of the package.",
    "Compare the name in `render_template` with the files in `dashboard/templates`.",
)
NO_SECRET_KEY = Cause(
    "no-secret-key",
    "The session is kept in a signed cookie, and the app has no key to sign it with.",
    "Give the configuration a `SECRET_KEY`.",
)
SAME_NAME = Cause(
    "same-name",
    "Two blueprints, or two views of one blueprint, have the same name; or one blueprint is"
    " registered twice.",
    "Give each its own name: the first argument of `Blueprint(...)`, or the name of the function."
    " Register each once.",
)
UNDEFINED = Cause(
    "undefined",
    "The code uses a name that does not exist at this point: it is not imported, not written yet,"
    " spelled differently, or defined further down.",
    "Look for where the name should come from, and compare the spelling.",
)
NOT_A_BLUEPRINT = Cause(
    "not-a-blueprint",
    "`register_blueprint` was given the module, not the blueprint in it.",
    "Give it the object that the module holds, not the module.",
)
NO_SLASH = Cause(
    "no-slash",
    "An address starts without a slash.",
    "Start every route and every prefix with a slash.",
)
BLUEPRINT_IN_USE = Cause(
    "blueprint-in-use",
    "A view is added to a blueprint that an app has already: the blueprint lives as long as the"
    " module, and `create_app` runs once for each app.",
    "Define the views in the blueprint's module, outside `create_app`.",
)
TOO_EARLY = Cause(
    "too-early",
    "This code runs when its module is imported. There is no app at that time, and no request.",
    "Move it into the function that answers.",
)
NOT_CALLED = Cause(
    "not-called",
    "A function itself is used where what it returns is meant: `()` is missing behind its name.",
    "In the line that is named, or where its value comes from: which name is that of a function?"
    " Call it.",
)
NOT_CALLABLE = Cause(
    "not-callable",
    "Something is called that is no function: it is a value already, such as a property.",
    "In the line that is named, take away the `()` behind what is no function.",
)
TEXT_FOR_OBJECT = Cause(
    "text-for-object",
    "A text is used as if it were an object. A loop over a dict, for one, gives its keys, and those"
    " are texts.",
    "Follow the value back to where it comes from. To go over what a dict holds, ask for its"
    " values; to get one of them, look it up by its key.",
)
NONE_FOR_OBJECT = Cause(
    "none-for-object",
    "Here is None where an object should be: a look-up has found nothing, or a function has"
    " returned nothing.",
    "Follow the value back to where it comes from: when is it None, and what should happen then?",
)
MISSPELT = Cause(
    "misspelt",
    "The object has nothing of this name, but something of a name that is nearly the same.",
    "Compare the two names in the error, letter by letter.",
)
NO_SUCH_KEY = Cause(
    "no-such-key",
    "A dict is asked for a key that it does not have: it is spelled differently, or not there yet,"
    " or not always there.",
    "Compare the key in the error with those that are put into the dict. Where one may be missing,"
    " look it up in a way that gives None then.",
)
FLOOD = Cause(
    "flood",
    "The server sends far more than anybody asked for.",
    "Look for a loop that sends without a pause.",
)


# The likeliest slips, by the exception that they lead to: its types, and words in its message.
# What a lab knows of such an error goes before them.
SLIPS: list[tuple[set[str], str, Cause]] = [
    ({"AttributeError"}, "Did you mean", MISSPELT),
    ({"AttributeError", "TypeError"}, "'function' object", NOT_CALLED),
    ({"AttributeError", "TypeError"}, "'method' object", NOT_CALLED),
    ({"AttributeError", "TypeError"}, "'builtin_function_or_method' object", NOT_CALLED),
    ({"TypeError"}, "argument of type 'method'", NOT_CALLED),
    ({"TypeError"}, "object is not callable", NOT_CALLABLE),
    ({"AttributeError"}, "'str' object has no attribute", TEXT_FOR_OBJECT),
    ({"AttributeError", "TypeError"}, "'NoneType' object", NONE_FOR_OBJECT),
    ({"KeyError"}, "", NO_SUCH_KEY),
]
# The first row that fits an exception names its cause: the exception's types, words in its
# message, when it was raised. Empty words fit any message, and no time any time.
BY_CRASH: list[tuple[set[str], str, str, Cause]] = [
    ({"SyntaxError", "IndentationError", "TabError"}, "", "", SYNTAX),
    ({"SystemExit"}, "", "", EXITED),
    ({"ImportStringError"}, "", "", CONFIG_NOT_IMPORTABLE),
    ({"ImportError"}, "cannot import name 'app'", "", NO_APP_TO_IMPORT),
    ({"ImportError", "AttributeError"}, "partially initialized module", "", CIRCULAR_IMPORT),
    ({"ImportError"}, "circular import", "", CIRCULAR_IMPORT),
    ({"RuntimeError"}, "Working outside of", "import", TOO_EARLY),
    ({"RuntimeError"}, "Working outside of application", "create_app", NO_APP_YET),
    ({"RuntimeError"}, "Working outside of", "", CONTEXT),
    ({"RuntimeError"}, "no secret key was set", "", NO_SECRET_KEY),
    ({"ValueError"}, "truth value of a Series", "", COLUMN_IN_A_CONDITION),
    ({"ValueError"}, "truth value of a DataFrame", "", COLUMN_IN_A_CONDITION),
    ({"TypeError"}, "returned None or ended without", "", NO_RETURN),
    ({"TypeError"}, "but it was a method", "", NOT_CALLED),
    ({"TypeError"}, "did not return a valid response", "", NO_RESPONSE),
    ({"TypeError"}, "unexpected keyword argument", "view", VIEW_ARGUMENTS),
    ({"TypeError"}, "required positional argument", "view", VIEW_ARGUMENTS),
    ({"BuildError"}, "", "", UNKNOWN_ENDPOINT),
    ({"TemplateNotFound"}, "", "", NO_TEMPLATE),
    ({"ValueError"}, "is already registered for", "", SAME_NAME),
    ({"AssertionError"}, "overwriting an existing endpoint", "", SAME_NAME),
    ({"AttributeError"}, "has no attribute 'register'", "", NOT_A_BLUEPRINT),
    ({"ValueError"}, "must start with a slash", "", NO_SLASH),
    ({"ValueError"}, "must start with a leading slash", "", NO_SLASH),
    ({"AssertionError"}, "can no longer be called", "", BLUEPRINT_IN_USE),
    ({"TypeError"}, "type coroutine is not JSON serializable", "", ASYNC_HANDLER),
    ({"TypeError"}, "is not JSON serializable", "", NOT_SERIALISABLE),
    ({"TypeError"}, "keys must be str, int, float, bool or None", "", NOT_SERIALISABLE),
    ({"AttributeError"}, "'Request' object has no attribute", "", CONTEXT),
    ({"RuntimeError"}, "Werkzeug web server is not designed", "", RUNS_THE_SERVER),
    ({"AttributeError"}, "has no attribute 'create_app'", "", NO_CREATE_APP),
    ({"AttributeError"}, "dashboard.config' has no attribute", "", NO_CONFIG),
    ({"TypeError"}, "create_app()", "create_app", CREATE_APP_ARGUMENTS),
    ({"TypeError"}, "positional argument", "handler", SIGNATURE),
    ({"ModuleNotFoundError"}, "No module named 'dashboard.", "", MISSING_FILE),
    ({"ModuleNotFoundError"}, "No module named", "", MISSING_MODULE),
    ({"ImportError", "ModuleNotFoundError"}, "", "", MISSING_NAME),
    ({"NoAppReturned"}, "", "", NO_APP_RETURNED),
    ({"NameError"}, "", "", UNDEFINED),
]


def of_a_crash(crash: Crash, code: Codebase) -> Cause:
    """Return the cause that an exception in this code points to."""
    if beside := of_what_lies_beside(crash, code):
        return beside
    for types, words, during, cause in BY_CRASH:
        if crash.type in types and words in crash.message and during in ("", crash.during):
            return cause
    otherwise = {"import": IMPORT_RAISED, "create_app": CREATE_APP_RAISED}.get(crash.during, RAISED)
    return of_a_slip(crash.type, crash.message) or otherwise


def of_a_slip(type_: str, message: str) -> Cause | None:
    """Return the slip that an exception of this type, with this message, points to, or None."""
    slips = (cause for types, words, cause in SLIPS if type_ in types and words in message)
    return next(slips, None)


def of_no_connection(code: Codebase) -> Cause | None:
    """Return what in a submission's code keeps clients from connecting, or None."""
    if code.find(r"""transports\s*=\s*[\[(]?\s*["']polling["']\s*,?\s*[\])]?\s*[,)]"""):
        return NO_WEBSOCKET
    if code.find(r"\b(SocketIO|init_app)\(.*\bpath\s*="):
        return OTHER_PATH
    if code.calls("SocketIO") > 1:
        return TWO_OBJECTS
    is_made = code.find(r"(?<!class )\bSocketIO\(")
    return OTHER_MODE if is_made and not code.find(r"""["']threading["']""") else None
