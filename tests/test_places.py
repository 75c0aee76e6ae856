"""Set-up in the places that people have: homes, disks, policies and damage of every kind."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import time
import venv
from pathlib import Path

import pytest

from kit import environment, installation, patience, setup_tool
from kit.setup_failures import NO_PROGRAMS, SetupError
from tests.small_project import kit

posix_only = pytest.mark.skipif(os.name == "nt", reason="a matter of POSIX systems")


@pytest.fixture
def ready(small_project: Path, bare: str) -> Path:
    """The small project, set up. Its uv was there: fetching it is another story."""
    venv.create(environment.folder(small_project), symlinks=os.name != "nt")
    uv = "uv.exe" if os.name == "nt" else "uv"
    there = environment.python(small_project).with_name(uv)
    shutil.copy2(Path(sysconfig.get_path("scripts")) / uv, there)
    status, _, err = kit(bare, small_project)
    assert status == 7, err
    return small_project


def package(project: Path, name: str) -> Path:
    return next(environment.folder(project).glob(f"[Ll]ib/**/site-packages/{name}"))


# -- the home ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["missing", "a file"])
def test_without_a_home_the_caches_are_in_the_folder(
    small_project: Path, bare: str, tmp_path: Path, kind: str
) -> None:
    # Root may write anywhere; but below a file nobody can.
    home = tmp_path / "home"
    home.write_text("")
    if kind == "missing":
        home = home / "nobody"
    places = {"HOME": str(home), "LOCALAPPDATA": str(home), "XDG_CACHE_HOME": ""}

    status, _, err = kit(bare, small_project, **places)

    assert status == 7, err
    assert (small_project / ".cache" / "uv").is_dir()


def test_jupyter_s_folders_move_into_the_cache_where_the_home_is_read_only(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.write_text("")
    code = (
        "import os, sys; from pathlib import Path; from kit import home;"
        "print(home.spare_for_jupyter(Path(sys.argv[1])));"
        "from jupyter_core.paths import jupyter_runtime_dir;"
        "print(jupyter_runtime_dir()); print(os.environ['IPYTHONDIR'])"
    )
    folders = {"HOME": str(home), "USERPROFILE": str(home), "APPDATA": str(home)}
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("JUPYTER", "IPYTHON", "XDG"))}
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "cache"],
        env=kept | folders,
        capture_output=True,
        text=True,
        check=True,
    )
    moved, runtime, ipython = done.stdout.splitlines()
    assert moved == "True"
    for folder in (runtime, ipython):
        assert Path(folder).is_relative_to(tmp_path / "cache")


# -- disks and policies --------------------------------------------------------------------------


@posix_only
def test_a_folder_that_forbids_programs_is_told_before_anything_is_downloaded(
    small_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(subprocess, "run", refuse)
    with pytest.raises(SetupError) as told:
        installation.install(small_project)
    assert str(told.value) == NO_PROGRAMS
    assert not environment.folder(small_project).exists()


def test_a_system_that_forbids_uv_gets_its_packages_from_pip(
    small_project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = setup_tool.run

    def without_uv(command: list[str | Path], *rest: object, **more: object) -> str:
        if Path(command[0]).stem == "uv":
            raise setup_tool.NotStarted("[WinError 1260] This program is blocked by group policy.")
        return run(command, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(setup_tool, "run", without_uv)

    installation.install(small_project)

    told = capsys.readouterr().err
    assert "uv cannot be started here: [WinError 1260]" in told
    assert "pip installs the packages" in told
    assert environment.is_ready(small_project, running=False)


def test_a_uv_that_is_taken_away_by_a_virus_scanner_is_done_without(
    small_project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = setup_tool.run

    def scanned(command: list[str | Path], *rest: object, **more: object) -> str:
        if "uv-requirement.txt" in str(command[-1]):
            raise setup_tool.ToolError("ERROR: [WinError 5] Access is denied: 'uv.exe'\n")
        return run(command, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(setup_tool, "run", scanned)
    installation.install(small_project)
    assert "Access is denied" in capsys.readouterr().err
    assert environment.is_ready(small_project, running=False)


def test_a_python_without_tls_is_one_message(
    small_project: Path, bare: str, tmp_path: Path
) -> None:
    # As Anaconda's is, when it is called without being activated.
    (tmp_path / "ssl.py").write_text(
        "raise ImportError('DLL load failed while importing _ssl: not found')", encoding="utf-8"
    )
    status, _, err = kit(bare, small_project, PYTHONPATH=str(tmp_path))
    assert status == 3
    assert "This Python has no TLS" in err
    assert "conda activate" in err
    assert "Traceback" not in err


# -- an environment that was damaged -------------------------------------------------------------


def test_looking_whether_anything_is_gone_takes_no_time(ready: Path) -> None:
    names = (environment.contents_file(ready)).read_text("utf-8") * 30  # as many as the kit's
    environment.contents_file(ready).write_text(names, encoding="utf-8")
    environment.is_ready(ready, running=False)
    began = time.process_time()  # of this process alone: other tests run beside it
    assert environment.is_ready(ready, running=False)
    assert time.process_time() - began < 0.05


@pytest.mark.parametrize("caller", ["from outside", "from inside"])
def test_packages_that_were_uninstalled_are_noticed_and_come_back(
    ready: Path, bare: str, caller: str
) -> None:
    # As `uv pip sync` does with the list of something else.
    for one in (package(ready, "click"), package(ready, "click-*.dist-info")):
        shutil.rmtree(one)
    if os.name == "nt" and caller == "from inside":
        pytest.skip("a running Python cannot be moved away on Windows, which is told")
    python = bare if caller == "from outside" else str(environment.python(ready))

    status, out, err = kit(python, ready)

    assert status == 7, err
    assert "3 of 4" in err
    assert Path(json.loads(out)["click"]).is_relative_to(environment.folder(ready))
    assert kit(bare, ready)[2] == ""


@pytest.mark.parametrize("file", ["pyvenv.cfg", "the python"])
def test_an_environment_without_its_python_is_made_anew(ready: Path, bare: str, file: str) -> None:
    gone = environment.python(ready) if file == "the python" else ready / ".venv" / file
    gone.unlink()
    status, _, err = kit(bare, ready)
    assert status == 7, err
    assert "Traceback" not in err


@posix_only
@pytest.mark.parametrize("content", [None, ""], ids=["missing", "emptied"])
def test_a_file_that_is_damaged_inside_a_package_is_found_when_it_is_needed(
    ready: Path, bare: str, content: str | None
) -> None:
    damaged = package(ready, "click/core.py")
    damaged.unlink()  # first, because uv's cache may share the file
    if content is not None:
        damaged.write_text(content, encoding="utf-8")

    status, out, err = kit(bare, ready)

    assert status == 7, err
    assert f"The environment is damaged ({damaged} " in err
    assert json.loads(out)["prefix"] == str(environment.folder(ready))
    assert kit(bare, ready)[2] == ""


@posix_only
def test_what_a_new_environment_does_not_mend_is_told_once(ready: Path, bare: str) -> None:
    (ready / "kit" / "cli.py").write_text("import no_such_package\n", encoding="utf-8")
    status, _, err = kit(bare, ready)
    assert status == 3
    assert "A package does not work, though it was installed just now: No module named" in err
    assert err.count("3 of 4") == 1


def test_a_bug_of_the_kit_s_own_makes_no_new_environment(ready: Path, bare: str) -> None:
    (ready / "kit" / "cli.py").write_text("from kit import no_such_module\n", encoding="utf-8")
    status, _, err = kit(bare, ready)
    assert status == 1
    assert "cannot import name 'no_such_module'" in err
    assert "3 of 4" not in err


# -- renames that need a second try --------------------------------------------------------------


def test_a_rename_is_tried_again_while_somebody_reads_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "SECONDS", 20.0)  # as on Windows
    tried = []
    rename = Path.rename

    def scanned(self: Path, target: Path) -> Path:
        tried.append(target)
        if len(tried) < 3:
            raise PermissionError(errno.EACCES, "The process cannot access the file")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", scanned)
    (tmp_path / "old").mkdir()
    assert patience.rename(tmp_path / "old", tmp_path / "new").is_dir()
    assert len(tried) == 3


def test_a_refusal_that_stays_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "SECONDS", 0.0)

    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, "The process cannot access the file")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(PermissionError):
        patience.replace(tmp_path / "old", tmp_path / "new")
