"""pyproject.toml, requirements.txt, environment.yml and the reference's own lock say the same."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
SERVER = ROOT / "reference" / "dashboard"
LOCKS = [ROOT / "requirements.txt", SERVER / "requirements.txt"]
LINUX = {"sys_platform": "linux", "os_name": "posix", "platform_system": "Linux"}
MACOS = {"sys_platform": "darwin", "os_name": "posix", "platform_system": "Darwin"}
WINDOWS = {"sys_platform": "win32", "os_name": "nt", "platform_system": "Windows"}


def direct() -> list[Requirement]:
    """The direct dependencies of the project."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return [Requirement(text) for text in project["dependencies"]]


def direct_of_the_reference() -> list[Requirement]:
    lines = (SERVER / "requirements.in").read_text("utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


def pins(lock: Path) -> list[tuple[Requirement, list[str]]]:
    """Each pin of the lock with its hashes, in the order of the file."""
    found: list[tuple[Requirement, list[str]]] = []
    for line in lock.read_text("utf-8").splitlines():
        if line[:1].isalnum():
            found.append((Requirement(line.rstrip("\\ ")), []))
        elif line.startswith("    --hash="):
            found[-1][1].append(line.strip().removeprefix("--hash=").rstrip("\\ "))
    return found


def version(pin: Requirement) -> str:
    return str(pin.specifier).removeprefix("==")


def applying(lock: Path, system: dict[str, str]) -> dict[str, str]:
    """The name and version of each pin that applies on `system`, with the Python that runs."""
    return {
        canonicalize_name(pin.name): version(pin)
        for pin, _ in pins(lock)
        if pin.marker is None or pin.marker.evaluate({**default_environment(), **system})
    }


def needed(requirement: Requirement) -> Iterator[Requirement]:
    """What the installed package of that name needs here, its wanted extras included."""
    for text in requires(requirement.name) or ():
        need = Requirement(text)
        extras = ["", *requirement.extras]
        if need.marker is None or any(need.marker.evaluate({"extra": name}) for name in extras):
            yield need


def closure(start: Iterable[Requirement]) -> list[Requirement]:
    """The requirements and, step by step, everything that they need here."""
    waiting, seen = list(start), {}
    while waiting:
        requirement = waiting.pop()
        if str(requirement) not in seen:
            seen[str(requirement)] = requirement
            waiting += needed(requirement)
    return list(seen.values())


@pytest.mark.parametrize("lock", LOCKS, ids=["project", "reference"])
def test_every_pin_is_exact_and_hashed(lock: Path) -> None:
    assert pins(lock)
    for pin, hashes in pins(lock):
        assert re.fullmatch(r"==[0-9][^,*]*", str(pin.specifier)), pin
        assert hashes, f"{pin} has no hash"
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", text) for text in hashes), pin


@pytest.mark.parametrize("lock", LOCKS, ids=["project", "reference"])
def test_no_lock_names_a_place(lock: Path) -> None:
    text = lock.read_text("utf-8")
    assert "://" not in text
    assert "--index" not in text
    assert not re.search(r"(^|\s)(/|[A-Z]:\\)", text)


@pytest.mark.parametrize("lock", LOCKS, ids=["project", "reference"])
def test_the_lock_says_how_to_remake_it(lock: Path) -> None:
    head = next(line for line in lock.read_text("utf-8").splitlines() if "uv pip compile" in line)
    for option in ("--universal", "--generate-hashes", "--python-version 3.11"):
        assert option in head


@pytest.mark.parametrize(
    ("lock", "start"),
    [(LOCKS[0], direct()), (LOCKS[1], direct_of_the_reference())],
    ids=["project", "reference"],
)
def test_the_lock_is_the_whole_closure_and_nothing_else(
    lock: Path, start: list[Requirement]
) -> None:
    locked = applying(lock, {})
    reached = closure(start)
    for requirement in reached:
        name = canonicalize_name(requirement.name)
        assert name in locked, f"{requirement} is not in the lock: remake it"
        assert requirement.specifier.contains(locked[name], prereleases=True), requirement
    assert locked.keys() == {canonicalize_name(requirement.name) for requirement in reached}


def test_the_lock_is_for_three_systems() -> None:
    linux, macos, windows = (applying(LOCKS[0], system) for system in (LINUX, MACOS, WINDOWS))
    assert {"colorama", "pywinpty"} <= windows.keys()
    assert not {"colorama", "pywinpty", "appnope"} & linux.keys()
    assert "appnope" in macos
    assert "pexpect" in linux
    assert "pexpect" not in windows
    for lock, system in ((linux, LINUX), (macos, MACOS), (windows, WINDOWS)):
        here = {**default_environment(), **system}
        wanted = [one for one in direct() if one.marker is None or one.marker.evaluate(here)]
        assert {canonicalize_name(requirement.name) for requirement in wanted} <= lock.keys()


def test_the_reference_runs_on_the_versions_of_the_project() -> None:
    assert {requirement.name for requirement in direct_of_the_reference()} <= {
        requirement.name for requirement in direct()
    }
    locked = {(pin.name, version(pin)): hashes for pin, hashes in pins(LOCKS[0])}
    for pin, hashes in pins(LOCKS[1]):
        known = locked.get((pin.name, version(pin)))
        assert known == hashes, f"{pin}: remake reference/dashboard/requirements.txt"


def test_the_lock_of_the_reference_is_the_task_of_a_lab() -> None:
    first = LOCKS[1].read_text("utf-8").splitlines()[0]
    assert first.startswith("# lab 0: "), "uv takes the first line away: put the tag back"


def test_conda_takes_the_same_python_and_the_same_lock() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lines = [line.strip() for line in (ROOT / "environment.yml").read_text("utf-8").splitlines()]
    listed = lines[lines.index("dependencies:") + 1 :]
    assert listed == [
        f"- python {project['requires-python']}",
        "- pip",
        "- pip:",
        "- -r requirements.txt",
    ]
