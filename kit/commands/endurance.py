"""What the finished dashboard server endures: bad clients, and long days."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import click
from rich.console import Console
from rich.text import Text

from kit import extras, installation
from kit.bench.harm import soak as soaking
from kit.bench.harm.target import TargetFailed
from kit.cli import FAILED, PASSED, Trouble
from kit.commands import JsonFile, write_json
from kit.course import ROOT
from kit.language import _
from kit.report import terminal

if TYPE_CHECKING:
    from kit.bench.harm import fuzz as fuzzing

    Tried = TypeVar("Tried", fuzzing.Report, soaking.Report)

MODE = click.Choice(["gevent", "threading"])
TIMELY = 1.0  # seconds, for 99 of 100 honest answers, where nothing else runs beside it


@click.command()
@click.option("--json", "json_file", type=JsonFile(), help="Write the report here.")
@click.option("--cases", default=100_000, help="How many frames, packets, payloads and requests.")
@click.option("--seed", default=1, help="What chance begins with.")
@click.option("--mode", type=MODE, default="gevent", help="What carries the clients.")
@click.option(
    "--timely", default=TIMELY, help="Seconds for 99 of 100 honest answers; each has five."
)
def fuzz(json_file: str | None, cases: int, seed: int, mode: str, timely: float) -> int:
    """Send the server what no client should send, beside honest clients, in about four minutes.

    Exit status 1: it has failed, shown what it should not, or kept something; or an honest client
    was harmed.
    """

    def run(tell: Callable[[str], None]) -> fuzzing.Report:
        from kit.bench.harm import fuzz  # it takes hypothesis, which is there only now

        return fuzz.fuzz(cases, seed, mode, timely, tell)

    report, console = _tried(run, json_file)
    console.print(
        _(
            "{total:,} cases in {seconds:.0f} s; meanwhile {answers:,} honest"
            " answers, p99 {answer_p99:.0f} ms, the longest"
            " {answer_longest:.0f} ms, and {updates:,} updates in order."
        ).format(
            total=report.total,
            seconds=report.seconds,
            answers=report.answers,
            answer_p99=report.answer_p99 * 1000,
            answer_longest=report.answer_longest * 1000,
            updates=report.updates,
        )
    )
    grown = (report.end["memory"] - report.half["memory"]) / 1e6 if report.end else 0
    console.print(_("The second half cost {grown:+.1f} MB of memory.").format(grown=grown))
    return _judged(report.faults, console)


@click.command()
@click.option("--json", "json_file", type=JsonFile(), help="Write the report here.")
@click.option("--clients", default=soaking.CLIENTS, help="How many clients there are.")
@click.option("--seconds", default=soaking.SECONDS, help="How long they stay.")
@click.option("--seed", default=1, help="What chance begins with.")
@click.option("--mode", type=MODE, default="gevent", help="What carries the clients.")
def soak(json_file: str | None, clients: int, seconds: float, seed: int, mode: str) -> int:
    """Let clients do in two minutes what they do in an hour, and see what is left of it.

    Exit status 1: memory has grown, something was left when they had gone, or one was harmed.
    """
    report, console = _tried(
        lambda tell: soaking.soak(clients, seconds, mode, seed, tell), json_file
    )
    done = ", ".join(f"{kind} {count:,}" for kind, count in report.done.items())
    console.print(
        _("{clients} clients: {done}; {updates:,} updates in order.").format(
            clients=report.clients, done=done, updates=report.updates
        )
    )
    megabytes = ", ".join(f"{third['memory'] / 1e6:.1f}" for third in report.thirds)
    console.print(_("Memory at the end of each third: {megabytes} MB.").format(megabytes=megabytes))
    return _judged(report.faults, console)


def _tried(
    run: Callable[[Callable[[str], None]], Tried], file: str | None
) -> tuple[Tried, Console]:
    """Run one of the two above with a status line, and write its report."""
    extras.ensure(ROOT, installation.say)
    console = terminal.console(stderr=file == "-")
    with console.status(_("Starting")) as status:
        try:
            report = run(status.update if console.is_terminal else console.print)
        except TargetFailed as error:
            raise Trouble(str(error)) from None
    if file:
        write_json(file, report.to_dict())
    return report, console


def _judged(faults: list[str], console: Console) -> int:
    for fault in faults[:20]:
        console.print(Text(fault[:2000], style="red"))
    console.print(_("Nothing was harmed, nothing is left.") if not faults else _("See above."))
    return FAILED if faults else PASSED
