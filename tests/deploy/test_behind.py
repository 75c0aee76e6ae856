"""Behind one more proxy, which ends TLS and serves the dashboard below a path."""

import re
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from kit.bench.harm.transport import TRANSPORTS, Lost
from kit.running.redis_server import RedisServer
from tests.deploy.conftest import Clients, until_all_hear_on
from tests.deploy.deployment import Deployment
from tests.deploy.proxy_in_front import proxy_in_front

PUBLIC = "https://public.example"
HEADERS = {
    "Host": "public.example",
    "X-Forwarded-For": "$remote_addr",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "public.example",
    "X-Forwarded-Prefix": "/lab",
}


@dataclass
class Behind:
    """A deployment, and the address that the proxy in front of it gives it."""

    deployment: Deployment
    url: str


@pytest.fixture(scope="module")
def behind(
    redis: RedisServer, nginx: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Behind]:
    folder = tmp_path_factory.mktemp("outer")
    deployment = Deployment(folder / "output.txt", "--proxies", "1", redis=redis)
    try:
        with proxy_in_front(nginx, folder, deployment.port, "/lab/", HEADERS) as url:
            deployment.wait_until_open()
            yield Behind(deployment, url.rstrip("/"))
    finally:
        deployment.kill()


def test_clients_of_both_kinds_hear_updates(behind: Behind, clients: Clients) -> None:
    crowd = clients(behind.url, 4, headers={"Origin": PUBLIC})
    until_all_hear_on(crowd)
    assert [one.losses for one in crowd if one.losses] == []
    assert {line.get("client.address") for line in behind.deployment.log()} == {None, "127.0.0.1"}


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("origin", ["http://public.example", "https://elsewhere.example"])
def test_any_other_origin_is_refused(behind: Behind, transport: str, origin: str) -> None:
    with pytest.raises(Lost, match="400"):
        TRANSPORTS[transport](behind.url, "127.0.0.1", {"Origin": origin})


def test_the_address_is_the_one_that_the_proxy_has_seen(behind: Behind) -> None:
    made_up = {"X-Forwarded-For": "192.0.2.7"}
    with urllib.request.urlopen(
        urllib.request.Request(f"{behind.url}/healthz", headers=made_up), timeout=10
    ):
        pass
    assert "192.0.2.7" not in behind.deployment.said()


def test_addresses_in_the_page_stay_below_the_path(behind: Behind) -> None:
    with urllib.request.urlopen(f"{behind.url}/", timeout=20) as answer:
        page = answer.read().decode()
    absolute = re.findall(r'(?:href|src|action)="(/[^"]*)"', page)
    assert all(address.startswith("/lab/") for address in absolute), absolute
    script = re.search(r'src="([^"]*main\.js[^"]*)"', page)
    assert script
    address = script[1].removeprefix("/lab/")
    with urllib.request.urlopen(f"{behind.url}/{address}", timeout=20) as answer:
        assert answer.status == 200
