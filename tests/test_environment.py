"""The way in: which environment a command runs in, and how set-up makes or mends one.

The set-ups here are real ones, of a small project.
"""

from __future__ import annotations

import ast
import errno
import json
import os
import signal
import socket
import sys
from pathlib import Path

import pytest

from kit import environment, folder_lock, installation, setup_tool
from kit.setup_failures import SetupError, explain
from tests import waiting
from tests.small_project import closed_port, kit, read_until, start

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def project(small_project: Path) -> Path:
    return small_project


# -- from a fresh machine on ---------------------------------------------------------------------


def test_a_fresh_project_is_set_up_and_the_command_runs_in_it(project: Path, bare: str) -> None:
    status, out, err = kit(bare, project, "check", "two words", "", PYTHONPATH=str(project.parent))

    told = json.loads(out)
    assert status == 7
    assert told["args"] == ["check", "two words", ""]
    assert Path(told["prefix"]) == project / ".venv"
    assert Path(told["click"]).is_relative_to(project / ".venv")
    assert told["left"] == []
    assert [line[:6] for line in err.splitlines() if " of 4  " in line] == [
        "1 of 4",
        "2 of 4",
        "3 of 4",
    ]

    # From then on nothing is made, from whichever Python and folder it is called.
    inside = str(environment.python(project))
    again = [
        kit(bare, project),
        kit(inside, project),
        kit(inside, project, PYTHONPATH=str(project.parent)),
        kit(bare, project, cwd=project.parent, PYTHONPATH=str(project)),
    ]
    for status, out, err in again:
        assert (status, err) == (7, "")
        assert Path(json.loads(out)["prefix"]) == project / ".venv"
        assert json.loads(out)["left"] == []


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["check", "--help"]])
def test_help_sets_nothing_up(project: Path, bare: str, arguments: list[str]) -> None:
    status, out, err = kit(bare, project, *arguments)
    assert (status, err) == (0, "")
    assert out.startswith("Usage: python3 -m kit ")
    assert not (project / ".venv").exists()
    assert not (project / ".cache").exists()


def test_what_is_on_pythonpath_does_not_stand_in_front_of_the_locked_packages(
    project: Path, bare: str, tmp_path: Path
) -> None:
    (tmp_path / "click.py").write_text("raise SystemExit('the wrong click')", encoding="utf-8")

    status, out, err = kit(bare, project, PYTHONPATH=str(tmp_path))

    assert status == 7, err
    assert Path(json.loads(out)["click"]).is_relative_to(project / ".venv")


def test_an_environment_that_satisfies_the_lock_is_used_as_it_is(project: Path) -> None:
    with (project / "requirements.txt").open("a", encoding="utf-8") as lock:
        lock.write(
            installation.pinned("flask-socketio", (ROOT / "requirements.txt").read_text("utf-8"))
        )

    status, out, err = kit(sys.executable, project)

    assert (status, err) == (7, "")
    assert Path(json.loads(out)["prefix"]) == Path(sys.prefix)
    assert not (project / ".venv").exists()


@pytest.mark.parametrize(
    ("pin", "holds"),
    [
        ("click>=1", True),
        ("click==0.1", False),
        ("no-such-package==1", False),
        ("no-such-package==1 ; sys_platform == 'nowhere'", True),
    ],
)
def test_every_pin_that_applies_here_must_be_installed(
    tmp_path: Path, pin: str, holds: bool
) -> None:
    lock = tmp_path / "requirements.txt"
    lock.write_text(f"# a comment\n{pin} \\\n    --hash=sha256:00\n    # via x\n", encoding="utf-8")
    assert environment.satisfies(lock) is holds


# -- interrupted, stale, moved -------------------------------------------------------------------


@pytest.mark.parametrize("moment", ["1 of 4", "2 of 4", "3 of 4"])
def test_a_set_up_that_was_killed_is_mended_by_the_next(
    project: Path, bare: str, moment: str
) -> None:
    process = start(bare, project)
    read_until(process, moment)
    process.kill()
    process.communicate()

    status, out, err = kit(bare, project)

    assert status == 7, err
    assert Path(json.loads(out)["click"]).is_relative_to(project / ".venv")


