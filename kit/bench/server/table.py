"""The bench's report in the terminal: it fits into 80 columns."""

from collections.abc import Iterable, Mapping
from typing import Any

import psutil
from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from kit.bench.server.explained import EXPLAINED, WORKERS_EXPLAINED
from kit.bench.server.figures import Target
from kit.bench.server.peers import NODE, REFERENCE, THREADING
from kit.bench.server.report import Report

SHORT = {REFERENCE: "reference", NODE: "Node", THREADING: "threading"}
TITLES = {
    REFERENCE: "the reference (gevent)",
    NODE: "Node's Socket.IO server",
    THREADING: "the reference (threading)",
}
# Head of the column, and the figure in it. Its lines keep the column narrow.
COLUMNS = {
    "clients": "clients",
    "rate/s": "rate",
    "p50 ms": "p50_ms",
    "p99 ms": "p99_ms",
    "CPU µs": "cpu_us",
    "prepare\nms": "prepare_ms",
    "server\nCPU": "server_cpu",
    "load\nCPU": "load_cpu",
    "joins/s": "joins_per_s",
    "MB": "memory",
}
WORKERS_COLUMNS = {
    "workers": "workers",
    "rate/s": "rate",
    "p50 ms": "p50_ms",
    "p99 ms": "p99_ms",
    "CPU µs": "cpu_us",
    "workers\nµs": "workers_us",
    "nginx\nµs": "nginx_us",
    "Redis\nµs": "redis_us",
    "server\nCPU": "server_cpu",
    "load\nCPU": "load_cpu",
    "MB": "memory",
}


def show(report: Report, console: Console) -> None:
    """Print the figures, what they mean, and what was to be reached."""
    _show_servers(report, console)
    _show_workers(report, console)
    _show_page(report, console)
    for target in report.targets():
        console.print(_judged(target))


def _show_servers(report: Report, console: Console) -> None:
    table = _table(["server", *COLUMNS])
    legend = {SHORT[name]: TITLES[name] for name in report.servers}
    for name, server in report.servers.items():
        for one in server.figures()["sizes"]:
            table.add_row(SHORT[name], *(_cell(figure, one) for figure in COLUMNS.values()))
        table.add_section()
    console.print(table)
    meanings = {head: EXPLAINED[figure] for head, figure in COLUMNS.items() if head != "clients"}
    _explain(legend | meanings, console)
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


def _show_workers(report: Report, console: Console) -> None:
    """Print what more workers cost, or why that was not measured."""
    found = report.by_workers
    console.print(
        f"\nThe deployed server by its workers: {found.clients} clients, and all of it on the"
        f" {psutil.cpu_count()} processors of this machine"
    )
    if found.left_out:
        console.print(Text(f"Left out: {found.left_out}"))
    if found.failed:
        console.print(Text(f"The deployed server: {found.failed}", style="red"))
    figures = found.figures()
    if sizes := figures["sizes"]:
        table = _table(WORKERS_COLUMNS)
        for size in sizes:
            parts = {f"{part}_us": value for part, value in size["cpu_us_of"].items()}
            one = size | parts
            table.add_row(*(_cell(figure, one) for figure in WORKERS_COLUMNS.values()))
        console.print(table)
        told = ("rate", "p99_ms", "cpu_us", "memory")
        heads = {figure: head for head, figure in WORKERS_COLUMNS.items()}
        _explain({heads[name]: WORKERS_EXPLAINED[f"by_workers.{name}"] for name in told}, console)
    if "memory_per_worker" in figures:
        console.print(
            f"One more worker takes {figures['memory_per_worker'] / 1e6:.0f} MB of memory, and"
            f" {figures['update_ms_per_worker']} ms of processor time for each update, beside what"
            " the deliveries take"
        )


def _show_page(report: Report, console: Console) -> None:
    """Print what is sent to a browser, and when it has drawn it."""
    console.print("\nThe page")
    if weight := report.weight:
        console.print(
            f"One update of one series: {weight.update} bytes; the whole figure of {weight.rows}"
            f" rows: {weight.figure:,} bytes.\nThe page: {weight.page / 1000:,.0f} kB"
            f" ({weight.page_gzipped / 1000:,.0f} kB gzipped) in {weight.requests} requests."
        )
    first = report.first_chart
    if first.visits:
        figures = first.figures()
        console.print(
            f"A real browser with nothing cached: first paint after {figures['first_paint_ms']} ms,"
            f" first chart after {figures['first_chart_ms']} ms (median of {len(first.visits)}"
            " visits, from the same machine)."
        )
    if first.left_out:
        console.print(Text(f"The time to the first chart is left out: {first.left_out}"))
    if first.failed:
        console.print(Text(f"The time to the first chart: {first.failed}", style="red"))


def _table(heads: Iterable[str]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=0, pad_edge=False)
    for head in heads:
        table.add_column(head, justify="left" if head == "server" else "right")
    return table


def _cell(figure: str, of: dict[str, Any]) -> str:
    value = of[figure]
    if figure == "memory":
        return f"{value / 1e6:.0f}"
    return f"{value:,}"


def _explain(words: Mapping[str, str], console: Console) -> None:
    for head, meaning in words.items():
        line = Text(f"{' '.join(head.split())}: {meaning}", style="dim")
        console.print(Padding(line, (0, 0, 0, 2), expand=False))


def _judged(target: Target) -> Text:
    sign, style = ("✓", "green") if target.met else ("✗", "red")
    bound = "at least" if target.at_least else "at most"
    return Text(f"{sign} {target.what}: {target.value:g} ({bound} {target.limit:g})", style=style)
