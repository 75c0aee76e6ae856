"""The weight of the dashboard's page: the page and everything that it loads."""

import gzip
import re
from urllib.parse import urljoin, urlsplit
from urllib.request import urlopen

# What a browser fetches by itself: scripts, sheets and icons, and what a script imports.
IN_PAGE = re.compile(r"""<(?:script|link|img)\b[^>]*?\b(?:src|href)=["']([^"'#]+)""")
WITHOUT_SCRIPT = re.compile(r"<noscript>.*?</noscript>", re.DOTALL)
IN_SCRIPT = re.compile(r"""^\s*(?:import|export)\b[^"';]*?["'](\.{0,2}/[^"']+)["']""", re.MULTILINE)
IN_SHEET = re.compile(r"""url\(["']?([^"')]+)""")


class NotServed(Exception):
    """Something that the page needs cannot be had. The text says what."""


def weigh(address: str) -> tuple[int, int, int]:
    """Return bytes, bytes if compressed with gzip, and the number of requests, for the page there.

    Raises NotServed.
    """
    wanted, seen = [address], set[str]()
    plain = packed = 0
    while wanted:
        url = wanted.pop()
        if url in seen or urlsplit(url).netloc != urlsplit(address).netloc:
            continue
        seen.add(url)
        kind, body = _fetched(url)
        plain += len(body)
        packed += len(gzip.compress(body))
        wanted += [urljoin(url, found) for found in _named(kind, body.decode("utf-8", "replace"))]
    return plain, packed, len(seen)


def _fetched(url: str) -> tuple[str, bytes]:
    """Return the kind of content there, and the content."""
    try:
        with urlopen(url, timeout=10) as answer:
            return answer.headers.get_content_type(), answer.read()
    except OSError as error:
        raise NotServed(f"{url}: {error}") from None


def _named(kind: str, text: str) -> list[str]:
    if kind == "text/html":
        text = WITHOUT_SCRIPT.sub("", text)
        return IN_PAGE.findall(text) + IN_SCRIPT.findall(text)
    if kind == "text/css":
        return IN_SHEET.findall(text)
    return IN_SCRIPT.findall(text) if "javascript" in kind else []
