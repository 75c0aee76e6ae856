"""From save to verdict: what is measured, and what it is measured with."""

import json
import statistics
from pathlib import Path

import pytest

from kit.bench import panel_page
from kit.bench.feedback import Waits, p95, save, spread
from kit.cli import FAILED, PASSED
from kit.proving.case import Case
from tests import course_copy
from tests.command import Project


def test_half_and_nineteen_of_twenty_have_to_be_in_time() -> None:
    fast = [0.1] * 19
    assert Waits("a", right=[*fast, 0.9], wrong=[*fast, 3.0]).is_met  # one of twenty may be late
    assert not Waits("a", right=[*fast, 3.0, 3.0]).is_met
    assert not Waits("a", right=[0.4] * 20).is_met
    assert Waits("a", right=[0.4] * 20, is_early=False).is_met
    assert not Waits("a", right=fast, wrong=[1.1] * 20).is_met
    assert not Waits("a", right=fast, unlike=["one"]).is_met
    assert not Waits("a").is_met


def test_the_95th_percentile_is_one_of_the_figures() -> None:
    assert p95([0.3]) == 0.3
    assert p95([float(n) for n in range(100, 0, -1)]) == 95.0


def test_submissions_come_from_all_over_the_proof() -> None:
    found = [Case(None, "known-wrong", str(n), {}, {}) for n in range(10)]  # type: ignore[arg-type]
    assert [case.name for case in spread(found, 3)] == ["0", "3", "6"]
    assert spread(found, 30) == found


def test_a_save_writes_what_differs_and_removes_what_is_gone(tmp_path: Path) -> None:
    save({}, {"a.py": b"1", "in/b.py": b"2", "c.py": b"3"}, tmp_path)
    untouched = (tmp_path / "a.py").stat().st_mtime_ns
    save({"a.py": b"1", "in/b.py": b"2", "c.py": b"3"}, {"a.py": b"1", "in/b.py": b"4"}, tmp_path)
    assert (tmp_path / "a.py").stat().st_mtime_ns == untouched
    assert (tmp_path / "in/b.py").read_bytes() == b"4"
    assert not (tmp_path / "c.py").exists()


def test_it_measures_real_saves(shared: Project) -> None:
    done = shared.run("bench", "feedback", "--labs", "1", "--saves", "2", "--json", "-")
    report = json.loads(done.stdout)
    (lab,) = report["labs"]
    assert lab["lab"] == "01_factory"
    assert lab["unlike"] == []
    for kind in ("right", "wrong"):
        assert len(lab[kind]) == 2
        assert all(0 < seconds < panel_page.LONGEST for seconds in lab[kind])
        assert lab["figures"][kind]["median"] == statistics.median(lab[kind])
    assert lab["slowest"]
    assert done.returncode == (PASSED if report["met"] else FAILED)


def test_an_unknown_lab_is_wrong_usage(shared: Project) -> None:
    done = shared.run("bench", "feedback", "--labs", "77")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project for tests that leave it as they find it."""
    return Project(course_copy.make(tmp_path_factory.mktemp("shared") / "a project"))
