"""Keeps what this machine sends to itself away from proxies.

Where a school sets HTTP_PROXY without NO_PROXY, libraries ask the proxy for http://127.0.0.1, too,
and it knows nothing of the server that a student has just started.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, MutableMapping

NAMES = ("127.0.0.1", "localhost", "::1", "[::1]")


def _system() -> dict[str, str]:
    """The proxies of the system's settings, which Windows and macOS have."""
    if sys.platform not in {"win32", "darwin"}:
        return {}
    from urllib.request import getproxies  # takes a while to import, and is rarely needed

    return getproxies()


def spare(
    variables: MutableMapping[str, str] = os.environ,
    system: Callable[[], dict[str, str]] = _system,
) -> None:
    """Sees to it that no proxy is asked for this machine itself: here, and in child processes.

    Changes `variables` only where there is a proxy. What NO_PROXY names already stays in it.
    """
    if not any(text and _is_proxy(name) for name, text in variables.items()):
        # No list of exceptions of ours is read together with the system's proxies: name them, too.
        named = {f"{scheme.upper()}_PROXY": url for scheme, url in system().items()}
        named.pop("NO_PROXY", None)
        if not named:
            return
        variables.update(named)
    exceptions = variables.get("no_proxy") or variables.get("NO_PROXY") or ""
    spared = [part for part in (part.strip() for part in exceptions.split(",")) if part]
    if "*" not in spared:
        spared += [name for name in NAMES if name not in spared]
    # Libraries read the one or the other.
    variables["NO_PROXY"] = variables["no_proxy"] = ",".join(spared)


def _is_proxy(name: str) -> bool:
    return name.lower().endswith("_proxy") and name.lower() != "no_proxy"
