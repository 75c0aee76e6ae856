"""What each kind of tag covers, shown line by line."""

import re
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from kit.course import ROOT, Course
from kit.cut import CutError, reaches, read
from kit.cut.listing import listing

TOY = Course(ROOT / "tests" / "toy").reference

INIT = '''
      """A toy: small enough to see every cut at a glance."""

      from flask import Flask

      from . import counting
      from .shop import blueprint as shop


+1    # lab 1: make the app
|1    def create_app(name: str = "toy") -> Flask:
|1        """Return a new app."""
|1        app = Flask(name)
|1
|1 +2     # lab 2: mount the shop
|1 |2     app.register_blueprint(shop)
|1
|1        app.config.update(
|1            NAME=name,
|1 +2         # lab 2: open at eight
|1 |2         OPENS=8,
|1 +3         # lab 3: and close
|1 |3         CLOSES=max(17, 18),
|1        )
|1
|1 +3     # lab 3: count
|1 |3     if name:
|1 |3         counting.count(app)
|1 |3     # still part of it
|1 |3     app.config["COUNTED"] = True
|1
|1        return app
'''

SHOP = '''
+2g       # lab 2 (given): a shop
|2g       """A shop, which arrives whole."""
|2g
|2g       from flask import Blueprint, abort
|2g
|2g       blueprint = Blueprint("shop", __name__)
|2g
|2g
|2g +2    # lab 2: sell
|2g |2    @blueprint.get("/buy/<int:number>")
|2g |2 +3 # lab 3: and by post
|2g |2 |3 @blueprint.post("/buy/<int:number>")
|2g |2    def buy(number: int) -> dict[str, int]:
|2g |2 +3     # lab 3: refuse to sell nothing
|2g |2 |3     if not number:
|2g |2 |3         abort(400)
|2g |2
|2g |2        return {"sold": number}
|2g
|2g
|2g       class Till:
|2g           """Where the money is."""
|2g
|2g +2        # lab 2: start empty
|2g |2        def __init__(self) -> None:
|2g |2            # This comment would give it away.
|2g |2            self.money = 0
|2g
|2g +3        # lab 3: tell what is in it
|2g |3        @property
|2g |3        def full(self) -> bool:
|2g |3            """Whether there is money."""
|2g |3            return self.money > 0
'''


def squeezed(text: str) -> list[str]:
    """Return the lines of a listing, however wide its margin is."""
    return [re.sub(r"\s+", " ", line).strip() for line in text.strip("\n").splitlines()]


@pytest.mark.parametrize(("name", "shown"), [("__init__.py", INIT), ("shop.py", SHOP)])
def test_the_listing_shows_an_author_what_each_tag_covers(name: str, shown: str) -> None:
    assert squeezed(listing((TOY / name).read_text(), name)) == squeezed(shown)


def test_the_listing_is_a_program_too() -> None:
    files = [str(path) for path in (Course().reference).rglob("*.py")]
    command = [sys.executable, "-m", "kit.cut.listing", *files]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "+1  # lab 1: make a new app" in re.sub(r"1 +#", "1  #", done.stdout)


def covered(source: str, name: str = "a.py") -> dict[str, tuple[int, int]]:
    return {r.tag.words: (r.first, r.last) for r in reaches(dedent(source), name)}


@pytest.mark.parametrize(
    ("ends", "source", "last"),
    [
        ("a blank line", "x = 0\n# lab 1: t\nx = 1\nx = 2\n\nx = 3\n", 4),
        ("the next tag", "x = 0\n# lab 1: t\nx = 1\n# lab 2: u\nx = 2\n", 3),
        ("the end of the block", "if 1:\n    # lab 1: t\n    x = 1\nx = 2\n", 3),
        ("the end of the file", "x = 0\n# lab 1: t\nx = 1", 3),
    ],
    ids=lambda value: value if isinstance(value, str) and "\n" not in value else "",
)
def test_a_reach_ends_at(ends: str, source: str, last: int) -> None:
    assert covered(source)["t"][1] == last, ends


