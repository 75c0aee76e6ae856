"""A class graded on a real Dask cluster, of which a worker is killed, and then the scheduler."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import psutil
import pytest

from kit.bench.grading import kills
from kit.checking.verdict import Verdict
from kit.course import Course
from kit.grading import cluster, intake
from kit.grading.cluster import ClusterError
from kit.grading.grading import Grading
from kit.grading.journal import Journal
from kit.grading.reports import write
from kit.grading.results import ClassResults
from kit.grading.unit import Unit
from tests import waiting
from tests.grading.small_class import CHECKS, MOST, RIGHT, STARTER, hand_in
from tests.processes import is_alive

LAB = "1"
STUDENTS = 4


@dataclass
class Cluster:
    """A scheduler and its workers on this machine, each a process of its own."""

    root: Path  # of the project that they have
    folder: Path
    processes: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    address: str = ""

    def start(self, *arguments: str) -> "subprocess.Popen[bytes]":
        log = (self.folder / f"log {len(self.processes)}").open("wb")
        with log:
            command = [sys.executable, "-m", "dask", *arguments, "--no-dashboard"]
            self.processes.append(
                subprocess.Popen(command, cwd=self.root, stdout=log, stderr=subprocess.STDOUT)
            )
        return self.processes[-1]

    def start_worker(self) -> "subprocess.Popen[bytes]":
        return self.start("worker", self.address, "--nthreads", "1", "--no-nanny")

    def said(self) -> str:
        return "".join(log.read_text("utf-8") for log in sorted(self.folder.glob("log *")))


@pytest.fixture
def dask(course: Course, tmp_path: Path) -> Iterator[Cluster]:
    """A scheduler without workers, all in a copy of the project whose first lab is a small one."""
    course.lab(LAB).checks.write_text(CHECKS, encoding="utf-8")
    found = Cluster(course.root, tmp_path)
    file = tmp_path / "scheduler.json"
    place = ["--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(file)]
    found.start("scheduler", *place)
    try:
        waiting.until(file.exists, what=f"the scheduler: {found.said()}")
        found.address = json.loads(file.read_text("utf-8"))["address"]
        yield found
    finally:
        for process in found.processes:
            process.kill()
            process.wait()


def _grade(
    course: Course,
    out: Path,
    address: str,
    heard: list[str],
    does: Callable[[], None] = lambda: None,
) -> ClassResults:
    """Grade on the cluster, or without an address here; `does` is called with each verdict."""
    grading = Grading(
        course, [course.lab(LAB)], intake.read(course.root / "class", course), confined=True
    )

    def tell(unit: Unit, _verdict: Verdict) -> None:
        heard.append(unit.key)
        does()

    out.mkdir(exist_ok=True)
    with Journal(out / "journal.sqlite3") as journal:
        grading.remember(journal)
        grading.run(journal, jobs=1, address=address, tell=tell)
    write(grading.results(), out)
    return grading.results()


@pytest.mark.timeout(600)
@pytest.mark.skipif(sys.platform != "linux", reason="submissions can be confined on Linux alone")
@pytest.mark.usefixtures("_walls")
def test_workers_and_scheduler_may_end(
    course: Course, dask: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, other = tmp_path / "by the cluster", tmp_path / "another out"
    for number in range(STUDENTS):
        text = f"{STARTER if number % 2 else RIGHT}# {number}\n"
        hand_in(course.root / "class", f"student {number}", text)

    heard: list[str] = []
    with monkeypatch.context() as patch:
        patch.setattr(cluster, "WITHOUT_WORKERS", 0.5)
        patch.setattr(cluster, "LOOK", 0.2)
        with pytest.raises(ClusterError, match="has no workers"):
            _grade(course, out, dask.address, heard)
    assert not heard

    # One of two workers is killed when a quarter of the class is decided, the other one works on.
    doomed, _ = dask.start_worker(), dask.start_worker()
    family: list[psutil.Process] = []

    def kill_one() -> None:
        if len(heard) == 1:
            # A unit is on its way to each of them, so this one has its warm process already.
            family.extend(psutil.Process(doomed.pid).children(recursive=True))
            doomed.kill()

    results = _grade(course, out, dask.address, heard, kill_one)
    assert doomed.wait(waiting.LONGEST) == -9
    assert family
    waiting.until(
        lambda: not [one for one in family if is_alive(one)], what="the end of what it had started"
    )
    assert Counter(heard).most_common(1)[0][1] == 1
    assert len(heard) == STUDENTS
    assert [one.labs[0].points for one in results.students] == [MOST, 0] * (STUDENTS // 2)

    _grade(course, tmp_path / "here", "", [])
    assert kills.gradebook(out) == kills.gradebook(tmp_path / "here")

    # Another version of the kit on a worker: its word counts for nothing.
    with monkeypatch.context() as patch:
        patch.setattr(cluster, "_task", _of_another_kit)
        with pytest.raises(ClusterError, match=r"127\.0\.0\.1.* another version of the kit"):
            _grade(course, other, dask.address, [])

    # The scheduler goes when the first verdict is known: that one is kept.
    heard = []
    with pytest.raises(ClusterError, match=r"has gone.*no verdict is lost"):
        _grade(course, other, dask.address, heard, dask.processes[0].kill)
    with Journal(other / "journal.sqlite3") as journal:
        assert [key for key in heard if journal.verdict(key)] == heard
    assert 1 <= len(heard) < STUDENTS

    monkeypatch.setattr(cluster, "ANSWERS", 0.5)
    for wrong in (dask.address, "nonsense", "ftp://192.0.2.1:8"):
        with pytest.raises(ClusterError, match="No Dask scheduler answers at"):
            _grade(course, other, wrong, [])


_task = cluster._task


def _of_another_kit(unit: Unit, confined: bool) -> cluster.Task:
    return replace(_task(unit, confined), kit="another")
