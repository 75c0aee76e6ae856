"""Temporary folders: gone with their process, or at the next start of another one."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from kit.temporary import TemporaryFolder

HOLD = """
from kit.temporary import TemporaryFolder
folder = TemporaryFolder()
print(folder.path, flush=True)
input()
"""


@pytest.fixture(autouse=True)
def own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def held(tmp_path: Path) -> tuple["subprocess.Popen[str]", Path]:
    """Return another process that has a temporary folder, and the folder."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD],
        env=os.environ | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(tmp_path)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def test_a_folder_is_gone_when_it_is_closed() -> None:
    with TemporaryFolder() as path:
        (path / "file").write_text("something")
    assert not path.exists()


def test_the_next_start_removes_what_a_killed_process_left(tmp_path: Path) -> None:
    process, left = held(tmp_path)
    with process:
        process.send_signal(getattr(signal, "SIGKILL", signal.SIGTERM))
    assert left.is_dir()
    with TemporaryFolder():
        assert not left.exists()


def test_what_a_process_still_holds_is_kept(tmp_path: Path) -> None:
    process, kept = held(tmp_path)
    with process, TemporaryFolder():
        assert kept.is_dir()
        process.communicate("\n")


def test_a_folder_of_the_same_name_that_is_not_one_of_ours_is_kept(tmp_path: Path) -> None:
    other = tmp_path / "roundtrip-of-somebody"
    other.mkdir()
    with TemporaryFolder():
        assert other.is_dir()
