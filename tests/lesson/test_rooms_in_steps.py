"""Lab 6 in the three steps of its task: each turns checks green before the next is begun."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kit import cut
from kit.checking.check import load
from kit.checking.runner import run
from kit.course import Course
from kit.running import PACKAGE, Launcher

LEAVING = {"leaves", "follows_on_in_slow_motion", "feed_goes_on", "leaves_nothing_else"}
OF_THE_FEED = ("        publish(dashboard)\n", "    state().feed.start()\n\n")


@pytest.fixture(scope="module")
def launcher() -> Iterator[Launcher]:
    with Launcher() as made:
        yield made


def passed(tree: cut.Tree, folder: Path, launcher: Launcher) -> tuple[set[str], set[str]]:
    """Return which checks of lab 6 pass, and which are only not attempted or not tried."""
    cut.write(tree, folder / PACKAGE)
    verdict = run(load(Course().lab(6).checks), folder, launcher)
    left = {one.check for one in verdict.results if one.outcome.value.startswith("not ")}
    return {one.check for one in verdict.results if one.passed}, left


def test_each_step_goes_green_alone(tmp_path: Path, launcher: Launcher) -> None:
    reference = Course().reference
    solution, starter = cut.stage(reference, 6), cut.starter(reference, 6)
    head = solution["rooms.py"].decode().partition("# lab 6: let a client out again")[0]
    out = "def leave_dashboard" + starter["rooms.py"].decode().partition("def leave_dashboard")[2]
    joining = head
    for text in OF_THE_FEED:
        assert text in joining
        joining = joining.replace(text, "")
    step = starter | {"dashboards.py": solution["dashboards.py"]}

    done, left = passed(step | {"rooms.py": (joining + out).encode()}, tmp_path / "1", launcher)
    assert {"joins", "shows_the_figure"} <= done
    every = done | left

    step |= {"feed.py": solution["feed.py"], "rooms.py": (head + out).encode()}
    done, left = passed(step, tmp_path / "2", launcher)
    assert left == LEAVING
    assert done == every - LEAVING
