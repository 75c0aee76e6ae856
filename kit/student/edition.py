"""The student's edition of the course: what students need, without solutions and submissions."""

import json
import re
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from kit import patience
from kit.cli import OF_THE_WHOLE
from kit.course import Course, Lab
from kit.language import _
from kit.student import given

# As in the project. What else there is proves the checks or is the finished server.
FOLDERS = ("kit", ".binder", ".devcontainer")
FILES = (
    ".gitignore",
    "LICENSE",
    "docs/dashboard.png",
    "docs/hubs.md",
    "docs/lab.png",
    "environment.yml",
    "pyproject.toml",
    "reference/package-lock.json",
    "reference/package.json",
    "requirements.txt",
)
SLUG = re.compile(r"\d\d_\w+?(?=[./])")
LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")
OF_THE_DEMO = "python3 -m kit demo"
READ_ME = Path(__file__).with_suffix(".md")


class NoEdition(ValueError):
    """An edition cannot be made so. Its text says why, and what to do."""


def make(course: Course, labs: list[Lab], target: Path) -> None:
    """Write the edition with these labs into the new folder `target`: all of it, or nothing.

    Raises NoEdition.
    """
    if not course.has_reference:
        raise NoEdition(
            _("This is a student's edition already. Make another from the whole project.")
        )
    if target.exists():
        raise NoEdition(
            _("{target} is there already. Name a folder that is not.").format(target=target)
        )
    if course.root in target.resolve().parents:
        raise NoEdition(
            _("{target} lies in the project itself. Name a folder outside of it.").format(
                target=target
            )
        )
    if not target.resolve().parent.is_dir():
        raise NoEdition(
            _("The folder {parent} is not there. Make it first.").format(parent=target.parent)
        )
    with tempfile.TemporaryDirectory(prefix=".new-", dir=target.resolve().parent) as temporary:
        new = Path(temporary) / target.name
        _write(course, labs, new)
        patience.rename(new, target)


def _write(course: Course, labs: list[Lab], new: Path) -> None:
    root = course.root
    for folder in FOLDERS:
        shutil.copytree(root / folder, new / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        _copy(root / name, new / name)
    # Checks share what they know, also of labs that are not in the edition.
    for file in [*root.glob("checks/*.py"), *root.glob("labs/*/causes.md")]:
        _copy(file, new / file.relative_to(root))
    for help_text in [*new.glob("kit/help.txt"), *new.glob("kit/locale/*/help.txt")]:
        help_text.write_text(_without_commands(help_text.read_text("utf-8")), "utf-8")
    slugs = {lab.slug for lab in labs}
    before: Lab | None = None
    for lab in labs:
        for text in lab.folder.glob("*.md"):
            copied = new / "labs" / lab.slug / text.name
            _copy(text, copied)
            copied.write_text(_without_others(copied.read_text("utf-8"), slugs), "utf-8")
        given.write(course, lab, before, new / "labs" / lab.slug / lab.given.name)
        before = lab
    _copy(root / "notebooks" / "roundtrip.py", new / "notebooks" / "roundtrip.py")
    for name in ("00_start", *sorted(slugs)):
        notebook = json.loads((root / "notebooks" / f"{name}.ipynb").read_bytes())
        for cell in notebook["cells"]:
            if cell["cell_type"] == "markdown":
                kept = _without_others("".join(cell["source"]), slugs)
                cell["source"] = kept.splitlines(keepends=True)
        written = json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
        (new / "notebooks" / f"{name}.ipynb").write_text(written, "utf-8")
    rows = [f"| {lab.column} | [task](labs/{lab.slug}/README.md) |" for lab in labs]
    read_me = READ_ME.read_text("utf-8").replace("{labs}", "\n".join(rows))
    (new / "README.md").write_text(read_me, "utf-8")


def _without_commands(text: str) -> str:
    """Return the help's overview without the commands that an edition cannot do."""
    away = re.compile(rf"  (?:{'|'.join(sorted(OF_THE_WHOLE))}) +[A-Z]")
    return "".join(line for line in text.splitlines(keepends=True) if not away.match(line))


def _without_others(text: str, slugs: Iterable[str]) -> str:
    """Return a text without table rows and links to labs that are not in the edition."""

    def is_there(link: str) -> bool:
        named = SLUG.findall(link)
        return not named or named[-1] in {"00_start", *slugs}

    kept = [
        line
        for line in text.splitlines(keepends=True)
        if OF_THE_DEMO not in line
        and not (line.startswith("|") and not all(is_there(link) for _, link in LINK.findall(line)))
    ]
    return LINK.sub(lambda found: found[0] if is_there(found[2]) else found[1], "".join(kept))


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, target)
