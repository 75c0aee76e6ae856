"""What only tests, benches and several processes need is installed when it is asked for."""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from kit import environment, installation

ROOT = Path(__file__).resolve().parent.parent
ENSURE = """
from pathlib import Path
from kit import extras
extras.ensure(Path.cwd(), print)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project with an environment that has nothing but uv, and a second lock of one pin."""
    (tmp_path / "kit").mkdir()
    for module in (ROOT / "kit").glob("*.py"):
        shutil.copy2(module, tmp_path / "kit")
    venv.create(environment.folder(tmp_path), symlinks=os.name != "nt")
    uv = "uv.exe" if os.name == "nt" else "uv"
    shutil.copy2(
        Path(sysconfig.get_path("scripts")) / uv, environment.python(tmp_path).with_name(uv)
    )
    lock = (ROOT / "requirements.txt").read_text("utf-8")
    for name, package in {"requirements.txt": "click", "requirements-tests.txt": "idna"}.items():
        (tmp_path / name).write_text(installation.pinned(package, lock), encoding="utf-8")
    return tmp_path


def ensure(python: str | Path, project: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [python, "-c", ENSURE], cwd=project, capture_output=True, text=True, check=False
    )


def imports(project: Path, package: str) -> bool:
    command = [environment.python(project), "-I", "-c", f"import {package}"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_they_are_installed_once(project: Path) -> None:
    assert not imports(project, "idna")

    first = ensure(environment.python(project), project)
    again = ensure(environment.python(project), project)

    assert "requirements-tests.txt" in first.stdout, first.stderr
    assert imports(project, "idna")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")


def test_they_are_installed_again_where_the_lock_has_changed(project: Path) -> None:
    ensure(environment.python(project), project)
    with (project / "requirements-tests.txt").open("a", encoding="utf-8") as lock:
        lock.write(installation.pinned("rich", (ROOT / "requirements.txt").read_text("utf-8")))

    ensure(environment.python(project), project)

    assert imports(project, "rich")


def test_somebody_elses_environment_is_left_alone_and_its_owner_told(project: Path) -> None:
    with (project / "requirements-tests.txt").open("a", encoding="utf-8") as lock:
        lock.write("there-is-no-such-package==1.0\n")

    done = ensure(sys.executable, project)

    assert done.returncode != 0
    assert "pip install -r requirements-tests.txt" in done.stderr


def test_somebody_elses_environment_that_has_them_will_do(project: Path) -> None:
    done = ensure(sys.executable, project)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_what_cannot_be_installed_is_not_taken_for_installed(project: Path) -> None:
    with (project / "requirements-tests.txt").open("a", encoding="utf-8") as lock:
        lock.write("there-is-no-such-package==1.0 --hash=sha256:" + "0" * 64 + "\n")

    done = ensure(environment.python(project), project)

    assert done.returncode != 0
    assert "SetupError" in done.stderr
    assert not (environment.folder(project) / "roundtrip-stamp-tests").exists()
