"""Every notebook, run against the solution."""

import pytest

from kit.course import OWN_NOTEBOOKS, Course, Lab
from kit.proving import proof
from kit.student import notebooks, workspace
from tests import course_copy
from tests.lesson.notebook_runs import LABS, name, run


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A copy of the project, shared: no two tests use the same lab."""
    return course_copy.make(tmp_path_factory.mktemp("notebooks") / "a project")


@pytest.mark.parametrize("lab", LABS, ids=name)
def test_it_runs_from_top_to_bottom_on_the_solution(tree: Course, lab: Lab) -> None:
    here = tree.lab(lab.slug)
    workspace.start(tree, here)
    course_copy.solve(tree, here)
    for path, text in proof.load(here).beside.items():
        file = here.package / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    run(here.notebook, times=2)  # any cell may be run again


def test_the_first_page_runs(tree: Course) -> None:
    notebooks.update(tree)
    run(tree.root / OWN_NOTEBOOKS / "00_start.ipynb")  # as students run it, from their own folder
