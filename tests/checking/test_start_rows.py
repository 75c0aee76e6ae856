"""Whether an app is made, refused, or another one than was asked for, and why: over HTTP alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kit.checking import App, Cause, Failure, Rows, Start, answers, evidence
from kit.checking.contract import Told, told
from kit.checking.evidence import Seen
from kit.checking.failure import NotStarted
from kit.checking.starting import makes, refuses
from kit.running import Launcher
from tests.running.submission import save

pytestmark = pytest.mark.usefixtures("_impatient")

CONFIG = """
class Config:
    NAME = "nobody"
"""
FACTORY = """
import os
from flask import Flask

NAMED = os.environ.get("NAMED")

def create_app(config):
    app = Flask(__name__)
    app.config.from_object(config)
    if not app.config["NAME"]:
        raise ValueError("no name")
    if app.config["NAME"] == "none":
        return None
    if app.config["NAME"] == "ends":
        os._exit(3)

    @app.get("/name")
    def name():
        return {"name": app.config["NAME"], "path": config if isinstance(config, str) else ""}

    @app.get("/broken")
    def broken():
        return {}["key"]

    @app.get("/slash/")
    def slash():
        return ""

    return app
"""

OTHER, MADE, NONE, CRASHED, LOST = (
    Cause(name, "It is so.", "Look.") for name in ("other", "made", "none", "crashed", "lost")
)


class Name(Told, request="GET /name", otherwise=OTHER):
    """A name."""

    name: str = told("the name", example="Ana")


@pytest.fixture
def start(launcher: Launcher, tmp_path: Path) -> Iterator[Start]:
    save(tmp_path, CONFIG, "config.py")
    made = Start(launcher, save(tmp_path, FACTORY))
    yield made
    made.stop()


def named(name: str, **more: object) -> App:
    return App("Config", {"NAME": name}, **more)  # type: ignore[arg-type]


def test_a_class_of_the_callers_own_has_a_name_and_a_module(start: Start) -> None:
    own = named("Ana", named="elsewhere.Own", dotted=True)
    answer = start(own).expect("GET", "/name", Name, name="Ana")
    assert answer.model_dump() == {"name": "Ana", "path": "elsewhere.Own"}
    assert start.story[0] == (
        "we started a server with create_app(\"elsewhere.Own\") and NAME = 'Ana'"
    )


@pytest.mark.parametrize(
    ("path", "cause", "got"),
    [
        ("/name", "other", 'it was "Ana"'),
        ("/broken", "crashed", "the app raised KeyError: 'key'"),
        ("/slash", "lost", "it was answered with status 308, to http"),
        ("/none", "none", "status 404; the app answers at: /broken, /name, /slash/"),
    ],
)
def test_the_first_row_that_fits_explains_an_answer(
    start: Start, path: str, cause: str, got: str
) -> None:
    rows: Rows = [
        (evidence.crash("KeyError", "^'key'$", during="view", code=r"\["), CRASHED),
        (evidence.both(evidence.came("status 308"), evidence.expects("/slash")), LOST),
        (answers.has_no_route, NONE),
    ]
    with pytest.raises(Failure) as caught:
        start(named("Ana")).expect("GET", path, Name, why=rows, name="Ben")
    assert caught.value.cause.name == cause
    assert got in caught.value.got


def test_whether_an_app_is_made_is_evidence(start: Start) -> None:
    seen = Seen(start(named("Ana")), None, Failure("it is made", "it is", OTHER))
    assert makes(start, named("Ben"))(seen)
    assert not makes(start, named(""))(seen)


def test_why_an_app_has_not_started_is_explained(start: Start) -> None:
    rows: Rows = [(evidence.no(evidence.crashed), LOST), (evidence.crash("ValueError"), CRASHED)]
    for name, cause in (("", CRASHED), ("ends", LOST)):
        with pytest.raises(NotStarted) as caught:
            start(named(name), why=rows)
        assert caught.value.cause == cause


def test_an_app_that_is_made_is_not_refused(start: Start) -> None:
    rows: Rows = [(makes(start, named("Ben")), MADE)]
    with pytest.raises(Failure) as caught:
        refuses(start, named("Ana"), named("Ben"), otherwise=OTHER)
    assert caught.value.cause == OTHER
    assert caught.value.expected == "`create_app` raises an error for the last of them"
    with pytest.raises(Failure) as caught:
        refuses(start, named("Ana"), otherwise=OTHER, why=rows)
    assert caught.value.cause == MADE


def test_only_an_error_is_a_refusal(start: Start) -> None:
    assert refuses(start, named(""), otherwise=OTHER).during == "create_app"
    for name, cause in (("none", "none"), ("ends", "exited")):
        with pytest.raises(NotStarted) as caught:
            refuses(start, named(name), returns_none=NONE, otherwise=OTHER)
        assert caught.value.cause.name == cause


def test_the_source_is_evidence(start: Start) -> None:
    save(start.folder, "# a word\nword = FACTORY", "__main__.py")
    seen = Seen(start(named("Ana")), None, Failure("it is so", "it is not", OTHER))
    assert evidence.written("os._exit")(seen)
    assert not evidence.written("word")(seen)
    assert evidence.written_above("from_object", "return None")(seen)
    assert not evidence.written_above("return None", "from_object")(seen)
    assert not evidence.written_above("class Config", "from_object")(seen)
    assert evidence.run_at_import("environ")(seen)
    assert not evidence.run_at_import("from_object")(seen)


@pytest.mark.parametrize("line", ["app.run(port=0)", "run_simple('127.0.0.1', 0, app)"])
def test_a_server_that_is_run_by_the_package_is_told(start: Start, line: str) -> None:
    lines = "from werkzeug.serving import run_simple\napp = create_app('dashboard.config.Config')"
    save(start.folder, f"{FACTORY}\n{lines}\n{line}\n")
    with pytest.raises(NotStarted) as caught:
        start(named("Ana"))
    assert caught.value.cause.name == "runs-the-server"
