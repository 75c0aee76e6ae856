"""`new`: the skeleton of a lab, and what is said of it."""

from kit.cli import PASSED, USAGE
from tests import course_copy
from tests.command import Project


def test_it_says_what_it_wrote_and_how_to_go_on(project: Project) -> None:
    course_copy.without(project.course, "14_scaling")
    done = project.run("new", "14_scaling")
    assert done.returncode == PASSED, done.stderr
    assert "Lab 14: scaling has a skeleton:\n  labs/14_scaling/" in done.stdout
    assert "python3 -m kit audit --labs 14" in done.stdout

    again = project.run("new", "14_scaling")
    assert again.returncode == USAGE
    assert again.stderr == "14_scaling has this number already. Choose another number.\n"
    assert again.stdout == ""


def test_a_lab_that_the_reference_does_not_teach_begins_there(project: Project) -> None:
    done = project.run("new", "88_kites")
    assert "In reference/ nothing is tagged `# lab 88: ...` yet: begin there." in done.stdout
