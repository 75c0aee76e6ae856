"""A tarball that was handed in, compressed or not."""

import io
import lzma
import tarfile
import zlib

from kit.grading.intake.contents import Contents, Unreadable
from kit.language import _

MOST_UNPACKED = 500_000_000  # bytes; what is passed over has to be unpacked, too


def read(archive: bytes, contents: Contents) -> None:
    """Take in the files of a tarball; links, pipes and devices are left out. Raises Unreadable."""
    try:
        with tarfile.open(fileobj=io.BytesIO(archive), mode="r:*") as opened:
            unpacked = 0
            for entry in opened:
                unpacked += entry.size
                if unpacked > MOST_UNPACKED:
                    raise Unreadable(_("it grows beyond all bounds when it is unpacked"))
                _take(opened, entry, contents)
    except (tarfile.TarError, lzma.LZMAError, zlib.error, EOFError, ValueError, OSError) as error:
        raise Unreadable(_("the tarball is damaged ({error})").format(error=error)) from None


def _take(opened: tarfile.TarFile, entry: tarfile.TarInfo, contents: Contents) -> None:
    if entry.isdir():
        contents.count()
        return
    file = opened.extractfile(entry) if entry.isreg() else None
    if file is None:
        contents.count()
        contents.leave_out(entry.name, _("it is a link, a pipe or a device"))
        return
    contents.take(entry.name, file.read)
