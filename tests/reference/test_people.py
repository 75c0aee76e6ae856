"""Who somebody is, what they may see, and how they come and go."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from werkzeug.security import generate_password_hash

from dashboard import people
from kit.checking import Failure, Server
from kit.checking.http import Response
from kit.checking.participant import Participant
from kit.checking.server import VISITOR
from kit.running import StartFailed
from tests.reference.conftest import Open

PASSWORD = "a password"
HASH = generate_password_hash(PASSWORD, "pbkdf2:sha256:1")
SETTINGS: dict[str, Any] = {
    "USERS": {"Ana": HASH, "Ben": HASH},
    "PRIVATE": ["machine"],
    "FEED_SECONDS": 0.02,
}
MACHINE = {"dashboard": "machine"}


@pytest.fixture
def members(server: Open) -> Server:
    """A server with two members, and a dashboard for members only."""
    return server(**SETTINGS)


def sign_in(server: Server, name: str, password: str = PASSWORD, **options: Any) -> Response:
    form = {"name": name, "password": password}
    return server.post("/auth/login", data=form, **options)


def token(server: Server, name: str = "Ana") -> str:
    assert sign_in(server, name).status == 303
    made: str = server.get("/auth/token").json()["token"]
    return made


def test_a_text_that_lists_names_makes_nobody_else_an_administrator() -> None:
    app = Flask(__name__)
    app.config.update(ADMINISTRATORS="Ana,Ben", USERS={"Ana": HASH}, DEMO=False)
    with app.app_context():
        found = [
            name for name in ("Ana", "Ben", "A", "na", "Ana,Ben") if people.is_administrator(name)
        ]
    assert found == ["Ana", "Ben"]


# Signing in and out.


@pytest.mark.parametrize(
    "password",
    # The hash has a name here: it is another one in each process that collects the tests.
    ["", "a passwor", "a password ", "A password", pytest.param(HASH, id="the hash"), "\x00"],
)
def test_a_wrong_password_lets_nobody_in(members: Server, password: str) -> None:
    answer = sign_in(members, "Ana", password)
    assert answer.status == 403
    assert "set-cookie" not in answer.headers
    assert members.get("/auth/token").status == 403


def test_a_wrong_password_takes_away_what_one_had(members: Server) -> None:
    token(members)
    assert sign_in(members, "Ben", "wrong").status == 403
    assert members.get("/auth/token").status == 403


def test_a_visitor_needs_no_password_and_gets_no_token(members: Server) -> None:
    assert sign_in(members, "Carl", "").status == 303
    assert members.get("/auth/token").status == 403
    assert sign_in(members, "ana", "").status == 303  # another name than Ana's
    assert members.get("/auth/token").status == 403


def test_passwords_are_compared_by_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def compared(known: str, given: str) -> bool:
        seen.append((known, given))
        return False

    monkeypatch.setattr(people, "check_password_hash", compared)
    app = Flask("a test")
    app.config |= SETTINGS | {"DEMO": False}
    with app.test_request_context():
        assert people.verify("Ana", PASSWORD) is False
    assert seen == [(HASH, PASSWORD)]


def test_only_so_many_passwords_may_be_tried(server: Open) -> None:
    started = server(**SETTINGS, PASSWORDS_RATE="3/hour")
    assert [sign_in(started, "Ana", "wrong").status for _ in range(5)] == [403] * 3 + [429] * 2
    assert sign_in(started, "Ana").status == 429, "the right one could be told by its answer"
    assert sign_in(started, "Ben", "wrong").status == 429
    assert sign_in(started, "a visitor", "").status == 303


def test_who_has_signed_out_is_nobody(members: Server) -> None:
    token(members)
    assert members.get("/auth/logout").status == 405
    assert members.get("/auth/token").status == 200
    assert members.post("/auth/logout").status == 303
    assert members.get("/auth/token").status == 403
    assert not members._visitors[0, VISITOR].cookies


@pytest.mark.parametrize("path", ["/auth/login", "/auth/logout"])
def test_a_form_of_another_website_does_nothing(members: Server, path: str) -> None:
    token(members)
    for origin in ("https://elsewhere.example", "null", f"{members.url()}.elsewhere.example"):
        answer = sign_in_at(members, path, origin)
        assert answer.status == 403, origin
        assert "set-cookie" not in answer.headers
    assert members.get("/auth/token").status == 200
    assert sign_in_at(members, path, members.url()).status == 303


def sign_in_at(server: Server, path: str, origin: str) -> Response:
    return server.post(path, data={"name": "Mallory"}, headers={"Origin": origin})


@pytest.mark.parametrize("query", ["?next=//elsewhere.example", "?next=https://elsewhere.example"])
def test_nobody_is_sent_elsewhere(server: Open, query: str) -> None:
    members = server(**SETTINGS, TRUSTED_HOSTS="elsewhere.example")
    headers = {"Host": "elsewhere.example", "X-Forwarded-Prefix": "//elsewhere.example"}
    for path in ("/auth/login", "/auth/logout"):
        answer = members.post(path + query, data={"name": "Carl"}, headers=headers)
        assert (answer.status, answer.headers["location"]) == (303, "../")


def test_a_name_fits_into_a_cookie(members: Server) -> None:
    assert sign_in(members, "ü" * 100, "").status == 303
    assert members.get("/").status == 200
    assert sign_in(members, "x" * 101, "").status == 400
    assert sign_in(members, "x" * 1_000_000, "").status == 413


def test_a_name_is_shown_as_text(members: Server) -> None:
    sign_in(members, "<script>alert(1)</script>", "")
    assert "<script>alert" not in members.get("/").text


@pytest.mark.parametrize(("config", "secure"), [("Testing", False), ("Production", True)])
def test_the_cookie_is_kept_from_scripts_and_from_other_websites(
    server: Open, config: str, secure: bool
) -> None:
    cookie = sign_in(server(config), "Carl", "").headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert ("Secure" in cookie) is secure


# Tokens.


def test_a_token_says_how_long_it_is_good_for_and_is_not_kept(members: Server) -> None:
    token(members)
    answer = members.get("/auth/token")
    assert set(answer.json()) == {"token", "expires_in"}
    assert answer.json()["expires_in"] == 60
    assert answer.headers["cache-control"] == "no-store"


def refused(server: Server, auth: Any) -> str:
    """Return the code that this `auth` is refused with."""
    with pytest.raises(Failure) as failure:
        server.join("a stranger", auth=auth)
    for code in ("token_expired", "token_invalid"):
        if f'"message": "{code}"' in str(failure.value):
            return code
    raise failure.value


def test_a_token_that_is_over_is_refused(server: Open) -> None:
    late = server(**SETTINGS, TOKEN_SECONDS=-1)
    assert refused(late, {"token": token(late)}) == "token_expired"


def test_a_token_that_is_not_ours_is_refused(members: Server) -> None:
    good = token(members)

    def signed(name: Any, secret: str = "for a test", salt: str = "token") -> str:
        return str(URLSafeTimedSerializer(secret, salt=salt).dumps(name))

    assert members.join("Ana", auth={"token": signed("Ana")}).expect("welcome")["user"] == "Ana"
    for forged in (signed("Ana", secret="another"), signed("Ana", salt="session"),
                   signed("Carl"), signed(["Ana"]), signed(None), good[:-2], good.upper(), "", 1,
                   True, ["Ana"], {"token": good}, "é", "\ud800", "a.b.c", "." * 1000,
                   ):  # fmt: skip
        assert refused(members, {"token": forged}) == "token_invalid", forged


def test_a_token_of_who_is_no_member_any_more_is_refused(server: Open) -> None:
    old = token(server(**SETTINGS), "Ben")
    now = server(**SETTINGS | {"USERS": {"Ana": HASH}})
    assert refused(now, {"token": old}) == "token_invalid"


def test_a_cookie_of_who_is_no_member_any_more_is_a_guests(server: Open) -> None:
    before = server(**SETTINGS)
    token(before, "Ben")
    cookies = {"Cookie": before._visitors[0, VISITOR].cookies}
    now = server(**SETTINGS | {"USERS": {"Ana": HASH}})
    assert now.get("/auth/token", headers=cookies).status == 403
    assert "machine" not in now.get("/api/dashboards", headers=cookies).text
    assert before.get("/auth/token", headers=cookies).status == 200


# What is for members only.


def hidden(server: Server, client: Participant) -> None:
    """Assert that the private dashboard is as one that there is not."""
    unknown = {"dashboard": "no such thing"}
    for event, more in (
        ("join_dashboard", {}),
        ("leave_dashboard", {}),
        ("refresh_data", {}),
        ("refresh_data", {"last": 1}),
        ("update_chart", {}),
        ("update_chart", {"after": 0}),
        ("process_data", {"action": "filter", "column": "cpu"}),
        ("process_data", {"action": "aggregate", "every": "1s"}),
    ):
        said = [client.call(event, which | more)["error"] for which in (MACHINE, unknown)]
        assert said[0].pop("reference") != said[1].pop("reference")
        assert said[0] == said[1]
        assert said[0]["code"] == "unknown_dashboard"
    client.call("refresh_data")
    client.settle()
    assert [heard["dashboard"] for heard in client.heard("data_updated")] == ["stocks"]
    assert not client.heard("update_chart")
    assert not server.app.rooms()


def test_a_private_dashboard_is_unknown_to_guests(members: Server) -> None:
    sign_in(members, "a visitor", "")
    hidden(members, members.join("a visitor", as_visitor=True))
    listed = members.get("/api/dashboards").json()["dashboards"]
    assert [one["id"] for one in listed] == ["stocks"]
    missing = members.get("/api/dashboards/nothing").json()
    assert members.get("/api/dashboards/machine").json() == {
        "error": missing["error"] | {"message": "There is no dashboard called 'machine'."}
    }
    assert members.get("/picture/machine.svg").status == 404
    page = members.get("/?dashboard=machine").text
    assert "This machine" not in page
    assert "cpu" not in page


def test_a_cookie_alone_makes_no_member_of_a_client(members: Server) -> None:
    token(members)
    ana = members.join("Ana", as_visitor=True)
    assert ana.expect("welcome")["user"] == "Ana"
    hidden(members, ana)


def test_a_member_sees_everything(members: Server) -> None:
    ana = members.join("Ana", auth={"token": token(members)})
    assert ana.expect("welcome")["user"] == "Ana"
    assert ana.call("join_dashboard", MACHINE)["ok"]
    assert ana.call("process_data", MACHINE | {"action": "filter", "column": "cpu"})["ok"]
    ana.expect("update_data")
    listed = members.get("/api/dashboards").json()["dashboards"]
    assert [one["id"] for one in listed] == ["machine", "stocks"]
    assert members.get("/picture/machine.svg").status == 200


def test_where_everything_is_private_there_is_nothing_for_guests(server: Open) -> None:
    started = server(**SETTINGS | {"PRIVATE": ["machine", "stocks"]})
    guest = started.join("a guest")
    for event in ("refresh_data", "update_chart", "join_dashboard"):
        assert guest.call(event)["error"]["code"] == "unknown_dashboard"
    assert started.get("/api/dashboards").json() == {"dashboards": []}
    assert started.get("/").status == 200


def test_a_private_dashboard_that_there_is_not_is_told_at_the_start(server: Open) -> None:
    with pytest.raises(StartFailed, match=r"'machin'.*Its dashboards are: machine, stocks"):
        server(**SETTINGS | {"PRIVATE": "machin"})


def session_of(client: Participant, choice: dict[str, str] = MACHINE) -> str:
    session: str = client.expect("welcome")["session"]
    assert client.call("join_dashboard", choice)["ok"]
    client.drop()
    return session


def test_a_session_is_only_for_who_has_begun_it(members: Server) -> None:
    ana, ben = {"token": token(members, "Ana")}, {"token": token(members, "Ben")}
    of_ana = session_of(members.join("Ana", auth=ana))
    of_nobody = session_of(members.join("a guest"), {"dashboard": "stocks"})
    for auth, session in ((None, of_ana), (ben, of_ana), (ana, of_nobody)):
        somebody = members.join("somebody", auth=auth)
        answer = somebody.call("resume_session", {"session": session, "number": 0})
        assert answer["error"]["code"] == "session_invalid"
        somebody.settle()
        assert not somebody.heard("update_data")
        assert not somebody.heard("update_chart")
    again = members.join("Ana", auth=ana)
    answer = again.call("resume_session", {"session": of_ana, "number": 0})
    assert (answer["ok"], answer["dashboard"]) == (True, "machine")


def test_a_token_says_who_it_is_whatever_the_cookie_says(members: Server) -> None:
    auth = {"token": token(members, "Ana")}
    sign_in(members, "somebody else", "")
    client = members.join("Ana", auth=auth, as_visitor=True)
    assert client.expect("welcome")["user"] == "Ana"


# The demo's user.

Asks = Callable[..., bool]


@pytest.fixture
def is_demo() -> Asks:
    """Whether the demo's user may come from an address, with these settings and headers."""

    def ask(
        address: str | None = "127.0.0.1", headers: Any = None, came: Any = None, **settings: Any
    ) -> bool:
        app = Flask("a test")
        app.config |= {"DEMO": True, "PROXIES": 0, "HUB": None, "USERS": {}} | settings
        environ = {"REMOTE_ADDR": address, "werkzeug.proxy_fix.orig": came}
        with app.test_request_context(environ_base=environ, headers=headers or {}):
            return people.verify("demo", "demo")

    return ask


