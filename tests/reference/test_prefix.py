"""Below a path that a proxy gives the server, whether it takes it away, and whether it tells."""

import base64
import hashlib
import re
from dataclasses import dataclass

import pytest
import requests

from kit.course import ROOT
from kit.running import RunningApp
from tests.reference.conftest import Serve

BELOW = "/user/ada/proxy/8000"
LEFT = "/user/ada/proxy/absolute/8000"
HUB = {"JUPYTERHUB_SERVICE_PREFIX": "/user/ada/"}
ADDRESS = re.compile(r'(?:href|src|srcset|action|data-token)="([^"]*)"|url=([^"]*)"')


@dataclass
class Way:
    """A way to a server: what is asked of it for an address, and how."""

    app: RunningApp
    path: str = ""
    prefix: str | None = None

    def ask(self, method: str, address: str, **options: str) -> requests.Response:
        headers = {"X-Forwarded-Prefix": self.prefix} if self.prefix else {}
        return requests.request(
            method,
            f"{self.app.url}{self.path}{address}",
            headers=headers,
            data=options,
            allow_redirects=False,
            timeout=20,
        )


@pytest.fixture(params=["at the top", "taken away", "taken away and told", "left"])
def way(serve: Serve, request: pytest.FixtureRequest) -> Way:
    """A way to the finished server, as one kind of proxy asks it."""
    settings = {"SESSION_COOKIE_SECURE": False}
    match request.param:
        case "taken away and told":
            return Way(serve("Production", PROXIES=1, **settings), prefix=BELOW)
        case "left":
            return Way(serve("Production", PATH_PREFIX=f"{LEFT}/", **settings), path=LEFT)
        case _:
            return Way(serve("Production", **settings))


@pytest.mark.parametrize("address", ["/auth/login", "/auth/logout"])
def test_signing_in_and_out_lead_to_the_page(way: Way, address: str) -> None:
    answer = way.ask("POST", address, name="Ada")
    assert (answer.status_code, answer.headers["Location"]) == (303, "../")


def test_so_does_what_flask_redirects_by_itself(way: Way) -> None:
    answer = way.ask("GET", "/api//dashboards")
    assert (answer.status_code, answer.headers["Location"]) == (308, "../../api/dashboards")


def test_no_page_names_an_address_from_the_top(way: Way) -> None:
    for page in ("/", "/still", "/auth/login"):
        found = ADDRESS.findall(way.ask("GET", page).text)
        addresses = [one or other for one, other in found]
        assert len(addresses) > 3
        wrong = [one for one in addresses if re.match(r"/|\w+:", one)]
        # A page at …/proxy/8000, without the slash at the end, cannot name this in another way.
        known = way.prefix or way.path
        assert {*wrong} == ({f"{known}/still?"} if known and page == "/" else set()), page


def test_the_page_without_scripts_is_renewed_where_it_is(way: Way) -> None:
    assert way.ask("GET", "/still").headers["Refresh"] == "5"


def test_the_cookie_is_for_what_is_known_of_the_path(way: Way) -> None:
    said = way.ask("POST", "/auth/login", name="Ada").headers["Set-Cookie"]
    assert f"; Path={way.prefix or way.path or '/'}" in said


def test_a_path_that_is_left_is_taken_away_whole(serve: Serve) -> None:
    app = serve(variables=HUB)
    for port in ("8000", "1", "65535"):
        path = f"/user/ada/proxy/absolute/{port}"
        for address in (
            "",
            "/",
            "/still",
            "/api/dashboards",
            "/socket.io/?EIO=4&transport=polling",
        ):
            assert Way(app, path).ask("GET", address).status_code == 200, address
    for wrong in (
        f"{LEFT}0x",
        "/user/ada/proxy/absolute",
        "/user/ben/proxy/absolute/8000",
        f"/x{LEFT}",
    ):
        assert Way(app, wrong).ask("GET", "/").status_code == 404, wrong
    assert Way(app).ask("GET", "/still").status_code == 200


def test_a_person_may_have_a_name_of_any_letters(serve: Serve) -> None:
    name = "/user/l%C3%B6we%20%26%20co/"
    app = serve(variables={"JUPYTERHUB_SERVICE_PREFIX": name})
    for way in (Way(app, f"{name}proxy/absolute/8000"), Way(app, prefix=f"{name}proxy/8000")):
        answer = way.ask("POST", "/auth/login", name="Ada")
        assert answer.headers["Location"] == "../"
        assert f"Path={way.prefix or way.path}" in answer.headers["Set-Cookie"]


def test_the_policy_allows_the_one_script_in_the_page_and_no_other(serve: Serve) -> None:
    page = (ROOT / "reference/dashboard/templates/index.html").read_text("utf-8")
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = Way(serve()).ask("GET", "/").headers["Content-Security-Policy"]
    assert f" script-src 'self' 'sha256-{digest}';" in policy
