"""Graders side by side: each does the whole job, and one that cannot be had is named."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from kit.bench.grading.peers import job, measuring, notebooks, own, plain_pytest
from kit.bench.grading.peers.running import Failed


@dataclass
class Like:
    """A grader that does the job as another one does, with other packages and another start."""

    NAME: str
    needs: tuple[str, ...] = ()
    VERSION: str = "1"
    fails: bool = False
    forgets: str = ""

    def packages(self) -> list[str]:
        return list(self.needs)

    def prepare(self, folder: Path, python: Path) -> None:
        plain_pytest.prepare(folder, python)
        if self.forgets:
            (folder / "class" / f"{self.forgets}.py").unlink()

    def grade(self, folder: Path, python: Path) -> None:
        if self.fails:
            raise Failed("it ended with 1")
        plain_pytest.grade(folder, python)

    def points(self, folder: Path) -> dict[str, float]:
        return plain_pytest.points(folder)


@pytest.mark.usefixtures("_walls")
def test_each_grader_does_the_job_and_what_it_gets_wrong_is_told(tmp_path: Path) -> None:
    graders = (
        own,
        Like(plain_pytest.NAME),
        Like("forgetful", forgets="student0"),
        Like("failing", fails=True),
        Like("not there", ("no requirement at all",)),
    )
    rates = measuring.measure(tmp_path, confined=True, tell=print, graders=graders, rounds=1)
    ours, bare, forgetful, failing, lacking = rates.graders
    assert (ours.why_not, ours.unlike, bare.why_not, bare.unlike) == ("", [], "", [])
    assert ours.seconds > 0
    assert bare.processor_seconds > 0
    assert forgetful.unlike == ["student0: 0.0 instead of 3"]
    assert failing.why_not == "it does not do the job: it ended with 1"
    assert lacking.why_not.startswith("it cannot be installed: ")
    assert rates.ratio("pytest") == round(bare.seconds / ours.seconds, 2)
    assert rates.ratio("failing") is None
    assert rates.to_dict()["times_as_fast_as"]["not there"] is None


def test_what_is_claimed_is_measured_against_those_that_could_be_had() -> None:
    def rates(nbgrader: measuring.Rate) -> measuring.Rates:
        ours = measuring.Rate("roundtrip", "", seconds=0.1)
        return measuring.Rates(True, [ours, nbgrader])

    assert rates(measuring.Rate("nbgrader", "", seconds=1.0)).is_met
    assert not rates(measuring.Rate("nbgrader", "", seconds=0.9)).is_met
    assert rates(measuring.Rate("nbgrader", "", why_not="it cannot be installed")).is_met
    wrong = rates(measuring.Rate("nbgrader", "", seconds=9))
    wrong.graders[0].unlike.append("student0: 0 instead of 3")
    assert not wrong.is_met


def test_every_submission_is_another_one_and_each_form_holds_all_tests() -> None:
    handed_in = job.submissions()
    assert len({one.source for one in handed_in}) == len(handed_in) == 10
    assert {one.points for one in handed_in} == {1, 2, 3}
    for one in handed_in[:1]:
        sources = [cell["source"] for cell in notebooks.for_nbgrader(one)["cells"]]
        assert sources[0] == one.source
        for name, text in zip(job.TESTS, sources[1:], strict=True):
            assert text.endswith(f"\ntest_{name}()\n")
        asks = notebooks.for_otter(one)["cells"][-1]["source"]
        assert all(f'grader.check("{name}")' in asks for name in job.TESTS)
