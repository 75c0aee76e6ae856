"""Where a starter's tasks still stand in a submission."""

from pathlib import Path

import pytest

from kit import cut
from kit.checking.codebase import Codebase
from kit.course import Course, Lab
from kit.student import given

COURSE = Course()


@pytest.mark.parametrize("lab", COURSE.labs, ids=lambda lab: lab.slug)
def test_every_task_of_a_starter_is_found(lab: Lab, tmp_path: Path) -> None:
    cut.write(given.starter(COURSE, lab), tmp_path / "dashboard")
    code = Codebase(tmp_path)
    missed = [
        t for t in cut.tasks(COURSE.reference, lab.number) if not code.task(lab.number, t.words)
    ]
    assert missed == []


def saved(folder: Path, text: str) -> Codebase:
    (folder / "dashboard").mkdir(parents=True)
    (folder / "dashboard" / "__init__.py").write_text(text, encoding="utf-8")
    return Codebase(folder)


def test_a_copy_that_jupyterlab_keeps_is_no_source(tmp_path: Path) -> None:
    code = saved(tmp_path, "mounted = True\n")
    kept = tmp_path / "dashboard" / ".ipynb_checkpoints" / "__init__-checkpoint.py"
    kept.parent.mkdir()
    kept.write_text("    # TODO lab 2: mount it\n", encoding="utf-8")
    assert code.task(2, "mount it") is None
    assert list(code.texts()) == ["dashboard/__init__.py"]


@pytest.mark.parametrize(
    "text",
    [
        "    # TODO lab 2: mount it\n",
        "    # TODO lab 2: mount it\n\n    return app\n",
        "    # TODO lab 2: mount it\n    # TODO lab 2: and more\n",
        "call(\n    app,\n    # TODO lab 2: mount it\n)\n",
        '    # TODO lab 2: mount it\n    raise NotImplementedError("lab 2: all")\n',
        'def f():\n    raise NotImplementedError("lab 2: mount it")\n',
    ],
)
def test_an_untouched_task_is_still_there(tmp_path: Path, text: str) -> None:
    assert saved(tmp_path, text).task(2, "mount it")


@pytest.mark.parametrize(
    "text",
    [
        "    app.register_blueprint(pages.blueprint)\n",
        "    # TODO lab 2: mount it\n    app.register_blueprint(pages.blueprint)\n",
        "call(\n    app,\n    # TODO lab 2: mount it\n    origins=None,\n)\n",
    ],
)
def test_a_task_that_is_begun_is_no_longer_there(tmp_path: Path, text: str) -> None:
    assert saved(tmp_path, text).task(2, "mount it") is None


@pytest.mark.parametrize(
    ("body", "is_nothing"),
    [
        ("    word = 1\n", True),
        ("    return\n", True),
        ("    def inside():\n        return 1\n", True),
        ("    def inside():\n        return 1\n    return inside\n", False),
        ("    if word:\n        return 1\n    def inside():\n        return 2\n", True),
        ("    if word:\n        return 1\n", False),
        ("    with word:\n        yield 1\n", False),
        ('    raise NotImplementedError("lab 3: answer it")\n', False),
    ],
)
def test_a_function_without_a_return_of_its_own(
    tmp_path: Path, body: str, is_nothing: bool
) -> None:
    code = saved(tmp_path, f"def answer(word):\n{body}\ndef other():\n    pass\n")
    assert code.returns_nothing("answer") is is_nothing
    assert not code.returns_nothing("nowhere")


ASKS = """
next = request.args.get("next", "/")
back = flask.request.headers["X-Back"]
name = request.form.get(key) or request.values.getlist("who")
other = session.get("user") or request.is_json
"""


def test_the_names_that_a_submission_asks_requests_for(tmp_path: Path) -> None:
    assert saved(tmp_path, ASKS).asked_names() == {"next", "X-Back", "who"}
    assert saved(tmp_path / "broken", "request.args[").asked_names() == set()
