"""A virtual environment is read from its files, on any system."""

import os
import venv
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from checks import virtual_environment


def make(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def package(name: str, version: str, *needs: str) -> dict[str, str]:
    said = [f"Name: {name}", f"Version: {version}", *(f"Requires-Dist: {need}" for need in needs)]
    folder = f"lib/python3.11/site-packages/{name}-{version}.dist-info"
    return {f"{folder}/METADATA": "\n".join(said) + "\n\nName: not this one\n"}


def test_a_real_one_is_read(tmp_path: Path) -> None:
    venv.create(tmp_path / "real", with_pip=False)
    found = virtual_environment.read(tmp_path / "real")
    assert found.is_isolated
    assert found.interpreter
    assert found.site_packages
    assert found.installed == ()


def test_a_folder_that_is_none_has_nothing(tmp_path: Path) -> None:
    found = virtual_environment.read(tmp_path)
    assert (found.settings, found.interpreter, found.site_packages) == ({}, "", ())


def test_the_layout_says_the_system_and_the_settings_the_version(tmp_path: Path) -> None:
    make(tmp_path, {"pyvenv.cfg": "version_info = 3.13.2.final.0\n", "Scripts/python.exe": ""})
    markers = virtual_environment.read(tmp_path).markers
    assert markers["sys_platform"] == "win32"
    assert (markers["python_version"], markers["python_full_version"]) == ("3.13", "3.13.2")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no links in its environments")
def test_an_interpreter_that_leads_nowhere_here_counts(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to(tmp_path / "gone")
    assert virtual_environment.read(tmp_path).interpreter == "bin/python"


def test_what_is_installed_says_its_name_and_needs(tmp_path: Path) -> None:
    make(tmp_path, package("Flask_SocketIO", "5.7.0", "Flask>=2.1", "not a [requirement"))
    (found,) = virtual_environment.read(tmp_path).installed
    assert (found.name, found.version) == ("flask-socketio", "5.7.0")
    assert [str(need) for need in found.needs] == ["Flask>=2.1"]


def test_what_an_interrupted_install_leaves_does_not_count(tmp_path: Path) -> None:
    make(tmp_path, package("~lask", "3.1.3") | package("empty", ""))
    assert virtual_environment.read(tmp_path).installed == ()


def test_needs_are_followed_with_markers_and_extras(tmp_path: Path) -> None:
    make(
        tmp_path,
        package("a", "1", "b[fast]", 'w; sys_platform == "no such system"')
        | package("b", "1", "c", 'f>=2; extra == "fast"', 's; extra == "slow"')
        | package("c", "1", "a"),
    )
    found = virtual_environment.read(tmp_path).needs([Requirement("a")])
    assert [(need.name, of) for need, of in found] == [
        ("b", "a"),
        ("c", "b"),
        ("f", "b"),
        ("a", "c"),
    ]
