"""Writes what Sphinx reads: the course's texts and notebooks where they lie in the project, and the
pages that are made of several of them."""

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

import nbformat

from kit.checking.check import load
from kit.course import OWN_NOTEBOOKS, Course, Lab
from kit.proving import tables
from kit.report.page import course_map
from kit.site import diagrams, links, map_pages, showing
from kit.site.links import LINK
from kit.student import hints
from kit.student import map as mapping
from kit.student.map import MappedFile

START = "notebooks/00_start.ipynb"
CONTRACT = "contract.md"
HANDBOOK = (
    "docs/teaching.md",
    "docs/grading.md",
    "docs/hubs.md",
    "README.md",
    "reference/README.md",
    "reference/deploy/README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
)
TITLE = re.compile(r"\A# (?P<title>.+)\n")


class NoSource(ValueError):
    """The course does not say what the site needs. Its text says where."""


@dataclass
class Sources:
    """What a site is made of.

    `repository` is where the course lies for everybody, if anywhere. Without `solutions` the site
    has no code of the finished server, no third hints, and not what the course does otherwise.
    """

    course: Course
    labs: list[Lab]
    mapped: list[MappedFile]
    repository: str | None = None
    solutions: bool = True
    _files: set[str] = field(default_factory=set)

    def write(self, folder: Path, notebooks: Mapping[Lab, Any]) -> None:
        """Write all of it into `folder`; `notebooks` are the executed ones.

        Raises NoSource, and links.BadLink where a text links to nothing.
        """
        root = self.course.root
        texts = [name for name in HANDBOOK if (root / name).exists()]
        self._pages = {*texts, CONTRACT, links.MAP, *(self._named(lab.task) for lab in self.labs)}
        self._pages |= {self._named(lab.notebook) for lab in notebooks}
        self._pages |= {self._named(lab.rubric) for lab in self.labs if lab.rubric.exists()}
        written = {name: self._moved((root / name).read_text("utf-8"), name) for name in texts}
        written["index.md"] = self._front(texts)
        written[CONTRACT] = self._contract()
        for lab in self.labs:
            named = self._named(lab.task)
            written[named] = self._task(lab, with_lesson=lab in notebooks)
            written[map_pages.of_lab(lab)] = self._lines(lab)
            if lab.rubric.exists():
                rubric = self._named(lab.rubric)
                text = self._moved(lab.rubric.read_text("utf-8"), rubric)
                written[rubric] = f"---\norphan: true\n---\n{text}"
        in_site = {lab.number: lab for lab in self.labs}
        written |= map_pages.pages(self.mapped, in_site, solutions=self.solutions)
        for name, text in written.items():
            _put(folder / name, diagrams.drawn(text))
        for lab, notebook in notebooks.items():
            nbformat.write(self._lesson(lab, notebook), _made(folder / self._named(lab.notebook)))
        for name in sorted(self._files):
            shutil.copyfile(root / name, _made(folder / name))

    def _named(self, path: Path) -> str:
        return path.relative_to(self.course.root).as_posix()

    def _moved(self, text: str, source: str, target: str | None = None) -> str:
        return links.moved(
            text,
            root=self.course.root,
            source=source,
            target=target or source,
            pages=self._pages,
            files=self._files,
        )

    def _front(self, texts: list[str]) -> str:
        """Return the first page: the start page's words, with a table of what the site has."""
        words = [text for cell in self._start() if (text := self._start_cell(cell))]
        at = next(n for n, text in enumerate(words) if "| lab |" in text)
        built = _built(words[at])
        rows = ["| lab | you build | besides the task |", "| --- | --- | --- |"]
        for lab in self.labs:
            if lab.slug not in built:
                raise NoSource(f"The table of labs in {START} lacks {lab.slug}. Add a row.")
            task, lesson = self._named(lab.task), self._named(lab.notebook)
            pages = [f"[lines]({map_pages.of_lab(lab)})"]
            if lesson in self._pages:
                pages.insert(0, f"[lesson]({lesson})")
            name = f"{lab.number} {lab.name.replace('_', ' ')}"
            rows.append(f"| [{name}]({task}) | {built[lab.slug]} | {', '.join(pages)} |")
        words = [self._moved(text, START, "index.md") for text in words]
        words[at] = "\n".join(["## The labs", "", *rows])
        words.insert(1, self._to_run())
        tasks = [f"{lab.title} <labs/{lab.slug}/README>" for lab in self.labs]
        whole = [
            "The contract <contract>",
            "The map of lines <map/index>",
        ]
        handbook = [name.removesuffix(".md") for name in texts]
        handbook = ["The kit <README>" if name == "README" else name for name in handbook]
        trees = [("Labs", tasks), ("The whole course", whole), ("Handbook", handbook)]
        return "\n\n".join([*words, *(_tree(caption, entries) for caption, entries in trees)])

    def _start_cell(self, cell: dict[str, Any]) -> str:
        """Return what the first page has of a cell of the start page: its words, or the map."""
        text = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            return text
        if "lines()" not in text:
            return ""  # how far one learner is
        shares = {lab: mapping.shares(self.mapped, lab.number) for lab in self.labs}
        return (
            f"````{{raw}} html\n{course_map(shares)}\n````\n\n"
            "[The map, file by file](../map/index.md) shows whose each line is."
        )

    def _start(self) -> list[dict[str, Any]]:
        cells: list[dict[str, Any]] = json.loads((self.course.root / START).read_bytes())["cells"]
        return cells

    def _to_run(self) -> str:
        get = f"git clone {self.repository} roundtrip\ncd roundtrip\n" if self.repository else ""
        where = "" if get else " in the folder of the course"
        text = (
            "## Do it on your own machine\n\n"
            f"You need Python 3.11 to 3.14. In a terminal{where}"
            " (on Windows write `py` for `python3`):"
            f"\n\n```\n{get}python3 -m kit\n```\n\n"
            "It sets everything up once, and opens the labs in JupyterLab."
        )
        if self.repository:
            address = links.binder(self.repository, f"{OWN_NOTEBOOKS}/00_start.ipynb")
            text += (
                f" Without installing anything: [open it on Binder]({address}), in a minute or two."
            )
        return text

    def _to_begin(self, lab: Lab) -> str:
        own = f"{OWN_NOTEBOOKS}/{lab.notebook.name}"
        words = f"`python3 -m kit` opens JupyterLab; there, open `{own}`."
        if self.repository:
            address = links.binder(self.repository, own)
            words += f" Without installing anything: [open it on Binder]({address})."
        words += " Or in a terminal:"
        commands = [
            (f"start {lab.name}", "your copy of this lab"),
            (f"check {lab.name} --watch", "the verdict, at each save"),
            (f"hint {lab.name}", "the next hint"),
        ]
        listed = "\n".join(f"python3 -m kit {one:28}  # {what}" for one, what in commands)
        return _folded("Do this lab on your machine", f"{words}\n\n```\n{listed}\n```")

    def _task(self, lab: Lab, *, with_lesson: bool) -> str:
        named = self._named(lab.task)
        text = self._moved(lab.task.read_text("utf-8"), named)
        parts = [_below_title(text, f"{self._ways(lab, named)}\n\n{self._to_begin(lab)}")]
        parts.append("\n".join(self._hints(lab)))
        pages = [f"Lesson <../../notebooks/{lab.slug}>"] if with_lesson else []
        parts.append(_tree(None, [*pages, "Lines <lines>"]))
        return "\n\n".join(parts)

    def _ways(self, lab: Lab, page: str) -> str:
        """Return the links between the pages of a lab, and to the labs beside it."""
        pages = {self._named(lab.task): "Task", self._named(lab.notebook): "Lesson"}
        pages[map_pages.of_lab(lab)] = "Lines"
        shown = [
            f"**{words}**" if to == page else f"[{words}]({links.relative(to, page)})"
            for to, words in pages.items()
            if to in self._pages or to.endswith("lines.md")
        ]
        return f"{{.rt-ways}}\n{lab.title} · {' · '.join(shown)}"

    def _hints(self, lab: Lab) -> Iterator[str]:
        ladders = hints.load(lab.hints)
        if not ladders:
            return
        most = 3 if self.solutions else 2
        yield "## Hints\n"
        yield "A ladder for each check. Open a step only when the one before has not helped.\n"
        for check in load(lab.checks):
            if check.name in ladders:
                steps = ladders[check.name][:most]
                text = ""
                for number in range(len(steps), 0, -1):
                    text = _folded(f"Hint {number}", f"{steps[number - 1]}\n\n{text}", "rt-step")
                yield _folded(check.title, text)

    def _lines(self, lab: Lab) -> str:
        page = map_pages.of_lab(lab)
        text = map_pages.lines(self.mapped, lab)
        if self.solutions and lab.compare.exists():
            words = lab.compare.read_text("utf-8")
            text += "\n\n## What the course's code does otherwise\n\n" + _folded(
                "For when your own code passes", words
            )
        return _below_title(text, self._ways(lab, page))

    def _lesson(self, lab: Lab, notebook: Any) -> Any:
        page = showing.shown(notebook)
        named = self._named(lab.notebook)
        for cell in page.cells:
            if cell.cell_type == "markdown":
                cell.source = self._moved(cell.source, named)
        told = (
            f"{self._ways(lab, named)}\n\nThe outputs are those of a run on the course's own"
            " solution. To run it on your own server, open it in JupyterLab."
        )
        page.cells[0].source = _below_title(page.cells[0].source, told)
        return page

    def _contract(self) -> str:
        """Return the events, payloads and checks of all labs, from the tables of their tasks."""
        parts = [
            "# The contract",
            "What clients and server say to each other, lab by lab, and what is checked. In a"
            " lab's task the same tables stand with their explanations.",
        ]
        for lab in self.labs:
            parts.append(f"## {lab.title}")
            parts.append(
                f"[The task]({self._named(lab.task)}) · [its lines]({map_pages.of_lab(lab)})"
            )
            for found in tables.BLOCK.finditer(lab.task.read_text("utf-8")):
                begin, kind, names, end = found.groups()
                block = found[0].removeprefix(begin).removesuffix(end).strip()
                if kind == "checks":
                    count = block.count("\n- ") + 1
                    parts.append(_folded(f"The {count} checks", block))
                else:
                    head = f"Payload `{names}`" if kind == "payload" else kind.capitalize()
                    parts += [f"**{head}**", block]
        return "\n\n".join(parts)


