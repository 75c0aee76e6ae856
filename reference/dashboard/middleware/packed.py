# lab 14 (given): a module for texts that are sent packed
"""Pages, scripts and styles, compressed for who takes it, and files that browsers may keep.

A file is compressed when somebody asks for it first. Pages name files by addresses with the version
of all of them, which may be kept for ever: when one changes, all have new addresses.
"""

import gzip
import zlib
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, request

FOR_EVER = 365 * 24 * 3600  # seconds
WORTHWHILE = 1000  # bytes: less is one packet in any case
KINDS = ("text/", "application/javascript", "application/json", "image/svg+xml")
# Whoever can make a browser ask, and count the bytes, could guess a secret in what is packed.
SECRET = "/auth/token"


def init_app(app: Flask) -> None:
    """Let `app` pack its texts, and (but for debugging) serve files below their version as well."""
    packed: dict[str, bytes] = {}

    @app.after_request
    def pack(response: Response) -> Response:
        if is_text(response) and request.path != SECRET:
            response.vary.add("Accept-Encoding")
            if request.accept_encodings["gzip"] and response.status_code == 200:
                put(response, packed)
        return response

    if not app.debug:  # whoever works on the files wants to see them as they are now
        version = fingerprint(Path(str(app.static_folder)))
        app.jinja_env.globals["version"] = f"v-{version}/"

        @app.get(f"{app.static_url_path}/v-<asked>/<path:filename>")
        def versioned(asked: str, filename: str) -> Response:
            response = app.send_static_file(filename)
            if asked == version:  # a page from before a renewal gets what there is
                response.cache_control.no_cache = None
                response.cache_control.public = response.cache_control.immutable = True
                response.cache_control.max_age = FOR_EVER
            return response


def fingerprint(folder: Path) -> str:
    """Return a text that is another one when any file in `folder` is."""
    found = 0
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        found = zlib.crc32(file.read_bytes(), zlib.crc32(file.name.encode(), found))
    return f"{found:08x}"


def is_text(response: Response) -> bool:
    """Whether `response` is a text that is worth packing, and is not packed yet."""
    length = response.content_length or 0
    is_whole = response.direct_passthrough or not response.is_streamed
    is_kind = (response.mimetype or "").startswith(KINDS)
    is_plain = "Content-Encoding" not in response.headers
    return is_whole and is_kind and is_plain and length >= WORTHWHILE


def put(response: Response, packed: dict[str, bytes]) -> None:
    """Pack `response`; a file, which has an ETag, only where it is not among the `packed`."""
    etag, is_weak = response.get_etag()
    response.direct_passthrough = False
    if etag is None:
        response.set_data(compressed(response.get_data()))
    else:
        if etag not in packed:
            packed[etag] = gzip.compress(response.get_data(), mtime=0)
        elif hasattr(response.response, "close"):  # the file stays unread
            response.call_on_close(response.response.close)
        response.set_data(packed[etag])
        response.set_etag(f"{etag}-gzip", bool(is_weak))
        # Its parts are those of the file as it is.
        response.headers.pop("Accept-Ranges", None)
        response.make_conditional(request)
    response.headers["Content-Encoding"] = "gzip"


@lru_cache(maxsize=32)
def compressed(page: bytes) -> bytes:
    """Return a page packed. Many visitors get the same one."""
    return gzip.compress(page, mtime=0)
