"""Why an answer over HTTP is another than expected: what checks say in rows."""

from collections.abc import Callable

import pytest

from kit.checking import Cause, Failure, Rows, Server, answers, evidence
from tests.running.submission import with_view

pytestmark = pytest.mark.usefixtures("_impatient")
Serve = Callable[[str], Server]

SLASH, METHOD, SENT, STATUS, KIND, SPELLED, ABSENT, WRITTEN = (
    Cause(name, "It is so.", "Look.")
    for name in ("slash", "method", "sent", "status", "kind", "spelled", "absent", "written")
)
APP = with_view("return '{}', 201").replace(
    "    return app\n",
    """
    @app.get("/slash/")
    def slash():
        return ""

    @app.get("/page")
    def page():
        return "a page"

    @app.get("/leave")
    def leave():
        return "", 302, {"Location": "/page?from=here"}

    return app
""",
)
ROWS: Rows = [
    (answers.adds_a_slash, SLASH),
    (answers.has_status(405), METHOD),
    (answers.leads_to("/page"), SENT),
    (answers.begins_with("{"), STATUS),
    (answers.has_status(200), KIND),
    (answers.has_other_status(404), None),
    (answers.has_route("/pages?"), SPELLED),
    (answers.has_no_route, ABSENT),
]


@pytest.mark.parametrize(
    ("method", "path", "cause", "got"),
    [
        ("GET", "/slash", SLASH, "status 308, to http"),
        ("DELETE", "/page", METHOD, "status 405, text/html"),
        ("GET", "/leave", SENT, "status 302, to /page?from=here"),
        ("GET", "/do", STATUS, "status 201, text/html: {}"),
        ("GET", "/page", KIND, "status 200, text/html: a page"),
        ("GET", "/no", SPELLED, "status 404; the app answers at: /, /do, /leave, /page, /slash/"),
    ],
)  # fmt: skip
def test_the_first_row_that_fits_names_the_cause(
    serve: Serve, method: str, path: str, cause: Cause, got: str
) -> None:
    with pytest.raises(Failure) as caught:
        serve(APP).expect(method, path, kind="application/json", why=ROWS)
    assert caught.value.expected == f"{method} {path} answers with status 200 and application/json"
    assert caught.value.cause == cause
    assert got in caught.value.got


def test_where_no_row_has_a_cause_the_status_is_unexpected(serve: Serve) -> None:
    for rows in ([], [(answers.has_other_status(404), None), (answers.has_no_route, ABSENT)]):
        with pytest.raises(Failure) as caught:
            serve(APP).expect("GET", "/do", why=rows)
        assert caught.value.cause.name == "unexpected-status"


def test_one_of_several_statuses_will_do(serve: Serve) -> None:
    server = serve(APP)
    assert server.expect("GET", "/do", status=(303, 201), why=ROWS).status == 201
    with pytest.raises(Failure, match="answers with status 303"):
        server.expect("GET", "/page", status=(303, 302))


def test_where_no_answer_came_no_evidence_of_one_fits(serve: Serve) -> None:
    looks = [answers.is_there, answers.has_other_status(), answers.leads_to("")]
    looks += [answers.adds_a_slash, answers.begins_with(""), answers.has_route("/do")]
    rows: Rows = [
        *((look, SENT) for look in [*looks, answers.has_no_route]),
        (evidence.crashed, KIND),
    ]
    with pytest.raises(Failure) as caught:
        serve(with_view("return {}['key']")).expect("GET", "/do", why=rows)
    assert caught.value.cause == KIND


def test_an_answer_of_the_right_status_has_found_its_route(serve: Serve) -> None:
    rows: Rows = [(answers.has_route("/page"), SPELLED), (answers.is_there, KIND)]
    with pytest.raises(Failure) as caught:
        serve(APP).expect("GET", "/page", kind="application/json", why=rows)
    assert caught.value.cause == KIND


def test_the_source_is_evidence(serve: Serve) -> None:
    rows: Rows = [
        (evidence.written("no such line"), ABSENT),
        (evidence.no(evidence.written(r"def page\(")), ABSENT),
        (evidence.written(r"def page\("), WRITTEN),
    ]
    with pytest.raises(Failure) as caught:
        serve(APP).expect("GET", "/absent", why=rows)
    assert caught.value.cause == WRITTEN


def test_each_visitor_has_cookies_of_their_own(serve: Serve) -> None:
    server = serve(
        with_view("""
            from flask import request
            seen = request.cookies.get("seen", "nothing")
            return seen, 200, {"Set-Cookie": "seen=before"}
        """)
    )
    answered = [server.get("/do", by=by).text for by in ("Ana", "Ben", "Ana")]
    assert answered == ["nothing", "nothing", "before"]
    assert server.story[-2:] == ["Ben asked for GET /do", "Ana asked for GET /do"]
