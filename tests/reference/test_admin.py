"""The namespace /admin: live figures for administrators, and for nobody else."""

import json
from typing import Any

import pytest
from itsdangerous import URLSafeTimedSerializer
from socketio import packet
from werkzeug.security import generate_password_hash

from kit.checking import Server
from kit.checking.connection import Connection
from kit.checking.participant import Participant
from tests.reference.conftest import Open
from tests.reference.lines import lines
from tests.waiting import until

HASH = generate_password_hash("a password", "pbkdf2:sha256:1")
MEMBERS = {
    "USERS": {"Ana": HASH, "Ben": HASH},
    "ADMINISTRATORS": ["Ana", "Carl"],  # Carl is no member
    "PRIVATE": ["machine"],
    "FEED_SECONDS": 0.02,
}
EVENTS = ["join_dashboard", "leave_dashboard", "refresh_data", "resume_session", "process_data"]
ADMIN = "/admin"


@pytest.fixture
def members(server: Open) -> Server:
    return server(**MEMBERS)


def token(server: Server, name: str) -> str:
    server.expect("POST", "/auth/login", status=303, data={"name": name, "password": "a password"})
    made: str = server.get("/auth/token").json()["token"]
    return made


class Watcher:
    """A client that asks for /admin, and for nothing else."""

    def __init__(self, server: Server, auth: Any = None, namespace: str = ADMIN) -> None:
        self.server = server
        url, patience = server.url(), server.patience()
        self.connection = Connection("an administrator", url, patience, namespace=namespace)
        server._participants.append(
            Participant("an administrator", server, self.connection, server.join)
        )
        self._say(packet.Packet(packet.CONNECT, data=auth, namespace=namespace))
        self._until(lambda: self.is_in or self.refusal is not None)

    @property
    def is_in(self) -> bool:
        return self.connection.is_connected

    @property
    def refusal(self) -> Any:
        return self.connection.refusal

    def figures(self) -> list[dict[str, Any]]:
        """Return all figures so far, at least one set more than before."""
        before = len(self.connection.payloads("figures"))
        self._until(lambda: len(self.connection.payloads("figures")) > before)
        found: list[dict[str, Any]] = self.connection.payloads("figures")
        assert len(found) > before
        return found

    def call(self, event: str, *payload: Any) -> Any:
        self._say(packet.Packet(packet.EVENT, data=[event, *payload], id=7, namespace=ADMIN))
        self._until(lambda: 7 in self.connection.acks)
        return self.connection.acks.pop(7)[0]

    def _say(self, message: Any) -> None:
        self.connection._transport.send(message)

    def _until(self, done: Any) -> None:
        self.connection._wait(self.server.patience(), done)


def test_the_figures_are_right(members: Server) -> None:
    auth = {"token": token(members, "Ana")}
    guests = [members.join(f"guest {number}") for number in range(3)]
    for _ in range(50):
        guests[0].call("refresh_data")  # long before anybody looks
    for guest in guests[:2]:
        guest.call("join_dashboard", {"dashboard": "stocks"})
    member = members.join("Ana", auth=auth)
    member.call("join_dashboard", {"dashboard": "machine"})
    watcher = Watcher(members, auth)

    (first, *_) = watcher.figures()

    keys = {"clients", "rooms", "events", "log", "watchers", "unacknowledged"}
    assert set(first) == keys
    assert first["clients"] == 4
    assert first["rooms"] == {"stocks": 2, "machine": 1}
    assert first["events"]["refresh_data"] == 0
    for _ in range(40):
        guests[0].call("refresh_data")
    guests[0].leave()
    last = until(lambda: (one := watcher.figures()[-1])["clients"] == 3 and one)
    found = sum(one["events"]["refresh_data"] for one in watcher.connection.payloads("figures"))
    assert found == pytest.approx(40, rel=0.2)
    assert last["rooms"] in ({"stocks": 1, "machine": 1}, {"stocks": 2, "machine": 1})


def test_the_newest_lines_of_the_log_come_along(members: Server) -> None:
    watcher = Watcher(members, {"token": token(members, "Ana")})
    ben = members.join("Ben")
    for number in range(60):
        ben.call("refresh_data")
        ben.call(f"event {number}")
    tail = until(lambda: len(log := watcher.figures()[-1]["log"]) == 50 and log)
    printed = [json.dumps(line) for line in lines(members.app)]
    places = [printed.index(json.dumps(line)) for line in tail]
    assert places == list(range(places[0], places[0] + 50))


