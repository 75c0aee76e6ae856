"""What the finished dashboard server carries and bears, and how long a learner waits."""

from dataclasses import replace

import click
from rich.text import Text

from kit import browser_libraries, extras, installation, language
from kit.bench.harm import chaos as chaos_run
from kit.bench.server import measuring, table
from kit.bench.server.node_packages import NoNode
from kit.bench.server.open_files import TooFewFiles, allow_open_files
from kit.bench.server.peers import PeerFailed
from kit.bench.server.report import Plan
from kit.cli import FAILED, PASSED, Trouble
from kit.commands import JsonFile, write_json
from kit.commands.endurance import fuzz, soak
from kit.commands.feedback import feedback
from kit.commands.grading_bench import grading
from kit.course import ROOT
from kit.language import _
from kit.report import terminal
from kit.running.redis_server import RedisMissing

FULL = Plan((100, 500, 2000))
QUICK = Plan((100, 500), rounds=1, workers=(1, 2), workers_clients=200, visits=3)


class Numbers(click.ParamType[tuple[int, ...]]):
    """Numbers of clients or workers, such as `100,500`, smallest first."""

    name = "numbers"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, ...]:
        if isinstance(value, tuple):
            return value
        try:
            numbers = sorted({int(word) for word in str(value).split(",")})
        except ValueError:
            numbers = [0]
        if numbers[0] < 1:
            self.fail(
                _("{value!r} is not a list of numbers, such as 100,500").format(value=value),
                param,
                ctx,
            )
        return tuple(numbers)


@click.group()
def bench() -> None:
    """Measure the finished server, and how long a learner waits."""
    language.speak(language.ENGLISH)  # most of its reports are not translated yet


@bench.command()
@click.option("--json", "json_file", type=JsonFile(), help="Write the report here.")
@click.option("--quick", is_flag=True, help="100 and 500 clients, one round of each: a minute.")
@click.option("--clients", type=Numbers(), help="Other numbers of clients, such as 100,500.")
@click.option("--workers", type=Numbers(), help="Other numbers of workers, such as 1,4.")
@click.option(
    "--seconds",
    type=click.FloatRange(min=0.2),
    help="How long each stretch at full rate and at a steady pace is.",
)
def server(
    json_file: str | None,
    quick: bool,
    clients: tuple[int, ...] | None,
    workers: tuple[int, ...] | None,
    seconds: float | None,
) -> int:
    """Measure the finished server beside others that do the same job, in four minutes.

    The reference in gevent mode, as it is deployed; Node's Socket.IO server; and the reference in
    threading mode, as in the labs. Clients join a room of each, and updates are broadcast to it.
    The servers take turns, so the ratios come from one run. Then the deployed server, with nginx,
    Redis and more and more workers; and the page: its weight, and the time to its first chart in a
    browser. A rate is that of the best of five rounds, all else the median; the report explains
    each figure under `explained`. Exit status 1: a server failed, or the reference does not reach
    what it should beside Node's with 500 clients.
    """
    console = terminal.console(stderr=json_file == "-")
    usual = QUICK if quick else FULL
    chosen = clients or usual.clients
    plan = replace(
        usual,
        clients=chosen,
        workers=workers or usual.workers,
        workers_clients=min(usual.workers_clients, max(chosen)),
        seconds=seconds or usual.seconds,
        steady_seconds=seconds or usual.steady_seconds,
    )
    browser_libraries.ensure(ROOT, installation.say)
    extras.ensure(ROOT, installation.say)
    try:
        allow_open_files(plan.files)
        with console.status(_("Starting")) as status:
            # Where nothing can be renewed in place, each step is a line.
            tell = status.update if console.is_terminal else console.print
            report = measuring.measure(plan, tell)
    except (NoNode, PeerFailed, TooFewFiles) as error:
        raise Trouble(str(error)) from None
    if json_file:
        write_json(json_file, report.to_dict())
    table.show(report, console)
    met = all(target.met for target in report.targets())
    return PASSED if met and report.is_complete else FAILED


@bench.command()
@click.option("--json", "json_file", type=JsonFile(), help="Write the report here.")
@click.option("--disconnects", default=10_000, help="How many connections have to end.")
@click.option("--clients", default=60, help="How many clients there are.")
@click.option("--workers", default=3, help="How many workers serve them.")
@click.option("--seed", default=1, help="What chance begins with.")
def chaos(json_file: str | None, disconnects: int, clients: int, workers: int, seed: int) -> int:
    """Break the deployed server again and again, and see that no update gets lost.

    Connections are cut, workers and the proxy killed, Redis restarted, all workers renewed, while
    updates are published. Exit status 1: a client has missed an update, or heard one twice.
    """
    extras.ensure(ROOT, installation.say)
    console = terminal.console(stderr=json_file == "-")
    try:
        with console.status(_("Starting")) as status:
            tell = status.update if console.is_terminal else console.print
            report = chaos_run.chaos(disconnects, clients, workers, seed, tell)
    except (chaos_run.ChaosFailed, RedisMissing) as error:
        raise Trouble(str(error)) from None
    if json_file:
        write_json(json_file, report.to_dict())
    console.print(
        _(
            "{disconnects:,} connections of {clients} clients have ended in {seconds:.0f} s:"
            " {breaks}"
        ).format(
            disconnects=report.disconnects,
            clients=report.clients,
            seconds=report.seconds,
            breaks=", ".join(f"{kind} {n}" for kind, n in report.breaks.items()),
        )
    )
    console.print(
        _(
            "{updates:,} updates were heard, {replayed:,} of them replayed;"
            " {snapshots} figures stood for more; {expired} sessions were over."
        ).format(
            updates=report.updates,
            replayed=report.replayed,
            snapshots=report.snapshots,
            expired=report.expired,
        )
    )
    for fault in report.faults[:20]:
        console.print(Text(fault, style="red"))
    console.print(
        _("Nothing was lost, nothing came twice.") if not report.faults else _("See above.")
    )
    return FAILED if report.faults else PASSED


bench.add_command(feedback)
bench.add_command(fuzz)
bench.add_command(grading)
bench.add_command(soak)
