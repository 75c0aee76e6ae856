"""How this machine reaches the package indexes: what pip, uv and npm are told alike.

A school sets up pip: its mirror, its proxy, its certificate. uv and npm do not read that, so it is
handed on to them. What the person has told uv or npm itself stays as it is.
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from kit import home

PYPI = "https://pypi.org/simple"
# Settings of the caller's that would make the tools install elsewhere, or import something else.
MISLEADING = (
    "PYTHONHOME", "PYTHONPATH", "PIP_PREFIX", "PIP_ROOT", "PIP_TARGET", "PIP_PYTHON", "UV_PREFIX",
    "UV_PYTHON", "UV_SYSTEM_PYTHON", "UV_TARGET", "VIRTUAL_ENV", "CONDA_PREFIX",
)  # fmt: skip
UVS_OWN = ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX", "UV_EXTRA_INDEX_URL", "UV_CONFIG_FILE")
CERTIFICATES = ("SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
BUNDLES = (  # where systems keep what they trust, when Python has no idea of it
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)


def variables(kept: Path) -> dict[str, str]:
    """The variables for pip, uv and npm: the caller's, and what they are to have in common.

    `kept` is the folder for their caches where the home can't be written.
    """
    mine = {name: text for name, text in os.environ.items() if name not in MISLEADING}
    settings = pip_settings()
    mine |= {"PIP_USER": "0", "PIP_NO_INPUT": "1", "PIP_RETRIES": "2"} | home.tool_caches(kept)
    for more in (
        _indexes(settings, mine),
        _proxies(settings, mine),
        _certificates(settings, mine),
    ):
        mine |= {name: text for name, text in more.items() if name not in mine}
    return mine


def for_uv(kept: Path) -> dict[str, str]:
    """What of it uv reads, for a person who calls uv by hand."""
    return {
        name: text
        for name, text in variables(kept).items()
        if name.startswith("UV_") or name == "SSL_CERT_FILE"
    }


def outside() -> str:
    """The Python that environments are made from, which is the running one or the one behind it."""
    return getattr(sys, "_base_executable", None) or sys.executable


@cache
def pip_settings() -> Mapping[str, str]:
    """What pip reads from its files and variables, by the names of its options."""
    found: dict[str, dict[str, str]] = {"global": {}, "install": {}, ":env:": {}}
    for line in _said("-m", "pip", "config", "list").splitlines():
        name, _, value = line.partition("=")
        section, _, option = name.rpartition(".")
        if section in found:
            found[section][option] = str(ast.literal_eval(value))
    # As pip has it: the later one counts.
    return found["global"] | found["install"] | found[":env:"]


@cache
def pip_version() -> tuple[int, ...]:
    """The first two numbers of pip's version, (0,) where there is none."""
    said = re.match(r"(\d+)\.(\d+)", _said("-c", "import pip; print(pip.__version__)"))
    return tuple(map(int, said.groups())) if said else (0,)


def uv_options() -> list[str]:
    """What uv can be told by no variable."""
    return ["--no-index"] if pip_settings().get("no-index", "0") not in {"0", "false"} else []


def _said(*words: str) -> str:
    """What the Python outside prints; nothing where it fails."""
    environment = {name: text for name, text in os.environ.items() if name not in MISLEADING}
    done = subprocess.run(
        [outside(), *words],
        env=environment | {"PYTHONIOENCODING": "utf-8", "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    return done.stdout if done.returncode == 0 else ""


def _indexes(settings: Mapping[str, str], mine: Mapping[str, str]) -> dict[str, str]:
    told = {
        "UV_FIND_LINKS": ",".join(settings.get("find-links", "").split()),
        "UV_INSECURE_HOST": " ".join(settings.get("trusted-host", "").split()),
        "UV_HTTP_TIMEOUT": _seconds(settings.get("timeout") or settings.get("default-timeout")),
        "SSL_CLIENT_CERT": settings.get("client-cert", ""),
    }
    told = {name: text for name, text in told.items() if text}
    asked = [settings.get("index-url") or PYPI, *settings.get("extra-index-url", "").split()]
    if asked != [PYPI] and not any(name in mine for name in UVS_OWN) and not _uv_is_configured():
        # uv asks its default index last. pip takes what fits from any of them, and so does uv with
        # this strategy: the hashes of the lock say which file it may be.
        told |= {"UV_DEFAULT_INDEX": asked[-1], "UV_INDEX": " ".join(asked[:-1])}
        told["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    return told


def _seconds(text: str | None) -> str:
    """A time as uv wants it: pip takes fractions of a second as well."""
    return (text or "").partition(".")[0]


def _uv_is_configured() -> bool:
    """Whether a configuration file of uv's names an index."""
    if os.name == "nt":
        folders = [os.environ.get("APPDATA"), os.environ.get("PROGRAMDATA")]
    else:
        config = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")  # noqa: PTH111
        folders = [config, *os.environ.get("XDG_CONFIG_DIRS", "/etc/xdg").split(":"), "/etc"]
    for folder in folders:
        file = Path(folder or "", "uv", "uv.toml")
        try:
            if "index" in file.read_text(encoding="utf-8"):
                return True
        except (OSError, ValueError):
            continue
    return False


def _proxies(settings: Mapping[str, str], mine: Mapping[str, str]) -> dict[str, str]:
    proxy = settings.get("proxy")
    if not proxy or any(name.upper() in {"HTTPS_PROXY", "ALL_PROXY"} for name in mine):
        return {}
    url = proxy if "://" in proxy else f"http://{proxy}"
    return {"HTTPS_PROXY": url, "HTTP_PROXY": url}


def _certificates(settings: Mapping[str, str], mine: Mapping[str, str]) -> dict[str, str]:
    """One certificate file for all three where somebody named one, else what the system trusts."""
    named = [mine.get("SSL_CERT_FILE"), settings.get("cert"), *map(mine.get, CERTIFICATES)]
    file = next((name for name in named if name and Path(name).is_file()), None)
    if file:
        return {"SSL_CERT_FILE": file, "PIP_CERT": file, "NODE_EXTRA_CA_CERTS": file}
    told = {"NODE_USE_SYSTEM_CA": "1"}
    system = _system_bundle()
    if system:
        told["NODE_EXTRA_CA_CERTS"] = system  # for nodes too old for the other variable
    if system or sys.platform in {"win32", "darwin"}:
        told["UV_SYSTEM_CERTS"] = "1"
    pip = pip_version()  # from 24.2 on it looks there by itself
    if system and pip < (24, 2):
        told["PIP_CERT"] = system
    elif (23, 3) <= pip < (24, 2):
        told["PIP_USE_FEATURE"] = "truststore"
    return told


def _system_bundle() -> str | None:
    """The file of the certificates that the system trusts; Windows and macOS have none."""
    if sys.platform in {"win32", "darwin"}:
        return None
    import ssl  # here, because not every Python has it

    known = (ssl.get_default_verify_paths().cafile, *BUNDLES)
    return next((name for name in known if name and Path(name).is_file()), None)
