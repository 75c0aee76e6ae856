"""The libraries that the dashboard's page loads in the browser, fetched from npm at set-up.

`reference/package-lock.json` pins them with their integrity, which npm checks. They are never
committed. plotly.js comes as its basic build: scatter, bar and pie without `eval`, 1.2 MB (0.4 MB
gzipped) where the file inside the plotly wheel is 4.8 MB. It has the version that the plotly wheel
speaks, and a test holds the two together.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from hashlib import sha256
from pathlib import Path

from kit import npm, patience
from kit.installation import step
from kit.language import _

# The file in static/vendor, and where it lies in npm's node_modules.
FILES = {
    "socket.io.min.js": "socket.io-client/dist/socket.io.min.js",
    "socket.io.LICENSE.txt": "socket.io-client/LICENSE",
    "plotly.min.js": "plotly.js-basic-dist-min/plotly-basic.min.js",
    "plotly.LICENSE.txt": "plotly.js-basic-dist-min/LICENSE",
}
STAMP = "checksums.txt"


def vendor(root: Path) -> Path:
    """The folder that the dashboard server serves the libraries from."""
    return root / "reference" / "dashboard" / "static" / "vendor"


def is_ready(root: Path) -> bool:
    """Whether every file is there, whole, and from the lock as it is now."""
    try:
        found = (vendor(root) / STAMP).read_text(encoding="utf-8")
        return found == _checksums(root, vendor(root))
    except OSError:
        return False


def ensure(root: Path, say: Callable[[str], None]) -> None:
    """Sees to it that the files are in `vendor(root)`, and fetches them when they are not.

    `say` is given lines about the progress. Each file is put in place whole, so a server that runs
    meanwhile never sends half of one. Raises SetupError with a message for the person.
    """
    if is_ready(root):
        return
    with (
        step(4, _("The browser's libraries: Socket.IO's client and plotly.js"), say),
        _alone(root, say),
    ):
        _put(_fetched(root), root)


def node_modules(root: Path, say: Callable[[str], None]) -> Path:
    """npm's whole folder with the libraries and what they need, for JavaScript clients in node.

    Fetches it when it is not there. Raises SetupError.
    """
    with _alone(root, say):
        return _fetched(root) / "node_modules"


def _alone(root: Path, say: Callable[[str], None]) -> AbstractContextManager[None]:
    def waiting() -> None:
        say(_("Another process fetches the browser's libraries. Waiting until it is done …"))

    return npm.alone(root, "browser_libraries", waiting)


def _fetched(root: Path) -> Path:
    return npm.fetched(root, "browser_libraries", root / "reference", lambda: None)


def _put(fetched: Path, root: Path) -> None:
    """Copies the files to where they are served, and writes their checksums last."""
    if is_ready(root):  # another process did it meanwhile
        return
    folder = vendor(root)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / STAMP).unlink(missing_ok=True)
    for name, source in FILES.items():
        part = folder / f"{name}.part"
        shutil.copyfile(fetched / "node_modules" / source, part)
        patience.replace(part, folder / name)
    (folder / STAMP).write_text(_checksums(root, folder), encoding="utf-8")


def _checksums(root: Path, folder: Path) -> str:
    files = [root / "reference" / "package-lock.json", *(folder / name for name in FILES)]
    return "".join(f"{sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files)
