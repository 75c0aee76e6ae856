"""What a notebook and the panel show, as HTML. Whatever a submission printed or sent is escaped."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markdown_it import MarkdownIt
from markupsafe import Markup

from kit import language
from kit.checking.verdict import Outcome, Verdict
from kit.course import Lab
from kit.language import _
from kit.report.entries import Entry, entries
from kit.report.picture import picture
from kit.report.words import (
    MARKS,
    NOT_TRIED,
    OUR_FAULT,
    SYMBOLS,
    counted,
    outcome_in_words,
    state,
    summary,
)
from kit.student.comparing import Pair
from kit.student.map import Share
from kit.student.progress import LabProgress


def filled(text: str, **fields: Any) -> Markup:
    """Return a text of the kit's own with its fields filled in, and these escaped."""
    return Markup(text).format(**fields)


HEADING = re.compile(r"^#(?= )", re.MULTILINE)

_markdown = MarkdownIt("commonmark", {"html": False})
_environment = Environment(
    loader=PackageLoader("kit.report"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.globals.update(
    language.for_templates(),
    our_fault=OUR_FAULT,
    marks=MARKS,
    outcome_in_words=outcome_in_words,
    shown_steps=3,
    symbols=SYMBOLS,
)
_environment.filters["filled"] = filled
_environment.filters["counted"] = counted
_environment.filters["entries"] = entries
_environment.filters["picture"] = picture
_environment.filters["markdown"] = lambda text: Markup(_markdown.render(text))


def template(name: str) -> Template:
    """Return one of the kit's templates; what it is given is escaped."""
    return _environment.get_template(name)


def checklist(
    verdict: Verdict | None,
    *,
    title: str,
    folder: str,
    hints: Mapping[str, Sequence[str]],
    following: str | None = None,
    checking: bool = False,
    notes: Sequence[str] = (),
) -> str:
    """Return the checklist as HTML.

    Without a verdict, and with `checking`, it says that checking is under way; an older verdict is
    shown as such.

    `hints` are the ladders by check, as Markdown; `folder` names what is watched, `following` the
    notebook of the next lab, `notes` what is to be looked at besides.
    """
    template = _environment.get_template("checklist.html")
    return template.render(
        verdict=verdict,
        checking=checking or verdict is None,
        title=title,
        folder=folder,
        hints=hints,
        following=following,
        notes=notes,
        not_tried=_(NOT_TRIED) if verdict and verdict.waits else "",
        share=round(100 * verdict.count(Outcome.PASSED) / (len(verdict.results) or 1))
        if verdict
        else 0,
        summary=summary(verdict) if verdict else "",
        at=datetime.now().strftime("%H:%M:%S"),
    )


def card(entry: Entry, hints: Mapping[str, Sequence[str]]) -> str:
    """Return one entry of a checklist as an HTML list item; `hints` are the ladders by check."""
    return _environment.get_template("card.html").render(entry=entry, hints=hints)


def marked(text: str) -> str:
    """Return a sentence as HTML, with what stands in backticks as code."""
    module: Any = _environment.get_template("marked.html").module
    return str(module.marked(text))


def rubric(text: str) -> Markup:
    """Return what people are to judge, in Markdown, as HTML; its title is one below the page's."""
    return Markup(_markdown.render(HEADING.sub("##", text)))


def style() -> str:
    """Return the style sheet of cards: they stand in a `.rt-checks` inside `.rt.rt-list`."""
    return "\n".join(
        _environment.get_template(name).render()
        for name in ("colours.css", "cards.css", "picture.css")
    )


def comparison(guess: Mapping[str, Any], seen: Mapping[str, Any]) -> str:
    """Return what somebody predicted beside what happened, as an HTML table in the order of `seen`.

    What only one of the two mentions is shown too, with a dash for the other.
    """
    rows = [
        {
            "key": str(key),
            "guess": str(guess.get(key, "-")),
            "seen": str(seen.get(key, "-")),
            # As text: a guess of 1 is right for an answer of numpy's 1, and tables do not compare.
            "same": key in guess and key in seen and str(guess[key]) == str(seen[key]),
        }
        for key in {**seen, **guess}
    ]
    return _environment.get_template("comparison.html").render(rows=rows)


def beside(words: str, pairs: Sequence[Pair]) -> str:
    """Return a learner's functions beside the course's, as HTML, after `words` in Markdown."""
    alike = [pair for pair in pairs if pair.is_alike]
    page = _environment.get_template("beside.html")
    return page.render(words=words, pairs=pairs, alike=alike)


def overview_table(labs: Iterable[LabProgress]) -> str:
    """Return every lab at a glance, as an HTML table."""
    rows = [{"title": one.lab.title, "state": state(one), "done": one.done} for one in labs]
    return _environment.get_template("overview.html").render(rows=rows)


def course_map(shares: Mapping[Lab, Sequence[Share]]) -> str:
    """Return which lines of the finished server each lab teaches, as an HTML table without code.

    Of what comes with a lab there is only the count.
    """
    rows = [
        {
            "title": lab.title,
            "files": [share for share in found if share.written],
            "written": sum(share.written for share in found),
            "given": sum(share.given for share in found),
        }
        for lab, found in shares.items()
        if found
    ]
    return _environment.get_template("map.html").render(rows=rows)
