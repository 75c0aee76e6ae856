"""Cutting a whole package: the toy course of three tiny labs."""

import shutil
from pathlib import Path

import pytest

from kit.course import ROOT, Course
from kit.cut import CutError, Task, read, stage, starter, tasks, write

TOY = Course(ROOT / "tests" / "toy").reference


def names(tree: dict[str, bytes]) -> set[str]:
    return {name for name in tree if name.endswith(".py")}


def test_the_last_stage_is_the_whole_reference() -> None:
    assert stage(TOY, 3) == read(TOY)


@pytest.mark.parametrize(
    ("lab", "there"),
    [(0, {"__init__.py"}), (1, {"__init__.py"}), (2, {"__init__.py", "shop.py"})],
)
def test_a_file_arrives_with_its_lab(lab: int, there: set[str]) -> None:
    assert names(stage(TOY, lab)) == there
    assert names(starter(TOY, lab)) == there


def test_an_earlier_stage_of_a_later_one_is_the_earlier_one(tmp_path: Path) -> None:
    for late, early in [(2, 1), (3, 2)]:
        folder = tmp_path / str(late)
        write(stage(TOY, late), folder)
        assert stage(folder, early) == stage(TOY, early)


def test_imports_come_with_what_uses_them() -> None:
    first, second = stage(TOY, 1)["__init__.py"].decode(), stage(TOY, 2)
    assert "shop" not in first
    assert "counting" not in first
    assert "from .shop import blueprint as shop\n" in second["__init__.py"].decode()
    assert "import Blueprint\n" in second["shop.py"].decode()
    assert "import Blueprint, abort\n" in stage(TOY, 3)["shop.py"].decode()


def test_imports_within_a_block_come_with_what_they_import(tmp_path: Path) -> None:
    block = "if TYPE_CHECKING:\n    from .early import Early\n    from .late import Late\n"
    types = 'one: "Early"\n\n# lab 2: more\nother: "Late"\n'
    files = {
        "types.py": f"from typing import TYPE_CHECKING\n\n{block}\n{types}",
        "early.py": "class Early:\n    pass\n",
        "late.py": '# lab 2: late\n"""Late."""\n\n\nclass Late:\n    pass\n',
    }
    write({name: text.encode() for name, text in files.items()}, tmp_path)
    first, second = (stage(tmp_path, lab)["types.py"].decode() for lab in (1, 2))
    assert "if TYPE_CHECKING:\n    from .early import Early\n" in first
    assert "late" not in first
    assert "    from .late import Late\n" in second


def test_a_starter_has_the_imports_of_its_stage_as_a_hint() -> None:
    found = starter(TOY, 3)
    assert "from itertools import count as numbers" in found["counting.py"].decode()
    assert "import Blueprint, abort\n" in found["shop.py"].decode()


def test_the_tasks_of_a_lab_are_those_that_stand_in_its_starter() -> None:
    assert tasks(TOY, 2) == [
        Task("__init__.py", "mount the shop"),
        Task("__init__.py", "open at eight"),
        Task("shop.py", "sell"),
        Task("shop.py", "start empty"),
    ]
    for lab in (1, 2, 3):
        found = starter(TOY, lab)
        for task in tasks(TOY, lab):
            assert found[task.path].decode().count(f"lab {lab}: {task.words}") == 1


def test_a_stage_runs() -> None:
    namespace: dict[str, object] = {}
    exec(stage(TOY, 1)["__init__.py"], namespace)
    assert namespace["create_app"]().name == "toy"  # type: ignore[operator]


def test_what_tools_and_set_up_leave_is_no_part_of_the_reference(tmp_path: Path) -> None:
    folder = tmp_path / "dashboard"
    shutil.copytree(TOY, folder)
    for left in ("__pycache__/shop.cpython-311.pyc", "static/vendor/big.js"):
        (folder / left).parent.mkdir(parents=True, exist_ok=True)
        (folder / left).write_bytes(b"\0")
    assert read(folder) == read(TOY)


def test_no_reference_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CutError, match="There is no reference at"):
        stage(tmp_path / "nowhere", 1)


def test_a_stage_that_does_not_parse_names_its_file(tmp_path: Path) -> None:
    write({"a.py": b"x = 1\n\n\ndef f():\n    # lab 2: t\n    return 1\n"}, tmp_path)
    with pytest.raises(CutError, match=r"a\.py: stage 1 does not parse .*left a block empty"):
        stage(tmp_path, 1)
