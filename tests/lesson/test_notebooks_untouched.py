"""Every notebook, run before any of its lab's tasks is done."""

import pytest
from nbclient.exceptions import CellExecutionError

from kit.course import Course, Lab
from tests import course_copy
from tests.lesson.notebook_runs import LABS, name, run

SERVES = "lab.serve("


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A copy of the project, shared: no two tests use the same lab."""
    return course_copy.make(tmp_path_factory.mktemp("untouched") / "a project")


@pytest.mark.parametrize("lab", [lab for lab in LABS if lab.number], ids=name)
def test_on_the_starter_it_stops_with_one_plain_message(untouched: Course, lab: Lab) -> None:
    if SERVES not in lab.notebook.read_text(encoding="utf-8"):
        pytest.fail(f"{lab.notebook.name} never starts the student's server.")
    with pytest.raises(CellExecutionError) as caught:
        run(untouched.lab(lab.slug).notebook)
    assert caught.value.ename == "ServerDidNotStart"
    assert "None of the tasks of this lab is done yet" in caught.value.evalue
    assert "Traceback" not in caught.value.traceback
    assert "/kit/" not in caught.value.traceback
