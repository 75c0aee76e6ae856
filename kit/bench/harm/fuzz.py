"""Bad input: what many bad clients send, and how an honest one beside them fares."""

import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from kit.bench.harm.bad.attack import Attack
from kit.bench.harm.bad.batches import Kinds, batches
from kit.bench.harm.bad.idling import Idlers
from kit.bench.harm.bad.packets import Packets
from kit.bench.harm.companions import Company
from kit.bench.harm.target import Target, TargetFailed

SETTLE_SECONDS = 15.0
IDLE_SECONDS = 0.5  # between two bytes of those that send slowly
LATEST = 5.0  # seconds, for each of them
GROWTH = 4_000_000  # bytes more in the second half: the noise of an allocator, not a leak
OBJECTS = 10_000  # of Python more in the second half: what is kept of 100 sessions, and updates
TASKS = 3  # threads or greenlets that may have begun for the whole server meanwhile
LEFT = (
    *("sockets", "environ", "participants", "clients", "binary_packet"),
    *("pending_connect", "pending_disconnect"),
)
MOST_SHOWN = 100
EXAMPLES = 100  # that Hypothesis makes in one go; it searches anew in the next one


@dataclass
class Report:
    """What came of it. `faults` is empty where all was well; memory is in bytes, times in seconds.

    `start`, `half` and `end` are the server's figures, with the bad clients gone each time.
    """

    mode: str
    seed: int
    cases: dict[str, int] = field(default_factory=dict)
    connections: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    server_seconds: float = 0.0
    start: dict[str, int] = field(default_factory=dict)
    half: dict[str, int] = field(default_factory=dict)
    end: dict[str, int] = field(default_factory=dict)
    answers: int = 0
    answer_p50: float = 0.0
    answer_p99: float = 0.0
    answer_longest: float = 0.0
    updates: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many frames, packets, payloads and requests were sent."""
        return sum(self.cases.values())

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as plain values for JSON."""
        return {"total": self.total} | asdict(self)


def fuzz(
    cases: int,
    seed: int,
    mode: str,
    timely: float,
    say: Callable[[str], None],
) -> Report:
    """Send about so many `cases` of bad input to a server in `mode`, and return what came of it.

    The same `seed` sends the same again. 99 of 100 honest answers have to come within `timely`
    seconds. `say` is told how far it is.
    """
    report = Report(mode, seed)
    began = time.monotonic()
    with Target(mode) as target:
        try:
            _judge(report, _attack(target, cases, report, say), timely)
        except (TargetFailed, OSError) as error:
            report.faults.append(f"the server is gone: {type(error).__name__} {error}")
        if not target.is_running:
            report.faults.append("the server has ended")
        report.faults += [f"log: {line[:20000]}" for line in target.faults()[:MOST_SHOWN]]
        if target.is_running:
            report.server_seconds = target.processor_seconds()
    report.seconds = time.monotonic() - began
    return report


def _attack(target: Target, cases: int, report: Report, say: Callable[[str], None]) -> Company:
    company = Company(target.url, target.schemas["columns"])
    report.start = target.figures()
    kinds = batches(Packets(target.schemas), [company.secret_session, company.token])
    attacks: list[Attack] = []
    for half in (1, 2):
        say(f"{report.mode}, half {half} of {cases:,} cases")
        attacks += _half(target, cases // 2, report.seed * 2 + half, kinds)
        figures = target.figures_like(report.start, SETTLE_SECONDS, more=TASKS)
        report.half, report.end = (figures, {}) if half == 1 else (report.half, figures)
    company.stop()
    for attack in attacks:
        name = type(attack).__name__.lower()
        report.cases[name] = report.cases.get(name, 0) + attack.cases
        report.connections[name] = report.connections.get(name, 0) + attack.connections
        report.faults += attack.faults
    return company


def _half(target: Target, cases: int, number: int, kinds: Kinds) -> list[Attack]:
    """Let all kinds of bad clients send so many cases at once; return them when all is sent."""
    whole = sum(weight for _, weight in kinds.values())
    idlers = Idlers(target.port)
    attacks: list[Attack] = [idlers]
    threads = []
    for kind, (strategy, weight) in kinds.items():
        attacks.append(kind(target.port))
        work = (attacks[-1], strategy, max(1, cases * weight // whole), number)
        threads.append(threading.Thread(target=_send, args=work, daemon=True))
    for thread in threads:
        thread.start()
    while alive := [thread for thread in threads if thread.is_alive()]:
        idlers.send(None)
        alive[0].join(IDLE_SECONDS)
    for attack in attacks:
        attack.end()
    return attacks


def _send(attack: Attack, strategy: Any, cases: int, number: int) -> None:
    """Let `attack` send batches until there were so many cases."""
    from hypothesis import HealthCheck, Phase, given, seed, settings

    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def send(batch: Any) -> None:
        if attack.cases < cases:
            try:
                attack.send(batch)
            except OSError as error:
                attack.fault(f"{type(error).__name__}: {error}, after {batch!r:.1000}")

    turn = 0
    try:
        while attack.cases < cases and not attack.gave_up:
            seed(number * 1000 + turn)(send)()
            turn += 1
    except Exception as error:  # what was not sent has proved nothing
        attack.fault(f"the sender has failed: {type(error).__name__}: {error!s:.1000}")


def _judge(report: Report, company: Company, timely: float) -> None:
    trips = company.trips()
    report.answers, report.updates = len(trips), company.guest.visitor.heard
    if trips:
        report.answer_p50 = trips[len(trips) // 2]
        report.answer_p99 = trips[len(trips) * 99 // 100]
        report.answer_longest = trips[-1]
    faults = company.problems()
    if not trips or not report.updates:
        faults.append("the honest clients had no answers, or no updates")
    if report.answer_p99 > timely or report.answer_longest > LATEST:
        faults.append(f"answers took up to {report.answer_longest:.1f} s")
    report.faults += faults + left_behind(report)


def left_behind(report: Report) -> list[str]:
    """Return in words what the server has kept of the bad clients."""
    kept = []
    grown = report.end["memory"] - report.half["memory"]
    if grown > GROWTH:
        kept.append(f"memory grew by {grown / 1e6:.1f} MB in the second half")
    if report.end["objects"] > report.half["objects"] + OBJECTS:
        kept.append(
            f"objects: {report.half['objects']} at half time, {report.end['objects']} after"
        )
    for name in (*LEFT, "tasks", "descriptors"):
        more = TASKS if name in ("tasks", "descriptors") else 0
        if report.end[name] > report.start[name] + more:
            kept.append(f"{name} left: {report.start[name]} before, {report.end[name]} after")
    return kept
