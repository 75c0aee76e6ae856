"""The kit as a kernel of another Jupyter, and a notebook in a kernel that is not the kit's."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from kit.cli import BROKE, PASSED, USAGE
from tests import waiting
from tests.command import Project

CELL = "from roundtrip import lesson"


def written(prefix: Path, name: str = "roundtrip") -> Path:
    return prefix / "share" / "jupyter" / "kernels" / name / "kernel.json"


def test_it_is_registered_and_taken_away_again(shared: Project, tmp_path: Path) -> None:
    done = shared.run("kernel", "--prefix", str(tmp_path))
    assert done.returncode == PASSED, done.stderr
    told = json.loads(written(tmp_path).read_bytes())
    assert told["argv"][0] == sys.executable
    assert told["display_name"] == "Python 3 (Roundtrip)"
    assert str(written(tmp_path).parent) in done.stdout
    assert f"python3 -m kit kernel --remove --prefix {tmp_path}" in done.stdout

    assert shared.run("kernel", "--remove", "--prefix", str(tmp_path)).returncode == PASSED
    assert not written(tmp_path).parent.exists()
    assert shared.run("kernel", "--remove", "--prefix", str(tmp_path)).returncode == USAGE


def test_without_a_prefix_it_is_in_the_person_s_own_folder(shared: Project, tmp_path: Path) -> None:
    done = shared.run("kernel", "--name", "Course", JUPYTER_DATA_DIR=str(tmp_path))
    assert done.returncode == PASSED, done.stderr
    told = json.loads((tmp_path / "kernels" / "course" / "kernel.json").read_bytes())
    assert told["display_name"] == "Python 3 (Roundtrip), Course"


@pytest.mark.parametrize("options", [[], ["--remove"]])
def test_another_s_kernel_is_left_alone(
    shared: Project, tmp_path: Path, options: list[str]
) -> None:
    other = written(tmp_path, "python3")
    other.parent.mkdir(parents=True)
    other.write_text('{"display_name": "Python 3"}')
    done = shared.run("kernel", "--name", "python3", "--prefix", str(tmp_path), *options)
    assert done.returncode == USAGE
    assert "another kernel" in done.stderr
    assert other.read_text() == '{"display_name": "Python 3"}'


@pytest.mark.parametrize("name", ["..", "a/b", ""])
def test_a_name_that_is_none_is_refused(shared: Project, tmp_path: Path, name: str) -> None:
    done = shared.run("kernel", "--name", name, "--prefix", str(tmp_path))
    assert done.returncode == USAGE
    assert "cannot name a kernel" in done.stderr


def test_a_folder_that_cannot_be_written_is_told(shared: Project, tmp_path: Path) -> None:
    (tmp_path / "share").write_text("")
    done = shared.run("kernel", "--prefix", str(tmp_path))
    assert done.returncode == BROKE
    assert "Name another folder with --prefix" in done.stderr


def test_a_notebook_in_another_kernel_says_which_one_to_choose(
    project: Project, bare: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A kernel that has what kernels need, and nothing of the kit's.
    other = tmp_path / "other"
    subprocess.run([sys.executable, "-m", "uv", "venv", "--python", bare, other], check=True)
    python = other / "bin" / "python" if (other / "bin").exists() else other / "Scripts" / "python"
    install = ["pip", "install", "--python", python, "ipykernel"]
    subprocess.run([sys.executable, "-m", "uv", *install], check=True)
    kernels = tmp_path / "data" / "kernels" / "other"
    kernels.mkdir(parents=True)
    argv = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    told = {"argv": argv, "display_name": "Other", "language": "python"}
    (kernels / "kernel.json").write_text(json.dumps(told))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "data"))
    cells = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)])
    client = NotebookClient(
        cells,
        kernel_name="other",
        timeout=int(waiting.LONGEST),
        startup_timeout=int(waiting.LONGEST),
        resources={"metadata": {"path": str(project.root / "notebooks")}},
    )

    with pytest.raises(CellExecutionError) as caught:
        client.execute()

    assert caught.value.ename == "WrongKernel"
    (line,) = cells.cells[0].outputs[-1]["traceback"]
    assert "choose the kernel “Python 3 (Roundtrip)”" in line
    assert f"`python3 -m kit kernel` in a terminal in the folder {project.root}" in line
    assert line.count(". ") == 0  # one sentence


def test_an_old_python_in_a_kernel_can_read_what_tells_it(project: Project) -> None:
    for file in ("kit/kernel.py", "notebooks/roundtrip.py"):
        ast.parse((project.root / file).read_text("utf-8"), feature_version=(3, 7))
