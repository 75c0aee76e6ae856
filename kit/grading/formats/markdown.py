"""A summary in Markdown, as build servers show it beside a run."""

import re

from kit.checking.verdict import Result
from kit.grading.formats.pages import visible
from kit.grading.results import ClassResults, LabResult, StudentResults
from kit.language import _
from kit.report.words import SYMBOLS, outcome_in_words

SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|<>~])")
CODE = re.compile(r"`([^`]*)`")


def text(results: ClassResults) -> str:
    """Return the points of each lab, and of what did not pass the likely cause and the next step.

    Whatever a submission printed is left out, and all else is escaped.
    """
    parts = ["# Roundtrip\n"]
    for one in results.students:
        parts.append(f"## {_plain(one.student.name)}\n\n{_table(one)}")
        parts += [f"- {_plain(note)}\n" for note in one.notes]
        parts += [_lab(lab) for lab in one.labs if lab.verdict and not lab.verdict.passed]
    return "\n".join([*parts, f"{_plain(results.confinement)}\n"])


def _table(one: StudentResults) -> str:
    rows = [_("| lab | points |"), "| --- | --- |"]
    for lab in one.labs:
        shown = (
            lab.shown
            if lab.points is None
            else _("{number} of {total}").format(number=lab.points, total=lab.most)
        )
        rows.append(f"| {_plain(lab.title)} | {shown} |")
    return "\n".join(rows) + "\n"


def _lab(lab: LabResult) -> str:
    shown = visible(lab)
    results = shown.verdict.results if shown.verdict else ()
    lines = [_check(result) for result in results if not result.passed]
    return "\n".join([f"### {_plain(lab.title)}\n", *lines, ""])


def _check(result: Result) -> str:
    line = (
        f"- {SYMBOLS[result.outcome]} {_plain(result.title)} ({outcome_in_words(result.outcome)})"
    )
    if result.finding:
        cause = result.finding.cause
        line += f"\n  - {_plain(cause.likely)}\n  - **{_plain(cause.next_step)}**"
    return line


def _plain(said: str) -> str:
    """Return a sentence as it is, on one line, but for code between backquotes."""
    parts = CODE.split(" ".join(said.split()))
    return "".join(
        f"`{part.replace('|', '')}`" if place % 2 else SPECIAL.sub(r"\\\1", part)
        for place, part in enumerate(parts)
    )
