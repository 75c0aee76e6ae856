"""The JupyterLab of this folder: whether it runs already, and how it is started."""

import json
import os
import urllib.request
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urlencode

import psutil
from jupyter_core.paths import jupyter_runtime_dir

from kit.course import OWN_NOTEBOOKS

START = f"{OWN_NOTEBOOKS}/00_start.ipynb"
FIRST_PAGE = f"lab/tree/{START}"
ANSWER_SECONDS = 15  # a loaded machine's; one that has ended refuses at once


def running(root: Path) -> str | None:
    """Return the address of the first page in a JupyterLab that serves `root` and answers."""
    # Each server leaves a file about itself, and one that was killed leaves it for ever.
    for file in Path(jupyter_runtime_dir()).glob("jpserver-*.json"):
        try:
            told = json.loads(file.read_bytes())
            address, token = f"{told['url']}{FIRST_PAGE}", told["token"]
            if (
                Path(told["root_dir"]).samefile(root)
                and psutil.pid_exists(told["pid"])
                and _answers(f"{told['url']}api")
            ):
                return f"{address}?{urlencode({'token': token})}" if token else address
        except (OSError, HTTPException, ValueError, KeyError, TypeError):
            continue
    return None


def _answers(address: str) -> bool:
    """Whether a Jupyter server is at `address`. Raises OSError or ValueError where none is."""
    with urllib.request.urlopen(address, timeout=ANSWER_SECONDS) as answer:
        return "version" in json.load(answer)


def _shell() -> list[str]:
    """Return what a terminal starts: the person's shell, in the top folder.

    JupyterLab opens them beside the notebook that was opened, where there is nothing to type.
    """
    if os.name == "nt":
        go = f"if ((Split-Path -Leaf $PWD) -eq '{OWN_NOTEBOOKS}') {{ Set-Location .. }}"
        return ["powershell.exe", "-NoExit", "-Command", go]
    go = f'case "$PWD" in */{OWN_NOTEBOOKS}) cd ..;; esac'
    return ["sh", "-c", f'{go}; exec "${{SHELL:-sh}}"']


def workspaces(cache: Path) -> Path:
    """The folder in which JupyterLab keeps how its windows are laid out.

    Which notebooks are open is this project's business: another copy has its own.
    """
    return cache / "jupyterlab"


def arguments(root: Path, cache: Path) -> list[str]:
    """Return what JupyterLab is told, whoever starts it, to serve `root`."""
    return [
        f"--ServerApp.root_dir={root}",
        f"--LabApp.default_url=/{FIRST_PAGE}",
        f"--LabApp.app_settings_dir={root / 'kit' / 'jupyter'}",
        f"--LabApp.workspaces_dir={workspaces(cache)}",
        # Browsers from snap or flatpak cannot read the file that would lead them to the address.
        "--ServerApp.use_redirect_file=False",
        f"--ServerApp.terminado_settings={{'shell_command': {_shell()}}}",
        # The address is told as something critical: it stands alone then.
        "--ServerApp.log_level=WARN",
        "--LabApp.log_level=WARN",
        "--ServerApp.answer_yes=True",  # Ctrl-C means it
        "--ServerApp.allow_root=True",  # in a container there may be nobody else
    ]