def test_the_demos_user_comes_from_this_machine_alone(is_demo: Asks) -> None:
    assert is_demo("127.0.0.1")
    assert is_demo("127.8.9.1")
    assert is_demo("::1")
    assert is_demo("::ffff:127.0.0.1")
    for address in (
        "10.0.0.1",
        "192.168.0.7",
        "0.0.0.0",
        "::",
        "fe80::1",
        "::ffff:10.0.0.1",
        "",
        None,
        "unix",
        "x",
    ):
        assert not is_demo(address), address


def test_the_demos_user_does_not_come_through_a_proxy(is_demo: Asks) -> None:
    assert not is_demo(PROXIES=1)
    assert not is_demo(headers={"X-Forwarded-For": "127.0.0.1"})
    assert not is_demo(headers={"Forwarded": "for=127.0.0.1"})


def test_the_demos_user_comes_through_our_own_nginx(is_demo: Asks) -> None:
    # It asks at a Unix socket, and says whom it has seen; `remote_addr` is that, by then.
    ours = {"REMOTE_ADDR": ""}

    def through(
        passed: str, address: str = "127.0.0.1", came: Any = ours, proxies: int = 1
    ) -> bool:
        return is_demo(address, {"X-Forwarded-For": passed}, came, PROXIES=proxies)

    assert through("127.0.0.1")
    assert through("::1", "::1")
    assert not through("10.0.0.1", "10.0.0.1")
    assert not through("10.0.0.1, 127.0.0.1")  # another one on this machine, before ours
    assert not through("127.0.0.1", came={"REMOTE_ADDR": "127.0.0.1"})  # somebody else's
    assert not through("127.0.0.1", came=None)


