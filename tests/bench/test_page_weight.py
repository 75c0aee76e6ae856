"""The weight of a page: what a browser would load, each file once."""

import gzip
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from kit.bench.server import page


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Where the files in `tmp_path` are served."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_everything_that_the_page_loads_counts_once(tmp_path: Path, address: str) -> None:
    files = {
        "index.html": '<link rel="stylesheet" href="look.css"><script src="main.js" type="module">'
        '</script><script src="main.js"></script><a href="missing.html">x</a>'
        '<noscript><link href="missing.css" rel="stylesheet"></noscript>',
        "look.css": "body { background: url(ground.svg) }",
        "ground.svg": "<svg/>",
        "main.js": 'import {a} from "./part.js";\nimport("elsewhere");\nconst b = "import x"',
        "part.js": 'export {c as a} from "./rest.js";',
        "rest.js": 'export const c = "from nowhere";',
    }
    for name, content in files.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    plain, packed, requests = page.weigh(address)
    assert requests == len(files)
    assert plain == sum(map(len, files.values()))
    assert packed == sum(len(gzip.compress(content.encode())) for content in files.values())


def test_something_that_is_not_served_is_told(tmp_path: Path, address: str) -> None:
    (tmp_path / "index.html").write_text('<script src="gone.js"></script>')
    with pytest.raises(page.NotServed, match=r"gone.js: .*404"):
        page.weigh(address)
