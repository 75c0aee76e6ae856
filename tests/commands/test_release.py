"""The students' edition, played as a student would, and what it must not give away."""

import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from kit import cut
from kit.cli import FAILED, PASSED, USAGE
from kit.course import ROOT, Course
from tests.command import Project

LAST = 2  # the last lab of the edition that is made here
WHOLE = Course()
LINK = re.compile(r"\]\(([^)\s#]+)\)")


@pytest.fixture(scope="module", name="edition")
def _edition(tmp_path_factory: pytest.TempPathFactory) -> Project:
    target = tmp_path_factory.mktemp("editions") / "an edition"
    done = Project(WHOLE).run("release", str(target), "--labs", f"0-{LAST}")
    assert done.returncode == PASSED, done.stderr
    return Project(Course(target))


def texts(root: Path) -> Iterator[tuple[str, str]]:
    """Give each file of an edition as text, also those within archives."""
    for file in root.rglob("*"):
        if file.suffix == ".zip":
            with zipfile.ZipFile(file) as archive:
                for name in archive.namelist():
                    yield f"{file.name}/{name}", archive.read(name).decode(errors="replace")
        elif file.is_file() and "__pycache__" not in file.parts:
            yield file.relative_to(root).as_posix(), file.read_text("utf-8", errors="replace")


def lines(tree: cut.Tree) -> set[str]:
    found = (text.decode(errors="replace").splitlines() for text in tree.values())
    return {line.strip() for text in found for line in text}


def test_it_gives_no_solution_away_but_those_that_a_starter_holds(edition: Project) -> None:
    solution = lines(cut.stage(WHOLE.reference, LAST)) - lines(cut.starter(WHOLE.reference, LAST))
    told = {line for line in solution if len(line) > 30}  # shorter ones stand anywhere
    assert len(told) > 20
    # Some hints are nearly the line, and the checks speak of what they look for.
    given = "\n".join(text for name, text in texts(edition.root) if not name.startswith("checks/"))
    hints = (WHOLE.lab(LAST).hints.read_text("utf-8"), *texts(ROOT / "kit" / "checking"))
    allowed = "\n".join(map(str, hints))
    assert [line for line in sorted(told) if line in given and line not in allowed] == []


def test_nothing_that_proves_the_checks_is_in_it(edition: Project) -> None:
    names = {file.relative_to(edition.root).parts[0] for file in edition.root.rglob("*")}
    assert "tests" not in names
    assert not (edition.root / "checks" / "submissions").exists()
    assert not edition.course.has_reference


def test_its_links_lead_somewhere(edition: Project) -> None:
    linked = 0
    for file in [
        *edition.root.glob("*.md"),
        *edition.root.glob("labs/*/*.md"),
        *edition.root.glob("*/*.ipynb"),
    ]:
        text = file.read_text("utf-8")
        if file.suffix == ".ipynb":
            text = "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])
        for link in LINK.findall(text):
            if "://" not in link and not link.startswith("{"):
                linked += 1
                assert (file.parent / link).exists(), f"{file.name} leads to {link}"
    assert linked > 10


def test_a_student_plays_it(edition: Project) -> None:
    said = edition.run("start", "1")
    assert said.returncode == PASSED, said.stderr
    begun = edition.run("check", "1")
    assert begun.returncode == FAILED
    assert "task is still there" in begun.stdout, begun.stdout
    lab = edition.course.lab(1)
    cut.write(cut.stage(WHOLE.reference, 1), lab.package)
    own = lab.package / "__init__.py"
    own.write_text(own.read_text("utf-8") + "\n\ndef mine() -> None:\n    pass\n", "utf-8")
    done = edition.run("check", "1")
    assert done.returncode == PASSED, done.stdout
    carried = edition.run("start", "2", "--mine")
    assert carried.returncode == PASSED, carried.stderr
    assert "def mine()" in (edition.course.lab(2).package / "__init__.py").read_text("utf-8")
    assert edition.course.lab(2).package.joinpath("api.py").exists(), "what lab 2 gives is there"


def test_what_needs_the_whole_project_says_so(edition: Project) -> None:
    listed = edition.run("--help").stdout
    assert "  check " in listed
    assert "  audit " not in listed
    done = edition.run("demo")
    assert (done.returncode, done.stdout) == (USAGE, "")
    assert "students' edition" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("target", "labs", "told"),
    [
        (".", "1", "there already"),
        ("labs/inside", "1", "in the project itself"),
        ("no/such/folder", "1", "is not there. Make it first"),
        ("new", "99", "There is no lab '99'"),
    ],
)
def test_an_edition_that_cannot_be_made_is_refused(
    tmp_path: Path, target: str, labs: str, told: str
) -> None:
    where = ROOT / target if target == "labs/inside" else tmp_path / target
    done = Project(WHOLE).run("release", str(where), "--labs", labs)
    assert done.returncode == USAGE
    assert told in done.stderr
    assert list(tmp_path.iterdir()) == []
    assert not (ROOT / "labs" / "inside").exists()
