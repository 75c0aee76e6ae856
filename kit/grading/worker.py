"""A worker: decides about one submission after the other, each behind a wall of its own.

It is a process of its own, because it shares its network with what it grades. Units come in as
lines of JSON, and what is found goes out as such: each result when it is known, then the verdict.
Nothing that a submission starts can write there.
"""

import functools
import json
import os
import sys
import threading
import traceback
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

from kit.checking.check import Check, load
from kit.checking.runner import run
from kit.checking.verdict import Result
from kit.grading.confinement import Bubblewrap, Watch
from kit.running import Launcher

AT_ONCE = 3  # checks of one submission


def main(confined: bool) -> None:
    """Grade what comes in until there is no more of it."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    loaded = functools.cache(load)
    for line in sys.stdin:
        unit = json.loads(line)
        try:
            _grade(unit, loaded(Path(unit["checks"])), out, confined=confined)
        except Exception:
            _say(out, {"broke": traceback.format_exc()})


def _grade(unit: dict[str, Any], checks: list[Check], out: TextIO, *, confined: bool) -> None:
    folder = Path(unit["folder"])

    def tell(result: Result) -> None:
        _say(out, {"result": asdict(result)})

    enclosure = Bubblewrap(folder, tuple(map(Path, unit["hidden"]))) if confined else None
    with Launcher(enclosure=enclosure) as launcher, Watch(os.getpid()):
        verdict = run(checks, folder, launcher, at_once=AT_ONCE, tell=tell)
    _say(out, {"verdict": verdict.to_dict()})


_saying = threading.Lock()


def _say(out: TextIO, message: dict[str, Any]) -> None:
    with _saying:
        out.write(json.dumps(message) + "\n")


if __name__ == "__main__":
    main(sys.argv[1] == "confined")