def test_only_administrators_are_let_in(members: Server) -> None:
    forged = URLSafeTimedSerializer("another secret", salt="token").dumps("Ana")
    session = URLSafeTimedSerializer("for a test", salt="session").dumps("Ana")
    nobody = URLSafeTimedSerializer("for a test", salt="token").dumps("Carl")
    for auth, code in (
        (None, "forbidden"),
        ({}, "forbidden"),
        ({"token": None}, "forbidden"),
        ({"token": token(members, "Ben")}, "forbidden"),
        ({"token": ""}, "token_invalid"),
        ({"token": ["x"]}, "token_invalid"),
        ({"token": forged}, "token_invalid"),
        ({"token": session}, "token_invalid"),
        ({"token": nobody}, "token_invalid"),
        ({"token": "\ud800"}, "token_invalid"),
    ):
        watcher = Watcher(members, auth)
        assert not watcher.is_in
        assert watcher.refusal["message"] == code, auth
        assert watcher.refusal["data"]["reference"]


def test_an_expired_token_is_refused(server: Open) -> None:
    late = server(**MEMBERS | {"TOKEN_SECONDS": -1})
    watcher = Watcher(late, {"token": token(late, "Ana")})
    assert watcher.refusal["message"] == "token_expired"


def test_who_is_let_in_to_the_dashboards_is_not_let_in_here(members: Server) -> None:
    auth = {"token": token(members, "Ana")}
    ana = members.join("Ana", auth=auth, as_visitor=True)
    ana._connection._transport.send(packet.Packet(packet.CONNECT, namespace=ADMIN))
    until(lambda: ana.settle() or ana._connection.refusal is not None)
    assert ana._connection.refusal["message"] == "forbidden"


def test_the_figures_reach_nobody_else(members: Server) -> None:
    guest = members.join("a guest")
    guest.call("join_dashboard", {"dashboard": "stocks"})
    refused = Watcher(members)
    Watcher(members, {"token": token(members, "Ana")}).figures()
    guest.settle()
    assert not guest.heard("figures")
    refused.connection.settle(members.patience())
    assert not refused.connection.heard


def test_nothing_that_is_sent_here_does_anything(members: Server) -> None:
    watcher = Watcher(members, {"token": token(members, "Ana")})
    before = members.app.rooms()
    for event in (*EVENTS, "figures", "", "message", "shutdown"):
        answer = watcher.call(event, {"dashboard": "stocks"})
        assert answer["error"]["code"] == "forbidden", event
    for event in ("connect", "disconnect", "*"):
        assert watcher.call(event, {"dashboard": "stocks"})["ok"] is False
    assert members.app.rooms() == before
    assert watcher.figures()[-1]["clients"] == 0
    assert {heard.event for heard in watcher.connection.heard} == {"figures"}


def test_who_owes_an_acknowledgement_is_counted_and_asked_once(server: Open) -> None:
    quick = server(**MEMBERS, FIGURES_SECONDS=0.02)
    auth = {"token": token(quick, "Ana")}
    watcher, silent = Watcher(quick, auth), Watcher(quick, auth)
    watcher.connection.says = ()
    silent.figures()

    def newest(watchers: int, unacknowledged: int) -> bool:
        watcher.connection.settle(quick.patience())  # what has come is acknowledged
        told = watcher.figures()[-1]
        return (told["watchers"], told["unacknowledged"]) == (watchers, unacknowledged)

    until(lambda: newest(2, 1))
    asked = [one for one in silent.connection.heard if one.id is not None]
    assert len(silent.figures()) > 1
    assert len(asked) == 1
    silent.connection.drop()
    until(lambda: newest(1, 0))


def test_an_acknowledgement_that_is_no_list_ends_the_connection_alone(server: Open) -> None:
    quick = server(**MEMBERS, FIGURES_SECONDS=0.02)
    auth = {"token": token(quick, "Ana")}
    watcher, odd = Watcher(quick, auth), Watcher(quick, auth)
    odd.figures()
    odd.connection._transport._socket.send("43/admin,1")
    until(lambda: watcher.figures()[-1]["watchers"] == 1)
    logged = [line for line in lines(quick.app) if line["log.level"] == "critical"]
    assert not logged


def test_the_demo_is_administered_by_its_user(server: Open) -> None:
    demo = server("Development")
    demo.expect("POST", "/auth/login", status=303, data={"name": "demo", "password": "demo"})
    assert Watcher(demo, {"token": demo.get("/auth/token").json()["token"]}).figures()


def test_passwords_cannot_be_guessed_at_the_admin_ui(server: Open) -> None:
    shown = server(**MEMBERS, ADMIN_UI=True, PASSWORDS_RATE="3/hour")
    right = {"username": "Ana", "password": "a password"}
    wrong = right | {"password": "wrong"}
    assert [Watcher(shown, auth, "/admin/ui").is_in for auth in (wrong, right, wrong, right)] == [
        False,
        True,
        False,
        False,
    ]
