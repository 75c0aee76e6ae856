"""Read a virtual environment from its files. Nothing in it is run."""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.parser import HeaderParser
from pathlib import Path

from packaging.markers import default_environment
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from checks.requirements import applies

MOST_BYTES = 1_000_000  # of a package's metadata
SETTING = re.compile(r"^\s*([\w-]+)\s*=\s*(.*?)\s*$", re.MULTILINE)
VERSION = re.compile(r"\d+\.\d+(\.\d+)?")
INTERPRETERS = ("bin/python", "bin/python3", "bin/python.exe", "Scripts/python.exe")
PACKAGES = ("lib/*/site-packages", "lib64/*/site-packages", "Lib/site-packages")
METADATA = ("*.dist-info/METADATA", "*.egg-info/PKG-INFO")
ON_WINDOWS = {"os_name": "nt", "sys_platform": "win32", "platform_system": "Windows"}


@dataclass(frozen=True)
class Installed:
    """An installed package: its name in the spelling that compares, its version, its needs."""

    name: str
    version: str
    needs: tuple[Requirement, ...]


@dataclass(frozen=True)
class VirtualEnvironment:
    """What lies at `path`: what `pyvenv.cfg` says, and what is installed.

    `settings` is empty where there is no `pyvenv.cfg`, `interpreter` where there is none.
    """

    path: Path
    settings: dict[str, str]
    interpreter: str
    site_packages: tuple[Path, ...]
    installed: tuple[Installed, ...]

    @property
    def is_isolated(self) -> bool:
        """Whether it keeps the packages of the Python that it was made from out."""
        return self.settings.get("include-system-site-packages", "false").lower() != "true"

    @property
    def markers(self) -> dict[str, str]:
        """The values that markers are compared with there, as far as its files tell."""
        markers = {name: str(value) for name, value in default_environment().items()}
        said = self.settings.get("version_info") or self.settings.get("version") or ""
        if found := VERSION.match(said):
            markers["python_full_version"] = found[0]
            markers["python_version"] = ".".join(found[0].split(".")[:2])
        return markers | (ON_WINDOWS if self.interpreter.startswith("Scripts") else {})

    def needs(self, start: Iterable[Requirement]) -> Iterator[tuple[Requirement, str]]:
        """Yield what `start` needs there, step by step, each with the name of who needs it.

        It follows what the installed packages say of themselves, so it ends at one that is absent.
        """
        installed = {package.name: package for package in self.installed}
        markers = self.markers
        waiting, seen = list(start), set[tuple[str, str]]()
        while waiting:
            requirement = waiting.pop(0)
            name = canonicalize_name(requirement.name)
            for need in installed[name].needs if name in installed else ():
                wanted = applies(need, markers, tuple(requirement.extras))
                if wanted and (name, str(need)) not in seen:
                    seen.add((name, str(need)))
                    waiting.append(need)
                    yield need, name


def read(path: Path) -> VirtualEnvironment:
    """Return what there is of a virtual environment at `path`."""
    text = _text(path / "pyvenv.cfg")
    interpreters = [name for name in INTERPRETERS if os.path.lexists(path / name)]
    folders = {folder.resolve() for pattern in PACKAGES for folder in _glob(path, pattern)}
    return VirtualEnvironment(
        path,
        {name.lower(): value for name, value in SETTING.findall(text)},
        interpreters[0] if interpreters else "",
        tuple(sorted(folders)),
        tuple(found for folder in sorted(folders) for found in _installed(folder)),
    )


def _installed(site_packages: Path) -> Iterator[Installed]:
    for pattern in METADATA:
        for path in _glob(site_packages, pattern):
            headers = HeaderParser().parsestr(_text(path))
            # An installer that was interrupted leaves folders whose names begin with a tilde.
            if headers["Name"] and headers["Version"] and not path.parent.name.startswith("~"):
                yield Installed(
                    canonicalize_name(headers["Name"]),
                    headers["Version"].strip(),
                    tuple(_needs(headers.get_all("Requires-Dist") or [])),
                )


def _needs(texts: list[str]) -> Iterator[Requirement]:
    for text in texts:
        try:
            yield Requirement(text)
        except InvalidRequirement:  # written before there was a standard
            continue


def _glob(folder: Path, pattern: str) -> list[Path]:
    try:
        return sorted(folder.glob(pattern))
    except OSError:  # an installer is at work there just now
        return []


def _text(path: Path) -> str:
    try:
        if not path.is_file():
            return ""
        with path.open("rb") as file:
            return file.read(MOST_BYTES).decode(errors="replace")
    except OSError:
        return ""
