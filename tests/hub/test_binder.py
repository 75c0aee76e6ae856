"""The files that Binder and dev containers read."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from kit.cli import COMMANDS
from kit.commands.labs import FIRST_PORT
from kit.course import ROOT
from kit.demo.one_process import PORT
from tests import course_copy
from tests.command import environment

CONTAINER = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text("utf-8"))
BINDER = ROOT / ".binder"


def test_a_dev_container_sets_up_and_forwards_both_ports() -> None:
    *python, command = CONTAINER["postCreateCommand"].split()
    assert python == ["python3", "-m", "kit"]
    assert command in COMMANDS
    assert CONTAINER["forwardPorts"] == [FIRST_PORT, PORT]
    assert {*CONTAINER["portsAttributes"]} == {str(FIRST_PORT), str(PORT)}


@pytest.mark.skipif(os.name == "nt", reason="Binder's scripts run on Linux")
def test_binder_s_scripts_set_up_and_start_jupyter(tmp_path: Path) -> None:
    """In an environment of its own, which has the packages already: setting up needs a network."""
    course = course_copy.make(tmp_path / "a project")
    shutil.copytree(BINDER, course.root / ".binder")
    venv.create(tmp_path / "image", symlinks=True)
    prefix = tmp_path / "image"
    (sites,) = prefix.glob("lib/python*/site-packages")
    (sites / "packages.pth").write_text(sysconfig.get_path("purelib"))
    variables = environment(PATH=f"{prefix / 'bin'}{os.pathsep}{os.environ['PATH']}")

    def run(*command: str) -> str:
        done = subprocess.run(
            command, cwd=course.root, env=variables, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout

    run(".binder/postBuild")
    told = json.loads((prefix / "share/jupyter/kernels/roundtrip/kernel.json").read_text())
    assert Path(told["argv"][0]).parent == prefix / "bin"
    assert all(lab.package.is_dir() for lab in course.labs)
    assert run(".binder/start", "echo", "what", "starts Jupyter") == "what starts Jupyter\n"
    assert run(".binder/start", sys.executable, "-c", "print(1)") == "1\n"


def test_binder_reads_what_it_knows() -> None:
    assert {file.name for file in BINDER.iterdir()} == {
        "postBuild",
        "requirements.txt",
        "runtime.txt",
        "start",
    }
    assert (BINDER / "requirements.txt").read_text() == "jupyter-server-proxy\n"
    assert (BINDER / "runtime.txt").read_text() == "python-3.12\n"
    for name in ("postBuild", "start"):
        assert os.access(BINDER / name, os.X_OK) or os.name == "nt"
        assert (BINDER / name).read_text().startswith("#!/usr/bin/env bash\n")
