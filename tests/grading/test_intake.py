"""What people and systems make of a folder of submissions, and what is made of that."""

import io
import os
import shutil
import stat
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from kit.course import Course
from kit.grading.intake import HandedIn, NoClass, read
from kit.grading.intake.contents import MOST_BYTES, MOST_FILES
from tests.grading.small_class import hand_in, zipped

CODE = "x = 1\n"
PACKAGE = {"dashboard/__init__.py": CODE}


def handed_in(folder: Path) -> dict[str, HandedIn]:
    return {one.student: one for one in read(folder, Course())}


def packages(folder: Path, student: str) -> dict[int | None, list[str]]:
    return {lab: sorted(tree) for lab, tree in handed_in(folder)[student].packages.items()}


def save(folder: Path, archives: dict[str, bytes]) -> Path:
    for name, content in archives.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.mark.parametrize(
    "files",
    [
        PACKAGE,
        {"Dashboard/__init__.py": CODE},
        {"__init__.py": CODE},
        {"my work/final (2)/dashboard/__init__.py": CODE},
        {"zoe/__init__.py": CODE},
        {"dashboard\\__init__.py": CODE},
        PACKAGE | {"__MACOSX/dashboard/._x": "", "._dashboard": "", ".DS_Store": ""},
        PACKAGE | {"dashboard/__pycache__/x.pyc": "", ".venv/lib/site.py": "", "notes.txt": ""},
    ],
)
def test_a_package_is_found_wherever_it_lies(tmp_path: Path, files: dict[str, str]) -> None:
    save(tmp_path, {"zoe.zip": zipped(files), "ben.zip": zipped(PACKAGE)})
    assert packages(tmp_path, "zoe") == {None: ["__init__.py"]}


@pytest.mark.parametrize(
    "name", ["labs/03_events/dashboard", "lab3/dashboard", "Lab 03/Dashboard", "events", "lab_3"]
)
def test_a_folder_names_the_lab(tmp_path: Path, name: str) -> None:
    save(tmp_path, {"zoe.zip": zipped({f"{name}/__init__.py": CODE})})
    assert packages(tmp_path, "zoe") == {3: ["__init__.py"]}


def test_one_archive_holds_several_labs_and_one_lab_has_an_archive_of_its_own(
    tmp_path: Path,
) -> None:
    both = {f"labs/{lab}/dashboard/__init__.py": CODE for lab in ("01_factory", "03_events")}
    save(tmp_path, {"zoe.zip": zipped(both), "ben-lab3.zip": zipped(PACKAGE)})
    save(tmp_path, {"ben_01_factory.zip": zipped(PACKAGE)})
    assert set(packages(tmp_path, "zoe")) == {1, 3}
    assert set(packages(tmp_path, "ben")) == {1, 3}


def test_names_as_canvas_and_moodle_make_them(tmp_path: Path) -> None:
    save(tmp_path, {"garciazoe_LATE_88321_5512_dashboard-1.zip": zipped({"lab2/__init__.py": "2"})})
    save(tmp_path, {"garciazoe_88321_5511_dashboard.zip": zipped({"lab2/__init__.py": "1"})})
    save(tmp_path, {"Zoë García_77_assignsubmission_file_work.zip": zipped(PACKAGE)})
    hand_in(tmp_path, "Ben Ng_78_assignsubmission_file_", CODE)
    hand_in(tmp_path, "O'Brien, Zoë [late] + 李", CODE)
    found = handed_in(tmp_path)
    assert set(found) == {"garciazoe", "Zoë García", "Ben Ng", "O'Brien, Zoë [late] + 李"}
    zoe = found["garciazoe"]
    assert zoe.id == "88321"
    assert zoe.package(2) == {"__init__.py": b"2"}
    assert "late" in zoe.notes[0]
    assert "more than once" in " ".join(zoe.notes)


def test_two_of_one_name_stay_two(tmp_path: Path) -> None:
    for number in (77, 78):
        hand_in(tmp_path, f"Ann Lee_{number}_assignsubmission_file_", CODE)
    assert set(handed_in(tmp_path)) == {"Ann Lee (77)", "Ann Lee (78)"}


def test_a_download_that_came_again_is_the_latest(tmp_path: Path) -> None:
    save(tmp_path, {"zoe (1).zip": zipped({"dashboard/__init__.py": "new"})})
    save(tmp_path, {"zoe.zip": zipped({"dashboard/__init__.py": "old"})})
    (zoe,) = read(tmp_path, Course())
    assert zoe.package(1) == {"__init__.py": b"new"}


