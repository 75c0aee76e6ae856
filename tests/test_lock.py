"""The locks: each is whole, for every promised machine, and says the same as the others."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import requires
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
SERVER = ROOT / "reference" / "dashboard"
STUDENTS, TESTS = ROOT / "requirements.txt", ROOT / "requirements-tests.txt"
SITE, CLUSTER = ROOT / "requirements-site.txt", ROOT / "requirements-cluster.txt"
LOCKS = [STUDENTS, SERVER / "requirements.txt", TESTS, SITE, CLUSTER]
NAMES = ["students", "reference", "tests", "site", "cluster"]
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
SYSTEMS = (
    "x86_64-unknown-linux-gnu",
    "aarch64-unknown-linux-gnu",
    "aarch64-apple-darwin",
    "x86_64-apple-darwin",
    "x86_64-pc-windows-msvc",
)
LINUX = {"sys_platform": "linux", "os_name": "posix", "platform_system": "Linux"}
MACOS = {"sys_platform": "darwin", "os_name": "posix", "platform_system": "Darwin"}
WINDOWS = {"sys_platform": "win32", "os_name": "nt", "platform_system": "Windows"}


def pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def direct() -> list[Requirement]:
    """The direct dependencies of the project."""
    return [Requirement(text) for text in pyproject()["project"]["dependencies"]]


def direct_of_the_group(name: str) -> list[Requirement]:
    """What a group of `pyproject.toml` names, and the groups that it includes."""
    found: list[Requirement] = []
    for one in pyproject()["dependency-groups"][name]:
        if isinstance(one, dict):
            found += direct_of_the_group(one["include-group"])
        else:
            found.append(Requirement(one))
    return found


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


@pytest.mark.parametrize("lock", LOCKS, ids=NAMES)
def test_every_pin_is_exact_and_hashed(lock: Path) -> None:
    assert pins(lock)
    for pin, hashes in pins(lock):
        assert re.fullmatch(r"==[0-9][^,*]*", str(pin.specifier)), pin
        assert hashes, f"{pin} has no hash"
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", text) for text in hashes), pin


@pytest.mark.parametrize("lock", LOCKS, ids=NAMES)
def test_no_lock_names_a_place(lock: Path) -> None:
    text = lock.read_text("utf-8")
    assert "://" not in text
    assert "--index" not in text
    assert not re.search(r"(^|\s)(/|[A-Z]:\\)", text)


@pytest.mark.parametrize("lock", LOCKS, ids=NAMES)
def test_the_lock_says_how_to_remake_it(lock: Path) -> None:
    head = next(line for line in lock.read_text("utf-8").splitlines() if "uv pip compile" in line)
    for option in ("--universal", "--generate-hashes", "--python-version 3.11"):
        assert option in head


@pytest.mark.parametrize(
    ("lock", "start"),
    [
        (STUDENTS, direct()),
        (SERVER / "requirements.txt", direct_of_the_reference()),
        (TESTS, direct_of_the_group("tests")),
        (SITE, direct_of_the_group("site")),
        (CLUSTER, direct_of_the_group("cluster")),
    ],
    ids=NAMES,
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
    linux, macos, windows = (applying(STUDENTS, system) for system in (LINUX, MACOS, WINDOWS))
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
    locked = {(pin.name, version(pin)): hashes for pin, hashes in pins(STUDENTS)}
    for pin, hashes in pins(LOCKS[1]):
        known = locked.get((pin.name, version(pin)))
        assert known == hashes, f"{pin}: remake reference/dashboard/requirements.txt"


@pytest.mark.parametrize("lock", [TESTS, SITE, CLUSTER], ids=["tests", "site", "cluster"])
def test_what_only_some_commands_need_goes_with_the_versions_of_the_students(lock: Path) -> None:
    students: dict[str, set[str]] = {pin.name: set() for pin, _ in pins(STUDENTS)}
    for pin, _ in pins(STUDENTS):
        students[pin.name].add(version(pin))
    for pin, _ in pins(lock):
        versions = students.get(pin.name)
        assert versions is None or version(pin) in versions, f"{pin}: remake {lock.name}"


@pytest.mark.parametrize("lock", LOCKS, ids=NAMES)
def test_every_promised_machine_can_install_the_lock(lock: Path, tmp_path: Path) -> None:
    """Wheels alone, as set-up takes them; what is missing somewhere is named."""

    def refusal(machine: tuple[str, str]) -> str:
        system, python = machine
        command = [
            sys.executable, "-m", "uv", "pip", "install", "--dry-run", "--no-build", "--no-deps",
            "--require-hashes", "--requirement", str(lock), "--python-version", python,
            "--python-platform", system, "--target", str(tmp_path),
        ]  # fmt: skip
        variables = {**os.environ, "UV_HTTP_RETRIES": "1"}
        done = subprocess.run(command, capture_output=True, text=True, env=variables, check=False)
        return f"{system}, Python {python}: {done.stderr}" if done.returncode else ""

    with ThreadPoolExecutor(4) as pool:  # it waits for the index more than it computes
        refused = "\n".join(filter(None, pool.map(refusal, product(SYSTEMS, PYTHONS))))
    if "error sending request" in refused and os.environ.get("ROUNDTRIP_STRICT") != "1":
        pytest.skip("the package index cannot be reached")
    assert not refused, refused


def test_the_lock_of_the_reference_is_the_task_of_a_lab() -> None:
    first = LOCKS[1].read_text("utf-8").splitlines()[0]
    assert first.startswith("# lab 0: "), "uv takes the first line away: put the tag back"


def test_conda_takes_the_same_python_and_the_same_lock() -> None:
    project = pyproject()["project"]
    lines = [line.strip() for line in (ROOT / "environment.yml").read_text("utf-8").splitlines()]
    listed = lines[lines.index("dependencies:") + 1 :]
    assert listed == [
        f"- python {project['requires-python']}",
        "- pip",
        "- pip:",
        "- -r requirements.txt",
    ]
