"""Links of the course's texts, as they are on its site.

The site's pages lie as the texts do in the project, so most links hold as they are written.
"""

import posixpath
import re
from collections.abc import Collection
from pathlib import Path
from urllib.parse import quote, urlsplit

LINK = re.compile(r"(?P<image>!?)\[(?P<words>(?:[^\[\]]|\[[^\]]*\])*)\]\((?P<to>[^)\s]+)\)")
OUTSIDE = re.compile(r"[a-z]+:", re.IGNORECASE)
FENCE = re.compile(r"^ *(`{3,}|~{3,}).*?^ *\1`*~* *$", re.DOTALL | re.MULTILINE)
MAP = "map/index.md"


class BadLink(ValueError):
    """A text of the course links to what is not there. The message names both."""


def moved(
    text: str, *, root: Path, source: str, target: str, pages: Collection[str], files: set[str]
) -> str:
    """Return Markdown that stands in the project's file `source`, for the page `target`.

    `pages` are the texts that have a page, by their paths in the project at `root`; a link to
    another file leads to a copy of it, whose path is added to `files`. What is no page and no file
    is no link on the site: a folder, or a lab that is left out. Code is left as it is. Raises
    BadLink where a link leads to nothing in the project.
    """

    def link(match: re.Match[str]) -> str:
        to = match["to"]
        if OUTSIDE.match(to) or to.startswith("#"):
            return match[0]
        path, hash_sign, part = to.partition("#")
        named = posixpath.normpath(posixpath.join(posixpath.dirname(source), path))
        if named == "reference/dashboard":
            named = MAP
        elif named not in pages:
            if named.startswith("..") or not (root / named).exists():
                raise BadLink(f"{source} links to {to}, which is not there. Mend the link.")
            if not (root / named).is_file() or re.match(r"(labs|notebooks)/", named):
                return match["words"]
            files.add(named)
        return f"{match['image']}[{match['words']}]({relative(named, target)}{hash_sign}{part})"

    parts, end = [], 0
    for fence in FENCE.finditer(text):
        parts += [LINK.sub(link, text[end : fence.start()]), fence[0]]
        end = fence.end()
    return "".join([*parts, LINK.sub(link, text[end:])])


def relative(to: str, page: str) -> str:
    """Return how the page `page` links to `to`; both are paths in the site's sources."""
    return posixpath.relpath(to, posixpath.dirname(page) or ".")


def binder(repository: str, notebook: str) -> str:
    """Return the address at which mybinder.org opens a notebook of the course's repository."""
    parts = urlsplit(repository.removesuffix("/").removesuffix(".git"))
    hosts = {"github.com": "gh", "gitlab.com": "gl"}
    if parts.hostname in hosts and parts.path.count("/") == 2:
        place = f"{hosts[parts.hostname]}{parts.path}"
    else:
        place = f"git/{quote(repository, safe='')}"
    return f"https://mybinder.org/v2/{place}/HEAD?urlpath={quote(f'lab/tree/{notebook}')}"
