"""How long another process is waited for."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from kit.running.patience import STEP, Patience
from tests.waiting import until

BUSY = "while True: pass"
IDLE = "import time\nwhile True: time.sleep(600)"
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="Elsewhere nobody says who sleeps.")


@contextmanager
def running(source: str) -> Iterator[int]:
    """A process of ours, until the end of the block."""
    command = [sys.executable, "-c", f"print(1, flush=True)\n{source}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process.pid
        process.kill()


def lasts(patience: Patience, seconds: float = 20) -> float:
    """Return how many seconds of the clock it took until the wait was over."""
    began = time.monotonic()
    until(patience.is_over, seconds=seconds)
    return time.monotonic() - began


def test_a_sleeping_process_is_given_up_after_its_idle_time() -> None:
    with running(IDLE) as pid:
        assert lasts(Patience(pid, idle=0.4, busy=100)) >= 0.35


@LINUX
def test_a_busy_process_is_given_up_after_its_processor_time() -> None:
    with running(BUSY) as pid:
        assert lasts(Patience(pid, idle=100, busy=0.4)) >= 0.35


@LINUX
def test_a_busy_process_is_not_idle() -> None:
    with running(BUSY) as pid:
        patience = Patience(pid, idle=0.1, busy=100, longest=0.5)
        lasts(patience)
        assert patience.idle_left > 0


def test_the_clock_bounds_the_whole() -> None:
    with running(BUSY) as pid:
        assert lasts(Patience(pid, idle=100, busy=100, longest=0.3)) < 10


def test_a_pause_of_ours_is_not_held_against_the_other_process() -> None:
    with running(IDLE) as pid:
        patience = Patience(pid, idle=1, busy=100)
        patience.looked -= 50  # as if we had not been given the processor for so long
        assert not patience.is_over()
        assert patience.idle_left >= 1 - 2 * STEP


def test_a_shortcut_leaves_a_moment_for_what_is_on_its_way() -> None:
    with running(IDLE) as pid:
        patience = Patience(pid, idle=100, busy=100)
        patience.shortcut = lambda _: 0.0
        assert not patience.is_over()
        assert lasts(patience) < 10


def test_a_process_that_is_gone_counts_as_idle() -> None:
    with running(IDLE) as pid:
        pass
    assert lasts(Patience(pid, idle=0.2, busy=100)) < 10


def test_this_process_is_not_asleep_while_it_looks() -> None:
    assert not Patience(os.getpid(), idle=1, busy=100).is_over()
