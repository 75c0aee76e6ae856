"""The same units on a Dask cluster: a worker there does with one what this machine would do.

The verdicts come back one by one and are kept here, so workers may end at any instant, and this
process as well. A worker has the kit of its own machine: each unit says which one it was made with.
To start a scheduler, or workers for one: `python -m kit.grading.cluster [ADDRESS]`.
"""

import contextlib
import logging
import os
import queue
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from kit import extras, installation, language
from kit.checking.check import load
from kit.checking.verdict import Verdict
from kit.course import ROOT, Course, Lab
from kit.cut import Tree
from kit.grading.confinement import why_not
from kit.grading.pool import Worker
from kit.grading.unit import Unit
from kit.language import _
from kit.proving.proofs import KIT, contents, digest
from kit.running.plan import KIT_ROOT

if TYPE_CHECKING:  # installed only when somebody asks for a cluster
    from distributed import Client, Future

ANSWERS = 20.0  # seconds in which a scheduler answers
WITHOUT_WORKERS = 60.0  # seconds for which a cluster may have none
LOOK = 2.0  # seconds between two looks at a cluster from which nothing is heard
AHEAD = 2  # units for each thread of the cluster that are on their way to it
IDLE = 30.0  # seconds after which a worker's warm process ends


class ClusterError(Exception):
    """The cluster cannot decide what is left. Its text says why, and what to do."""


@dataclass(frozen=True)
class Task:
    """A unit on its way to another machine, where the same lab lies in another folder."""

    lab: int
    package: Tree
    seed: str | None
    confined: bool
    kit: str
    language: str


@dataclass(frozen=True)
class Answer:
    """What became of a task: a verdict, or why this worker decides about nothing."""

    verdict: dict[str, Any] | None = None
    refused: str = ""


def grade(
    units: Iterable[Unit],
    *,
    address: str,
    confined: bool,
    tell: Callable[[Unit, Verdict], None],
) -> None:
    """Decide about all units on the cluster at `address`; `tell` hears each verdict at once.

    It hears them one after the other, in any order. What `tell` raises ends the grading, and is
    raised here. Raises ClusterError where there is no cluster, or none any more, or one of its
    workers may not decide.
    """
    left = deque(units)
    done: queue.SimpleQueue[Future[Any]] = queue.SimpleQueue()
    running: dict[object, tuple[Future[Any], Unit]] = {}
    with _client(address) as client:
        last_seen = time.monotonic()
        while left or running:
            threads = _threads(client, address)
            while left and len(running) < AHEAD * threads:
                unit = left.popleft()
                # Not pure: what another client of the scheduler has asked for is nobody's verdict.
                future = client.submit(decide, _task(unit, confined), pure=False)
                running[future.key] = future, unit
                future.add_done_callback(done.put)
            last_seen = time.monotonic() if threads else last_seen
            if time.monotonic() - last_seen > WITHOUT_WORKERS:
                raise ClusterError(
                    _(
                        "The cluster at {address} has no workers. Start some with:"
                        " {command}\nThen run the same command again: no verdict is lost."
                    ).format(address=address, command=f"python -m kit.grading.cluster {address}")
                )
            with contextlib.suppress(queue.Empty):
                future = done.get(timeout=LOOK)
                future, unit = running.pop(future.key)
                tell(unit, _verdict(unit, future, address))


def _task(unit: Unit, confined: bool) -> Task:
    return Task(
        unit.lab.number,
        unit.package,
        unit.seed,
        confined,
        _version(unit.lab),
        language.current(),
    )


@cache
def _version(lab: Lab) -> str:
    """Return what tells the kit that decides about a lab from any other one."""
    modules = sorted((KIT / "grading").rglob("*.py"))
    texts = (module.read_bytes() for module in modules)
    return digest([*contents(Course(lab.root), lab), *texts]).hex()


@contextlib.contextmanager
def _client(address: str) -> "Iterator[Client]":
    """Be a client of the scheduler at `address`. Raises ClusterError where none answers."""
    from distributed import Client  # late: it may have been installed just now

    for name in logging.root.manager.loggerDict:
        if name.startswith("distributed"):
            logging.getLogger(name).setLevel(logging.CRITICAL)  # what matters is told in a sentence
    try:
        client = Client(address, timeout=ANSWERS, set_as_default=False, name="roundtrip")
    except (OSError, ValueError, TypeError) as error:
        raise ClusterError(
            _(
                "No Dask scheduler answers at {address} ({error}). Write the address that the"
                " scheduler printed, such as tcp://192.0.2.7:8786. To start one:"
                " python -m kit.grading.cluster"
            ).format(address=address, error=error)
        ) from None
    try:
        yield client
    finally:
        # With the client its units go, those that are running at the end of their time.
        with contextlib.suppress(Exception):  # it may be cut off already
            client.close(timeout=ANSWERS)


