# lab 12 (given): a module for people
"""Who somebody is, and what they may do.

A visitor is whoever gives a name. A member has shown the password for it. An administrator is a
member whom the configuration names.
"""

from ipaddress import ip_address

from flask import current_app, request, session
from werkzeug.security import check_password_hash

DEMO = "demo"  # the name and the password of the demo's user


def on_this_machine() -> bool:
    """Whether the request comes from this machine, and from no proxy on it."""
    address = ip_address(str(request.remote_addr or "0.0.0.0"))
    return address.is_loopback and not current_app.config["PROXIES"]


def is_member(name: str) -> bool:
    """Whether a member has this name."""
    return name in current_app.config["USERS"] or is_demo(name)


def is_demo(name: str) -> bool:
    """Whether this is the demo's user, who is only ever let in from this machine."""
    return name == DEMO and bool(current_app.config["DEMO"]) and on_this_machine()


# lab 12: compare a password with its hash
def verify(name: str, password: str) -> bool:
    """Whether this is the password of the member of this name."""
    known = current_app.config["USERS"].get(name)
    if known is not None:
        return check_password_hash(known, password)
    return is_demo(name) and password == DEMO


# lab 12: say who may do what
def is_administrator(name: str | None) -> bool:
    """Whether a member of this name may see the server's own figures."""
    return name is not None and (name in current_app.config["ADMINISTRATORS"] or is_demo(name))


# lab 12: say who may see what
def may_see(dashboard: str) -> bool:
    """Whether who asks may know of a dashboard: a private one is for members only."""
    return dashboard not in current_app.config["PRIVATE"] or session.get("member") is not None