def test_elsewhere_nobody_is_called_as_the_demos_user_is(server: Open) -> None:
    demo = server("Development")
    seen = {"X-Forwarded-For": "10.0.0.1"}
    for password in ("demo", ""):
        answer = demo.request(
            "POST", "/auth/login", data={"name": "demo", "password": password}, headers=seen
        )
        assert answer.status == 403
        assert "signs in on the machine that the server runs on" in answer.text
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(("by_hub", "welcome"), [("127.0.0.1", True), ("10.0.0.1", False)])
def test_the_demos_user_comes_through_jupyterhub_to_this_machine(
    is_demo: Asks, by_hub: str, welcome: bool
) -> None:
    person = {"address": "192.0.2.7", "HUB": "/user/ada/", "PROXIES": 1}
    through = {"headers": {"X-Forwarded-For": "192.0.2.7"}, "came": {"REMOTE_ADDR": by_hub}}
    assert is_demo(**person, **through) is welcome
    through = {
        "headers": {"X-Forwarded-For": f"192.0.2.7, {by_hub}"},
        "came": {"REMOTE_ADDR": ""},
    }  # our nginx
    assert is_demo(**person | {"PROXIES": 2}, **through) is welcome


def test_the_demos_user_is_there_only_where_it_is_asked_for(is_demo: Asks) -> None:
    assert not is_demo(DEMO=False)
    assert not is_demo(USERS={"demo": HASH})  # somebody's own name


@pytest.mark.parametrize(("config", "welcome"), [("Development", True), ("Production", False)])
def test_there_is_a_demo_in_development_only(server: Open, config: str, welcome: bool) -> None:
    started = server(config, SESSION_COOKIE_SECURE=False)
    assert sign_in(started, "demo", "demo").status == 303  # elsewhere a visitor of that name
    assert started.get("/auth/token").status == (200 if welcome else 403)
    assert sign_in(started, "demo", "wrong").status == (403 if welcome else 303)
