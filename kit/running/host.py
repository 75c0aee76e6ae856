"""Inside the child: import a submission, make its apps and serve them."""

import contextlib
import importlib
import marshal
import os
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from functools import partial
from hashlib import sha256
from importlib.machinery import SOURCE_SUFFIXES, FileFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from kit.running import sources
from kit.running.plan import KIT_ROOT, PACKAGE, App, Plan
from kit.running.reporter import Reporter

# What the submission must not find loaded. Listed once: to look at every module's name in each
# child would copy a thousand pages of memory that it shares with the warm parent.
OWN_MODULES = [name for name in sys.modules if name == "kit" or name.startswith("kit.")]
# Where else the submission may import from; looked up once, too.
LIBRARIES = [path for path in sys.path if path and Path(path).resolve() != KIT_ROOT]


def serve(plan: Plan, control: socket.socket) -> None:
    """Serve the apps of `plan` until the process ends, reporting through `control`."""
    report = Reporter(plan.folder, control)
    _enter(plan)
    if not plan.gevent:
        report.slow_motion.watch_threads(str(plan.folder))
    report.say({"event": "entered"})
    threading.Thread(target=report.answer, name="kit-control", daemon=True).start()
    during = "import"
    try:
        package = importlib.import_module(PACKAGE)
        if plan.gevent:
            importlib.import_module(f"{PACKAGE}.deploy.worker").prepare()
        during = "create_app"
        apps = [_make(package, app) for app in plan.apps]
        during = "serve"
        servers = [_bind(app, plan) for app in apps]
    except BaseException as error:  # SystemExit as well: it ends the student's start too
        report.crash("failed", error, during)
        with contextlib.suppress(Exception):  # the streams may be the submission's own by now
            traceback.print_exc()
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):
                stream.flush()
        os._exit(1)
    if not plan.gevent:
        report.watch(apps)
    report.say({"event": "listening", "ports": [server.server_port for server in servers]})
    for server in servers[1:]:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    servers[0].serve_forever()


def _enter(plan: Plan) -> None:
    """Make this process look like `python -m dashboard`, started by hand in the folder."""
    os.chdir(plan.folder)
    _set_variables(plan.environment)
    if hasattr(time, "tzset"):
        time.tzset()  # a forked process goes on with its parent's zone otherwise
    sys.path[:] = [str(plan.folder), *LIBRARIES]
    sys.argv = [PACKAGE]
    sys.dont_write_bytecode = True
    sys.path_hooks.insert(0, _from_source(str(plan.folder), plan.compiled))
    for name in OWN_MODULES:
        sys.modules.pop(name, None)


class _NewestSave(SourceFileLoader):
    """Reads modules from their source, every time, and compiles each version of it once.

    Python's own cache goes by the time in seconds: a file saved twice in one second would be taken
    from the cache of its first version. Besides, it lies beside the source, in the student's own
    folder, or away from it for all packages at once.
    """

    def __init__(self, fullname: str, path: str, compiled: Path | None) -> None:
        super().__init__(fullname, path)
        self.compiled = compiled

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        source = self.get_data(path)
        if self.compiled is None:
            return self.source_to_code(source, path)
        kept = self.compiled / sha256(path.encode() + b"\0" + source).hexdigest()
        with contextlib.suppress(OSError, ValueError, EOFError, TypeError):
            code: CodeType = marshal.loads(kept.read_bytes())
            return code
        code = self.source_to_code(source, path)
        with contextlib.suppress(OSError):  # it can be compiled again
            mine = kept.with_suffix(f".{os.getpid()}")
            mine.write_bytes(marshal.dumps(code))
            mine.replace(kept)
        return code


def _from_source(folder: str, compiled: Path | None) -> Callable[[str], FileFinder]:
    """Return the path hook that imports what lies in `folder`, and leaves all else to others."""

    def hook(path: str) -> FileFinder:
        if Path(folder) not in [Path(path), *Path(path).parents]:
            raise ImportError
        loader: Any = partial(_NewestSave, compiled=compiled)
        return FileFinder(path, (loader, SOURCE_SUFFIXES))

    return hook


def _set_variables(variables: Mapping[str, str | None]) -> None:
    for name, value in variables.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def _make(package: Any, app: App) -> Any:
    before = {name: os.environ.get(name) for name in app.environment}
    _set_variables(app.environment)
    try:
        made = _created(package, app)
    finally:
        _set_variables(before)
    if app.hears:
        with contextlib.suppress(Exception):  # that nobody can speak with it is shown elsewhere
            client = made.extensions["socketio"].test_client(made)
            for event in app.hears:
                if event[0].startswith("/"):
                    client.connect(*event)
                else:
                    client.emit(*event)
    return made


def _created(package: Any, app: App) -> Any:
    if app.config is None:
        return package.create_app()
    if app.dotted and not app.named:
        return package.create_app(app.path)
    config = getattr(importlib.import_module(f"{PACKAGE}.config"), app.config)
    settings = _resolved(app.settings)
    module, _, name = app.path.rpartition(".")
    if settings or app.named:
        config = type(name, (config,), settings)
    if app.named:
        config.__module__ = module
        setattr(sys.modules.setdefault(module, ModuleType(module)), name, config)
    return package.create_app(app.path if app.dotted else config)


def _resolved(value: Any) -> Any:
    """Return a setting in which each `{"call": "module.name", ...}` has become that callable."""
    if isinstance(value, list):
        return [_resolved(item) for item in value]
    if not isinstance(value, dict):
        return value
    items = {name: _resolved(item) for name, item in value.items()}
    if "call" not in items:
        return items
    name, _, called = items.pop("call").rpartition(".")
    # The kit's own cannot be imported here any more: see `_enter`.
    module = sources if name == sources.__name__ else importlib.import_module(name)
    return partial(getattr(module, called), **items)


class NoAppReturned(TypeError):
    """`create_app` gave back something that cannot be served."""


def _bind(app: Any, plan: Plan) -> Any:
    if not callable(getattr(app, "wsgi_app", None)):
        raise NoAppReturned(f"create_app returned {type(app).__name__}, not a Flask app")
    if plan.gevent:
        worker = importlib.import_module(f"{PACKAGE}.deploy.worker")
        return worker.make_server(worker.listen(plan.host, plan.port), app)
    return threaded_server(plan.host, plan.port, app)


def threaded_server(host: str, port: int, app: Any) -> Any:
    """Return what serves `app` there, a thread for each request, until it is told to stop."""
    from werkzeug.serving import WSGIRequestHandler, make_server

    class AtOnce(WSGIRequestHandler):
        # Without this the system holds back a second small message until the first is
        # acknowledged: a WebSocket's opening took 45 ms instead of 4.
        disable_nagle_algorithm = True

    return make_server(host, port, app, threaded=True, request_handler=AtOnce)


def main() -> None:
    """Serve one plan in a process of its own: `python -m kit.running.host PORT`.

    The harness listens on that port of the loopback; the plan is the first line that it sends.
    """
    control = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
    control.sendall(os.environ.pop("KIT_TOKEN").encode() + b"\n")
    line = b""
    while not line.endswith(b"\n"):
        byte = control.recv(1)
        if not byte:
            return
        line += byte
    serve(Plan.from_json(line.decode()), control)


if __name__ == "__main__":
    main()
