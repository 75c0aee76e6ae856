"""The addresses of a server: for this machine's browser, and for other machines nearby."""

import json
import os
import socket
from ipaddress import ip_address

import psutil

from kit.reachable import is_loopback

EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # and where this machine itself reaches it
# Nothing is sent there: only the way to it is asked for. Both are reserved for documentation.
FAR_AWAY = {socket.AF_INET: "192.0.2.1", socket.AF_INET6: "2001:db8::1"}


def url(host: str, port: int) -> str:
    """Return the address of a server at a name or an IP address, without a slash at the end."""
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def here(host: str, port: int) -> str:
    """Return the address for a browser on this machine, of a server that listens at `host`."""
    return url(EVERYWHERE.get(host, host), port)


def nearby(host: str, port: int, trusted: list[str]) -> list[str]:
    """Return the addresses for other machines, the likeliest first.

    There are none where the server at `host` listens to this machine alone. Where `trusted` lists
    the names that it answers to, other addresses are left out.
    """
    if host not in EVERYWHERE:
        hosts = [] if is_loopback(host) else [host]
    else:
        hosts = [one for one in lan() if host == "::" or ":" not in one]
    if trusted and (hosts or host in EVERYWHERE):
        names = [one for one in trusted if one[:1] != "." and not is_loopback(one)]
        bare = [one.strip("[]") for one in names]
        hosts = [one for one in bare if host in EVERYWHERE or one in hosts]
    return [url(one, port) for one in hosts]


def lan() -> list[str]:
    """Return this machine's IP addresses in its networks, that of the default route first."""
    running = {name for name, state in psutil.net_if_stats().items() if state.isup}
    found = [
        entry.address
        for name, entries in psutil.net_if_addrs().items()
        for entry in entries
        if name in running and entry.family in FAR_AWAY
    ]
    usable = [one for one in found if "%" not in one and _is_usable(one)]
    likely = [_on_the_way_out(family) for family in FAR_AWAY]
    return sorted(usable, key=lambda one: (one not in likely, ":" in one))


def _is_usable(address: str) -> bool:
    ip = ip_address(address)
    return not (ip.is_loopback or ip.is_link_local or ip.is_unspecified)


def _on_the_way_out(family: socket.AddressFamily) -> str | None:
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((FAR_AWAY[family], 9))
        except OSError:  # there is no way out
            return None
        return str(probe.getsockname()[0])


def trusted_hosts() -> list[str]:
    """Return the names in the variable DASHBOARD_TRUSTED_HOSTS: JSON, or with commas between."""
    text = os.environ.get("DASHBOARD_TRUSTED_HOSTS", "")
    try:
        names = json.loads(text)
    except ValueError:
        names = text
    names = names.split(",") if isinstance(names, str) else names
    return [name.strip() for name in names if name.strip()] if isinstance(names, list) else []
