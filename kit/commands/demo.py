"""The finished dashboard, for people to see."""

import json
import os
import secrets
import sys
import tempfile
import time
import webbrowser
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import click
from click.core import ParameterSource

from kit import browser_libraries, extras, installation, ports
from kit.cli import BROKE, USAGE, Trouble
from kit.commands import say
from kit.course import ROOT
from kit.running import App, Launcher, Plan, RunningApp, StartFailed
from kit.running.redis_server import RedisMissing, RedisServer

PORT = 8000


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option(
    "--port", type=click.IntRange(1, 65535), help="The port; without it, 8000 or a free one."
)
@click.option("--csv", type=click.Path(path_type=Path), help="Follow this CSV file as it grows.")
@click.option(
    "--time", "time_column", default="time", show_default=True, help="Its column of times."
)
@click.option(
    "--workers", type=click.IntRange(1), help="Serve with so many processes behind nginx."
)
@click.option(
    "--redis", metavar="URL", help="The Redis that they share; without it, one is started for them."
)
@click.option("--no-browser", is_flag=True, help="Do not open a browser; print the address.")
def demo(
    *,
    host: str,
    port: int | None,
    csv: Path | None,
    time_column: str,
    workers: int | None,
    redis: str | None,
    no_browser: bool,
) -> None:
    """Serve the finished dashboard, and open it.

    It shows this machine's own metrics, and what --csv names. With --workers it is served as it is
    deployed: by several processes that share what they know, with nginx in front.
    """
    began = time.monotonic()
    source = click.get_current_context().get_parameter_source("time_column")
    if csv is None and source is not ParameterSource.DEFAULT:
        raise Trouble("--time names a column of the file that --csv names; say which file.", USAGE)
    browser_libraries.ensure(ROOT, installation.say)

    def told(address: str) -> None:
        say(f"The dashboard is at {address}  (ready in {time.monotonic() - began:.1f} s)")
        say("Ctrl-C stops it.")
        if not no_browser:
            webbrowser.open(address)

    if workers or redis:
        extras.ensure(ROOT, installation.say)
        options = ["--host", host, "--port", str(_port(host, port) or ports.spare_port(host))]
        _serve_deployed(workers or 1, redis, options, _variables(csv, time_column), told)
    environment: dict[str, str | None] = {**_variables(csv, time_column)}
    plan = Plan(ROOT / "reference", (App("Production"),), environment, host, _port(host, port))
    with Launcher(warm=False) as launcher:
        app = _started(launcher, plan, may_move=port is None)
        shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else host
        told(f"http://{shown}:{app.ports[0]}")
        app.ended.wait()
        raise Trouble(f"The dashboard's server has ended.\n{_last_lines(app)}")


def _started(launcher: Launcher, plan: Plan, *, may_move: bool) -> RunningApp:
    """Return the server when it listens; where it `may_move`, perhaps at another port.

    Raises Trouble where it does not start.
    """
    app = launcher.start(plan)
    try:
        app.wait_until_listening()
    except StartFailed as failure:
        if may_move and failure.crash and failure.crash.during == "serve":  # taken meanwhile
            return _started(launcher, replace(plan, port=0), may_move=False)
        raise _trouble(failure, app) from None
    return app


def _variables(csv: Path | None, time_column: str) -> dict[str, str]:
    """Return the variables that the server is to read."""
    settings: dict[str, object] = {
        "SECRET_KEY": secrets.token_hex(),
        "DEMO": True,  # somebody to sign in as, on this machine
        "SESSION_COOKIE_SECURE": False,  # there is no TLS here
    }
    if csv:
        settings |= {"CSV": str(csv.resolve()), "CSV_TIME": time_column}
    # As JSON, so that a column called 1 stays a text.
    return {f"DASHBOARD_{name}": json.dumps(value) for name, value in settings.items()}


def _serve_deployed(
    count: int,
    url: str | None,
    options: list[str],
    variables: dict[str, str],
    told: Callable[[str], None],
) -> NoReturn:
    """Serve with `count` workers until Ctrl-C; then raise KeyboardInterrupt.

    It is this process that looks after them. Raises Trouble where they cannot be served.
    """
    sys.path.insert(0, str(ROOT / "reference"))
    from dashboard import children, workers

    os.environ.update(variables)
    with ExitStack() as stack:
        if url is None and count > 1:
            # Not in the project: a socket's path must not be long.
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="roundtrip-")))
            try:
                server = RedisServer(folder, begin=children.start)
            except RedisMissing as missing:
                raise Trouble(str(missing), USAGE) from None
            stack.callback(server.stop)
            server.start()
            say(f"Started {server.name} for them, at {server.url}; it ends with them.")
            url = server.url
        shared = ["--redis", url] if url else []
        status = workers.main(["--workers", str(count), *shared, *options], told)
    if status:
        raise Trouble("The dashboard is not served any more; see above.", status)
    raise KeyboardInterrupt


def _port(host: str, wanted: int | None) -> int:
    """Return the port to serve on; 0 means any. Raises Trouble where none can be had."""
    for port in [wanted] if wanted else [PORT, 0]:
        why_not = ports.why_not(host, port)
        if why_not is None:
            return port
    raise Trouble(
        f"The dashboard cannot listen at {host}, port {port}: {why_not}."
        + (" Choose another --port, or leave it out." if wanted else " Choose another --host."),
        USAGE,
    )


def _trouble(failure: StartFailed, app: RunningApp) -> Trouble:
    if failure.crash and failure.crash.type == "SourceError":
        return Trouble(failure.crash.message, USAGE)
    return Trouble(f"The dashboard did not start: {failure}\n{_last_lines(app)}", BROKE)


def _last_lines(app: RunningApp) -> str:
    return "\n".join(line.text for line in list(app.log)[-15:])