@pytest.mark.parametrize("kind", ["w", "w:gz", "w:bz2", "w:xz"])
def test_a_tarball_is_read(tmp_path: Path, kind: str) -> None:
    with tarfile.open(tmp_path / "zoe.tar.gz", kind) as opened:
        for name, what in (("dashboard/__init__.py", tarfile.REGTYPE), ("l", tarfile.SYMTYPE)):
            entry = tarfile.TarInfo(name)
            entry.type = what
            entry.linkname = "/etc/passwd"
            opened.addfile(entry, io.BytesIO())
    (zoe,) = read(tmp_path, Course())
    assert zoe.package(1) == {"__init__.py": b""}
    assert "link" in zoe.notes[0]


def test_an_archive_in_an_archive_is_read_once(tmp_path: Path) -> None:
    outer, inner = io.BytesIO(), io.BytesIO()
    for archive, name, content in ((inner, "deep.zip", zipped(PACKAGE)), (outer, "w.zip", b"")):
        with zipfile.ZipFile(archive, "w") as opened:
            opened.writestr("lab1/dashboard/__init__.py", "")
            opened.writestr(name, content or inner.getvalue())
    save(tmp_path, {"zoe.zip": outer.getvalue(), "ben.zip": zipped(PACKAGE)})
    assert 1 in packages(tmp_path, "zoe")


def test_one_folder_too_many_is_gone_through(tmp_path: Path) -> None:
    for student in ("zoe", "ben"):
        hand_in(tmp_path / "submissions", student, CODE)
    assert set(handed_in(tmp_path)) == {"zoe", "ben"}


def test_one_submission_is_no_class(tmp_path: Path) -> None:
    hand_in(tmp_path, "zoe", CODE)
    with pytest.raises(NoClass, match="one submission"):
        read(tmp_path / "zoe", Course())


def _linked() -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        entry = zipfile.ZipInfo("dashboard/secret.py")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        opened.writestr(entry, "/etc/passwd")
        opened.writestr("dashboard/__init__.py", CODE)
    return archive.getvalue()


@pytest.mark.parametrize(
    "archive",
    [
        zipped(PACKAGE | {"../../escaped.py": "x"}),
        zipped(PACKAGE | {"/tmp/escaped.py": "x"}),
        zipped(PACKAGE | {"C:\\escaped.py": "x"}),
        zipped(PACKAGE | {"dashboard/__init__.py/more.py": "x"}),
        zipped(PACKAGE | {f"dashboard/{'x' * 300}.py": "x"}),
        zipped(PACKAGE | {f"dashboard/{'x/' * 100}y.py": "x"}),
        _linked(),
    ],
)
def test_what_has_no_place_is_left_out_and_said(tmp_path: Path, archive: bytes) -> None:
    save(tmp_path, {"zoe.zip": archive, "ben.zip": zipped(PACKAGE)})
    zoe = handed_in(tmp_path)["zoe"]
    assert zoe.package(1) == {"__init__.py": CODE.encode()}
    assert "is left out" in zoe.notes[0]


