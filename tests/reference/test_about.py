"""The page that tells people about the data, and the configuration for a file of one's own."""

import pytest
from flask import Flask

from checks.documents import Document
from kit.checking import Response
from reference.dashboard import create_app
from reference.dashboard.config import Own, Testing

ODD = {"<b>Where</b> & when": "Tom's <script>alert(1)</script> & co."}


def asked(app: Flask, path: str) -> tuple[int, Document]:
    answer = app.test_client().get(path)
    text = answer.get_data(as_text=True)
    response = Response(f"GET {path}", answer.status_code, dict(answer.headers), text)
    return answer.status_code, Document(response, f"http://localhost{path}")


class Told(Testing):
    """A test's configuration that tells something."""

    SOURCES = ()
    ABOUT = ODD


class Untold(Told):
    """One that tells nothing."""

    ABOUT: dict[str, str] = {}  # noqa: RUF012


def test_texts_are_only_ever_text() -> None:
    _, page = asked(create_app(Told), "/about")
    for text in (*ODD, *ODD.values()):
        assert text in page.text


@pytest.mark.parametrize(("config", "status", "links"), [(Told, 200, 1), (Untold, 404, 0)])
def test_pages_lead_there_where_something_is_told(
    config: type[Testing], status: int, links: int
) -> None:
    app = create_app(config)
    assert asked(app, "/about")[0] == status
    _, first = asked(app, "/")
    addresses = [address for _, address in first.links()]
    assert addresses.count("http://localhost/about") == links


def test_the_example_is_read_whole_and_in_its_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASHBOARD_SECRET_KEY", "for a test")
    app = create_app(Own)
    (only,) = app.test_client().get("/api/dashboards").get_json()["dashboards"]
    assert [column["name"] for column in only["columns"]] == [
        "outside",
        "inside",
        "humidity",
        "light",
    ]
    assert (only["timezone"], only["remarks"]) == ("Europe/Berlin", [])
    assert asked(app, "/about")[1].soup.find("h1") is not None
