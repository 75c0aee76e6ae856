"""The finished dashboard, for people to see."""

import json
import os
import re
import secrets
from pathlib import Path

import click

from kit import browser_libraries, ending, installation, ports, reachable
from kit.course import ROOT
from kit.demo import deployed, one_process
from kit.demo.announcing import Announcement
from kit.demo.files import Files
from kit.language import _


def _length(context: click.Context, option: click.Parameter, text: str | None) -> str | None:
    """Return a length of time as it was given. Raises BadParameter where it is none."""
    if text is not None and not re.fullmatch("[1-9][0-9]{0,5}[smhd]", text):
        raise click.BadParameter(
            _(
                "{text!r} is not a length of time. Write a number and s, m, h or d, such as 10m."
            ).format(text=text),
            context,
            option,
        )
    return text


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option(
    "--port", type=click.IntRange(1, 65535), help="The port; without it, 8000 or a free one."
)
@click.option(
    "--csv",
    type=click.Path(path_type=Path),
    multiple=True,
    help="Follow this CSV file as it grows.",
)
@click.option(
    "--time",
    "time_columns",
    metavar="COLUMN",
    multiple=True,
    help="Its column of times, or two, as in Date,Time; it is found without.",
)
@click.option(
    "--timezone",
    "timezones",
    metavar="NAME",
    multiple=True,
    help="The zone of its times that name none, such as Europe/Berlin.",
)
@click.option("--preview", is_flag=True, help="Print what is understood of the CSV file, and end.")
@click.option(
    "--window",
    metavar="LENGTH",
    callback=_length,
    help="How far back charts go: 10s, 10m, 2h, 3d. Without it ten minutes, and at least 300 rows"
    " and what was there at the start. Many rows are thinned; no peak is lost.",
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
    csv: tuple[Path, ...],
    time_columns: tuple[str, ...],
    timezones: tuple[str, ...],
    preview: bool,
    window: str | None,
    workers: int | None,
    redis: str | None,
    no_browser: bool,
) -> int:
    """Serve the finished dashboard, and open it.

    It shows this machine's own metrics, and what --csv names. For several files, give --csv several
    times, and --time and --timezone once for all or once for each. With --workers it is served as
    it is deployed: by several processes that share what they know, with nginx in front.
    """
    files = Files(csv, time_columns, timezones)
    files.check(preview=preview)
    if preview:
        files.preview()
        return 0
    announcement = Announcement(host, opens_browser=not no_browser)
    browser_libraries.ensure(ROOT, installation.say)
    variables = _variables(files, window)
    at = host, one_process.port_at(host, port)
    may_move = port is None
    if reachable.is_codespace() and "DASHBOARD_ORIGINS" not in os.environ:
        at = host, at[1] or ports.spare_port(host)
        may_move = False  # the origins name the port
        variables["DASHBOARD_ORIGINS"] = json.dumps(reachable.codespace_origins(at[1]))
    with ending.tidily():
        if not (workers or redis):
            one_process.serve(at, variables, announcement.make, may_move=may_move)
        at = host, at[1] or ports.spare_port(host)
        told = announcement.make
        return deployed.serve(workers or 1, redis, at, variables, told, may_move=may_move)


def _variables(files: Files, window: str | None) -> dict[str, str]:
    """Return the variables that the server is to read."""
    settings: dict[str, object] = {
        "SECRET_KEY": secrets.token_hex(),
        "DEMO": True,  # somebody to sign in as, on this machine
        "SESSION_COOKIE_SECURE": False,  # there is no TLS here
    } | files.settings()
    if window:
        settings["WINDOW"] = window
    # As JSON, so that a column called 1 stays a text.
    return {f"DASHBOARD_{name}": json.dumps(value) for name, value in settings.items()}
