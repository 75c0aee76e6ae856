"""Where tools keep things between two runs: in the person's home, or here where it is read-only.

Homes are read-only, or missing, in containers, on kiosks and for service accounts.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def is_writable(folder: Path) -> bool:
    """Whether files can be made in `folder`, which need not be there yet."""
    try:
        while not folder.exists() and folder != folder.parent:
            folder = folder.parent
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def tool_caches(cache: Path) -> dict[str, str]:
    """The variables that send uv's and npm's caches to `cache`, where the home does not take them.

    What the person has set stays.
    """
    home = Path(os.path.expanduser("~"))  # noqa: PTH111 - without a home this raises nothing
    if os.name == "nt":
        kept = Path(os.environ.get("LOCALAPPDATA") or home)
        places = {"UV_CACHE_DIR": kept / "uv", "npm_config_cache": kept / "npm-cache"}
    else:
        kept = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache")
        places = {"UV_CACHE_DIR": kept / "uv", "npm_config_cache": home / ".npm"}
    return {
        name: str(cache / place.name.lstrip("."))
        for name, place in places.items()
        if name not in os.environ and not is_writable(place)
    }


def _ipython() -> str:
    return os.environ.get("IPYTHONDIR") or str(Path.home() / ".ipython")


def spare_for_jupyter(cache: Path) -> bool:
    """Sends Jupyter's and IPython's own folders to `cache`, where the home does not take them.

    Changes the variables of this process, which its children inherit. Gives whether it had to.
    """
    from jupyter_core import paths  # for those who have Jupyter

    moved = False
    for name, known in {
        "JUPYTER_CONFIG_DIR": paths.jupyter_config_dir,
        "JUPYTER_DATA_DIR": paths.jupyter_data_dir,
        "JUPYTER_RUNTIME_DIR": paths.jupyter_runtime_dir,
        "IPYTHONDIR": _ipython,
    }.items():
        try:
            fits = is_writable(Path(known()))
        except (OSError, RuntimeError):  # nobody knows where the home is
            fits = False
        if not fits:
            folder = cache / "jupyter" / name.removesuffix("_DIR").removesuffix("DIR").lower()
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.environ[name] = str(folder)
            moved = True
    return moved
