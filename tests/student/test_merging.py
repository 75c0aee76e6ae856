"""What becomes of a file, by who has changed it."""

import pytest

from kit.student.merging import differ, merge

OLD = b"one\ntwo\nthree\nfour\nfive\n"
MINE = OLD.replace(b"one", b"ONE")
LABS = OLD.replace(b"five", b"FIVE")


@pytest.mark.parametrize(
    ("base", "theirs", "new", "merged"),
    [
        pytest.param(OLD, OLD, LABS, LABS, id="changed by the lab alone"),
        pytest.param(OLD, MINE, OLD, MINE, id="changed by the student alone"),
        pytest.param(OLD, MINE, LABS, MINE.replace(b"five", b"FIVE"), id="changed by both"),
        pytest.param(OLD, LABS, LABS, LABS, id="changed by both in the same way"),
        pytest.param(None, None, OLD, OLD, id="new in the lab"),
        pytest.param(OLD, None, LABS, LABS, id="deleted by the student"),
        pytest.param(None, MINE, None, MINE, id="the student's own"),
        pytest.param(OLD, MINE, None, MINE, id="gone from the lab"),
        pytest.param(
            OLD, MINE.replace(b"\n", b"\r\n"), LABS, MINE.replace(b"five", b"FIVE"), id="CRLF"
        ),
    ],
)
def test_a_file_takes_the_changes_of_both(
    base: bytes | None, theirs: bytes | None, new: bytes | None, merged: bytes
) -> None:
    trees = [{} if content is None else {"a.py": content} for content in (base, theirs, new)]
    assert merge(*trees) == ({"a.py": merged}, [])


@pytest.mark.parametrize(
    ("theirs", "new"),
    [
        pytest.param(OLD.replace(b"two", b"2"), OLD.replace(b"two", b"TWO"), id="the same line"),
        pytest.param(b"caf\xe9\n", LABS, id="not in UTF-8"),
    ],
)
def test_where_the_changes_touch_the_students_file_stands(theirs: bytes, new: bytes) -> None:
    merged, conflicts = merge({"a.py": OLD}, {"a.py": theirs}, {"a.py": new})
    assert merged == {"a.py": theirs, "a.py.lab": new}
    assert conflicts == ["a.py"]


def test_two_files_of_the_same_name_with_no_common_past_are_for_the_student_to_look_at() -> None:
    merged, conflicts = merge({}, {"a.py": MINE}, {"a.py": LABS})
    assert merged == {"a.py": MINE, "a.py.lab": LABS}
    assert conflicts == ["a.py"]


def test_what_an_earlier_merge_laid_beside_is_not_carried_on() -> None:
    merged, _ = merge({"a.py": OLD}, {"a.py": MINE, "a.py.lab": LABS}, {"a.py": OLD})
    assert merged == {"a.py": MINE}


def test_line_ends_make_no_difference() -> None:
    assert not differ({"a.py": OLD}, {"a.py": OLD.replace(b"\n", b"\r\n")})
    assert differ({"a.py": OLD}, {"a.py": MINE})
    assert differ({"a.py": OLD}, {})


BASE = """\
from .a import one
from .b import find


def given():
    return 1


class Feed:
    def start(self):
        raise NotImplementedError("lab 6: start it")


def handler():
    return find(None)
"""

# The student has written the handler in another shape, and the class's method.
STUDENTS = """\
from .a import one
from .mine import own_name
from .b import find


def given():
    return 1


class Feed:
    # once, and no more
    def start(self):
        self.on = True


def my_own():
    return own_name


def handler():
    found = find(None)
    return found
"""

# The lab gives a function, a method, another import and a better `given`, all beside it.
GIVEN = """\
from .a import one
from .b import find, other


def given():
    return 2


class Feed:
    def __init__(self):
        self.on = False

    def start(self):
        raise NotImplementedError("lab 6: start it")


def new_in_this_lab():
    return other


def handler():
    return find(None)
"""

BOTH = """\
from .a import one
from .mine import own_name
from .b import find, other


def given():
    return 2


class Feed:
    def __init__(self):
        self.on = False

    # once, and no more
    def start(self):
        self.on = True


def my_own():
    return own_name


def new_in_this_lab():
    return other


def handler():
    found = find(None)
    return found
"""


def test_a_module_is_merged_function_by_function() -> None:
    trees = [{"a.py": text.encode()} for text in (BASE, STUDENTS, GIVEN)]
    merged, conflicts = merge(*trees)
    assert merged["a.py"].decode() == BOTH
    assert conflicts == []


def test_where_both_have_changed_one_function_the_rest_is_merged_all_the_same() -> None:
    both = GIVEN.replace("return find(None)", "return find(None) or other")
    trees = [{"a.py": text.encode()} for text in (BASE, STUDENTS, both)]
    merged, conflicts = merge(*trees)
    assert merged == {"a.py": BOTH.encode(), "a.py.lab": both.encode()}
    assert conflicts == ["a.py"]


def test_what_the_student_has_deleted_stays_away() -> None:
    without = STUDENTS.replace("def given():\n    return 1\n\n\n", "")
    same = GIVEN.replace("return 2", "return 1")
    merged, conflicts = merge(*({"a.py": text.encode()} for text in (BASE, without, same)))
    assert b"def given" not in merged["a.py"]
    assert b"def new_in_this_lab" in merged["a.py"]
    assert conflicts == []
    merged, conflicts = merge(*({"a.py": text.encode()} for text in (BASE, without, GIVEN)))
    assert merged["a.py"].decode() == without  # the lab has changed it: it may have a new home
    assert conflicts == ["a.py"]


IMPORTS = "# what comes from elsewhere\nfrom .a import one\n\nx = 1\n"


@pytest.mark.parametrize(
    ("base", "own", "new", "merged", "to_look_at"),
    [
        pytest.param(
            IMPORTS,
            IMPORTS.replace("one", "one, mine"),
            IMPORTS.replace("one", "labs, one"),
            IMPORTS.replace("one", "labs, mine, one"),
            [],
            id="a comment above an import says from",
        ),
        pytest.param(
            "class A:\n    x = 1\n",
            "class A:\n    x = 2\n",
            "class A(B):\n    x = 1\n",
            "class A:\n    x = 2\n",
            ["a.py"],
            id="the lab gives a class another base",
        ),
        pytest.param(
            "a = 1; b = 2\n",
            "a = 2; b = 3\n",
            "a = 3; b = 2\n",
            "a = 2; b = 3\n",
            ["a.py"],
            id="two statements on a line",
        ),
    ],
)
def test_nothing_of_either_side_is_lost(
    base: str, own: str, new: str, merged: str, to_look_at: list[str]
) -> None:
    found, conflicts = merge(*({"a.py": text.encode()} for text in (base, own, new)))
    assert found["a.py"].decode() == merged
    assert conflicts == to_look_at
