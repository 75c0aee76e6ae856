"""The kit as a kernel of another Jupyter, such as a hub's or VS Code's."""

import json
import re
import shlex
import shutil
import sys
from pathlib import Path

import click

from kit import kernel as ours
from kit.cli import USAGE, Trouble
from kit.commands import say
from kit.course import OWN_NOTEBOOKS, ROOT
from kit.language import _

WAY = ("python3", "-m", "kit", "kernel")


@click.command()
@click.option("--name", default=ours.NAME, show_default=True, help="What Jupyter calls it.")
@click.option(
    "--prefix",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write it below this folder instead of your home: that of a Jupyter's environment, say.",
)
@click.option("--remove", is_flag=True, help="Take it away again.")
def kernel(name: str, prefix: Path | None, remove: bool) -> None:
    """Offer the kit as a kernel to another Jupyter.

    Such as a hub's or VS Code's. This writes one small folder outside the project, and says where.
    """
    from jupyter_core.paths import jupyter_data_dir  # late, as below: they take half a second

    if not re.fullmatch(r"[A-Za-z0-9_-]+", name):
        raise Trouble(
            _("{name!r} cannot name a kernel. Use letters, digits, - and _.").format(name=name),
            USAGE,
        )
    data = prefix.resolve() / "share" / "jupyter" if prefix else Path(jupyter_data_dir())
    folder = data / "kernels" / name.lower()
    if folder.exists() and not _is_ours(folder):
        raise Trouble(
            _("{folder} holds another kernel. Choose another --name.").format(folder=folder), USAGE
        )
    try:
        if remove:
            _remove(folder)
        else:
            _install(name, prefix)
            again = ["--name", name] if name != ours.NAME else []
            again += ["--prefix", str(prefix)] if prefix else []
            say(
                _("The kernel “{shown}” is now in {folder} and runs {python}").format(
                    shown=_shown(name), folder=folder, python=sys.executable
                )
            )
            say(_("Choose it for the notebooks in {folder}").format(folder=ROOT / OWN_NOTEBOOKS))
            say(_("(A Jupyter that is open shows it when its page is reloaded.)"))
            say(
                _("To take it away: {command}").format(
                    command=shlex.join([*WAY, "--remove", *again])
                )
            )
    except OSError as error:
        raise Trouble(
            _("{folder} cannot be written: {strerror}. Name another folder with --prefix.").format(
                folder=folder, strerror=error.strerror or error
            )
        ) from None


def _install(name: str, prefix: Path | None) -> None:
    from ipykernel.kernelspec import install

    install(
        user=prefix is None,
        kernel_name=name,
        display_name=_shown(name),
        prefix=str(prefix.resolve()) if prefix else None,
    )


def _remove(folder: Path) -> None:
    if not folder.exists():
        raise Trouble(_("There is no kernel in {folder}.").format(folder=folder), USAGE)
    shutil.rmtree(folder)
    say(_("{folder} is gone.").format(folder=folder))


def _shown(name: str) -> str:
    """Return the kernel's name for people."""
    return ours.SHOWN if name == ours.NAME else f"{ours.SHOWN}, {name}"


def _is_ours(folder: Path) -> bool:
    try:
        told = json.loads((folder / "kernel.json").read_bytes())
        return str(told["display_name"]).startswith(ours.SHOWN)
    except (OSError, ValueError, KeyError, TypeError):
        return False
