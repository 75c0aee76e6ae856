"""What checks see over HTTP, whatever answers there."""

import re
from collections.abc import Callable

import pytest

from kit.checking import Failure, Server
from kit.checking.failure import TimedOut
from kit.checking.http import MOST_BYTES, strict_json
from tests.running.submission import with_view

pytestmark = pytest.mark.usefixtures("_impatient")
Serve = Callable[[str], Server]


def failure(server: Server, path: str = "/do") -> Failure:
    with pytest.raises(Failure) as caught:
        server.get(path)
    return caught.value


def test_an_answer_has_status_kind_headers_and_text(serve: Serve) -> None:
    answer = serve(with_view('return {"a": "ü"}, 201, {"X-Own": "1"}')).get("/do")
    assert (answer.status, answer.kind, answer.headers["x-own"]) == (201, "application/json", "1")
    assert answer.json() == {"a": "ü"}


def test_redirects_are_not_followed_and_cookies_are_kept(serve: Serve) -> None:
    server = serve(
        with_view("""
            from flask import redirect, request
            seen = request.cookies.get("seen", "nothing")
            answer = redirect(f"/{seen}")
            answer.set_cookie("seen", "before")
            return answer
        """)
    )
    answers = [server.get("/do") for _ in range(2)]
    assert [(a.status, a.headers["location"]) for a in answers] == [
        (302, "/nothing"),
        (302, "/before"),
    ]


@pytest.mark.parametrize(
    ("body", "kind", "cause"),
    [
        ('{"a": NaN}', "application/json", "not-strict-json"),
        ("{'a': 1}", "application/json", "not-json"),
        ("[" * 100_000, "application/json", "not-json"),
        ('{"a": 1}', "text/html", "not-json"),
    ],
    ids=["NaN", "no JSON", "nested without end", "HTML"],
)
def test_json_is_read_as_strictly_as_a_browser_does(
    serve: Serve, body: str, kind: str, cause: str
) -> None:
    view = f"return {body[:1]!r} * {len(body)}" if len(body) > 1000 else f"return {body!r}"
    answer = serve(with_view(f"{view}, 200, {{'Content-Type': {kind!r}}}")).get("/do")
    with pytest.raises(Failure) as caught:
        answer.json()
    assert caught.value.cause.name == cause


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", '{"a": -Infinity}'])
def test_there_is_no_nan_in_json(text: str) -> None:
    with pytest.raises(ValueError, match=r"^-?(NaN|Infinity)$"):
        strict_json(text)


@pytest.mark.parametrize("charset", ["nonsense", "utf-8"])
def test_an_unknown_charset_is_no_silence(serve: Serve, charset: str) -> None:
    kind = f"text/plain; charset={charset}"
    answer = serve(with_view(f"return 'ü'.encode(), 200, {{'Content-Type': {kind!r}}}")).get("/do")
    assert answer.text == "ü"


def test_an_endless_body_is_cut_off(serve: Serve) -> None:
    source = with_view("""
        def more():
            while True:
                yield b"x" * 65536
        return more()
    """)
    assert MOST_BYTES < len(serve(source).get("/do").text) < 2 * MOST_BYTES


def test_a_body_that_never_goes_on_is_given_up(serve: Serve) -> None:
    source = with_view("""
        import threading
        def more():
            yield b"x"
            threading.Event().wait()
        return more()
    """)
    found = failure(serve(source))
    assert isinstance(found, TimedOut)
    assert re.search(r"it was at dashboard/__init__\.py, line \d+: `threading", found.got)


def test_no_answer_names_the_line_that_is_still_running(serve: Serve) -> None:
    found = failure(serve(with_view("import time\ntime.sleep(600)")))
    assert isinstance(found, TimedOut)
    assert found.cause.name == "stuck"
    assert found.got.endswith("`time.sleep(600)`")


def test_a_view_that_raises_is_told_its_line(serve: Serve) -> None:
    server = serve(with_view("return {}['no']"))
    for _ in range(20):
        found = failure(server)
        assert found.cause.name == "no-such-key"
        assert "KeyError: 'no' (dashboard/__init__.py, line" in found.got
    assert server.request("GET", "/do", may_raise=True).status == 500


def test_a_process_that_ends_while_it_answers(serve: Serve) -> None:
    found = failure(serve(with_view("import os; os._exit(3)")))
    assert found.cause.name == "exited"
    assert "exit status 3" in found.got


def test_a_connection_that_is_closed_without_an_answer(serve: Serve) -> None:
    found = failure(serve(with_view("""
        from flask import request
        import socket
        request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        return ""
    """)))  # fmt: skip
    assert found.cause.name == "closed"


def test_the_answer_to_a_wrong_status_says_both(serve: Serve) -> None:
    with pytest.raises(Failure, match="answered with status 404") as caught:
        serve(with_view("return ''")).expect("GET", "/nowhere")
    assert caught.value.expected == "GET /nowhere answers with status 200"
