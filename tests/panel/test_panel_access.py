"""The panel's page is for who shows its key, on this machine, in a page of its own."""

import re
import time
from dataclasses import replace

import pytest
import requests
import socketio

from kit.panel.address import TICKET_SECONDS
from tests.panel.conftest import Kept

PATHS = ("/", "/labs/1", "/static/panel.js", "/cards.css", "/socket.io/?EIO=4&transport=polling")
EVIL = "http://evil.example"


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("shown", [{}, {"key": "guessed"}], ids=str)
def test_a_stranger_is_refused(kept: Kept, path: str, shown: dict[str, str]) -> None:
    answer = requests.get(kept.ensure().url.rstrip("/") + path, params=shown, timeout=60)
    assert answer.status_code == 403
    assert "python3 -m kit panel" in answer.text
    assert not answer.cookies


def test_a_stranger_cannot_end_it(kept: Kept) -> None:
    found = kept.ensure()
    assert requests.post(f"{found.url}end", timeout=60).status_code == 403
    assert kept.ensure().pid == found.pid


def test_the_link_lets_a_browser_in_and_is_gone_from_the_address(kept: Kept) -> None:
    visitor = requests.Session()
    page = visitor.get(kept.link(2), timeout=60)
    assert page.url == f"{kept.ensure().url}labs/2"
    assert "Lab 2: again" in page.text
    assert kept.ensure().key not in page.text
    cookie = page.history[0].headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Lax"} <= set(re.split("; ?", cookie))
    assert page.history[0].headers["Location"] == "labs/2"  # below whatever prefix
    for path in PATHS:
        assert visitor.get(kept.ensure().url.rstrip("/") + path, timeout=60).ok, path


def test_a_ticket_lets_a_browser_in_for_a_while_and_later_only_whom_it_has_let_in(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = kept.ensure()
    visitor = requests.Session()
    fresh = f"{found.url}?ticket={found.ticket()}&lab=2&in=notebook"
    with monkeypatch.context() as patch:
        now = time.time()
        patch.setattr(time, "time", lambda: now - TICKET_SECONDS - 60)
        old = f"{found.url}?ticket={found.ticket()}&lab=2"
    forged = f"{found.url}?ticket={replace(found, key='guessed').ticket()}"
    for link in (old, forged):
        refused = visitor.get(link, timeout=60)
        assert refused.status_code == 403
        assert "run the cell again" in refused.text
    page = visitor.get(fresh, timeout=60)
    assert page.url == f"{found.url}labs/2?in=notebook"
    assert visitor.get(old, timeout=60).url == f"{found.url}labs/2"


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "header",
    [{"Host": "evil.example"}, {"Host": ""}, {"Origin": EVIL}, {"Origin": "null"}],
    ids=str,
)
def test_another_website_is_refused_though_it_has_the_key(
    kept: Kept, path: str, header: dict[str, str]
) -> None:
    found = kept.ensure()
    headers = {"Authorization": f"Bearer {found.key}"} | header
    answer = requests.get(found.url.rstrip("/") + path, headers=headers, timeout=60)
    assert answer.status_code == 400
    assert "only to pages of its own" in answer.text


@pytest.mark.parametrize("transport", ["polling", "websocket"])
def test_socket_io_asks_for_the_key_and_for_its_own_origin(kept: Kept, transport: str) -> None:
    found = kept.ensure()
    key = {"Authorization": f"Bearer {found.key}"}
    own = {"Origin": found.url.rstrip("/")}
    for headers in ({}, {"Authorization": "Bearer guessed"}, own, key | {"Origin": EVIL}):
        client = socketio.Client(handle_sigint=False, reconnection=False)
        with pytest.raises(socketio.exceptions.ConnectionError):
            client.connect(found.url, headers=headers, transports=[transport])
    visitor = requests.Session()  # the client shows its own headers once, and each request has to
    visitor.headers.update(key)
    with (
        visitor,
        socketio.SimpleClient(
            handle_sigint=False, reconnection=False, http_session=visitor
        ) as client,
    ):
        client.connect(found.url, headers=key, transports=[transport], wait_timeout=60)
        told = client.call("join_lab", {"lab": 1}, timeout=60)
        assert told["verdict"]["lab"] == 1
        for nonsense in (None, [], {"lab": 99}, {"lab": [1]}, "1"):
            assert client.call("join_lab", nonsense, timeout=60)["ok"] is False
