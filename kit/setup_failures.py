"""What to tell a person when set-up can't go on: what happened, why, and what to do next.

The installers (pip, uv, npm) fail in many words. Each cause below is known by words that they, or
the operating system, really use; the person gets one message of ours for each cause.
"""

from __future__ import annotations

import sys
from pathlib import Path

from kit.language import N_, _


class SetupError(Exception):
    """Set-up can't go on. Its text is the whole message for the person; no traceback is needed."""


NO_SPACE = N_(
    "The disk is full, so set-up could not go on.\n"
    "It needs about 1.5 GB in all. Make room, then run the same command again."
)
READ_ONLY = N_(
    "Set-up may not write where it has to: the folder, or a file in it, is read-only.\n"
    "Copy the whole folder to a place of your own (your home folder, for example), then run the\n"
    "same command there."
)
CERTIFICATE = N_(
    "The download server could not prove who it is, so nothing was taken from it.\n"
    "Often a school or company network stands in between. Ask its people for their certificate\n"
    "file (ending in .pem or .crt), set SSL_CERT_FILE to it, then run the same command again.\n"
    "A clock that is wrong has the same effect."
)
NO_NETWORK = N_(
    "The packages could not be downloaded: the network, or the download server, does not answer.\n"
    "Look whether this machine is online. Behind a proxy, set HTTPS_PROXY to its address. Then\n"
    "run the same command again: it goes on with what it has."
)
WRONG_HASH = N_(
    "A download is not the file that the lock describes, so it was not installed.\n"
    "Most often it broke on its way: run the same command again. If that does not help, something\n"
    "between here and the server changes downloads: try another network."
)
NO_PIP = N_(
    "This Python came without the parts that make an environment (venv, ensurepip).\n"
    "On Debian and Ubuntu, install them:  sudo apt install python{minor}-venv\n"
    "On other systems, take Python from python.org/downloads. Then run the same command again."
)
NO_TLS = N_(
    "This Python has no TLS (its module ssl can't be imported), so it can download nothing.\n"
    "Anaconda's Python is like that until its environment is activated: open the Anaconda Prompt,\n"
    "or type  conda activate,  then run the same command again. Otherwise take Python from\n"
    "python.org/downloads."
)
NO_PROGRAMS = N_(
    "No program may run from this folder (it is mounted noexec, or a policy forbids it), and\n"
    "Roundtrip's packages have parts that are programs. Copy the whole folder to a place where\n"
    "they may, your home folder for example, then run the same command there."
)
TOO_LONG = N_(
    "A path is longer than this system allows, because the folder lies too deep.\n"
    "Move the whole folder nearer to the top of the disk (on Windows, C:\\roundtrip for example),\n"
    "or give it a shorter name, then run the same command there."
)
UNKNOWN = N_(
    "Set-up could not go on, for a reason that it does not know. The last words were:\n\n{words}\n"
)

# The order counts: a full disk or a bad certificate is often wrapped in words about the network.
CAUSES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        NO_SPACE,
        (
            "no space left on device",
            "os error 28)",
            "errno 28]",
            "enospc",
            "disk quota exceeded",
            "not enough space on the disk",
        ),
    ),
    (
        TOO_LONG,
        (
            "file name too long",
            "filename or extension is too long",
            "path too long",
            "enametoolong",
            "errno 36]",
            "os error 36)",
            "os error 206)",
            "winerror 206]",
        ),
    ),
    (
        NO_TLS,
        (
            "ssl module is not available",
            "ssl module in python is not available",
            "no module named '_ssl'",
            "no module named 'ssl'",
            "importing _ssl",
        ),
    ),
    (NO_PROGRAMS, ("failed to map segment from shared object",)),
    (NO_PIP, ("no module named ensurepip", "no module named venv", "ensurepip is disabled")),
    (
        CERTIFICATE,
        (
            "certificate_verify_failed",
            "certificate verify failed",
            "invalid peer certificate",
            "self_signed_cert",
            "unable_to_verify_leaf_signature",
            "unable_to_get_issuer_cert",
            "self-signed certificate",
        ),
    ),
    (
        WRONG_HASH,
        ("hash mismatch", "do not match the hashes", "eintegrity"),
    ),
    (
        NO_NETWORK,
        (
            "connection refused",
            "connection reset",
            "connection aborted",
            "newconnectionerror",
            "error sending request",
            "name resolution",
            "name or service not known",
            "nodename nor servname",
            "getaddrinfo failed",
            "dns error",
            "network is unreachable",
            "no route to host",
            "max retries exceeded",
            "timed out",
            "proxyerror",
            "failed to fetch",
            "failed to download",
            "econnrefused",
            "econnreset",
            "enotfound",
            "etimedout",
            "eai_again",
            "enetunreach",
        ),
    ),
    (
        READ_ONLY,
        (
            "read-only file system",
            "permission denied",
            "access is denied",
            "operation not permitted",
            "os error 30)",
            "errno 30]",
            "erofs",
            "eacces",
            "eperm",
        ),
    ),
)


def explain(words: str, log: Path | None = None) -> str:
    """The message for a person, from what an installer or the system said.

    Takes everything that was printed, and the file that holds it (None where there is none).
    Gives the whole message; where no cause is recognised it ends in the last lines themselves.
    """
    from kit import not_offered  # late: each command's start imports this module

    known = cause(words)
    message = _(known) if known else not_offered.explain(words) or _(UNKNOWN)
    python = ".".join(map(str, sys.version_info[:2]))
    last = "\n".join("    " + line for line in words.strip().splitlines()[-8:])
    text = message.replace("{minor}", python).replace("{words}", last)
    if log is not None and log.exists():
        text += _("\nThe installer's own words are in {log}").format(log=log)
    return text


def cause(words: str) -> str | None:
    """The message of the first of `CAUSES` that is known by `words`, before it is filled in."""
    return next((text for text, signs in CAUSES if _said(words, signs)), None)


def _said(words: str, signs: tuple[str, ...]) -> bool:
    said = words.casefold()
    return any(sign in said for sign in signs)
