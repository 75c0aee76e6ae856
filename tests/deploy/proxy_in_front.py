"""One more nginx, in front of a deployment: it serves it below a path, as hubs and hosts do."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from kit.ports import spare_port
from kit.running.redis_server import run
from tests.waiting import until

CONFIGURATION = """
daemon off; pid nginx.pid; error_log error.log; worker_processes 1;
events { }
http {
    access_log off;
    client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi; scgi_temp_path scgi;
    server {
        listen 127.0.0.1:%(port)s;
        location %(path)s {
            proxy_pass http://127.0.0.1:%(inner)s/;
            proxy_http_version 1.1;
            proxy_buffering off;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $http_connection;
            %(headers)s
        }
    }
}
"""


@contextmanager
def proxy_in_front(
    nginx: str, folder: Path, inner: int, path: str, headers: Mapping[str, str]
) -> Iterator[str]:
    """Give the address at which what listens at the port `inner` is served, below `path`.

    The proxy takes the path away, and adds `headers`. It keeps its files in `folder`.
    """
    port, configuration = spare_port(), folder / "nginx.conf"
    lines = "\n".join(f"proxy_set_header {name} {value};" for name, value in headers.items())
    values = {"port": port, "inner": inner, "path": path, "headers": lines}
    configuration.write_text(CONFIGURATION % values)
    outer = run([nginx, "-p", str(folder), "-c", str(configuration), "-e", "error.log"])
    try:
        until((folder / "nginx.pid").exists, what="the proxy in front")
        yield f"http://127.0.0.1:{port}{path}"
    finally:
        outer.terminate()
        outer.wait()
