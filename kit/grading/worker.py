"""A worker: decides about one submission after the other, each behind a wall of its own.

It is a process of its own, because it shares its network with what it grades. Units come in as
lines of JSON, and what is found goes out as such: each result when it is known, then the verdict.
Nothing that a submission starts can write there.
"""

import contextlib
import functools
import json
import os
import sys
import threading
import traceback
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

from kit import language
from kit.checking.check import Check, load
from kit.checking.runner import run
from kit.checking.variation import vary
from kit.checking.verdict import Result
from kit.grading.confinement import MemoryBound, Wall
from kit.running import Launcher

AT_ONCE = 3  # checks of one submission


def main(folder: Path, kind: str, hidden: list[Path]) -> None:
    """Grade what lies in `folder` whenever a unit comes in, until there are no more of them.

    The `kind` is "confined" or not; no submission may see what is `hidden`.
    """
    out = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    with contextlib.ExitStack() as stack:
        wall = stack.enter_context(Wall(folder, hidden)) if kind == "confined" else None
        if wall:
            stack.enter_context(MemoryBound(wall))
        loaded = functools.cache(load)
        for line in sys.stdin:
            try:
                if wall:
                    wall.build()
                asked = json.loads(line)
                language.speak(asked["language"])
                vary(asked["seed"])
                _grade(loaded(Path(asked["checks"])), folder, wall, out)
            except Exception:
                _say(out, {"broke": traceback.format_exc()})


def _grade(checks: list[Check], folder: Path, wall: Wall | None, out: TextIO) -> None:
    def tell(result: Result) -> None:
        _say(out, {"result": asdict(result)})

    with Launcher(enclosure=wall) as launcher:
        verdict = run(checks, folder, launcher, at_once=AT_ONCE, tell=tell)
    _say(out, {"verdict": verdict.to_dict()})


_saying = threading.Lock()


def _say(out: TextIO, message: dict[str, Any]) -> None:
    with _saying:
        out.write(json.dumps(message) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], [Path(name) for name in sys.argv[3:]])