def _threads(client: "Client", address: str) -> int:
    """Return how many units the cluster can decide about at once. Raises ClusterError."""
    try:
        if client.status != "running":
            raise _gone(address)
        return sum(client.nthreads().values())
    except (OSError, ValueError):
        raise _gone(address) from None


def _gone(address: str) -> ClusterError:
    return ClusterError(
        _(
            "The scheduler at {address} has gone. Start it again, with its workers, then run the"
            " same command again: no verdict is lost."
        ).format(address=address)
    )


def _verdict(unit: Unit, future: "Future[Any]", address: str) -> Verdict:
    """Return the verdict that a task has come to. Raises ClusterError where there is none."""
    from distributed import KilledWorker

    if future.cancelled():
        raise _gone(address)
    error = future.exception()
    if isinstance(error, KilledWorker):
        why = _("Each worker of the cluster that took it has ended: {error}").format(error=error)
        return unit.broken([], why)
    if error is not None:
        raise ClusterError(
            _(
                "A worker of the cluster cannot decide: {error}. Start each worker in a folder of"
                " this project, of the same version as here. No verdict is lost."
            ).format(error=f"{type(error).__name__}: {error}")
        )
    answer: Answer = future.result()
    if answer.verdict is None:
        raise ClusterError(answer.refused)
    return Verdict.from_dict(answer.verdict)


# What follows runs on a worker of the cluster.


def decide(task: Task) -> Answer:
    """Return the verdict on a task, or why this worker of a cluster may not decide about it."""
    language.speak(task.language)
    lab = next((lab for lab in Course().labs if lab.number == task.lab), None)
    if lab is None or _version(lab) != task.kit:
        return _refused(
            _(
                "The worker {worker} has another version of the kit or of the checks. Give it the"
                " same one and start it anew, or take it out of the cluster; then run the same"
                " command again: no verdict is lost."
            )
        )
    if task.confined and (why := _why_not()):
        return _refused(
            _(
                "The worker {worker} cannot confine submissions: {why}. Take it out of the"
                " cluster, then run the same command again; or say --unconfined."
            ),
            why=why,
        )
    unit = Unit(lab, task.package, tuple(load(lab.checks)), b"", task.seed)
    return Answer(_warm(task.confined).verdict(unit).to_dict())


_why_not = cache(why_not)


def _refused(told: str, **fields: str) -> Answer:
    from distributed import get_worker

    return Answer(refused=told.format(worker=get_worker().address, **fields))


class _Warm:
    """The process that decides for one thread of a worker. It ends when nothing has come for long.

    So nobody has to tell it that a class is graded, or that whoever graded it was killed.
    """

    def __init__(self, confined: bool) -> None:
        self.confined = confined
        self._worker: Worker | None = None
        self._timer: threading.Timer | None = None

    def verdict(self, unit: Unit) -> Verdict:
        if self._timer:
            self._timer.cancel()
            self._timer.join()
        if self._worker is None:
            self._worker = Worker(self.confined, [str(KIT_ROOT)])
        try:
            return self._worker.verdict(unit)
        finally:
            self._timer = threading.Timer(IDLE, self.end)
            self._timer.daemon = True
            self._timer.start()

    def end(self) -> None:
        worker, self._worker = self._worker, None
        if worker:
            with worker:
                worker.stop()


_threads_own = threading.local()


def _warm(confined: bool) -> _Warm:
    """Return the warm process of this thread."""
    warm: _Warm | None = getattr(_threads_own, "warm", None)
    if warm is None or warm.confined != confined:
        if warm:
            warm.end()
        warm = _threads_own.warm = _Warm(confined)
    return warm


def main(arguments: list[str]) -> None:
    """Run a scheduler; with its address, workers for it, one for each processor."""
    extras.ensure(ROOT, installation.say, extras.CLUSTER)
    from distributed.cli import dask_scheduler, dask_worker  # late: just installed, it may be

    if arguments:
        workers = ["--nworkers", str(os.cpu_count() or 1), "--nthreads", "1", "--no-dashboard"]
        dask_worker.main([*workers, *arguments])
    else:
        dask_scheduler.main(["--no-dashboard"])


if __name__ == "__main__":
    main(sys.argv[1:])
