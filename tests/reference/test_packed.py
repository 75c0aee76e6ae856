"""What is sent compressed, what browsers may keep, and that both stay right."""

import gzip
import http.client
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from dashboard.middleware.packed import fingerprint
from kit.course import ROOT
from kit.running import RunningApp
from tests.reference.conftest import Serve

STATIC = ROOT / "reference" / "dashboard" / "static"
FILE = STATIC / "style.css"


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes


Ask = Callable[..., Answer]


def asked(app: RunningApp, path: str, method: str = "GET", **headers: str) -> Answer:
    """Return the answer to a request, as it travels."""
    connection = http.client.HTTPConnection(app.host, app.ports[0], timeout=20)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, headers=named)
    answer = connection.getresponse()
    found = Answer(answer.status, answer.headers, answer.read())
    connection.close()
    return found


@pytest.fixture
def ask(serve: Serve) -> Ask:
    app = serve()
    return lambda path, *method, **headers: asked(app, path, *method, **headers)


def versioned(ask: Ask, file: str) -> str:
    """Return the address of a file as the page names it."""
    found = re.search(rf'"(static/v-[0-9a-f]+/{re.escape(file)})"', ask("/").body.decode())
    assert found
    return f"/{found[1]}"


@pytest.mark.parametrize("file", ["style.css", "vendor/plotly.min.js"])
def test_a_file_is_packed_and_is_the_same(ask: Ask, file: str) -> None:
    for _ in range(2):  # the second one is from memory
        packed = ask(f"/static/{file}", Accept_Encoding="gzip, br")
        assert packed.headers["Content-Encoding"] == "gzip"
        assert int(packed.headers["Content-Length"]) == len(packed.body)
        assert gzip.decompress(packed.body) == (STATIC / file).read_bytes()
        assert len(packed.body) < (STATIC / file).stat().st_size / 2


@pytest.mark.parametrize("taken", [{}, {"Accept_Encoding": "br"}, {"Accept_Encoding": "gzip;q=0"}])
def test_who_does_not_take_it_gets_the_file_as_it_is(ask: Ask, taken: dict[str, str]) -> None:
    plain = ask("/static/style.css", **taken)
    assert "Content-Encoding" not in plain.headers
    assert plain.body == FILE.read_bytes()
    assert "Accept-Encoding" in plain.headers["Vary"]


def test_a_packed_file_that_is_known_is_not_sent_again(ask: Ask) -> None:
    known = ask("/static/style.css", Accept_Encoding="gzip").headers["ETag"]
    again = ask("/static/style.css", Accept_Encoding="gzip", If_None_Match=known)
    assert (again.status, again.body) == (304, b"")
    assert ask("/static/style.css").headers["ETag"] != known


def test_a_head_says_what_a_get_would_send(ask: Ask) -> None:
    packed = ask("/static/style.css", Accept_Encoding="gzip")
    head = ask("/static/style.css", "HEAD", Accept_Encoding="gzip")
    assert head.body == b""
    for name in ("Content-Length", "Content-Encoding", "ETag", "Vary"):
        assert head.headers[name] == packed.headers[name]


def test_a_part_is_of_the_file_as_it_is(ask: Ask) -> None:
    part = ask("/static/style.css", Accept_Encoding="gzip", Range="bytes=10-19")
    assert part.status == 206
    assert part.body == FILE.read_bytes()[10:20]
    assert "Content-Encoding" not in part.headers
    packed = ask("/static/style.css", Accept_Encoding="gzip")
    assert "Accept-Ranges" not in packed.headers
    tag = packed.headers["ETag"]
    whole = ask("/static/style.css", Accept_Encoding="gzip", Range="bytes=10-19", If_Range=tag)
    assert (whole.status, whole.body) == (200, packed.body)


def test_pages_are_packed_and_tokens_are_not(serve: Serve) -> None:
    app = serve("Development")
    page = asked(app, "/", Accept_Encoding="gzip")
    assert b"<title>" in gzip.decompress(page.body)
    assert {"Accept-Encoding", "Cookie"} <= set(re.split(", ?", page.headers["Vary"]))
    token = asked(app, "/auth/token", Accept_Encoding="gzip")
    assert "Content-Encoding" not in token.headers


def test_small_answers_are_left_as_they_are(ask: Ask) -> None:
    for path in ("/healthz", "/static/icon.svg"):
        assert "Content-Encoding" not in ask(path, Accept_Encoding="gzip").headers


def test_a_file_below_its_version_may_be_kept_for_ever(ask: Ask) -> None:
    for file in ("main.js", "vendor/plotly.min.js"):
        answer = ask(versioned(ask, file), Accept_Encoding="gzip")
        assert gzip.decompress(answer.body) == (STATIC / file).read_bytes()
        assert answer.headers["Cache-Control"] == "public, immutable, max-age=31536000"


def test_a_page_of_another_version_gets_what_there_is(ask: Ask) -> None:
    answer = ask("/static/v-00000000/style.css")
    assert answer.body == FILE.read_bytes()
    assert answer.headers["Cache-Control"] == "no-cache"
    assert ask("/static/v-00000000/no.css").status == 404


def test_a_changed_file_has_another_address(tmp_path: Path) -> None:
    before = fingerprint(tmp_path)
    (tmp_path / "a.js").write_text("1")
    first = fingerprint(tmp_path)
    (tmp_path / "a.js").write_text("2")
    second = fingerprint(tmp_path)
    (tmp_path / "a.js").rename(tmp_path / "b.js")
    assert len({before, first, second, fingerprint(tmp_path)}) == 4


def test_who_works_on_the_files_sees_them_as_they_are(serve: Serve) -> None:
    page = asked(serve("Development"), "/").body
    assert b'"static/main.js"' in page
    assert b"static/v-" not in page
