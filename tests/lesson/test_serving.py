"""The student's server as a notebook starts it, reads its log and stops it."""

import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pandas as pd
import psutil
import pytest

from kit import cut
from kit.course import Course, Lab
from kit.lesson.lesson import Lesson
from kit.lesson.serving import ServerDidNotStart
from tests import waiting
from tests.processes import is_alive

LINES = """
import json
from flask import Flask

def create_app(config=None):
    app = Flask(__name__)

    @app.get("/say")
    def say():
        print("plain")
        print("\\x1b[31mred\\x1b[0m")
        print(json.dumps({"time": "2030-01-01T00:00:00Z", "level": "INFO", "sid": "a"}))
        print("{broken", flush=True)
        return {}

    return app
"""


@pytest.fixture
def lab(course: Course) -> Lab:
    return course.lab(3)


@pytest.fixture
def lesson(course: Course, lab: Lab) -> Iterator[Lesson]:
    lesson = Lesson(course, lab)
    yield lesson
    lesson.close()


def solve(lesson: Lesson) -> None:
    cut.write(cut.stage(lesson._course.reference, lesson.lab.number), lesson.lab.package)


def ask(url: str) -> int:
    with urllib.request.urlopen(url, timeout=waiting.LONGEST) as answer:
        return int(answer.status)


def test_a_lesson_makes_the_copy_and_says_where_it_is(lesson: Lesson, lab: Lab) -> None:
    assert lab.package.is_dir()
    assert repr(lesson) == "Lab 3: events. Your files are in labs/03_events/dashboard."


def test_serving_again_replaces_the_server(
    lesson: Lesson, capsys: pytest.CaptureFixture[str]
) -> None:
    solve(lesson)
    first = lesson.serve()
    assert ask(f"{first.url}/healthz") == 200
    second = lesson.serve()

    assert ask(f"{second.url}/healthz") == 200
    assert repr(first) == f"Your server has stopped ({first.url})"
    assert repr(second) == f"Your server runs ({second.url})"
    assert capsys.readouterr().out.splitlines() == [
        f"Your server runs at {first.url}",
        f"Your server runs at {second.url}",
    ]
    with pytest.raises(OSError, match="refused"):
        ask(f"{first.url}/healthz")
    second.stop()
    with pytest.raises(OSError, match="refused"):
        ask(f"{second.url}/healthz")


def test_what_was_saved_since_is_said_and_it_starts_again_where_it_was(
    lesson: Lesson, lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    solve(lesson)
    server = lesson.serve()
    url = server.url
    assert server.saved_since() == []
    events = lab.package / "events.py"
    events.write_text(events.read_text() + "\n# more\n")
    capsys.readouterr()

    assert (server.url, server.url) == (url, url)

    said = capsys.readouterr().out
    assert said.count("You saved dashboard/events.py since this server started") == 1
    assert "server.restart()" in said
    assert "dashboard/events.py" in repr(server)
    assert server.restart().url == url
    assert ask(f"{url}/healthz") == 200
    assert server.saved_since() == []
    (lab.package / "__init__.py").write_text("def create_app(:\n")
    with pytest.raises(ServerDidNotStart, match="SyntaxError"):
        server.restart()
    assert "has stopped" in repr(server)


def test_the_cell_says_by_itself_that_files_were_saved(
    lesson: Lesson, lab: Lab, displays: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kit.lesson.serving.get_ipython", lambda: True)
    solve(lesson)
    server = lesson.serve()
    events = lab.package / "events.py"
    events.write_text(events.read_text() + "\n# more\n")
    waiting.until(lambda: "You saved dashboard/events.py" in displays[-1].data, what="the notice")
    server.stop()
    waiting.until(lambda: displays[-1].data == "", what="that it is gone with the server")


def test_on_a_hub_the_cell_links_to_it_and_programs_go_on_using_loopback(
    lesson: Lesson,
    displays: list[Any],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/user/ada/")
    solve(lesson)
    server = lesson.serve()

    port = urlsplit(server.url).port
    assert ask(f"{server.url}/healthz") == 200
    assert displays[-1].data == (
        f'<p>Your server runs at <a href="/user/ada/proxy/{port}/" target="_blank">'
        f"/user/ada/proxy/{port}/</a></p>"
    )
    assert repr(server) == f"Your server runs (/user/ada/proxy/{port}/)"
    assert capsys.readouterr().out == ""


def test_its_log_is_a_table_with_the_fields_of_json_lines(lesson: Lesson, lab: Lab) -> None:
    (lab.package / "__init__.py").write_text(LINES)
    server = lesson.serve()
    assert list(server.log().columns)[:2] == ["time", "text"]
    ask(f"{server.url}/say")
    waiting.until(lambda: server.log()["text"].eq("{broken").any(), what="the last line")

    log = server.log()

    assert isinstance(log["time"].dtype, pd.DatetimeTZDtype)
    assert log["time"].notna().all()
    assert log["time"].is_monotonic_increasing
    row = log[log["level"] == "INFO"].iloc[0]
    assert (row["sid"], row["logged_time"]) == ("a", "2030-01-01T00:00:00Z")
    assert {"plain", "red"} <= set(log["text"])
    server.stop()
    assert len(server.log()) >= len(log)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("def create_app(:\n", ["SyntaxError", "dashboard/__init__.py, line 1"]),
        ("import flaks\n", ["No module named 'flaks'", "Likely: ", "Next: "]),
        ("import os\nos._exit(7)\n", ["exit status 7"]),
        (
            "def create_app(c=None):\n    raise NotImplementedError('lab 3: it')\n",
            ["A task is still there: it "],
        ),
    ],
)
def test_a_server_that_does_not_start_is_one_plain_message(
    lesson: Lesson, lab: Lab, text: str, told: list[str]
) -> None:
    (lab.package / "__init__.py").write_text(text)
    with pytest.raises(ServerDidNotStart) as caught:
        lesson.serve()
    lines = caught.value._render_traceback_()
    assert lines[0].startswith("The server did not start. ")
    for part in told:
        assert part in "\n".join(lines)
    assert "/kit/" not in "\n".join(lines)


def test_an_untouched_starter_says_that_there_is_nothing_to_see_yet(lesson: Lesson) -> None:
    with pytest.raises(ServerDidNotStart, match="None of the tasks of this lab is done yet"):
        lesson.serve()


@pytest.mark.usefixtures("displays")
def test_closing_ends_every_process(lesson: Lesson) -> None:
    before = set(psutil.Process().children(recursive=True))
    solve(lesson)
    lesson.checklist()
    lesson.serve()
    mine = set(psutil.Process().children(recursive=True)) - before
    assert len(mine) >= 2
    lesson.close()
    waiting.until(lambda: not any(map(is_alive, mine)), what="the end of them")
