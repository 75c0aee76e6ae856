"""Bad clients harm neither the server nor the honest clients beside them."""

import dataclasses
import json
import subprocess
import sys
from pathlib import Path

import pytest

from kit.bench.harm import fuzz as fuzzing
from kit.course import ROOT
from tests.command import environment


@pytest.mark.parametrize("mode", ["threading", "gevent"])
def test_bad_input_harms_nobody(mode: str, tmp_path: Path) -> None:
    # In a process of its own: hypothesis looks at what other tests' threads do with chance.
    command = [sys.executable, "-m", "kit", "bench", "fuzz", "--cases", "1000", "--seed", "14"]
    # Other tests run beside it, so that honest answers are late for another reason, too.
    command += ["--timely", "4"]
    done = subprocess.run(
        [*command, "--mode", mode, "--json", str(tmp_path / "report.json")],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["faults"] == []
    assert report["total"] >= 1000
    assert min(report["cases"].values()) > 20
    assert report["answers"] > 20
    assert report["updates"] > 20


def test_it_is_seen_what_a_server_leaves_behind() -> None:
    figures = dict.fromkeys((*fuzzing.LEFT, "memory", "objects", "tasks", "descriptors"), 10)
    report = fuzzing.Report("threading", 1, start=figures, half=figures, end=dict(figures))
    assert fuzzing.left_behind(report) == []

    for name in figures:
        worse = figures | {name: 10 + fuzzing.GROWTH + 1}
        assert len(fuzzing.left_behind(dataclasses.replace(report, end=worse))) == 1, name
