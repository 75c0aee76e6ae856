"""HTTP requests that no browser should send, as the bytes of a whole connection."""

from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from kit.bench.harm.bad.payloads import any_text, json_texts, odd_texts
from kit.bench.harm.target import MEMBER, PRIVATE, PUBLIC

WEBSOCKET = (
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)

some_text = st.one_of(any_text, odd_texts).map(lambda text: text.encode(errors="replace"))
quoted = some_text.map(quote)
methods = st.sampled_from(
    [
        *["GET", "POST"] * 4,
        "HEAD",
        "PUT",
        "DELETE",
        "PATCH",
        "OPTIONS",
        "TRACE",
        "CONNECT",
        "get",
        "BREW",
    ]
)
outside = st.sampled_from(
    ["../", "..%2f", "%2e%2e/", "..\\", "....//", "%c0%ae%c0%ae/", "/", "%00", "./"]
)
paths: SearchStrategy[str] = st.one_of(
    st.sampled_from(
        [
            *("/", "/auth/login", "/auth/token", "/auth/logout", "/api/dashboards", "/healthz"),
            *("/readyz", "/metrics", f"/api/dashboards/{PUBLIC}", f"/api/dashboards/{PRIVATE}"),
            *(
                f"/picture/{PUBLIC}.svg",
                f"/picture/{PRIVATE}.svg",
                "/static/",
                "//",
                "*",
                "/\x00",
                "",
            ),
            *("/socket.io", "/socket.io/", "http://elsewhere.example/", "/api", "/api/", "/admin"),
        ]
    ),
    quoted.map("/api/dashboards/{}".format),
    quoted.map("/picture/{}.svg".format),
    quoted.map("/static/{}".format),
    quoted.map("/{}".format),
    st.builds("/?dashboard={}&renew={}".format, quoted, quoted),
    st.builds(f"/picture/{PUBLIC}.svg?width={{}}".format, quoted | st.integers().map(str)),
    st.builds(
        lambda up, count, file: f"/static/{up * count}{file}",
        outside,
        st.integers(1, 9),
        st.sampled_from(
            ["etc/passwd", "config.py", "__init__.py", "dashboard/config.py", "proc/self/environ"]
        ),
    ),
    # Engine.IO's own parameters, wrong in every way.
    st.builds(
        lambda version, transport, sid, rest: (
            f"/socket.io/?EIO={version}&transport={transport}{sid}{rest}"
        ),
        st.sampled_from(["4", "4", "4", "3", "2", "5", "", "x", "4&EIO=3", "%00"]),
        st.sampled_from(
            ["polling", "websocket", "polling", "webtransport", "", "flashsocket", "%ff"]
        ),
        st.one_of(st.just(""), quoted.map("&sid={}".format), st.just("&sid=" + "x" * 3000)),
        st.sampled_from(["", "&j=0", "&j=x", "&j=-1", "&b64=1", "&t=1&t=2", "&" * 500]),
    ),
)
headers: SearchStrategy[str] = st.one_of(
    st.builds(
        "{}: {}\r\n".format,
        st.sampled_from(
            [
                *(
                    "Host",
                    "Origin",
                    "Accept",
                    "Accept-Encoding",
                    "Cookie",
                    "Content-Type",
                    "Referer",
                ),
                *("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Prefix", "Range", "Expect"),
                *("Content-Length", "Transfer-Encoding", "Upgrade", "Connection", "If-None-Match"),
                *("If-Modified-Since", "Authorization", "Accept-Language", "Forwarded"),
            ]
        ),
        st.one_of(
            quoted,
            st.sampled_from(
                [
                    *(
                        "-1",
                        "1e3",
                        "99999999999999",
                        "chunked",
                        "gzip",
                        "identity, chunked",
                        "websocket",
                    ),
                    *(
                        "bytes=0-0,5-1,-1",
                        "bytes=99999-",
                        "100-continue",
                        "session=.x.y; session=a",
                    ),
                    *(
                        "application/json",
                        "multipart/form-data; boundary=",
                        "text/plain; charset=x",
                    ),
                    *(
                        "null",
                        "http://127.0.0.1",
                        "Basic !!!",
                        "Thu, 99 Foo 0000",
                        "*",
                        '"',
                        "\xff",
                    ),
                ]
            ),
        ),
    ),
    st.just(WEBSOCKET),
    st.sampled_from(
        ["Upgrade: h2c\r\nConnection: Upgrade\r\n", "Sec-WebSocket-Key: x\r\n", ": x\r\n"]
    ),
    st.sampled_from(["no colon\r\n", " folded\r\n", "A: b\rC: d\r\n", "X: " + "y" * 9000 + "\r\n"]),
    st.integers(50, 300).map(lambda count: "".join(f"X-{one}: 1\r\n" for one in range(count))),
)
bodies: SearchStrategy[bytes] = st.one_of(
    st.just(b""),
    st.builds(
        lambda name, password: (
            b"name=%s&password=%s" % (quote(name).encode(), quote(password).encode())
        ),
        some_text | st.just(MEMBER.encode()),
        some_text,
    ),
    some_text,
    json_texts.map(lambda text: text.encode(errors="replace")),
    st.binary(max_size=200),
    st.just(b"name=" + b"x" * 20_000),
    st.just(b"5\r\nhello\r\nffffffffffffffff\r\n"),
    st.just(b"--\r\nContent-Disposition: form-data; name=name\r\n\r\nx\r\n----"),
)


@st.composite
def requests(draw: Any) -> bytes:
    """One request. It may promise more than follows: whoever sends it ends its side after it."""
    target = draw(paths).replace(" ", "%20")
    version = draw(
        st.sampled_from(["HTTP/1.1"] * 8 + ["HTTP/1.0", "HTTP/9.9", "HTTP/2.0", "", "x"])
    )
    method, body = draw(methods), draw(bodies)
    head = f"{method} {target} {version}\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
    if body and draw(st.integers(0, 9)):
        head += f"Content-Length: {len(body)}\r\n"
        if draw(st.booleans()):
            head += "Content-Type: application/x-www-form-urlencoded\r\n"
    head += "".join(draw(st.lists(headers, max_size=3)))
    whole: bytes = f"{head}\r\n".encode(errors="replace") + body
    if draw(st.integers(0, 19)) == 0:  # the rest never comes
        whole = whole[: draw(st.integers(0, len(whole)))]
    return whole
