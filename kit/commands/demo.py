"""The finished dashboard, for people to see."""

import json
import os
import secrets
from pathlib import Path

import click
from click.core import ParameterSource

from kit import browser_libraries, extras, installation, ports, reachable
from kit.cli import USAGE, Trouble
from kit.course import ROOT
from kit.demo import deployed, ending, one_process
from kit.demo.announcing import Announcement


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
) -> int:
    """Serve the finished dashboard, and open it.

    It shows this machine's own metrics, and what --csv names. With --workers it is served as it is
    deployed: by several processes that share what they know, with nginx in front.
    """
    announcement = Announcement(host, opens_browser=not no_browser)
    source = click.get_current_context().get_parameter_source("time_column")
    if csv is None and source is not ParameterSource.DEFAULT:
        raise Trouble("--time names a column of the file that --csv names; say which file.", USAGE)
    browser_libraries.ensure(ROOT, installation.say)
    variables = _variables(csv, time_column)
    at = host, one_process.port_at(host, port)
    if reachable.is_codespace() and "DASHBOARD_ORIGINS" not in os.environ:
        at = host, at[1] or ports.spare_port(host)
        variables["DASHBOARD_ORIGINS"] = json.dumps(reachable.codespace_origins(at[1]))
    with ending.tidily():
        if not (workers or redis):
            one_process.serve(at, variables, announcement.make, may_move=port is None)
        extras.ensure(ROOT, installation.say)
        at = host, at[1] or ports.spare_port(host)
        return deployed.serve(workers or 1, redis, at, variables, lambda: announcement.make(at[1]))


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
