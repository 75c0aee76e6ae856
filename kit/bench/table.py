"""The bench's report in the terminal."""

from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from kit.bench.figures import EXPLAINED
from kit.bench.measuring import Report
from kit.bench.peers import NODE, REFERENCE, THREADING

TITLES = {
    REFERENCE: "the reference (gevent)",
    NODE: "Node's Socket.IO server",
    THREADING: "the reference (threading)",
}
# Head of the column, and the figure in it.
COLUMNS = {
    "clients": "clients",
    "rate/s": "rate",
    "p50 ms": "p50_ms",
    "p99 ms": "p99_ms",
    "CPU µs": "cpu_us",
    "prepare ms": "prepare_ms",
    "server CPU": "server_cpu",
    "load CPU": "load_cpu",
    "joins/s": "joins_per_s",
    "MB": "memory",
}


def show(report: Report, console: Console) -> None:
    """Print the figures, what they mean, and what was to be reached."""
    table = Table()
    table.add_column("server")
    for head in COLUMNS:
        table.add_column(head, justify="right")
    for name, server in report.servers.items():
        figures = server.figures()
        for one in figures["sizes"]:
            table.add_row(TITLES[name], *(_cell(figure, one) for figure in COLUMNS.values()))
        table.add_section()
    console.print(table)
    for head, figure in COLUMNS.items():
        if head != "clients":
            console.print(Text(f"  {head}: {EXPLAINED[figure]}", style="dim"))
    _show_costs(report, console)
    for target in report.targets():
        sign, style = ("✓", "green") if target.met else ("✗", "red")
        bound = "at least" if target.at_least else "at most"
        words = f"{sign} {target.what}: {target.value:g} ({bound} {target.limit:g})"
        console.print(Text(words, style=style))


def _cell(figure: str, of: dict[str, Any]) -> str:
    value = of[figure]
    if figure == "memory":
        return f"{value / 1e6:.0f}"
    return f"{value:,}"


def _show_costs(report: Report, console: Console) -> None:
    """Print what a client costs, what is sent, and which server failed."""
    for name, server in report.servers.items():
        figures = server.figures()
        if server.failed:
            console.print(Text(f"{TITLES[name]}: {server.failed}", style="red"))
        if "memory_per_client" in figures:
            first, last = (figures["sizes"][at]["clients"] for at in (0, -1))
            console.print(
                f"{TITLES[name]}: {figures['memory_per_client'] / 1000:.0f} kB of memory a client;"
                f" one delivery costs {figures['cpu_growth']} times as much with {last} clients"
                f" as with {first}"
            )
    if weight := report.weight:
        console.print(
            f"One update of one series: {weight.update} bytes; the whole figure of {weight.rows}"
            f" rows: {weight.figure:,} bytes.\nThe page: {weight.page / 1000:,.0f} kB"
            f" ({weight.page_gzipped / 1000:,.0f} kB gzipped) in {weight.requests} requests."
        )
