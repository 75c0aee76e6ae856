"""Copies of the project to run commands in, and commands that run until the test is over."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kit.course import Course
from tests import course_copy
from tests.command import Command, Project


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project for tests that leave it as they find it."""
    return Project(course_copy.make(tmp_path_factory.mktemp("shared") / "a project"))


@pytest.fixture
def project(course: Course) -> Project:
    """A project of the test's own, in which no lab was started yet."""
    return Project(course)


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Callable[..., Command]]:
    """A function that begins a command and leaves it running. It is gone after the test."""
    begun: list[Command] = []

    def start(project: Project, *arguments: str) -> Command:
        output = tmp_path / f"output-{len(begun)}.txt"
        begun.append(Command(project.root, list(arguments), output))
        return begun[-1]

    yield start
    for command in begun:
        command.kill()
