"""Builds the site beside its place, and puts it there when it is whole."""

import io
import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import plotly
from sphinx.application import Sphinx
from sphinx.errors import SphinxError
from sphinx.util.docutils import docutils_namespace, patch_docutils

from kit import npm, patience
from kit.course import Course, Lab
from kit.site import executing, sources, theme
from kit.student import map as mapping

HERE = Path(__file__).parent
MARK = "made-by-roundtrip.txt"
MADE = "This folder was made by `python3 -m kit site`, which makes it anew each time.\n"
DIAGRAMS = "node_modules/@mermaid-js/tiny"
CONF = f"from {theme.__name__} import SETTINGS\n\nglobals().update(SETTINGS)\n"
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


class NotBuilt(ValueError):
    """The site was not built. Its text says why, and what to do."""


@dataclass(frozen=True)
class Plan:
    """What site to make: of which labs, and where. For the rest see `sources.Sources`."""

    labs: list[Lab]
    out: Path
    repository: str | None = None
    solutions: bool = True


def look_at(out: Path) -> None:
    """Raise NotBuilt where the folder `out` cannot be the site's."""
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise NotBuilt(f"{out} is no folder. Name a new one.")
    if out.exists() and not (out / MARK).is_file() and any(out.iterdir()):
        raise NotBuilt(
            f"{out} is there already, and is no site that this command has made."
            " Name a new folder, or delete this one first."
        )
    if not out.absolute().parent.is_dir():
        raise NotBuilt(f"The folder {out.absolute().parent} is not there. Make it first.")


def build(course: Course, plan: Plan, tell: Callable[[str], None]) -> int:
    """Make the site, in the place of an older one, and return how many pages it has.

    `tell` is given a line before each step that takes a while. Raises NotBuilt; what was there is
    left as it was then. Also raises SetupError where Mermaid cannot be fetched.
    """
    look_at(plan.out)
    diagrams = _mermaid(course.root, tell)
    kept = course.root / ".cache" / "site"
    out = plan.out.absolute()
    with tempfile.TemporaryDirectory(prefix=".new-", dir=out.parent) as temporary:
        work = Path(temporary)
        try:
            notebooks = _notebooks(course, plan.labs, kept, tell)
            tell("Writing the pages")
            made = sources.Sources(
                course,
                plan.labs,
                mapping.files(course.reference),
                repository=plan.repository,
                solutions=plan.solutions,
            )
            made.write(work / "sources", notebooks)
        except ValueError as error:  # each says in its text what is to be mended
            raise NotBuilt(str(error)) from error
        _copy_static(work / "sources" / "_static", diagrams)
        count = _run_sphinx(work)
        (work / "site" / MARK).write_text(MADE, encoding="utf-8")
        if out.exists():
            patience.rename(out, work / "older")
        patience.rename(work / "site", out)
    return count


def _notebooks(
    course: Course, labs: list[Lab], kept: Path, tell: Callable[[str], None]
) -> dict[Lab, Any]:
    there = [lab for lab in labs if lab.notebook.exists()]
    found = {}
    for number, lab in enumerate(there, start=1):

        def begin(lab: Lab = lab, number: int = number) -> None:
            tell(f"Running the notebook of {lab.title.lower()} ({number} of {len(there)})")

        found[lab] = executing.executed(course, lab, kept, begin)
    return found


def _mermaid(root: Path, tell: Callable[[str], None]) -> Path:
    """Return the folder of what draws diagrams; fetches it where it is not there."""
    with npm.alone(root, "site", lambda: None):
        kept = npm.fetched(
            root, "site-browser", HERE / "browser", lambda: tell("Fetching what draws diagrams")
        )
    return kept / DIAGRAMS


def _copy_static(target: Path, diagrams: Path) -> None:
    shutil.copytree(HERE / "static", target)
    shutil.copyfile(diagrams / "dist" / "mermaid.tiny.js", target / "mermaid.tiny.js")
    shutil.copyfile(diagrams / "LICENSE", target / "mermaid.LICENSE.txt")
    package = Path(plotly.__file__).parent / "package_data"
    shutil.copyfile(package / "plotly.min.js", target / "plotly.min.js")


def _run_sphinx(work: Path) -> int:
    """Let Sphinx make `work/site` of `work/sources`. Raises NotBuilt at its first warning."""
    said = io.StringIO()
    (work / "sources" / "conf.py").write_text(CONF, encoding="utf-8")
    site, doctrees = work / "site", work / "doctrees"
    try:
        with patch_docutils(), docutils_namespace():
            app = Sphinx(
                work / "sources",
                work / "sources",
                site,
                doctrees,
                "html",
                status=None,
                warning=said,
                freshenv=True,
            )
            app.build()
    except SphinxError as error:
        raise NotBuilt(f"Sphinx could not make the pages: {error}") from error
    if warnings := COLOURS.sub("", said.getvalue()).replace(f"{work / 'sources'}", "").strip():
        raise NotBuilt(
            "The pages are not as they should be. Mend what is named here, in the file of the same"
            f" name:\n{warnings}"
        )
    for page in site.rglob("*.html"):
        page.write_text(theme.labelled(page.read_text("utf-8")), "utf-8")
    return len(app.env.all_docs)
