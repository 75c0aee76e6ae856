"""Several workers behind one address are one server."""

import gzip
import http.client
import json
import socket
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from kit.bench.harm.transport import TRANSPORTS, Lost
from kit.course import ROOT
from tests.deploy.conftest import Clients, until_all_hear_on
from tests.deploy.deployment import Deployment
from tests.waiting import until

of_each_transport = pytest.mark.parametrize("transport", TRANSPORTS)


def workers_of(engine_ids: list[str]) -> set[str]:
    return {name.partition("_")[0] for name in engine_ids}


def test_clients_of_all_workers_hear_the_same_updates_in_the_same_order(
    deployed: Deployment, clients: Clients
) -> None:
    crowd = clients(deployed.url, 12)
    until_all_hear_on(crowd, 10)
    heard = [{one["number"]: one["points"] for one in list(client.updates)} for client in crowd]
    common = set.intersection(*(set(one) for one in heard))
    assert len(common) >= 5
    for number in common:
        assert all(one[number] == heard[0][number] for one in heard)
    assert workers_of([name for one in crowd for name in one.engine_ids]) == {"w1", "w2", "w3"}


def test_a_polling_client_always_reaches_its_worker_though_all_have_one_address(
    deployed: Deployment, clients: Clients
) -> None:
    crowd = clients(deployed.url, 9, transport="polling")
    until_all_hear_on(crowd, 10)
    assert [one.losses for one in crowd if one.losses] == []
    assert workers_of([one.engine_ids[0] for one in crowd]) == {"w1", "w2", "w3"}


def test_the_audience_counts_the_clients_of_all_workers(
    deployed: Deployment, clients: Clients
) -> None:
    crowd = clients(deployed.url, 7, dashboard="machine")
    until(lambda: all(one.watching == 7 for one in crowd), what="an audience of 7")
    assert len(workers_of([one.engine_ids[0] for one in crowd])) == 3


@of_each_transport
def test_a_website_that_is_not_ours_is_refused(deployed: Deployment, transport: str) -> None:
    TRANSPORTS[transport](deployed.url, "127.0.0.1", {"Origin": deployed.url}).close()
    with pytest.raises(Lost, match="400"):
        TRANSPORTS[transport](deployed.url, "127.0.0.1", {"Origin": "https://elsewhere.example"})


@of_each_transport
def test_nobody_can_make_up_what_a_proxy_would_say(deployed: Deployment, transport: str) -> None:
    made_up = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "elsewhere.example",
        "X-Forwarded-For": "192.0.2.7", "X-Forwarded-Prefix": "/evil"}  # fmt: skip
    with pytest.raises(Lost, match="400"):
        TRANSPORTS[transport](
            deployed.url, "127.0.0.1", {**made_up, "Origin": "https://elsewhere.example"}
        )
    TRANSPORTS[transport](deployed.url, "127.0.5.1", {**made_up, "Origin": deployed.url}).close()
    asked = urllib.request.Request(f"{deployed.url}/healthz", headers=made_up)
    urllib.request.urlopen(asked, timeout=20).close()
    addresses = {line.get("client.address") for line in deployed.log()}
    assert {"127.0.0.1", "127.0.5.1"} & addresses
    assert "192.0.2.7" not in addresses


def test_the_figures_are_not_for_the_public_but_for_those_who_run_it(
    deployed: Deployment,
) -> None:
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"{deployed.url}/metrics", timeout=20)
    for worker in ("w1", "w2", "w3"):
        status, text = asked(deployed.folder() / "metrics.sock", f"/{worker}")
        assert status == 200
        assert "dashboard_clients" in text
    assert asked(deployed.folder() / "metrics.sock", "/")[0] == 404


def asked(path: Path, question: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("localhost", timeout=20)
    connection.sock = socket.socket(socket.AF_UNIX)
    connection.sock.connect(str(path))
    connection.request("GET", question)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def test_a_page_is_smaller_on_its_way(deployed: Deployment) -> None:
    request = urllib.request.Request(
        f"{deployed.url}/static/main.js", headers={"Accept-Encoding": "gzip"}
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        assert answer.headers.get_all("Content-Encoding") == ["gzip"]
        assert "Accept-Encoding" in answer.headers["Vary"]
        file = ROOT / "reference" / "dashboard" / "static" / "main.js"
        assert gzip.decompress(answer.read()) == file.read_bytes()  # packed once


def test_each_line_of_the_log_is_json(deployed: Deployment) -> None:
    said = deployed.said().splitlines()
    plain = [line for line in said if not line.startswith("{")]
    assert plain == [f"The dashboard is at {deployed.url}", "Ctrl-C stops it."]
    assert {json.loads(line)["log.logger"] for line in said if line.startswith("{")}
