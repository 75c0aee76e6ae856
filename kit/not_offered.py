"""What to tell a person when a package is not offered: which one, for what, and what to do."""

from __future__ import annotations

import os
import platform
import re
import struct
import sys
import sysconfig
from dataclasses import dataclass

from kit.language import _

OLDEST, NEWEST = (3, 11), (3, 14)  # the Pythons that are promised
# The words of pip and uv, with the package in them.
NO_WHEEL = (
    r"because (?P<package>[\w.-]+?)(?:\{[^}]*\})?==(?P<version>\S+) has no (?:usable )?wheels",
    r"distribution `(?P<package>[\w.-]+)==(?P<version>[^`\s]+)[^`]*` can't be installed because it"
    r" doesn't have",
    r"building source distributions for `(?P<package>[\w.-]+)` is disabled",
)
NOT_THERE = (
    r"because there is no version of (?P<package>[\w.-]+?)(?:\{[^}]*\})?==(?P<version>\S+)",
    r"because (?P<package>[\w.-]+) was not found in the (?:package registry|provided)",
)
EITHER = (r"no matching distribution found for (?P<package>[\w.-]+?)(?:==(?P<version>[^\s;]+))?",)


@dataclass(frozen=True)
class Machine:
    """The Python that asks for packages, and what it runs on."""

    python: tuple[int, int]
    system: str  # such as "Linux aarch64"
    bits: int = 64
    usual: bool = True  # CPython, with its lock
    glibc: bool = True

    @classmethod
    def this(cls) -> Machine:
        return cls(
            python=sys.version_info[:2],
            system=f"{platform.system()} {platform.machine()}",
            bits=8 * struct.calcsize("P"),
            usual=sys.implementation.name == "cpython"
            and not sysconfig.get_config_var("Py_GIL_DISABLED"),
            glibc=sys.platform != "linux" or platform.libc_ver()[0] == "glibc",
        )


def explain(words: str, machine: Machine | None = None) -> str | None:
    """The message for a person from what an installer said; None where no package is lacking.

    `machine` is the one that it was said on, by default this one.
    """
    machine = machine or Machine.this()
    if found := _first(NO_WHEEL, words):
        return f"{_no_wheel(found, machine)}\n{_other_python(machine)}"
    if found := _first(NOT_THERE, words):
        lacking = _(
            "The package index that this machine installs from does not have {package}."
        ).format(package=_named(found))
        return f"{lacking}\n{_another_index()}"
    if found := _first(EITHER, words):
        return f"{_no_wheel(found, machine)}\n{_other_python(machine)}\n{_another_index()}"
    return None


def _first(patterns: tuple[str, ...], words: str) -> re.Match[str] | None:
    found = (re.search(f"{pattern}(?![\\w.-])", words, re.IGNORECASE) for pattern in patterns)
    return next((match for match in found if match), None)


def _named(found: re.Match[str]) -> str:
    version = found.groupdict().get("version")
    return f"{found['package']} {version.rstrip('.,')}" if version else found["package"]


def _no_wheel(found: re.Match[str], machine: Machine) -> str:
    python = ".".join(map(str, machine.python))
    return _(
        "The package {package} is not offered ready-made for Python {python} on this system"
        " ({system})."
    ).format(package=_named(found), python=python, system=machine.system)


def _other_python(machine: Machine) -> str:
    """What to do about the Python, or that nothing is wrong with it."""
    promised = _("Python {oldest} to {newest}").format(
        oldest=_dotted(OLDEST), newest=_dotted(NEWEST)
    )
    program = f"py -{_dotted(NEWEST)}" if os.name == "nt" else f"python{_dotted(NEWEST)}"
    call = _("Call it by its own name, for example  {program} -m kit").format(program=program)
    if not OLDEST <= machine.python <= NEWEST:
        return _("Roundtrip is made for {promised}: take one of these. {call}").format(
            promised=promised, call=call
        )
    if machine.bits != 64:
        return _("This Python has {bits} bits: take {promised} in 64 bits. {call}").format(
            bits=machine.bits, promised=promised, call=call
        )
    if not machine.usual:
        return _(
            "This is a special build of Python: take the usual one, {promised}. {call}"
        ).format(promised=promised, call=call)
    if not machine.glibc:
        return _(
            "This Linux has no glibc (Alpine is like that): take another Linux, such as Debian."
        )
    return _(
        "Roundtrip is made for {promised} on Linux (x86-64 and ARM), macOS and Windows (x86-64).\n"
        "If yours is one of these, please report this message. Until that is mended, use another"
        " machine."
    ).format(promised=promised)


def _another_index() -> str:
    return _(
        "If this machine installs from a mirror (pip config list tells), ask its people for the"
        " package,\nor try another network."
    )


def _dotted(version: tuple[int, int]) -> str:
    return ".".join(map(str, version))
