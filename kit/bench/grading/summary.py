"""What grading bore and how fast it was, for people."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from kit.bench.grading.kills import Kills
from kit.bench.grading.peers.measuring import Rates


def show(report: Kills, unlike: list[str], rates: Rates | None, console: Console) -> None:
    """Print all of it; `unlike` says which submissions have another verdict than they deserve."""
    each = report.processor_seconds / max(report.verdicts, 1)
    console.print(
        f"{report.verdicts} verdicts; undisturbed in {report.seconds_undisturbed} s, with"
        f" {report.processor_seconds} s of processor time, {each:.2f} s for each, and at most"
        f" {report.memory / 1e6:.0f} MB of memory; killed {report.kills} times in {report.runs}"
        f" runs, {report.with_news} times after new verdicts."
    )
    for fault in [*unlike, *report.faults]:
        console.print(Text(fault, style="red"))
    if not report.faults:
        console.print("Each gradebook was the same. Nothing was lost, nothing came twice.")
    if not unlike:
        console.print("Each submission has the verdict that it deserves.")
    if rates:
        _show_rates(rates, console)


def _show_rates(rates: Rates, console: Console) -> None:
    """Print a line for each grader: seconds on the clock, and of processors, for a submission."""
    table = Table("grader", "seconds", "processor", "we are as fast", "marks")
    for one in rates.graders:
        ratio = rates.ratio(one.name)
        name = f"{one.name} {one.version}".strip()
        if one.why_not:
            table.add_row(name, "", "", "", Text(one.why_not))
            continue
        times = "" if one is rates.graders[0] or ratio is None else f"{ratio:.1f} times"
        marks = "; ".join(one.unlike) or "right"
        table.add_row(name, f"{one.seconds:.2f}", f"{one.processor_seconds:.2f}", times, marks)
    console.print(table)
