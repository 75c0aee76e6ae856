"""Grading that is killed at random instants and resumed: is the gradebook the same?"""

import json
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import psutil

from kit.bench.grading.memory import PeakMemory
from kit.running.plan import KIT_ROOT

JOURNAL = "journal.sqlite3"
TIMED = re.compile(rb' time="[0-9.]+"')  # in JUnit's XML
UNDISTURBED = "undisturbed"  # the folder of the run that is left alone
MOMENT = 1.0  # seconds after a verdict in which a run is killed
LOOK = 0.05  # seconds between two looks into the journal
LAST_WORDS = 20  # seconds in which all that a killed run has started must be gone


@dataclass
class Kills:
    """What became of runs that were killed. `faults` is empty where nothing was lost or doubled."""

    kills: int = 0
    with_news: int = 0  # of the kills: those of runs that had come to a verdict
    runs: int = 0
    seconds_undisturbed: float = 0
    processor_seconds: float = 0  # of the run that was left alone
    memory: int = 0  # bytes that it held at most
    verdicts: int = 0
    load: int = 1  # times as many submissions at once in another run
    faults: list[str] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Return the figures as JSON-ready data."""
        return asdict(self)


class CannotGrade(Exception):
    """Grading does not work even undisturbed. Its text is what it said."""


def measure(
    folder: Path,
    arguments: list[str],
    work: Path,
    *,
    kills: int,
    load: int = 1,
    seed: int = 1,
    tell: Callable[[str], None] = lambda _: None,
) -> Kills:
    """Grade the class in `folder`, killed so often, and compare with a run that was left alone.

    Another run has `load` times as many submissions at once as there are processors.
    `arguments` are those of `grade` besides the folders; all is written below `work`. The instants
    are drawn from `seed`. Raises CannotGrade.
    """
    report = Kills(load=load)
    chance = random.Random(seed)
    alone = work / UNDISTURBED
    tell("Grading undisturbed")
    began, used = time.monotonic(), _processor_seconds()
    with PeakMemory() as memory:
        _finish(folder, alone, arguments)
    report.memory = memory.bytes
    report.seconds_undisturbed = round(time.monotonic() - began, 2)
    report.processor_seconds = round(_processor_seconds() - used, 2)
    wanted = gradebook(alone)
    report.verdicts = len(_verdicts(alone))
    if load > 1:
        tell(f"Grading with {load} times the load")
        at_once = str(load * (os.cpu_count() or 1))
        _finish(folder, work / "loaded", [*arguments, "--jobs", at_once])
        report.faults += _unlike("the loaded run", wanted, gradebook(work / "loaded"))
    while report.kills < kills:
        report.runs += 1
        out = work / f"run-{report.runs}"
        known: dict[str, str] = {}
        while report.kills < kills:
            process = _start(folder, out, arguments)
            # By the clock alone, a loaded machine would be killed while it still starts.
            more = chance.randint(0, report.verdicts - len(known))
            if more:
                _wait_for(process, out, len(known) + more)
            longest = MOMENT if more else report.seconds_undisturbed
            try:
                process.wait(chance.uniform(0, longest))
                break  # it has come to its end
            except subprocess.TimeoutExpired:
                report.kills += 1
                tell(f"Killed {report.kills} of {kills} times")
                report.faults += _kill(process)
                before = len(known)
                known = _compared(known, _verdicts(out), report.faults)
                report.with_news += len(known) > before
        _finish(folder, out, arguments)
        _compared(known, _verdicts(out), report.faults)
        report.faults += _unlike(f"run {report.runs}", wanted, gradebook(out))
        shutil.rmtree(out)
    return report


def _unlike(run: str, wanted: dict[str, bytes], found: dict[str, bytes]) -> list[str]:
    return [
        f"{run}: {name} is not the same"
        for name in sorted(wanted.keys() | found.keys())
        if wanted.get(name) != found.get(name)
    ]


def _processor_seconds() -> float:
    """Return what ended children have used, with all that they had started; 0 on Windows."""
    times = os.times()
    return times.children_user + times.children_system


def gradebook(out: Path) -> dict[str, bytes]:
    """Return all files of a gradebook, without the seconds that checks took."""
    return {
        path.relative_to(out).as_posix(): _timeless(path)
        for path in sorted(out.rglob("*"))
        if path.is_file() and not path.name.startswith(JOURNAL)
    }


def _timeless(path: Path) -> bytes:
    content = path.read_bytes()
    if path.suffix == ".json":
        text = json.dumps(_without_seconds(json.loads(content)), ensure_ascii=False)
        return text.encode(errors="surrogatepass")
    return TIMED.sub(b"", content) if path.suffix == ".xml" else content


def _without_seconds(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_seconds(one) for name, one in value.items() if name != "seconds"}
    return [_without_seconds(one) for one in value] if isinstance(value, list) else value


def _start(folder: Path, out: Path, arguments: list[str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "kit", "grade", str(folder), "--out", str(out), *arguments],
        cwd=KIT_ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _finish(folder: Path, out: Path, arguments: list[str]) -> None:
    """Grade until the end; 1 says that somebody has no mark, which may be. Raises CannotGrade."""
    done = subprocess.run(
        [sys.executable, "-m", "kit", "grade", str(folder), "--out", str(out), *arguments],
        cwd=KIT_ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in (0, 1):
        raise CannotGrade(f"`grade` ended with {done.returncode}: {done.stderr.strip()}")


def _wait_for(process: "subprocess.Popen[bytes]", out: Path, verdicts: int) -> None:
    """Return when so many verdicts are in the journal, or the run has ended."""
    while process.poll() is None and len(_verdicts(out)) < verdicts:
        time.sleep(LOOK)


def _kill(process: "subprocess.Popen[bytes]") -> list[str]:
    """Kill it as nothing can be caught; return what it has left behind."""
    try:
        family = psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        family = []
    process.kill()
    process.wait()
    _, alive = psutil.wait_procs(family, timeout=LAST_WORDS)
    return [f"{one.name()} outlived the run that had started it" for one in alive]


def _verdicts(out: Path) -> dict[str, str]:
    """Return what the journal holds, by key."""
    if not (out / JOURNAL).exists():
        return {}
    with sqlite3.connect(out / JOURNAL) as database:
        try:
            return dict(database.execute("SELECT key, verdict FROM verdicts"))
        except sqlite3.OperationalError:  # killed before the table was there
            return {}


def _compared(known: dict[str, str], now: dict[str, str], faults: list[str]) -> dict[str, str]:
    """Return what is known now; what was known before has to be among it, unchanged."""
    for key, verdict in known.items():
        if now.get(key) != verdict:
            faults.append(f"the verdict {key[:12]} was lost, or was made twice")
    return now
