"""`doctor`: what is wrong with this machine, and what grading has to go without."""

import pytest

from kit.cli import FAILED, PASSED, main
from kit.commands import doctor as command
from kit.grading.confinement import CONFINED


@pytest.fixture
def _well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command.environment, "satisfies", lambda _: True)
    monkeypatch.setattr(command.browser_libraries, "is_ready", lambda _: True)
    monkeypatch.setattr(command, "LITTLE", 0)
    monkeypatch.setattr(command, "why_not", lambda: "")


@pytest.mark.usefixtures("_well")
def test_it_says_which_confinement_is_in_force(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    status, said = main(["doctor"]), capsys.readouterr().out
    assert (status, "✗" in said) == (PASSED, False)
    assert CONFINED in said
    monkeypatch.setattr(command, "why_not", lambda: "bubblewrap is not installed")
    status, said = main(["doctor"]), capsys.readouterr().out
    assert status == PASSED  # students need none
    assert "cannot be confined, for bubblewrap is not installed" in said
    assert "container" in said


@pytest.mark.usefixtures("_well")
def test_what_students_need_is_named_with_its_remedy(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command.environment, "satisfies", lambda _: False)
    monkeypatch.setattr(command, "LITTLE", 1 << 80)
    status, said = main(["doctor"]), capsys.readouterr().out
    assert status == FAILED
    assert "Run: python3 -m kit setup" in said
    assert "Make room" in said
