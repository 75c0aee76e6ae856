"""Lists of requirements are read as installers read them."""

import os
from pathlib import Path

import pytest

from checks import requirements
from checks.requirements import Entry

LINUX = {"python_full_version": "3.11.9", "python_version": "3.11", "sys_platform": "linux"}


def read(folder: Path, text: str | bytes) -> list[Entry]:
    path = folder / "requirements.txt"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return requirements.read(path, folder)


def test_an_entry_goes_on_after_a_backslash(tmp_path: Path) -> None:
    first, second = read(
        tmp_path,
        "# made by a tool\nflask==3.1.3 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n"
        "    # via\n    #   -r requirements.in\nclick==8 --hash sha256:cc  # by hand\n",
    )
    assert (first.name, first.version, first.hashes) == (
        "flask",
        "3.1.3",
        ("sha256:aa", "sha256:bb"),
    )
    assert (second.name, second.line.number, second.hashes) == ("click", 7, ("sha256:cc",))


def test_a_comment_ends_an_entry(tmp_path: Path) -> None:
    entries = read(tmp_path, "flask==3.1.3 \\\n# a comment\n    --hash=sha256:aa\n")
    assert [entry.hashes for entry in entries] == [(), ()]
    assert [entry.name for entry in entries] == ["flask", ""]


@pytest.mark.parametrize("spelling", ["Flask_SocketIO", "flask.socketio", "FLASK-socketio"])
def test_names_compare_in_any_spelling(tmp_path: Path, spelling: str) -> None:
    assert read(tmp_path, f"{spelling} == 5.7.0 ; python_version >= '3.11'\n")[0].name == (
        "flask-socketio"
    )


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("flask==3.1.3", "3.1.3"),
        ("flask===3.1.3", "3.1.3"),
        ("redis[hiredis]==6.0", "6.0"),
        ("flask==3.*", None),
        ("flask~=3.1.3", None),
        ("flask>=3,==3.1.3", None),
        ("flask", None),
    ],
)
def test_only_one_exact_version_is_one(tmp_path: Path, text: str, version: str | None) -> None:
    assert read(tmp_path, text)[0].version == version


@pytest.mark.parametrize("mark", ["utf-8-sig", "utf-16"])
def test_a_mark_at_the_start_says_how_the_text_is_written(tmp_path: Path, mark: str) -> None:
    assert read(tmp_path, "flask==3.1.3\r\nclick==8\r\n".encode(mark))[1].name == "click"


@pytest.mark.parametrize("line", ["./flask.whl", "-e .", "--hash=sha256:aa", "flask=3.1", "-r no"])
def test_what_names_no_package_is_an_entry_without_a_requirement(tmp_path: Path, line: str) -> None:
    assert [entry.requirement for entry in read(tmp_path, line)] == [None]


def test_settings_are_no_entries(tmp_path: Path) -> None:
    text = "--index-url https://example.org/simple\n-c limits.txt\n--require-hashes\n\n"
    assert read(tmp_path, text) == []


def test_a_list_may_include_another_and_itself(tmp_path: Path) -> None:
    (tmp_path / "more.txt").write_text("-r requirements.txt\nclick==8\n", encoding="utf-8")
    entries = read(tmp_path, "-r more.txt\nflask==3.1.3\n")
    assert [str(entry.line) for entry in entries] == [
        "more.txt, line 2",
        "requirements.txt, line 2",
    ]


def test_a_list_outside_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("click==8\n", encoding="utf-8")
    inside = tmp_path / "inside"
    inside.mkdir()
    assert [entry.name for entry in read(inside, "-r ../secret.txt\n")] == [""]


def test_an_entry_applies_where_its_marker_holds(tmp_path: Path) -> None:
    windows, here = read(
        tmp_path, "a==1 ; sys_platform == 'win32'\nb==1 ; python_version < '3.12'\n"
    )
    assert not windows.applies(LINUX)
    assert here.applies(LINUX)


def test_a_file_that_is_not_there_has_no_entries(tmp_path: Path) -> None:
    assert requirements.read(tmp_path / "requirements.txt", tmp_path) == []


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_a_link_that_leads_outside_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("click==8\n", encoding="utf-8")
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "requirements.txt").symlink_to(tmp_path / "secret.txt")
    (inside / "circle.txt").symlink_to("circle.txt")
    assert requirements.read(inside / "requirements.txt", inside) == []
    assert requirements.read(inside / "circle.txt", inside) == []


@pytest.mark.parametrize("text", ["a" * 200_000, " " * 200_000 + "x y", "a[" * 50_000])
def test_a_line_without_end_is_no_requirement(tmp_path: Path, text: str) -> None:
    assert [entry.version for entry in read(tmp_path, text)] == [None]


def test_what_cannot_be_decided_does_not_count(tmp_path: Path) -> None:
    (entry,) = read(tmp_path, "a==1 ; python_version ~= 'three'\n")
    assert not entry.applies(LINUX)
    assert not read(tmp_path, "a==1")[0].allows("not a version")
