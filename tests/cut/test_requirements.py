"""Lists of requirements are cut by tags too, and other files arrive with who names them."""

from pathlib import Path

import pytest

from kit.checking.codebase import Codebase
from kit.cut import CutError, Task, reaches, stage, starter, tasks, write
from kit.running import PACKAGE

ASKED = "# lab 0 (given): what the server imports\nflask\n# lab 2: the charts\nplotly\npandas\n"
LOCK = "# lab 0: lock it\n# made by a tool\nflask==1.0 \\\n    --hash=sha256:00\n\nclick==2.0\n"


@pytest.fixture
def reference(tmp_path: Path) -> Path:
    folder = tmp_path / "reference"
    files = {
        "__init__.py": '"""A server."""\n\nfrom flask import Flask\n\n\n'
        "# lab 1: make the app\ndef create_app():\n    return Flask(__name__)\n",
        "pages.py": '"""Pages."""\n\n# lab 2: the page\nPAGE = "index.html"\n',
        "requirements.in": ASKED,
        "requirements.txt": LOCK,
        "templates/index.html": '<script src="static/main.js"></script>',
        "templates/more.html": "",
        "static/main.js": "",
        "notes.md": "",
    }
    write({name: text.encode() for name, text in files.items()}, folder)
    return folder


def test_a_tag_covers_a_list_up_to_the_next_tag_or_the_end() -> None:
    assert [(r.tag.lab, r.first, r.last) for r in reaches(ASKED, "a.in")] == [(0, 1, 2), (2, 3, 5)]
    assert [(r.first, r.last) for r in reaches(LOCK, "a.txt")] == [(1, 6)]


def test_a_stage_has_what_is_given_and_nothing_later(reference: Path) -> None:
    assert stage(reference, 1)["requirements.in"].decode() == "".join(
        ASKED.splitlines(keepends=True)[:2]
    )
    assert stage(reference, 2)["requirements.in"].decode() == ASKED
    assert stage(reference, 0)["requirements.txt"].decode() == LOCK


def test_a_starter_has_the_task_in_place_of_the_lines(reference: Path) -> None:
    assert starter(reference, 0)["requirements.txt"] == b"# TODO lab 0: lock it\n"
    assert starter(reference, 0)["requirements.in"].decode().startswith("# lab 0 (given): ")
    assert starter(reference, 1)["requirements.txt"].decode() == LOCK


def test_the_task_is_listed_and_found_in_a_submission(reference: Path, tmp_path: Path) -> None:
    assert tasks(reference, 0) == [Task("requirements.txt", "lock it")]
    write(starter(reference, 0), tmp_path / PACKAGE)
    found = Codebase(tmp_path).task(0, "lock it")
    assert str(found) == "dashboard/requirements.txt, line 1"


@pytest.mark.parametrize(
    "text",
    ["flask  # lab 5: words\n", "# lab 5 words\nflask\n", "# Lab 5: words\nflask\n"],
    ids=["after a line", "no colon", "capital"],
)
def test_a_malformed_tag_is_an_error(text: str) -> None:
    with pytest.raises(CutError, match=r"a\.txt:1: write a tag alone on its line"):
        reaches(text, "a.txt")


def test_a_tag_that_covers_nothing_is_an_error() -> None:
    with pytest.raises(CutError, match="covers nothing"):
        reaches("# lab 1: words\n\n# lab 2: words\nflask\n", "a.in")


def test_a_stage_before_the_first_code_is_a_docstring(reference: Path) -> None:
    names = {name for name in stage(reference, 0) if name.endswith(".py")}
    assert names == {"__init__.py"}
    assert stage(reference, 0)["__init__.py"] == b'"""A server."""\n'


def test_a_folder_of_other_files_arrives_with_who_names_one_of_them(reference: Path) -> None:
    early, later = stage(reference, 1), stage(reference, 2)
    assert "notes.md" in early
    assert not {"templates/index.html", "static/main.js"} & early.keys()
    assert {"templates/index.html", "templates/more.html", "static/main.js"} <= later.keys()


def test_a_starter_has_the_other_files_of_its_stage(reference: Path) -> None:
    assert starter(reference, 2).keys() == stage(reference, 2).keys()


def test_who_has_a_files_name_in_a_sentence_or_a_longer_name_does_not_name_it(
    reference: Path,
) -> None:
    module = reference / "__init__.py"
    words = '    """See index.html."""\n    # As in index.html.\n    name = "the-index.html"\n'
    module.write_text(module.read_text().replace("    return", f"{words}    return"))
    assert "templates/index.html" not in stage(reference, 1)


def test_a_folder_that_nobody_names_is_refused(reference: Path) -> None:
    (reference / "data").mkdir()
    (reference / "data" / "forgotten.csv").write_text("time\n")
    with pytest.raises(CutError, match=r"data/forgotten\.csv"):
        stage(reference, 1)
