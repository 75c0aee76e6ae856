"""`test` passes its arguments on to pytest, and ends with a status of the kit's own."""

import subprocess
import sys
from pathlib import Path

import pytest

from kit.course import ROOT
from tests.command import environment


@pytest.mark.parametrize(
    ("content", "status", "said"),
    [
        ("def test_it():\n    assert True\n", 0, "1 passed"),
        ("def test_it():\n    assert 1 == 2\n", 1, "1 failed"),
        ("", 1, "no tests ran"),
    ],
)
def test_a_file_is_tried_and_its_result_is_the_status(
    tmp_path: Path, content: str, status: int, said: str
) -> None:
    file = tmp_path / "test_one.py"
    file.write_text(content)
    done = _test(str(file))
    assert (done.returncode, said in done.stdout) == (status, True)
    assert "workers" not in done.stdout  # one file needs no others beside it


def test_what_pytest_cannot_use_is_wrong_usage() -> None:
    done = _test("--no-such-option")
    assert done.returncode == 2
    assert "--no-such-option" in done.stderr


def _test(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "kit", "test", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False
    )
