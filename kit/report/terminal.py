"""A verdict in the terminal."""

from collections.abc import Iterable

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from kit.checking.verdict import Finding, Outcome, Result, Verdict
from kit.language import _, _n
from kit.report.entries import Entry, entries
from kit.report.words import NOT_TRIED, OUR_FAULT, SYMBOLS, counted, outcome_in_words, summary

MOST_STOPPED = 4  # checks named under a server that does not start
UNBROKEN = 10_000  # characters; a file or another program gets its lines whole

# The signs of ASCII and Latin-1 that steer a terminal, as pictures; but not tabs and line ends.
CONTROLS = {code: 0x2400 + code for code in range(32) if chr(code) not in "\t\n"}
CONTROLS |= dict.fromkeys(range(0x7F, 0xA0), 0x2421)

STYLES = {
    Outcome.PASSED: "green",
    Outcome.FAILED: "red",
    Outcome.NOT_ATTEMPTED: "cyan",
    Outcome.NOT_TRIED: "dim",
    Outcome.TIMED_OUT: "red",
    Outcome.CHECKER_BROKE: "magenta",
}


def console(*, stderr: bool = False) -> Console:
    """Return the console to print to: colours and wrapped lines only in a terminal."""
    console = Console(stderr=stderr, highlight=False)
    if not console.is_terminal:
        console.width = UNBROKEN
    return console


def show(console: Console, verdict: Verdict, *, title: str) -> None:
    """Print the checklist: every check, and under those that did not pass what to do next."""
    console.print(Text(title, style="bold"))
    several = len({result.lab for result in verdict.results}) > 1
    lab = None
    for entry in entries(verdict.results):
        if several and entry.result.lab != lab:
            lab = entry.result.lab
            console.print(Text(_("Lab {lab}").format(lab=lab), style="dim"))
        _show_entry(console, entry)
    if verdict.waits:
        console.print(Text(f"{SYMBOLS[Outcome.NOT_TRIED]} {_(NOT_TRIED)}", style="dim"))
    style = "bold green" if verdict.passed else "bold"
    console.print(Text(f"{summary(verdict)}  ({verdict.seconds:.1f} s)", style=style))


def show_briefly(console: Console, verdict: Verdict, *, title: str) -> None:
    """Print one line on a lab, and under it the checks that did not pass, with what to do next."""
    sign = Outcome.PASSED if verdict.passed else Outcome.FAILED
    line = Text(f"{SYMBOLS[sign]} {title}  ", style=STYLES[sign])
    console.print(line.append(f"{summary(verdict)}  ({verdict.seconds:.1f} s)", style="dim"))
    for entry in entries(verdict.results):
        result = entry.result
        if result.is_lacking or result.outcome not in (Outcome.PASSED, Outcome.NOT_TRIED):
            _show_entry(console, entry)


def show_course(
    console: Console, verdicts: list[Verdict], not_begun: list[int], *, seconds: float
) -> None:
    """Print how many labs passed, how long it took, and the numbers of those not begun."""
    passed = sum(verdict.passed for verdict in verdicts)
    told = _("{passed} of {number} labs passed  ({seconds} s)").format(
        passed=passed, number=len(verdicts), seconds=f"{seconds:.1f}"
    )
    console.print(Text(told, style="bold green" if passed == len(verdicts) > 0 else "bold"))
    if not_begun:
        labs = ", ".join(map(str, not_begun))
        console.print(Text(_("Not begun: {labs}").format(labs=labs), style="dim"))
    if not verdicts:
        console.print(_("To begin with the first lab: python3 -m kit start 0"))


def cannot_remember(console: Console, error: OSError) -> None:
    """Print that a verdict could not be kept; that does not change it."""
    console.print(
        _("`progress` will not know of this: {reason}").format(reason=error.strerror or error),
        style="dim",
        markup=False,
    )


def warn(console: Console, notes: Iterable[str]) -> None:
    """Print what is to be looked at besides, a sentence each."""
    for note in notes:
        line = Table.grid(padding=(0, 1))
        line.add_column(style="yellow", no_wrap=True)
        line.add_column(overflow="fold")
        line.add_row("!", _marked(note, console))
        _print(console, line)


def show_rubric(console: Console, text: str) -> None:
    """Print what people are to judge: a rubric is a title in Markdown, and a list."""
    for line in text.splitlines():
        if line.startswith("# "):
            console.print(Text(f"\n{line.removeprefix('# ')}", style="bold"))
        elif line.startswith("- "):
            item = Table.grid(padding=(0, 1))
            item.add_row("·", _marked(line.removeprefix("- ").replace("**", ""), console))
            _print(console, item)


def _show_entry(console: Console, entry: Entry) -> None:
    result = entry.result
    style = STYLES[result.outcome]
    line = Table.grid(padding=(0, 1))
    line.add_column(style=style, no_wrap=True)
    line.add_column(overflow="fold")
    line.add_column(style=style, no_wrap=True)
    outcome = "" if result.passed else f"[{outcome_in_words(result.outcome)}]"
    line.add_row(SYMBOLS[result.outcome], _marked(result.title, console), Text(outcome))
    _print(console, line)
    if entry.stops:
        _print(console, Padding(_stops(entry.stops, console), (0, 0, 0, 2)))
    if result.finding:
        _print(console, Padding(_finding(result.finding, console), (0, 0, 1, 2)))
    elif result.outcome is Outcome.CHECKER_BROKE:
        _print(console, Padding(_marked(f"{_(OUR_FAULT)}\n{result.detail}", console), (0, 0, 1, 2)))
    elif result.is_lacking or (result.detail and result.outcome is Outcome.NOT_ATTEMPTED):
        _print(console, Padding(_marked(result.detail, console), (0, 0, 0, 2)))


def _print(console: Console, what: RenderableType) -> None:
    """Print without the blanks that fill lines up to the width."""
    if console.is_terminal:
        console.print(what)
        return
    with console.capture() as capture:
        console.print(what)
    for line in capture.get().splitlines():
        console.print(Text(line.rstrip()))


def _finding(finding: Finding, console: Console) -> Table:
    table = Table.grid(padding=(0, 1))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    if finding.did:
        table.add_row(_("Done"), _marked("; ".join(counted(finding.did)), console))
    table.add_row(_("Expected"), _marked(finding.expected, console))
    table.add_row(_("Came"), _marked(finding.got, console))
    table.add_row(_("Likely"), _marked(finding.cause.likely, console))
    table.add_row(_("Next"), _marked(finding.cause.next_step, console))
    return table


def _stops(stopped: tuple[Result, ...], console: Console) -> Table:
    titles = [result.title for result in stopped[:MOST_STOPPED]]
    if more := stopped[MOST_STOPPED:]:
        titles.append(
            _n("and {count} more check", "and {count} more checks", len(more)).format(
                count=len(more)
            )
        )
    table = Table.grid(padding=(0, 1))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for number, title in enumerate(titles):
        table.add_row("" if number else _("Stops   "), _marked(title, console))
    return table


def _marked(text: str, console: Console) -> Text:
    """Return `text` with what stands in backticks in the style of code, where there are styles.

    Text from a submission comes here too: what could steer a terminal is made visible instead.
    """
    text = text.translate(CONTROLS)
    if not console.is_terminal:
        return Text(text)
    marked = Text()
    for index, part in enumerate(text.split("`")):
        marked.append(part, "bold" if index % 2 else "")
    return marked
