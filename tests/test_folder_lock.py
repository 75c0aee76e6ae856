"""Locks on file systems that have none, or whose locks outlive their holders."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kit import folder_lock

HOLD = """
import sys
from pathlib import Path
from kit import folder_lock
with folder_lock.held(Path(sys.argv[1]), lambda: None):
    print("held", flush=True)
    sys.stdin.read()
"""
ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("code", ["ENOLCK", "EOPNOTSUPP", "ENOSYS"])
def test_where_there_are_no_locks_the_work_goes_on_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], code: str
) -> None:
    def refuse(*_: object) -> bool:
        raise OSError(getattr(errno, code), os.strerror(getattr(errno, code)))

    monkeypatch.setattr(folder_lock, "_taken", refuse)
    for _ in range(2):
        with folder_lock.held(tmp_path / "lock", lambda: pytest.fail("nobody holds it")):
            pass
    told = capsys.readouterr().err
    assert told.count("has no locks") == 1
    assert str(tmp_path) in told


def test_another_failure_is_raised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> bool:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(folder_lock, "_taken", fail)
    with (
        pytest.raises(OSError, match=os.strerror(errno.ENOSPC)),
        folder_lock.held(tmp_path / "lock", lambda: None),
    ):
        pass


def test_who_waits_for_long_is_told_what_to_delete_and_may_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if os.name == "nt":
        pytest.skip("an open file cannot be deleted, and its lock ends with its holder")
    lock = tmp_path / "lock"
    # Stands for a machine that is gone, whose lock its file server has kept.
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, lock],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        monkeypatch.setattr(folder_lock, "LONG_SECONDS", 0)
        say = folder_lock._say

        def told(text: str) -> None:
            say(text)
            lock.unlink()

        monkeypatch.setattr(folder_lock, "_say", told)
        waited = []
        with folder_lock.held(lock, lambda: waited.append(1)):
            pass
        holder.communicate("")
    assert waited == [1]
    assert f"delete {lock}" in capsys.readouterr().err
