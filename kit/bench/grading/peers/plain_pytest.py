"""Bare pytest: one run with two workers over all submissions, in the graders' own process."""

from importlib.metadata import version
from pathlib import Path
from xml.etree import ElementTree

from kit.bench.grading.peers import job
from kit.bench.grading.peers.running import run

NAME, VERSION = "pytest", version("pytest")
HEAD = """
import importlib.util
from pathlib import Path

import pytest

FILES = sorted(Path(__file__).with_name("class").glob("*.py"))


@pytest.fixture(params=FILES, ids=lambda file: file.stem)
def app(request):
    spec = importlib.util.spec_from_file_location(request.param.stem, request.param)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
"""


def packages() -> list[str]:
    return [f"pytest=={VERSION}", f"pytest-xdist=={version('pytest-xdist')}", *job.libraries()]


def prepare(folder: Path, _python: Path) -> None:
    (folder / "class").mkdir()
    for one in job.submissions():
        (folder / "class" / f"{one.name}.py").write_text(one.source, "utf-8")
    tests = []
    for name in job.TESTS:
        head, body = job.function(name).split("\n", 1)
        names = "    create_app, socketio = app.create_app, app.socketio\n"
        tests.append(f"{head.replace('()', '(app)')}\n{names}{body}")
    (folder / "test_job.py").write_text("\n\n".join([HEAD, *tests]), "utf-8")


def grade(folder: Path, python: Path) -> None:
    options = ["-q", "-n", "2", "-p", "no:cacheprovider", "--junit-xml", "found.xml"]
    run([python, "-m", "pytest", *options, "test_job.py"], folder, may_be=(0, 1))


def points(folder: Path) -> dict[str, float]:
    found = {one.name: 0.0 for one in job.submissions()}
    for case in ElementTree.parse(folder / "found.xml").iter("testcase"):
        if case.find("failure") is None and case.find("error") is None:
            found[case.attrib["name"].partition("[")[2].rstrip("]")] += 1
    return found
