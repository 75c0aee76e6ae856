"""What is left of a notebook's servers when its kernel ends, in whatever way: nothing."""

from collections.abc import Iterator

import psutil
import pytest
from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.manager import KernelManager

from kit.course import Course
from kit.student import workspace
from tests import course_copy, waiting
from tests.processes import is_alive

OPEN = """
from roundtrip import lesson
lab = lesson("03_events")
lab.checklist()
server = lab.serve()
"""


@pytest.fixture
def kernel(course: Course) -> Iterator[KernelManager]:
    """A kernel in which a lesson shows its checklist and serves the student's app."""
    lab = course.lab(3)
    workspace.start(course, lab)
    course_copy.solve(course, lab)
    manager = KernelManager()
    manager.start_kernel(cwd=str(course.root / "notebooks"))
    client: BlockingKernelClient = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=waiting.LONGEST)
    answer = client.execute_interactive(OPEN, timeout=waiting.LONGEST, output_hook=lambda _: None)
    assert answer["content"]["status"] == "ok", answer["content"]
    client.stop_channels()
    yield manager
    manager.shutdown_kernel(now=True)
    manager.cleanup_resources()


@pytest.mark.parametrize("now", [False, True], ids=["shut down", "killed"])
def test_every_process_ends_with_the_kernel(kernel: KernelManager, now: bool) -> None:
    kernel_process = psutil.Process(kernel.provisioner.pid)  # type: ignore[union-attr]
    family = kernel_process.children(recursive=True)
    assert len(family) >= 3  # two warm parents, and the server

    kernel.shutdown_kernel(now=now)

    waiting.until(lambda: not any(map(is_alive, family)), what="the end of every process")
