"""A whole class as one zip, as a learning system gives it to download."""

import contextlib
import os
import stat
import time
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from kit.grading.intake.entries import NoClass
from kit.grading.intake.zips import entry_name
from kit.language import _
from kit.temporary import TemporaryFolder

MOST_BYTES = 5_000_000_000  # all in all
MOST_FILES = 100_000


@contextlib.contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """Yield `path` where it is a folder, or a temporary folder with what is in the zip.

    Only the outer zip is unpacked; links in it are left out. Raises NoClass.
    """
    if path.is_dir():
        yield path
        return
    folder = TemporaryFolder()
    try:
        target = folder.path / "class"
        target.mkdir()
        _unpack(path, target)
        yield target
    finally:
        folder.close()


def _unpack(path: Path, target: Path) -> None:
    try:
        with zipfile.ZipFile(path) as opened:
            entries = [entry for entry in opened.infolist() if not entry.is_dir()]
            # Not more is read of an entry than it says it holds.
            size = sum(entry.file_size for entry in entries)
            if size > MOST_BYTES or len(entries) > MOST_FILES:
                raise NoClass(
                    _(
                        "{path} holds more than {most} gigabytes or"
                        " {files} files. Unpack it yourself, and name the folder."
                    ).format(path=path, most=MOST_BYTES // 1_000_000_000, files=MOST_FILES)
                )
            for entry in entries:
                if stat.S_IFMT(entry.external_attr >> 16) in (0, stat.S_IFREG):
                    entry.filename = entry_name(entry)
                    file = opened.extract(entry, target)  # never outside of it
                    when = time.mktime((*entry.date_time, 0, 0, -1))
                    os.utime(file, (when, when))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise NoClass(
            _(
                "{path} cannot be unpacked ({error}). Name a folder, or a zip of a whole class."
            ).format(path=path, error=error)
        ) from None
    except (ValueError, OverflowError) as error:
        raise NoClass(
            _("{path} holds a name or a time that makes no sense: {error}").format(
                path=path, error=error
            )
        ) from None
