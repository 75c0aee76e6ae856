"""The map on the site: a page for each file of the finished server, and one for each lab."""

from collections.abc import Iterable, Mapping
from html import escape

from kit.course import Lab
from kit.site.links import MAP, relative
from kit.student import map as mapping
from kit.student.map import MappedFile, Stretch

LEXERS = {".py": "python", ".html": "html+jinja", ".js": "javascript", ".css": "css"}
FENCE = "`" * 7  # longer than any in the code
HEAD = "---\norphan: true\n---\n"


def of_lab(lab: Lab) -> str:
    """Return the page that shows what lines a lab has."""
    return f"labs/{lab.slug}/lines.md"


def of_file(path: str) -> str:
    """Return the page of a file of the finished server."""
    return f"map/{path}.md"


def pages(
    mapped: Iterable[MappedFile], labs: Mapping[int, Lab], *, solutions: bool
) -> dict[str, str]:
    """Return the pages of those files in which one of `labs` has lines, and the list of them.

    `labs` are by their number. Without `solutions` no code is shown.
    """
    shown = [file for file in mapped if any(one.lab in labs for one in file.stretches)]
    found = {of_file(file.path): _file(file, labs, solutions=solutions) for file in shown}
    return found | {MAP: _index(shown, labs)}


def lines(mapped: Iterable[MappedFile], lab: Lab) -> str:
    """Return the page of a lab: its tasks with their files and lines, and what comes with it."""
    mapped = list(mapped)
    shares = mapping.shares(mapped, lab.number)
    written, given = sum(one.written for one in shares), sum(one.given for one in shares)
    files = sum(bool(one.written) for one in shares)
    parts = [
        f"# {lab.title}, its lines",
        f"In the finished server, {_count(written, 'line')} in {_count(files, 'file')} are what"
        f" you write in this lab, and {_count(given, 'line')} come with it. Yours may be more or"
        " fewer.",
        "## What you write",
        *_listed(mapped, lab, given=False),
    ]
    if given:
        parts += ["## What comes with it", *_listed(mapped, lab, given=True)]
    return "\n\n".join(parts) + "\n"


def _listed(mapped: list[MappedFile], lab: Lab, *, given: bool) -> list[str]:
    rows = ["| file | lines | what |", "| --- | --- | --- |"]
    for file in mapped:
        for one in file.of(lab.number):
            if one.given == given:
                words = _words(one) if one.begins else f"{_words(one)} (goes on)"
                link = f"#{_anchor(file, one)}"  # it is found on whichever page it is
                rows.append(f"| `{file.path}` | [{_range(one)}]({link}) | {_cell(words)} |")
    return ["\n".join(rows)]


def _index(shown: list[MappedFile], labs: Mapping[int, Lab]) -> str:
    rows = ["| file | lines | labs |", "| --- | --- | --- |"]
    for file in shown:
        count = sum(one.lines for one in file.stretches)
        taught = sorted({one.lab for one in file.stretches if not one.given})
        given = sorted({one.lab for one in file.stretches} - {*taught})
        said = ", ".join(_lab(number, labs, MAP) for number in taught)
        more = ", ".join(_lab(number, labs, MAP) for number in given)
        told = "; ".join([*([said] if said else []), *([f"given in {more}"] if more else [])])
        rows.append(f"| [`{file.path}`]({relative(of_file(file.path), MAP)}) | {count} | {told} |")
    return "\n\n".join(
        [
            "# The map of lines",
            "The finished server is written once, and each lab teaches some of its lines. Here are"
            " its files, with the labs in which you write lines of each, and those that give some.",
            "\n".join(rows),
        ]
    )


def _file(file: MappedFile, labs: Mapping[int, Lab], *, solutions: bool) -> str:
    page = of_file(file.path)
    count = sum(one.lines for one in file.stretches)
    parts = [
        f"# `{file.path}`",
        f"[The map of lines]({relative(MAP, page)}) · {_count(count, 'line')}"
        f" that are not empty · in the course from lab {file.lab} on",
    ]
    lexer = next((name for ending, name in LEXERS.items() if file.path.endswith(ending)), "text")
    for one in file.stretches:
        kind = "rt-given" if one.given else "rt-yours"
        label = f"{'Given in' if one.given else 'Written in'} {_lab(one.lab, labs, page)}"
        goes_on = "" if one.begins else ", goes on"
        parts.append(
            f"({_anchor(file, one)})=\n"
            f"::::{{container}} rt-stretch {kind} rt-lab-{one.lab % 16}\n"
            f"{{.rt-label}}\n**{label}**: {_cell(_words(one))}{goes_on} (lines {_range(one)})"
        )
        if solutions:
            parts.append(
                f"{FENCE}{{code-block}} {lexer}\n:lineno-start: {one.first}\n:force:\n\n"
                f"{one.code}\n{FENCE}"
            )
        parts[-1] += "\n::::"
    return HEAD + "\n\n".join(parts) + "\n"


def _words(one: Stretch) -> str:
    return one.words or "what it begins with, and what no tag marks, as far as each stage needs it"


def _lab(number: int, labs: Mapping[int, Lab], page: str) -> str:
    """Return the name of a lab, as a link where it is on the site."""
    if number in labs:
        return f"[lab {number}]({relative(of_lab(labs[number]), page)})"
    return f"lab {number}"


def _anchor(file: MappedFile, one: Stretch) -> str:
    name = "".join(sign if sign.isalnum() else "-" for sign in file.path.lower())
    return f"line-{name}-{one.first}"


def _range(one: Stretch) -> str:
    return f"{one.first}" if one.first == one.last else f"{one.first} to {one.last}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _cell(text: str) -> str:
    return escape(text, quote=False).replace("|", "\\|").replace("*", "\\*").replace("[", "\\[")