def _built(table: str) -> dict[str, str]:
    """Return what the rows of the start page's table say of each lab, by the lab's slug."""
    found = {}
    for row in table.splitlines():
        cells = [cell.strip() for cell in row.strip().strip("|").split("|")]
        named = [
            re.search(r"labs/(\d\d_\w+)/README\.md", link["to"]) for link in LINK.finditer(row)
        ]
        slug = next((one[1] for one in named if one), None)
        if slug and len(cells) > 1:
            found[slug] = cells[1]
    return found


def _below_title(text: str, words: str) -> str:
    title = TITLE.match(text)
    if title is None:
        raise NoSource(f"A page of the course has no title: it begins {text[:40]!r}.")
    return f"{title[0]}\n{words}\n{text[title.end() :]}"


def _folded(summary: str, text: str, kind: str = "rt-fold") -> str:
    shown = re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(summary, quote=False))
    return f'<details class="{kind}"><summary>{shown}</summary>\n\n{text}\n\n</details>\n'


def _tree(caption: str | None, entries: list[str]) -> str:
    said = f":caption: {caption}\n" if caption else ""
    return "\n".join(["```{toctree}", f":hidden:\n{said}", *entries, "```"])


def _put(path: Path, text: str) -> None:
    _made(path).write_text(text, encoding="utf-8")


def _made(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
