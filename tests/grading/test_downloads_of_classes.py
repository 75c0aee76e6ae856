"""What learning systems give to download of a whole class, and clones of repositories."""

import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kit.course import Course
from kit.grading.intake import HandedIn, NoClass, read, unpacked
from tests.grading.small_class import hand_in, zipped

PACKAGE = {"dashboard/__init__.py": "x = 1\n"}
METADATA = """---
submission_11:
  :submitters:
  - :name: Zoë García
    :sid: s1
    :email: zoe@example.org
  - :name: Ben Ng
    :sid: s2
    :email: ben@example.org
  :created_at: 2026-11-29 22:05:06.123456000 Z
  :score: 0.0
submission_12:
  :submitters:
  - :name: Zoë García
    :sid: s1
    :email: zoe@example.org
  :created_at: 2026-11-30 08:00:00.000000000 Z
"""
RECEIPT = """Name: Zoë O'Brien ({login})
Assignment: Lab 3: events
Date Submitted: Monday, November 30, 2026
"""


def by_name(folder: Path) -> dict[str, HandedIn]:
    return {one.student: one for one in read(folder, Course())}


def test_gradescopes_list_says_whose_a_submission_is_and_a_groups_is_of_each(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "assignment_1_export"
    hand_in(folder, "submission_11", "the group's")
    hand_in(folder, "submission_12", "later")
    (folder / "submission_metadata.yml").write_text(METADATA, "utf-8")
    found = by_name(tmp_path)
    assert set(found) == {"Zoë García", "Ben Ng"}
    zoe, ben = found["Zoë García"], found["Ben Ng"]
    assert zoe.package(1) == {"__init__.py": b"later"}
    assert "submission_12 counts, not submission_11" in zoe.notes[0]
    assert len(zoe.notes) == len(set(zoe.notes))
    assert ben.package(1) == {"__init__.py": b"the group's"}
    assert (ben.email, ben.sis_id) == ("ben@example.org", "s2")
    assert ben.times[None] == datetime(2026, 11, 29, 22, 5, 6, 123456, UTC)


@pytest.mark.parametrize("text", ["submission_1: [", "submission_1: !!python/object:x {}"])
def test_a_list_that_cannot_be_read_is_told(tmp_path: Path, text: str) -> None:
    hand_in(tmp_path, "submission_1", "x")
    (tmp_path / "submission_metadata.yml").write_text(text)
    with pytest.raises(NoClass, match="whose each submission is"):
        read(tmp_path, Course())


def test_blackboards_names_and_receipts(tmp_path: Path) -> None:
    attempt = "Lab 3_{who}_attempt_2026-11-{day}-12-30-15"
    for who, day, files in (
        ("z_obrien", "30", {"dashboard/__init__.py": "new"}),
        ("z_obrien", "28", {"dashboard/__init__.py": "old"}),
        ("bng", "29", PACKAGE),
        ("eve", "29", None),
    ):
        name = attempt.format(who=who, day=day)
        if who != "bng":
            (tmp_path / f"{name}.txt").write_text(RECEIPT.format(login=who), "utf-8")
        if files:
            (tmp_path / f"{name}_dashboard.zip").write_bytes(zipped(files))
    (tmp_path / "Lab 3_eve_attempt_2026-11-29-12-30-15.txt").write_text("Name: Eve (eve)\n")
    found = by_name(tmp_path)
    assert set(found) == {"Zoë O'Brien", "bng", "Eve"}
    zoe = found["Zoë O'Brien"]
    assert zoe.username == "z_obrien"
    assert zoe.packages == {3: {"__init__.py": b"new"}}
    assert zoe.times[3] == datetime(2026, 11, 30, 12, 30, 15)
    assert "counts" in zoe.notes[0]
    assert "no file" in found["Eve"].unreadable[0]


def test_brightspaces_names(tmp_path: Path) -> None:
    save = {
        "11-900 - Zoë García - Nov 28, 2026 1205 PM - lab3.zip": {"dashboard/__init__.py": "old"},
        "11-900 - Zoë García - 29 November, 2026 905 AM - lab3.zip": {
            "dashboard/__init__.py": "new"
        },
        "12-900 - Zoë García - Nov 28, 2026 1205 PM - lab3.zip": PACKAGE,
        "index.html": {},
    }
    for name, files in save.items():
        (tmp_path / name).write_bytes(zipped(files))
    hand_in(tmp_path, "13-900 - O'Brien, Zoë [late] + 李 - Nov 28, 2026 1205 PM", "x")
    found = by_name(tmp_path)
    assert set(found) == {"Zoë García (11)", "Zoë García (12)", "O'Brien, Zoë [late] + 李"}
    assert found["Zoë García (11)"].packages == {3: {"__init__.py": b"new"}}
    assert found["Zoë García (11)"].times[3] == datetime(2026, 11, 29, 9, 5)


def test_a_clone_holds_what_lies_in_the_labs_and_no_reference(tmp_path: Path) -> None:
    for student in ("zoe", "ben"):
        hand_in(tmp_path / student, "reference", "the solution")
        (tmp_path / student / ".git").mkdir()
        (tmp_path / student / "labs" / "03_events").mkdir(parents=True)
        (tmp_path / student / "labs" / "03_events" / "README.md").touch()
    hand_in(tmp_path / "zoe" / "labs", "03_events", "mine")
    (tmp_path / "ida.git" / "objects").mkdir(parents=True)
    (tmp_path / "ida.git" / "HEAD").touch()
    found = by_name(tmp_path)
    assert found["zoe"].packages == {3: {"__init__.py": b"mine"}}
    assert not found["ben"].packages
    assert "not committed" in found["ben"].unreadable[0]
    assert "bare git repository" in found["ida.git"].unreadable[0]


def test_a_folder_for_each_lab(tmp_path: Path) -> None:
    for lab in ("lab3", "06_rooms"):
        hand_in(tmp_path / lab, "zoe", lab)
        hand_in(tmp_path / lab, "ben", lab)
    zoe = by_name(tmp_path)["zoe"]
    assert zoe.packages == {3: {"__init__.py": b"lab3"}, 6: {"__init__.py": b"06_rooms"}}


def test_the_zip_as_it_was_downloaded(tmp_path: Path) -> None:
    archive = tmp_path / "submissions.zip"
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("garcíazoë_88_1_lab3.zip", zipped(PACKAGE))
        opened.writestr("../../ben_89_1_lab3.zip", zipped(PACKAGE))
    with unpacked(archive) as folder:
        assert set(by_name(folder)) == {"garcíazoë", "ben"}
        assert folder.is_dir()
    assert not folder.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["submissions.zip"]


def test_a_file_that_is_no_zip_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_text("no zip")
    with pytest.raises(NoClass, match="cannot be unpacked"), unpacked(tmp_path / "x.zip"):
        pass


@pytest.mark.parametrize(
    ("content", "name", "why"),
    [
        (b"Rar!\x1a\x07\x00", "zoe.rar", "RAR"),
        (b"7z\xbc\xaf\x27\x1c", "zoe.7z", "7-Zip"),
        (b"x = 1", "zoe.py", "single file"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, content: bytes, name: str, why: str) -> None:
    (tmp_path / name).write_bytes(content)
    hand_in(tmp_path, "ben", "x")
    (zoe,) = [one for one in read(tmp_path, Course()) if one.student.startswith("zoe")]
    assert why in zoe.unreadable[0]


def test_a_name_in_utf_8_that_does_not_say_so_is_read(tmp_path: Path) -> None:
    archive = bytearray(zipped(PACKAGE | {"dashboard/größe.py": ""}))
    for sign, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = archive.rindex(sign)
        archive[place + flags + 1] &= ~8
    (tmp_path / "zoe.zip").write_bytes(archive)
    hand_in(tmp_path, "ben", "x")
    assert "größe.py" in by_name(tmp_path)["zoe"].packages[None]
