"""A verdict as HTML, for a notebook. Whatever a submission printed or sent is escaped."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from jinja2 import Environment, PackageLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup

from kit.checking.verdict import Outcome, Verdict
from kit.report.words import OUR_FAULT, SYMBOLS, summary

_markdown = MarkdownIt("commonmark", {"html": False})
_environment = Environment(
    loader=PackageLoader("kit.report"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters["markdown"] = lambda text: Markup(_markdown.render(text))


def checklist(
    verdict: Verdict | None, *, title: str, folder: str, hints: Mapping[str, Sequence[str]]
) -> str:
    """Return the checklist as HTML; without a verdict it says that checking is under way.

    `hints` are the ladders by check, as Markdown; `folder` names what is watched.
    """
    template = _environment.get_template("checklist.html")
    return template.render(
        verdict=verdict,
        title=title,
        folder=folder,
        hints=hints,
        passed=verdict.count(Outcome.PASSED) if verdict else 0,
        summary=summary(verdict) if verdict else "",
        symbols=SYMBOLS,
        our_fault=OUR_FAULT,
        at=datetime.now().strftime("%H:%M:%S"),
    )
