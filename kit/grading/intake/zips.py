"""A zip that was handed in."""

import io
import stat
import struct
import zipfile
import zlib

from kit.grading.intake.contents import Contents, Unreadable
from kit.language import _

ENCRYPTED, IS_UTF8 = 1, 1 << 11  # bits of each entry's flags


def read(archive: bytes, contents: Contents) -> None:
    """Take in the files of a zip; links are left out. Raises Unreadable."""
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            for entry in opened.infolist():
                _take(opened, entry, contents)
    except (
        zipfile.BadZipFile,
        zlib.error,
        struct.error,
        EOFError,
        NotImplementedError,
        ValueError,
        OSError,
        RuntimeError,
    ) as error:
        raise Unreadable(_("the zip is damaged ({error})").format(error=error)) from None


def _take(opened: zipfile.ZipFile, entry: zipfile.ZipInfo, contents: Contents) -> None:
    kind = entry.external_attr >> 16
    if entry.is_dir():
        contents.count()
    elif entry.flag_bits & ENCRYPTED:
        raise Unreadable(_("the zip is protected by a password"))
    elif stat.S_IFMT(kind) not in (0, stat.S_IFREG):
        contents.leave_out(entry.filename, _("it is a link, a pipe or a device"))
    else:

        def read_some(most: int) -> bytes:
            with opened.open(entry) as file:
                return file.read(most)

        contents.take(entry_name(entry), read_some)


def entry_name(entry: zipfile.ZipInfo) -> str:
    """Return an entry's name. Some tools write UTF-8 and do not say so."""
    if entry.flag_bits & IS_UTF8:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return entry.filename
