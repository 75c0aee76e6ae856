"""Sources that take their time: whoever serves with greenlets answers everybody else meanwhile."""

import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from kit.running import App, Launcher, Plan

pytest.importorskip("gevent", reason="it serves with threads there")
if sys.platform == "win32":
    pytest.skip("there are no named pipes in folders", allow_module_level=True)

SLOW = """
from dashboard.sources import Column
import pandas as pd

class Slow:
    \"\"\"A source that waits, in the system's own way, until somebody writes to the pipe.\"\"\"

    id = "slow"
    title = "Slow"
    columns = (Column("load", "%"),)

    def __init__(self, pipe):
        self.pipe = pipe

    def read(self):
        with open(self.pipe) as pipe:
            load = float(pipe.read())
        row = {"time": pd.Timestamp.now("UTC"), "load": load}
        return pd.DataFrame([row]).astype({"time": "datetime64[ms, UTC]"})
"""


def test_others_are_answered_while_a_source_is_read(
    tmp_path: Path, beside: Callable[[str], Path]
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    settings = {
        "SECRET_KEY": "for a test",
        "ASYNC_MODE": "gevent",
        "SOURCES": [{"call": "probe.Slow", "pipe": str(pipe)}],
    }
    plan = Plan(beside(SLOW), (App("Testing", settings),), gevent=True)
    with Launcher(warm=False) as launcher, launcher.start(plan) as app:
        app.wait_until_listening(idle=60, busy=60)
        read: list[str] = []
        waits = threading.Thread(
            target=lambda: read.append(requests.get(f"{app.url}/still", timeout=60).text)
        )
        waits.start()
        with pipe.open("w") as writer:  # opens when the source has begun to read
            for _ in range(3):
                answer = requests.get(f"{app.url}/healthz", timeout=20)
                assert answer.json()["status"] == "ok"
            assert read == []
            writer.write("7.5")
        waits.join(60)
        assert "7.5" in read[0]