@pytest.mark.parametrize(
    ("what", "source", "reach"),
    [
        ("comments below the tag", "x = 0\n# lab 1: t\n# more words\nx = 1\n", (2, 4)),
        ("a blank line within a statement", 'x = 0\n# lab 1: t\nx = """\n\n"""\ny = 1\n', (2, 6)),
        ("the else of an if", "if 1:\n    x = 1\nelse:\n    # lab 1: t\n    x = 2\n", (4, 5)),
        ("an elif", "if 1:\n    x = 1\n# lab 1: t\nelif 2:\n    x = 2\n", (3, 5)),
        ("an except", "try:\n    x = 1\nexcept E:\n    # lab 1: t\n    x = 2\n", (4, 5)),
        ("a case", "match x:\n    case 1:\n        # lab 1: t\n        y = 2\n", (3, 4)),
        ("one key of a dict", 'x = {\n    # lab 1: t\n    "a": 1,\n    "b": 2,\n}\n', (2, 4)),
        (
            "the inner of two brackets that open on one line",
            "f([\n    # lab 1: t\n    1,\n  ],\n  2,\n)\n",
            (2, 3),
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and "\n" not in value else "",
)
def test_a_tag_covers(what: str, source: str, reach: tuple[int, int]) -> None:
    assert covered(source)["t"] == reach, what


def test_a_tag_above_code_at_the_head_of_a_file_covers_that_code_only() -> None:
    assert covered("# lab 1: t\nX = 1\n\nY = 2\n")["t"] == (1, 2)


def test_windows_line_endings_make_no_difference() -> None:
    text = (TOY / "shop.py").read_text()
    there = [(r.tag, r.first, r.last) for r in reaches(text)]
    assert [(r.tag, r.first, r.last) for r in reaches(text.replace("\n", "\r\n"))] == there


@pytest.mark.parametrize(
    "line",
    ["#lab 5: words", "# Lab 5: words", "# lab 5 words", "# lab 5:words", "# lab 5:",
     "# lab 5 (Given): words", "y = 1  # lab 5: words"],
)  # fmt: skip
def test_a_malformed_tag_is_an_error_that_names_its_place(line: str) -> None:
    with pytest.raises(CutError, match=r"^pages\.py:2: write a tag alone on its line"):
        reaches(f"x = 1\n{line}\nz = 2\n", "pages.py")


@pytest.mark.parametrize(
    "source",
    [
        "x = 1\n# lab 5: words\n",
        "x = 1\n# lab 5: words\n\ny = 1\n",
        "x = 1\n# lab 5: words\n# lab 6: others\ny = 1\n",
        "def f():\n    x = 1\n    # lab 5: words\n\n\ny = 1\n",
        "x = [\n    1,\n    # lab 5: words\n]\n",
        "@a\n# lab 5: words\ndef f():\n    pass\n",
        "# lab 5: words\n",
    ],
)
def test_a_tag_that_covers_nothing_is_an_error(source: str) -> None:
    with pytest.raises(CutError, match=r"'words' covers nothing"):
        reaches(source, "pages.py")


def test_code_that_is_no_python_is_an_error_that_names_its_place() -> None:
    with pytest.raises(CutError, match=r"^pages\.py:2: "):
        reaches("x = 1\ndef\n", "pages.py")


def test_a_comment_about_labs_is_no_tag() -> None:
    assert (
        covered("# See the labs.\nx = 1  # in lab five\n# label 5: no\ny = '# lab 5: no'\n") == {}
    )


def test_every_tag_of_the_toy_is_found() -> None:
    found = [r.tag for name, text in read(TOY).items() if name.endswith(".py")
             for r in reaches(text.decode(), name)]  # fmt: skip
    text = "".join(path.read_text() for path in sorted(Path(TOY).rglob("*.py")))
    assert len(found) == text.count("# lab ")
