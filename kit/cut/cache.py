"""Stages and starters that were cut before: a cut takes half a second, and reading one a hundredth.

Each is kept in a folder as one archive, under the digest of all that it was made from, so what has
changed is cut anew. Where the folder cannot be read or written, everything is.
"""

import hashlib
import os
import sys
import zipfile
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from kit.cut.tree import Tree, read

MAKERS = Path(__file__).parent


def kept(make: Callable[[Path, int], Tree], reference: Path, lab: int, folder: Path) -> Tree:
    """Return `make(reference, lab)`, where `make` is `stage` or `starter`. Raises CutError."""
    digest = _digest(make.__name__, reference, lab)
    archive = folder / f"{make.__name__}-{lab:02}.zip"
    return _read(archive, digest) or _written(make(reference, lab), archive, digest)


def _digest(how: str, reference: Path, lab: int) -> bytes:
    """Return what stands for the reference, the code that cuts it, and the tools that it uses."""
    digest = hashlib.sha256(f"{how} {lab} {sys.version} {version('ruff')}".encode())
    makers = {file.name: file.read_bytes() for file in sorted(MAKERS.glob("*.py"))}
    for tree in (makers, read(reference)):
        for name, content in tree.items():
            digest.update(f"\0{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest().encode()


def _read(archive: Path, digest: bytes) -> Tree:
    """Return what is in `archive`; nothing where that is not whole, or was made otherwise."""
    with suppress(OSError, zipfile.BadZipFile), zipfile.ZipFile(archive) as opened:
        if opened.comment == digest:
            return {name: opened.read(name) for name in opened.namelist()}
    return {}


def _written(tree: Tree, archive: Path, digest: bytes) -> Tree:
    """Return `tree`, which is in `archive` from now on, if it can be written."""
    own = archive.with_suffix(f".{os.getpid()}")
    with suppress(OSError):
        archive.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(own, "w") as opened:
            for name, content in tree.items():
                opened.writestr(name, content)
            opened.comment = digest
        own.replace(archive)
    with suppress(OSError):
        own.unlink(missing_ok=True)
    return tree