def test_a_half_made_environment_is_not_trusted(project: Path, bare: str) -> None:
    assert kit(bare, project)[0] == 7
    environment.stamp_file(project).write_text(installation.UNFINISHED, encoding="utf-8")
    half = next((project / ".venv").rglob("click/core.py"))
    half.unlink()

    status, _, err = kit(bare, project)

    assert status == 7, err
    assert half.exists()
    assert not list((project / ".cache").glob("venv-*"))


def test_a_new_lock_is_installed_in_place_and_what_else_was_there_stays(
    project: Path, bare: str
) -> None:
    assert kit(bare, project)[0] == 7
    own = next((project / ".venv").rglob("click/core.py")).parent.parent / "my_own.py"
    own.write_text("", encoding="utf-8")
    lock = project / "requirements.txt"
    real = (ROOT / "requirements.txt").read_text("utf-8")
    lock.write_text(lock.read_text("utf-8") + installation.pinned("iniconfig", real), "utf-8")

    status, _, err = kit(str(environment.python(project)), project)

    assert status == 7
    assert "3 of 4" in err
    assert (own.parent / "iniconfig").is_dir()
    assert own.exists()
    assert kit(bare, project)[2] == ""


def test_a_project_that_was_moved_is_set_up_where_it_is_now(project: Path, bare: str) -> None:
    assert kit(bare, project)[0] == 7
    moved = project.rename(project.with_name("elsewhere"))

    status, out, err = kit(bare, moved)

    assert status == 7, err
    assert Path(json.loads(out)["prefix"]) == moved / ".venv"


def test_a_second_set_up_waits_for_the_first(project: Path, bare: str) -> None:
    with folder_lock.held(project / ".cache" / "setup.lock", lambda: None):
        process = start(bare, project)
        read_until(process, "Waiting")
    out, err = process.communicate()
    assert process.returncode == 7, err
    assert json.loads(out)["prefix"] == str(project / ".venv")


# -- what can go wrong ---------------------------------------------------------------------------


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is sent in another way on Windows")
@pytest.mark.parametrize("index", ["PIP_INDEX_URL", "UV_DEFAULT_INDEX"], ids=["pip", "uv"])
def test_ctrl_c_ends_everything_at_once(project: Path, bare: str, index: str) -> None:
    # The tool asks a server that never answers: it is at work for sure when Ctrl-C comes.
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(waiting.LONGEST)
        variables = {
            index: f"http://127.0.0.1:{server.getsockname()[1]}/simple",
            "UV_NO_CACHE": "1",
        }
        process = start(bare, project, **variables)
        connection, _ = server.accept()
        with connection:
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=waiting.LONGEST)

    assert process.returncode == 130
    assert err.endswith("Stopped. To carry on, run the same command again.\n")
    assert "Traceback" not in err
    # Tools that still ran would hold the lock that they inherited.
    with folder_lock.held(project / ".cache" / "setup.lock", lambda: pytest.fail("still at work")):
        pass


