# lab 12 (given): a module for people
"""Who somebody is, and what they may do.

A visitor is whoever gives a name. A member has shown the password for it. An administrator is a
member whom the configuration names.
"""

from ipaddress import ip_address
from typing import Any

from flask import Flask, current_app, request, session
from werkzeug.security import check_password_hash

from .origins import listed
from .state import state_of

DEMO = "demo"  # the name and the password of the demo's user


def on_this_machine() -> bool:
    """Whether the request comes from this machine: by no proxy, or by the one that we started.

    JupyterHub's is welcome, too: it lets only those through who may use this person's server.
    """
    # A proxy that nobody has told us of names itself in one of these.
    passed = [one for one in request.headers.get("X-Forwarded-For", "").split(",") if one.strip()]
    if current_app.config["HUB"]:
        return is_loopback(passed[-1] if by_our_nginx() and passed else direct()["REMOTE_ADDR"])
    proxies = current_app.config["PROXIES"]
    if "Forwarded" in request.headers or len(passed) != proxies or (proxies and not by_our_nginx()):
        return False
    return is_loopback(request.remote_addr)


def is_loopback(address: str | None) -> bool:
    """Whether this is an address of this machine that no other has."""
    try:
        found = ip_address(str(address).strip())
        # At `::` a client of IPv4 has an address within one of IPv6.
        return (getattr(found, "ipv4_mapped", None) or found).is_loopback
    except ValueError:  # a Unix socket has no address
        return False


def by_our_nginx() -> bool:
    """Whether the request came through a Unix socket, where only our own nginx asks."""
    return "werkzeug.proxy_fix.orig" in request.environ and not direct()["REMOTE_ADDR"]


def direct() -> dict[str, Any]:
    """Return what is known of who asks us directly, which may be a proxy."""
    found: dict[str, Any] = request.environ.get("werkzeug.proxy_fix.orig") or request.environ
    return found


def is_member(name: str) -> bool:
    """Whether a member has this name."""
    return name in current_app.config["USERS"] or is_demo(name)


def is_demo(name: str) -> bool:
    """Whether this is the demo's user, who is only ever let in from this machine."""
    if not current_app.config["DEMO"] or DEMO in current_app.config["USERS"]:
        return False
    return name == DEMO and on_this_machine()


def is_demo_elsewhere(name: str) -> bool:
    """Whether this is the demo's user, but on another machine, where nobody may be called so."""
    is_ours = current_app.config["DEMO"] and DEMO not in current_app.config["USERS"]
    return bool(is_ours) and name == DEMO and not on_this_machine()


def needs_password(name: str) -> bool:
    """Whether nobody may be called so without a password."""
    return is_member(name) or is_demo_elsewhere(name)


def verify(name: str, password: str) -> bool:
    """Whether this is the password of the member of this name."""
    if is_demo(name):
        return password == DEMO

    # lab 12: compare a password with its hash
    known = current_app.config["USERS"].get(name)
    return known is not None and check_password_hash(known, password)


def why_not(name: str) -> str:
    """Return what somebody is told who was not let in by this name."""
    if is_demo_elsewhere(name):
        return "This user signs in on the machine that the server runs on, at 127.0.0.1."
    return "Wrong password."


def is_administrator(name: str) -> bool:
    """Whether the member of this name may see the server's own figures."""
    if is_demo(name):
        return True

    # lab 12: say who may do what
    return name in listed(current_app.config["ADMINISTRATORS"])


# lab 12: say who is asking
def member() -> str | None:
    """Return the name of the member who asks, or None for anybody else."""
    name = session.get("member")
    # The cookie may be older than the list of members.
    return name if isinstance(name, str) and is_member(name) else None


def check_private(app: Flask) -> None:
    """Raise RuntimeError where `PRIVATE` names a dashboard that the app does not have.

    Misspelt, it would protect nothing, and nobody would notice.
    """
    dashboards = state_of(app).dashboards
    unknown = [name for name in listed(app.config["PRIVATE"]) if name not in dashboards]
    if unknown:
        raise RuntimeError(
            f"PRIVATE names no dashboard of this app: {', '.join(map(repr, unknown))}."
            f" Its dashboards are: {', '.join(dashboards)}."
        )


# lab 12: say who may see what
def may_see(dashboard: str) -> bool:
    """Whether who asks may know of a dashboard: a private one is for members only."""
    return dashboard not in listed(current_app.config["PRIVATE"]) or member() is not None
