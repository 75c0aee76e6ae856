"""Strangers' code gets the mark that it deserves, and its neighbour's mark stays what it was."""

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from kit.grading.results import LabResult, State
from kit.running.plan import KIT_ROOT
from tests.grading import attacks
from tests.grading.small_class import MOST, RIGHT, grade, hand_in, make_course

pytestmark = [pytest.mark.usefixtures("_walls"), pytest.mark.timeout(900)]

MARK = f"roundtrip-mark-{os.getpid()}"
EVERY = 8  # attacks there is a neighbour, who has done all right
IN_VAIN = attacks.in_vain(MARK, 0)
HARMLESS = attacks.harmless()
EACH = """
import sys
for name, source in eval(sys.argv[1]).items():
    names = {"__name__": "dashboard"}
    exec(source, names)
    print(f"{name}: {names['worked']}")
"""


@pytest.fixture(scope="module")
def marks(tmp_path_factory: pytest.TempPathFactory, _walls: None) -> dict[str, LabResult]:
    """One class, graded by one worker: so whatever somebody leaves lies there for the next."""
    folder = tmp_path_factory.mktemp("class")
    course = make_course(tmp_path_factory.mktemp("course"))
    with pytest.MonkeyPatch.context() as patch, _things_to_find() as port:
        patch.setenv("MARK", MARK)
        submissions = attacks.in_vain(MARK, port) | HARMLESS
        for number, (name, source) in enumerate(submissions.items()):
            hand_in(folder, f"{number:03} {name}", source)
            if number % EVERY == 0:
                hand_in(folder, f"{number:03} neighbour", f"{RIGHT}# {number}\n")
        results = grade(course, folder, tmp_path_factory.mktemp("out"))
    return {one.student.name: one.labs[0] for one in results.students}


@contextlib.contextmanager
def _things_to_find() -> Iterator[int]:
    """Have a port, a socket, shared memory and a file on this machine; yield the port."""
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.socket(socket.AF_UNIX) as hidden,
        tempfile.NamedTemporaryFile(prefix=MARK, dir="/tmp"),
    ):
        hidden.bind(f"\0{MARK}")
        hidden.listen()
        shared = Path("/dev/shm") / MARK
        shared.touch()
        try:
            yield server.getsockname()[1]
        finally:
            shared.unlink()


def _of(marks: dict[str, LabResult], name: str) -> LabResult:
    return next(lab for student, lab in marks.items() if student[4:] == name)


@pytest.mark.parametrize("name", IN_VAIN)
def test_an_attack_is_worth_nothing(marks: dict[str, LabResult], name: str) -> None:
    lab = _of(marks, name)
    assert lab.state is State.GRADED, lab
    assert lab.points == 0, lab
    if name in attacks.LOCKED:  # it was tried, and the starter went on as it was
        assert lab.verdict
        finding = lab.verdict.results[0].finding
        assert finding
        assert finding.got == "it gave TODO"


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_right_is_worth_all_whatever_it_does_beside(
    marks: dict[str, LabResult], name: str
) -> None:
    lab = _of(marks, name)
    assert (lab.state, lab.points) == (State.GRADED, MOST), lab


def test_every_neighbour_has_all_points(marks: dict[str, LabResult]) -> None:
    neighbours = [lab for student, lab in marks.items() if student[4:] == "neighbour"]
    assert len(neighbours) > 7
    for lab in neighbours:
        assert (lab.state, lab.points) == (State.GRADED, MOST), lab


def test_what_is_locked_is_open_before_the_walls() -> None:
    """The same lines, run here, find what they look for: so the marks above show the walls."""
    with _things_to_find() as port:
        tried = attacks.in_vain(MARK, port)
        sources = {name: tried[name] for name in attacks.OPEN_OUTSIDE}
        found = subprocess.run(
            [sys.executable, "-c", EACH, repr(sources)],
            cwd=KIT_ROOT,
            env={**os.environ, "MARK": MARK},
            capture_output=True,
            text=True,
            check=True,
        )
    assert found.stdout.split("\n")[:-1] == [f"{name}: True" for name in attacks.OPEN_OUTSIDE]