def test_no_network_is_one_message_and_the_next_try_goes_on(project: Path, bare: str) -> None:
    with closed_port() as nowhere:
        status, out, err = kit(
            bare,
            project,
            PIP_INDEX_URL=nowhere,
            PIP_EXTRA_INDEX_URL="",
            PIP_CONFIG_FILE=os.devnull,
            PIP_NO_CACHE_DIR="1",
        )

    assert (status, out) == (3, "")
    assert "The packages could not be downloaded" in err
    assert "Traceback" not in err
    log = project / ".cache" / "setup.log"
    assert str(log) in err
    assert "NewConnectionError" in log.read_text("utf-8")

    assert kit(bare, project)[0] == 7


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("[Errno 28] No space left on device: '/x/.venv'", "The disk is full"),
        (
            "error: Failed to download `pygments==2.21.0`\n  cause: failed to write to file `/x`: "
            "No space left on device (os error 28)",
            "The disk is full",
        ),
        ("npm error code ENOSPC\nnpm error syscall write", "The disk is full"),
        (
            "error: Request failed after 3 retries\n  cause: tcp connect error\n"
            "  cause: Connection refused (os error 111)",
            "could not be downloaded",
        ),
        ("npm error code ECONNREFUSED\nnpm error syscall connect", "could not be downloaded"),
        (
            "WARNING: Retrying after connection broken by 'NewConnectionError(...)'\n"
            "ERROR: No matching distribution found for uv==0.13.9",
            "could not be downloaded",
        ),
        (
            "error sending request for url\n  cause: invalid peer certificate: UnknownIssuer",
            "who it is",
        ),
        ("error: Hash mismatch for `click==8.5.1`\n  Expected: sha256:00", "not the file"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE FILE.", "not the file"),
        (
            "ERROR: No matching distribution found for uv==0.13.9",
            "package uv 0.13.9 is not offered",
        ),
        ("ERROR: Can't connect because the SSL module is not available.", "no TLS"),
        ("[Errno 36] File name too long: '/x/.venv'", "lies too deep"),
        ("/x/_psutil.so: failed to map segment from shared object", "No program may run"),
        ("/x/.venv/bin/python: No module named ensurepip", "apt install"),
        ("[Errno 30] Read-only file system: '/x/.cache'", "read-only"),
        ("[Errno 13] Permission denied: '/x/.cache'", "read-only"),
    ],
)
def test_each_cause_has_its_message(words: str, message: str) -> None:
    assert message in explain(words)


def test_an_unknown_cause_is_told_in_the_tool_s_own_words() -> None:
    text = explain("\n".join(f"line {number}" for number in range(20)))
    assert "line 19" in text
    assert "line 3\n" not in text


def test_a_read_only_folder_is_one_message(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(SetupError, match="read-only"):
        installation.install(project)


@pytest.mark.parametrize("has_ensurepip", [True, False])
def test_a_python_without_pip_is_helped_or_told_what_to_install(
    project: Path, monkeypatch: pytest.MonkeyPatch, has_ensurepip: bool
) -> None:
    ran = []

    def without_pip(command: list[str | Path], *_: object, **__: object) -> str:
        words = " ".join(map(str, command))
        ran.append(words)
        if "--python" in words and "-m pip" in words:
            raise setup_tool.ToolError("python3: No module named pip")
        if "ensurepip" in words and not has_ensurepip:
            raise setup_tool.ToolError("python: No module named ensurepip")
        return ""

    monkeypatch.setattr(setup_tool, "run", without_pip)
    if has_ensurepip:
        installation.install(project)
        assert "-m ensurepip" in ran[1]
        assert "-m pip install" in ran[2]
        assert environment.is_ready(project, running=False)
    else:
        with pytest.raises(SetupError, match="apt install"):
            installation.install(project)


def test_the_command_s_own_set_up_failure_is_a_message(project: Path, bare: str) -> None:
    (project / "kit" / "cli.py").write_text(
        "from kit.setup_failures import SetupError\n"
        "def main(args):\n    raise SetupError('One message.')\n",
        encoding="utf-8",
    )
    assert kit(bare, project)[0] == 3
    assert kit(bare, project)[1:] == ("", "\nOne message.\n")


# -- old Pythons ---------------------------------------------------------------------------------


def old_pythons() -> list[Path]:
    found = Path.home().glob(".pyenv/versions/3.*/bin/python3")
    return sorted(
        path for path in found if tuple(map(int, path.parts[-3].split(".")[:2])) < (3, 11)
    )


@pytest.mark.parametrize("name", ["__init__", "__main__", "language"])
def test_an_old_python_can_read_the_way_in(name: str) -> None:
    ast.parse((ROOT / "kit" / f"{name}.py").read_text("utf-8"), feature_version=(3, 7))


@pytest.mark.skipif(not old_pythons(), reason="no Python before 3.11 on this machine")
@pytest.mark.parametrize("old", old_pythons(), ids=lambda path: path.parts[-3])
def test_an_old_python_is_told_what_to_do(old: Path) -> None:
    status, out, err = kit(str(old), ROOT, "setup")
    assert (status, out) == (3, "")
    assert err.startswith("Roundtrip needs Python 3.11 or newer, and this is Python 3.")
    assert "Traceback" not in err
