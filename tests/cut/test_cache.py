"""What was cut before is read again, and never when anything has changed since."""

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from kit.cut import CutError, Tree, kept, stage, starter
from kit.cut.cache import MAKERS

TOY = Path(__file__).parent.parent / "toy" / "reference" / "dashboard"


@pytest.fixture
def reference(tmp_path: Path) -> Path:
    return Path(shutil.copytree(TOY, tmp_path / "dashboard"))


def refused(_reference: Path, _lab: int) -> Tree:
    raise AssertionError("it was cut again")


@pytest.mark.parametrize("make", [stage, starter])
def test_what_is_kept_is_what_was_cut(
    make: Callable[[Path, int], Tree], reference: Path, tmp_path: Path
) -> None:
    cut = kept(make, reference, 2, tmp_path / "cuts")
    refused.__name__ = make.__name__

    assert cut == make(reference, 2)
    assert kept(refused, reference, 2, tmp_path / "cuts") == cut
    assert {file.suffix for file in (tmp_path / "cuts").iterdir()} == {".zip"}


def test_another_lab_is_another_cut(reference: Path, tmp_path: Path) -> None:
    assert kept(stage, reference, 1, tmp_path) == stage(reference, 1)
    assert kept(stage, reference, 2, tmp_path) == stage(reference, 2)


def test_what_has_changed_is_cut_anew(
    reference: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = kept(stage, reference, 3, tmp_path / "cuts")
    (reference / "shop.py").write_text("OPEN = True\n")
    after = kept(stage, reference, 3, tmp_path / "cuts")
    assert before != after == stage(reference, 3)

    refused.__name__ = "stage"
    other = Path(shutil.copytree(MAKERS, tmp_path / "cut"))
    (other / "text.py").write_text("")
    monkeypatch.setattr("kit.cut.cache.MAKERS", other)
    with pytest.raises(AssertionError, match="cut again"):
        kept(refused, reference, 3, tmp_path / "cuts")


@pytest.mark.parametrize("content", [b"", b"no archive"])
def test_an_archive_that_is_not_whole_is_made_again(
    content: bytes, reference: Path, tmp_path: Path
) -> None:
    kept(stage, reference, 1, tmp_path)
    (archive,) = tmp_path.glob("*.zip")
    whole = archive.read_bytes()
    archive.write_bytes(content)

    assert kept(stage, reference, 1, tmp_path) == stage(reference, 1)
    with zipfile.ZipFile(archive) as opened:
        assert len(opened.namelist()) == len(stage(reference, 1))
    assert len(archive.read_bytes()) == len(whole)


def test_where_nothing_can_be_kept_it_is_cut(reference: Path, tmp_path: Path) -> None:
    taken = tmp_path / "cuts"
    taken.write_text("a file, where the folder should be")
    assert kept(stage, reference, 1, taken) == stage(reference, 1)


def test_what_cannot_be_cut_is_not_kept(tmp_path: Path) -> None:
    with pytest.raises(CutError):
        kept(stage, tmp_path / "nowhere", 1, tmp_path / "cuts")
    assert not (tmp_path / "cuts").exists()
