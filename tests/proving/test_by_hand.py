"""Submissions as text: what a diff changes, and what is said where one does not fit."""

import re
from pathlib import Path
from textwrap import indent

import pytest

from kit.proving.by_hand import read
from kit.proving.submission import Right, SubmissionError, Wrong

SERVER = '''"""A server."""

import os


def first(name):
    """Answer."""
    found = look(name)
    return found


def second(name):
    found = look(name)
    return found
'''
SOLUTION = {"server.py": SERVER.encode(), "more.py": b"MORE = 1\n"}


def written(folder: Path, *parts: str) -> list[Right]:
    path = folder / "lab_01.md"
    path.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    return read(path)


def made(folder: Path, diff: str) -> str:
    """Return what the server is after one submission with this diff."""
    (submission,) = written(folder, "## one\nA story.", indent(diff, "    "))
    return submission.made_from(SOLUTION)["server.py"].decode()


def test_a_heading_says_what_it_proves_and_the_text_why(tmp_path: Path) -> None:
    wrong, right = written(
        tmp_path,
        "# Lab 1\n\nWords about the file.",
        "## lost → answers: no-answer, stays: gone\nIt answers nothing,\nand goes.",
        "    server.py, first\n    -    return found",
        "# Other right",
        "## longer\nIt says more.",
        "```python more.py\nMORE = 2\n\nMOST = 3\n```",
    )
    assert isinstance(wrong, Wrong)
    assert (wrong.name, wrong.story) == ("lost", "It answers nothing, and goes.")
    assert wrong.fails == {"answers": "no-answer", "stays": "gone"}
    assert not isinstance(right, Wrong)
    assert right.made_from(SOLUTION)["more.py"] == b"MORE = 2\n\nMOST = 3\n"


def test_lines_that_stay_say_where_others_come_and_go(tmp_path: Path) -> None:
    diff = 'server.py\n     """Answer."""\n-    found = look(name)\n+    found = None\n+    guess()'
    old = '"""Answer."""\n    found = look(name)'
    assert made(tmp_path, diff) == SERVER.replace(
        old, '"""Answer."""\n    found = None\n    guess()'
    )


def test_the_name_of_a_function_says_where_as_well(tmp_path: Path) -> None:
    changed = made(tmp_path, "server.py, second\n-    return found")
    assert changed == SERVER.removesuffix("    return found\n")


def test_blank_lines_belong_to_a_hunk_but_not_at_its_end(tmp_path: Path) -> None:
    diff = "server.py\n-    return found\n\n\n def second(name):\n\nmore.py\n-MORE = 1"
    assert "look(name)\n\n\ndef second" not in SERVER
    assert "look(name)\n\n\ndef second" in made(tmp_path, diff)


def test_lines_without_a_place_come_at_the_beginning(tmp_path: Path) -> None:
    changed = made(tmp_path, "server.py\n+LATE = 1\nserver.py, first\n+    early()")
    assert "import os\nLATE = 1\n" in changed
    assert '"""Answer."""\n    early()\n' in changed
    assert "def second(name):\n    early()\n" in made(tmp_path, "server.py, second\n+    early()")


def test_an_import_goes_to_the_top_from_wherever_it_stands(tmp_path: Path) -> None:
    changed = made(tmp_path, "server.py, second\n+import json\n-    return found\n+    return json")
    assert changed.startswith('"""A server."""\nimport json\n\nimport os\n')
    assert changed.endswith("    found = look(name)\n    return json\n")


def test_one_like_another_has_its_changes_and_files_and_more(tmp_path: Path) -> None:
    _, like = written(
        tmp_path,
        "## one\nA story.",
        "    server.py is gone",
        "```python main.py\nMAIN = 1\n```",
        "## two, like one → answers: gone\nAnother.",
        "    more.py\n    -MORE = 1\n    +MORE = 2",
    )
    assert like.made_from(SOLUTION) == {"more.py": b"MORE = 2\n", "main.py": b"MAIN = 1\n"}


def test_a_line_without_an_arrow_is_another_right_submission(tmp_path: Path) -> None:
    wrong, right = written(
        tmp_path,
        "## more.py",
        "- `MORE = 1` becomes `MORE = 2` → answers: wrong\n- `MORE = 1` becomes `MORE = +1` (one)",
    )
    assert isinstance(wrong, Wrong)
    assert not isinstance(right, Wrong)
    assert (right.story, right.made_from(SOLUTION)["more.py"]) == ("one", b"MORE = +1\n")


def test_a_file_can_be_taken_away(tmp_path: Path) -> None:
    (submission,) = written(tmp_path, "## one\nA story.", "    more.py is gone")
    assert submission.made_from(SOLUTION).keys() == {"server.py"}


@pytest.mark.parametrize(
    ("diff", "message"),
    [
        ("server.py\n-    found = look(name)",
         "one: lab_01.md, line 4: these lines stand in server.py 2 times, not once:\n"
         "    found = look(name)"),
        ("more.py\n-MORE = 1\nserver.py\n-    nothing",
         "one: lab_01.md, line 6: these lines stand in server.py nowhere:\n    nothing"),
        ("server.py, second\n-    found = 2", "stand in second of server.py nowhere"),
        ("server.py, third\n-    found = 2", "server.py has no function of the name third"),
        ("gone.py\n-    found = 2", "one: the solution has no gone.py"),
        ("server.py\n     return found", "one: lab_01.md, line 4: nothing changes here"),
        ("-    return found", "one: lab_01.md, line 4: a diff begins with the name of a file"),
        ("server.py\n-a\nb c", "one: lab_01.md, line 6: a line of a diff begins with"),
    ],
)  # fmt: skip
def test_a_diff_that_does_not_fit_is_named_with_its_line(
    tmp_path: Path, diff: str, message: str
) -> None:
    with pytest.raises(SubmissionError, match=re.escape(message)):
        made(tmp_path, diff)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("## one -> answers: no-answer", "lab_01.md, line 1: a heading is"),
        ("## one → answers", "lab_01.md, line 1: a heading is"),
        ("## one\nA story.\n\n```python more.py\nMORE = 2", "line 4: this fence has no end"),
    ],
)
def test_a_text_that_cannot_be_read_is_named_with_its_line(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(SubmissionError, match=re.escape(message)):
        written(tmp_path, text)
