"""What breaks, and what the clients notice of it: that they are a moment late, and nothing else."""

import signal
import time
from contextlib import suppress

import psutil

from dashboard.deploy.children import Pauses
from kit.bench.harm.resuming_client import ResumingClient
from kit.bench.harm.transport import Lost, WebSocket
from kit.running.redis_server import RedisServer
from tests.deploy.conftest import Clients, until_all_hear_on
from tests.deploy.deployment import Deployment
from tests.waiting import until

MEGABYTE = 1 << 20
HANDLED = '"handled update_chart"'


def assert_complete(crowd: list[ResumingClient]) -> None:
    """Each client has heard every number from its first to its last, once, in order."""
    for client in crowd:
        numbers = list(client.numbers)
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        assert (client.snapshots, client.expired) == (0, 0), client.losses


def until_all_resumed(crowd: list[ResumingClient], times: int) -> None:
    """Wait until the session of each client has gone on so often."""
    until(
        lambda: all(client.resumed >= times for client in crowd),
        what="the acknowledgement of every return",
    )


def test_a_worker_that_reads_for_all_is_killed(deployed: Deployment, clients: Clients) -> None:
    crowd = clients(deployed.url, 12)
    holder = until(deployed.holder, what="a process with the lease")
    psutil.Process(holder).kill()
    until_all_hear_on(crowd)

    assert deployed.holder() != holder
    until(lambda: any(client.resumed for client in crowd), what="a session that goes on")
    assert any(not client.losses for client in crowd)
    assert_complete(crowd)
    deployed.wait_until_whole()


def test_connections_are_cut(deployed: Deployment, clients: Clients) -> None:
    crowd = clients(deployed.url, 12)
    for _ in range(3):
        for client in crowd:
            client.cut()
        until_all_hear_on(crowd, 3)
    until_all_resumed(crowd, 2)
    assert_complete(crowd)


def test_all_workers_are_renewed_one_after_another(deployed: Deployment, clients: Clients) -> None:
    crowd = clients(deployed.url, 20)
    deployed.renew()
    until_all_hear_on(crowd)

    until_all_resumed(crowd, 1)
    assert all(client.goodbyes for client in crowd if client.transport == "websocket")
    assert all(0 <= seconds < 1 for client in crowd for seconds in client.goodbyes)
    assert_complete(crowd)


def test_redis_is_restarted(deployed: Deployment, redis: RedisServer, clients: Clients) -> None:
    crowd = clients(deployed.url, 8)
    redis.stop()
    redis.start()
    until_all_hear_on(crowd)
    for client in crowd:
        client.cut()
    until_all_hear_on(crowd)
    until_all_resumed(crowd, 1)
    assert_complete(crowd)


def test_redis_loses_its_data(deployed: Deployment, redis: RedisServer, clients: Clients) -> None:
    crowd = clients(deployed.url, 8)
    redis.stop()
    redis.forget()
    redis.start()
    until_all_hear_on(crowd)
    assert all(not client.losses for client in crowd)
    newcomer = clients(deployed.url, 1)[0]
    assert newcomer.numbers[0] > crowd[0].numbers[0]
    assert_complete(crowd)


def test_the_proxy_is_restarted(deployed: Deployment, clients: Clients) -> None:
    crowd = clients(deployed.url, 8)
    for number in (signal.SIGTERM, signal.SIGKILL):
        before = deployed.nginx()
        before.send_signal(number)
        until(lambda before=before: not before.is_running(), what="the end of nginx")
        until_all_hear_on(crowd)
    until_all_resumed(crowd, 2)
    assert_complete(crowd)


def test_a_client_that_never_reads_is_let_go(deployed: Deployment, clients: Clients) -> None:
    crowd = clients(deployed.url, 6)
    memory = {one: one.memory_info().rss for one in deployed.workers_now().values()}
    slow = WebSocket(deployed.url, "127.0.0.1", held=4096)
    slow.send("40")
    asked, handled = 0, deployed.said().count(HANDLED)

    def is_let_go() -> bool:
        nonlocal asked
        said = deployed.said()
        with suppress(Lost):
            while asked < said.count(HANDLED) - handled + 50:
                slow.send('42["update_chart",{"dashboard":"stocks"}]')
                asked += 1
        return "a client reads too slowly; its connection is ended" in said

    until(is_let_go, seconds=60, what="the end of its connection")
    slow.close()
    until_all_hear_on(crowd)
    assert all(not client.losses for client in crowd)
    assert_complete(crowd)
    for one, before in memory.items():
        assert one.memory_info().rss - before < 40 * MEGABYTE


def test_a_client_that_floods_cannot_hold_up_the_others(
    deployed: Deployment, clients: Clients
) -> None:
    crowd = clients(deployed.url, 6)
    memory = {one: one.memory_info().rss for one in deployed.workers_now().values()}
    flood = WebSocket(deployed.url, "127.0.0.1", seconds=5)
    flood.send("40")
    sent = 0
    until_all_hear_on(crowd, 0)
    newest = crowd[0].newest
    while crowd[0].newest < newest + 10:
        with suppress(Lost):
            flood.send('42["update_chart",{"dashboard":"stocks"}]')
            sent += 1
    flood.close()
    until_all_hear_on(crowd)
    assert sent > 1000
    assert all(not client.losses for client in crowd)
    assert_complete(crowd)
    for one, before in memory.items():
        assert one.memory_info().rss - before < 40 * MEGABYTE


def test_what_dies_at_once_is_started_less_and_less_often() -> None:
    pauses, waited = Pauses(), []
    for _ in range(12):
        pauses.note_start()
        pauses.note_end()
        waited.append(round(pauses.due - time.monotonic()))
    assert waited[0] == 0
    assert waited == sorted(waited)
    assert waited[-1] == 30