def _encrypted() -> bytes:
    archive = bytearray(zipped(PACKAGE))
    archive[archive.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(archive)


def _bomb() -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("dashboard/__init__.py", bytes(MOST_BYTES + 1))
    return archive.getvalue()


@pytest.mark.parametrize(
    ("archive", "why"),
    [
        (b"PK\x03\x04 and no more", "damaged"),
        (b"", "empty"),
        (b"Rar!\x1a\x07\x01\x00", "RAR"),
        (zipped(PACKAGE)[:-30], "damaged"),
        (_encrypted(), "password"),
        (_bomb(), "megabytes"),
        (zipped({f"dashboard/{number}.py": "" for number in range(MOST_FILES + 1)}), "files"),
        (zipped({"readme.txt": "sorry"}), "no package"),
    ],
)
def test_a_bad_archive_is_reported_and_stops_nobody(
    tmp_path: Path, archive: bytes, why: str
) -> None:
    save(tmp_path, {"zoe.zip": archive, "ben.zip": zipped(PACKAGE)})
    found = handed_in(tmp_path)
    assert why in found["zoe"].unreadable[0]
    assert found["zoe"].package(1) is None
    assert found["ben"].package(1) is not None


def test_an_archive_that_is_called_like_the_package_is_gone_through(tmp_path: Path) -> None:
    inside = {f"labs/06_rooms/{name}": CODE for name in PACKAGE}
    for name in ("zoe", "ben"):
        (tmp_path / name).mkdir()
    save(tmp_path / "zoe", {"dashboard.zip": zipped(inside)})
    more = {"dashboard/templates/dashboard/x.html": "x"}
    save(tmp_path / "ben", {"rooms.zip": zipped(PACKAGE | more)})
    assert packages(tmp_path, "zoe") == {6: ["__init__.py"]}
    assert packages(tmp_path, "ben") == {6: ["__init__.py", "templates/dashboard/x.html"]}


def test_what_an_archive_is_tells_its_beginning(tmp_path: Path) -> None:
    hand_in(tmp_path, "work", CODE, name="labs/03_events/dashboard")
    for kind in ("", "gz", "xz"):
        with tarfile.open(tmp_path / f"zoe{kind}.zip", f"w:{kind}") as archive:
            archive.add(tmp_path / "work", ".")
    shutil.rmtree(tmp_path / "work")
    assert [set(packages(tmp_path, f"zoe{kind}")) for kind in ("", "gz", "xz")] == [{3}] * 3


@pytest.mark.parametrize(
    ("name", "student", "lab"),
    [
        ("rooms-zgarcia.zip", "zgarcia", 6),
        ("lab-6-zgarcia.zip", "zgarcia", 6),
        ("lab6-rooms-z-garcia.zip", "z-garcia", 6),
        ("Zoe Garcia - dashboard.zip", "Zoe Garcia", None),
        ("anna-lena.zip", "anna-lena", None),
    ],
)
def test_names_as_git_hosts_and_drives_make_them(
    tmp_path: Path, name: str, student: str, lab: int | None
) -> None:
    save(tmp_path, {name: zipped(PACKAGE), "ben.zip": zipped(PACKAGE)})
    assert set(packages(tmp_path, student)) == {lab}


def test_of_several_versions_the_last_counts(tmp_path: Path) -> None:
    for number in (1, 2, 10):
        name = f"Lab 6/Version {number}/dashboard"
        hand_in(tmp_path, "zoe", f"x = {number}\n", name=name)
    hand_in(tmp_path, "ben", CODE)
    assert handed_in(tmp_path)["zoe"].package(6) == {"__init__.py": b"x = 10\n"}


@pytest.mark.parametrize(
    ("name", "student", "why"),
    [
        ("zoe.rar", "zoe", "RAR"),
        ("zoe.pdf", "zoe", "no folder, zip or tarball"),
        ("zoe.zip.001", "zoe", "one part of an archive in several"),
        ("garciazoe_88321_text.html", "garciazoe", "single file"),
    ],
)
def test_what_is_no_archive_is_told_of_the_right_student(
    tmp_path: Path, name: str, student: str, why: str
) -> None:
    content = b"Rar!\x1a\x07" if name.endswith("rar") else b"hello"
    save(tmp_path, {name: content, "ben.zip": zipped(PACKAGE)})
    assert why in handed_in(tmp_path)[student].unreadable[0]


def test_a_folder_with_the_zip_of_a_class_is_told(tmp_path: Path) -> None:
    people = {"zoe.zip": zipped(PACKAGE), "ben.zip": zipped(PACKAGE)}
    save(tmp_path, {"submissions.zip": zipped(people)})
    with pytest.raises(NoClass, match=r"Name that: python3 -m kit grade .*submissions\.zip"):
        handed_in(tmp_path)

    save(tmp_path, {"submissions.zip": zipped({"rooms.zip": people["zoe.zip"], "lab3.zip": b""})})
    assert set(packages(tmp_path, "submissions")) == {6}


def test_a_bare_repository_is_one_submission(tmp_path: Path) -> None:
    (tmp_path / "zoe.git" / "objects").mkdir(parents=True)
    (tmp_path / "zoe.git" / "HEAD").touch()
    (found,) = handed_in(tmp_path).values()
    assert "bare git repository" in found.unreadable[0]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows lets few people make links")
def test_links_and_pipes_in_a_folder_are_left_out(tmp_path: Path) -> None:
    hand_in(tmp_path, "ben", "the neighbour's")
    hand_in(tmp_path, "zoe", CODE)
    package = tmp_path / "zoe" / "dashboard"
    os.mkfifo(package / "aaa.py")
    (package / "bbb.py").symlink_to(tmp_path / "ben" / "dashboard" / "__init__.py")
    (package / "templates").symlink_to("/etc")
    (tmp_path / "eve").symlink_to(tmp_path / "ben")
    found = handed_in(tmp_path)
    assert found["zoe"].package(1) == {"__init__.py": CODE.encode()}
    assert len(found["zoe"].notes) == 3
    assert "link" in found["eve"].unreadable[0]


def test_what_a_whole_class_has_alike_is_held_once(tmp_path: Path) -> None:
    save(tmp_path, {"zoe.zip": zipped(PACKAGE), "ben.zip": zipped(PACKAGE)})
    zoe, ben = (one.packages[None]["__init__.py"] for one in read(tmp_path, Course()))
    assert zoe is ben
