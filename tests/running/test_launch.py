"""Starting an app, hearing what becomes of it, and ending it with all that it started."""

import json
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
import requests

from kit.course import ROOT
from kit.running import App, Launcher, Plan, RunningApp, StartFailed
from kit.running.app import MOST_CRASHES, MOST_LOG_LINES
from kit.running.crash import LauncherBroke, Where
from kit.running.launch import CAN_FORK
from tests.processes import is_alive
from tests.running.submission import HELLO, PLAIN, plan, save, with_line, with_view
from tests.waiting import until


def ask(app: RunningApp, path: str, number: int = 0) -> str:
    url = f"http://127.0.0.1:{app.ports[number]}{path}"
    with requests.Session() as session:
        session.trust_env = False
        return session.get(url, timeout=20).text


def texts(app: RunningApp) -> list[str]:
    return [line.text for line in app.log]


def failure(launcher: Launcher, wanted: Plan, **patience: float) -> StartFailed:
    with launcher.start(wanted) as app, pytest.raises(StartFailed) as caught:
        app.wait_until_listening(**patience)
    return caught.value


# It serves.


def test_it_serves_one_app(launcher: Launcher, tmp_path: Path) -> None:
    with launcher.start(plan(tmp_path, HELLO)) as app:
        app.wait_until_listening()
        assert ask(app, "/") == "hello"
        assert app.url == f"http://127.0.0.1:{app.ports[0]}"
        assert app.routes() == ["/", "/static/<path:filename>"][:1]
        assert app.is_running
    assert not app.is_running
    assert app.exit_code == -signal.SIGKILL
    app.stop()


def test_it_serves_several_apps_side_by_side(launcher: Launcher, tmp_path: Path) -> None:
    save(tmp_path, "class Config:\n    NAME = 'base'\n", "config.py")
    source = """
        import os
        from flask import Flask

        def create_app(config="nothing"):
            app = Flask(__name__)
            said = config if isinstance(config, str) else config.NAME
            seen = os.environ.get("SEEN")
            app.add_url_rule("/", "is", lambda: f"{said} {seen} {os.environ.get('SEEN')}")
            return app
    """
    apps = (
        App(None),
        App("Config"),
        App("Config", {"NAME": "laid over"}),
        App("Config", dotted=True),
        App(None, environment={"SEEN": "while made"}),
    )
    with launcher.start(plan(tmp_path, source, *apps)) as app:
        app.wait_until_listening()
        assert [ask(app, "/", number) for number in range(5)] == [
            "nothing None None",
            "base None None",
            "laid over None None",
            "dashboard.config.Config None None",
            "nothing while made None",
        ]


def test_a_client_may_speak_to_an_app_before_the_next_one_is_made(
    launcher: Launcher, tmp_path: Path
) -> None:
    source = """
        from flask import Flask
        from flask_socketio import SocketIO

        socketio = SocketIO(async_mode="threading")
        heard = []

        @socketio.on("say")
        def say(*words):
            heard.append(words)

        @socketio.on("connect", namespace="/side")
        def enter():
            heard.append("enters")

        def create_app():
            app = Flask(__name__)
            socketio.init_app(app)
            before = str(heard)
            app.add_url_rule("/", "before", lambda: before)
            return app
    """
    first = App(None, hears=[["say"], ["/side"], ["say", {"a": 1}]])
    with launcher.start(plan(tmp_path, source, first, App(None))) as app:
        app.wait_until_listening()
        assert [ask(app, "/", number) for number in range(2)] == [
            "[]",
            "[(), 'enters', ({'a': 1},)]",
        ]


def test_environment_variables_are_added_and_taken_away(
    launcher: Launcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ADDED", raising=False)
    view = with_view("import os\nreturn f\"{os.environ.get('ADDED')} {os.environ.get('PATH')}\"")
    folder = save(tmp_path, view)
    with launcher.start(Plan(folder, (PLAIN,), {"ADDED": "here", "PATH": None})) as app:
        app.wait_until_listening()
        assert ask(app, "/do") == "here None"
    assert "ADDED" not in os.environ


def test_it_looks_like_a_server_started_by_hand(launcher: Launcher, tmp_path: Path) -> None:
    source = with_view("""
        import os, sys
        for name in ("kit", "tests"):
            try:
                __import__(name)
            except ImportError:
                continue
            return f"{name} can be imported"
        return f"{os.getcwd()} {sys.argv} {sys.stdin.read()}"
    """)
    with launcher.start(plan(tmp_path, source)) as app:
        app.wait_until_listening()
        assert ask(app, "/do") == f"{tmp_path} ['dashboard'] "


@pytest.mark.skipif(not CAN_FORK, reason="Elsewhere nobody lists a process's open files.")
def test_it_has_nothing_open_that_is_its_parents(launcher: Launcher, tmp_path: Path) -> None:
    listed = with_view("""
        import os
        places = []
        for name in os.listdir("/proc/self/fd"):
            try:
                places.append(os.readlink(f"/proc/self/fd/{name}"))
            except OSError:  # the one that listed them
                pass
        return " ".join({place for place in places if "socket" not in place})
    """)
    with launcher.start(plan(tmp_path, listed)) as app:
        app.wait_until_listening()
        places = sorted(place.partition(":")[0] for place in ask(app, "/do").split())
        assert places == ["/dev/null", "pipe"]  # the pipe is its log


def test_a_relative_folder_will_do(
    launcher: Launcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(tmp_path / "work", HELLO)
    monkeypatch.chdir(tmp_path)
    with launcher.start(Plan(Path("work"), (PLAIN,))) as app:
        app.wait_until_listening()
        assert ask(app, "/") == "hello"


def test_two_saves_of_one_size_within_one_second_are_both_seen(
    launcher: Launcher, tmp_path: Path
) -> None:
    said = []
    for word in ("aaaaa", "bbbbb", "ccccc"):
        path = save(tmp_path, HELLO.replace("hello", word)) / "dashboard" / "__init__.py"
        os.utime(path, (1_700_000_000, 1_700_000_000))
        with launcher.start(Plan(tmp_path, (PLAIN,))) as app:
            app.wait_until_listening()
            said.append(ask(app, "/"))
    assert said == ["aaaaa", "bbbbb", "ccccc"]
    assert not list(tmp_path.rglob("__pycache__"))


def test_starts_from_several_threads_at_once(launcher: Launcher, tmp_path: Path) -> None:
    def start(number: int) -> str:
        source = HELLO.replace('"hello"', f'"number {number}"')
        with launcher.start(plan(tmp_path / str(number), source)) as app:
            app.wait_until_listening()
            return ask(app, "/")

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(start, range(6))) == [f"number {n}" for n in range(6)]


# Its log.


def test_all_that_it_writes_is_in_its_log(launcher: Launcher, tmp_path: Path) -> None:
    source = with_view("""
        import logging, os, subprocess, sys
        print("printed")
        print("to the errors", file=sys.stderr)
        logging.getLogger("some").warning("logged: ü")
        os.write(1, b"written \\xff\\n")
        subprocess.run([sys.executable, "-c", "print('by a child')"])
        print("no end of line", end="", flush=True)
        return "done"
    """)
    with launcher.start(plan(tmp_path, source)) as app:
        app.wait_until_listening()
        ask(app, "/do")
        until(lambda: "by a child" in texts(app))
    wanted = ["printed", "to the errors", "logged: ü", "written \ufffd", "by a child"]
    own = [text for text in texts(app) if text in wanted]
    assert own == wanted
    assert texts(app)[-1].startswith("no end of line")
    times = [line.at for line in app.log]
    assert times == sorted(times)


def test_a_flood_of_output_neither_blocks_it_nor_fills_our_memory(
    launcher: Launcher, tmp_path: Path
) -> None:
    source = with_view("""
        for number in range(40000):
            print(number)
        print("x" * 300000)
        return "done"
    """)
    with launcher.start(plan(tmp_path, source)) as app:
        app.wait_until_listening()
        assert ask(app, "/do") == "done"
    assert len(app.log) == MOST_LOG_LINES
    assert max(map(len, texts(app))) <= 20_000


# It does not start.


def test_a_crash_at_import_names_its_place(launcher: Launcher, tmp_path: Path) -> None:
    save(tmp_path, "x = 1\n\n\ndef f():\n    return {}['no']\n", "more.py")
    found = failure(launcher, plan(tmp_path, "from . import more\nmore.f()\n"))
    assert found.crash is not None
    assert (found.crash.during, found.crash.type, found.crash.message) == (
        "import",
        "KeyError",
        "'no'",
    )
    assert found.crash.where == Where("dashboard/more.py", 5, "return {}['no']", "f")
    assert str(found.crash.where) == "dashboard/more.py, line 5"


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("def create_app():\n    raise ValueError('no')\n", ("create_app", "ValueError", 2)),
        ("x = (1,\ny = 2\n", ("import", "SyntaxError", 1)),
        ("x = 1\n  y = 2\n", ("import", "IndentationError", 2)),
        ("import sys\nsys.exit(3)\n", ("import", "SystemExit", 2)),
        ("def create_app():\n    return 5\n", ("serve", "NoAppReturned", None)),
        ("", ("create_app", "AttributeError", None)),
        ("from .nowhere import x\n", ("import", "ModuleNotFoundError", 1)),
        ("def f():\n    f()\n\nf()\n", ("import", "RecursionError", 2)),
        (
            "class E(Exception):\n    def __str__(self):\n        raise OSError\nraise E\n",
            ("import", "E", 4),
        ),
        ("import sys\nsys.stdout = sys.stderr = None\nraise KeyError\n", ("import", "KeyError", 3)),
    ],
    ids=["create_app", "syntax", "indentation", "sys.exit", "no app", "empty", "no module",
         "recursion", "unreadable", "no streams"],
)  # fmt: skip
def test_a_crash_says_what_when_and_where(
    launcher: Launcher, tmp_path: Path, source: str, wanted: tuple[str, str, int | None]
) -> None:
    crash = failure(launcher, plan(tmp_path, source)).crash
    assert crash is not None
    line = crash.where.line if crash.where else None
    assert (crash.during, crash.type, line) == wanted
    assert crash.where is None or crash.where.file == "dashboard/__init__.py"


def test_a_crash_stands_in_the_log_too(launcher: Launcher, tmp_path: Path) -> None:
    app = launcher.start(plan(tmp_path, "print('no end', end='')\nraise KeyError('x')\n"))
    with app, pytest.raises(StartFailed, match="KeyError: 'x'"):
        app.wait_until_listening()
    assert "Traceback (most recent call last):" in "\n".join(texts(app))
    assert "no end" in "\n".join(texts(app))


@pytest.mark.parametrize("code", [0, 7])
def test_a_process_that_ends_itself_says_how(launcher: Launcher, tmp_path: Path, code: int) -> None:
    found = failure(launcher, plan(tmp_path, with_line(f"import os; os._exit({code})")))
    assert (found.crash, found.code) == (None, code)


def test_a_fault_of_the_kit_is_not_the_submissions(launcher: Launcher, tmp_path: Path) -> None:
    with (
        launcher.start(Plan(tmp_path / "is not there", (PLAIN,))) as app,
        pytest.raises(LauncherBroke, match="before it began"),
    ):
        app.wait_until_listening()


def test_an_endless_loop_is_given_up_where_it_is(launcher: Launcher, tmp_path: Path) -> None:
    wanted = plan(tmp_path, "def spin():\n    while True:\n        pass\n\nspin()\n")
    found = failure(launcher, wanted, idle=30, busy=0.5)
    assert (found.crash, found.code) == (None, None)
    assert found.stuck is not None
    assert found.stuck.function == "spin"
    assert found.stuck.file == "dashboard/__init__.py"


def test_sleeping_for_ever_is_given_up_where_it_is(launcher: Launcher, tmp_path: Path) -> None:
    wanted = plan(tmp_path, "import time\nwhile True:\n    time.sleep(1)\n")
    found = failure(launcher, wanted, idle=0.5, busy=30)
    assert found.stuck == Where("dashboard/__init__.py", 3, "time.sleep(1)", "<module>")


# It fails while it serves.


def test_what_a_view_raises_is_reported_before_its_answer_is_believed(
    launcher: Launcher, tmp_path: Path
) -> None:
    with launcher.start(plan(tmp_path, with_view("return 1 / 0"))) as app:
        app.wait_until_listening()
        for number in range(1, 30):
            assert "Internal Server Error" in ask(app, "/do")
            app.catch_up()
            assert app.crash_count == number
        assert str(app.crashes[-1]) == "ZeroDivisionError: division by zero"
        assert app.crashes[-1].during == "view"
        assert app.crashes[-1].where is not None
        assert app.crashes[-1].where.function == "do"


def test_its_log_holds_what_was_written_before_an_answer(
    launcher: Launcher, tmp_path: Path
) -> None:
    with launcher.start(plan(tmp_path, with_view("print('a word')\nreturn 'done'"))) as app:
        app.wait_until_listening()
        for number in range(1, 20):
            ask(app, "/do")
            app.catch_up_log()
            own = [line.text for line in app.log if "GET /do" not in line.text]
            assert own == ["a word"] * number


def test_a_log_that_goes_elsewhere_is_not_waited_for(launcher: Launcher, tmp_path: Path) -> None:
    elsewhere = "import os\nos.dup2(os.open(os.devnull, os.O_WRONLY), 2)\nreturn 'done'"
    with launcher.start(plan(tmp_path, with_view(elsewhere))) as app:
        app.wait_until_listening()
        assert ask(app, "/do") == "done"
        app.catch_up_log()
    app.catch_up_log()


def test_exits_in_a_view_are_known_at_once(launcher: Launcher, tmp_path: Path) -> None:
    with launcher.start(plan(tmp_path, with_view("import os; os._exit(5)"))) as app:
        app.wait_until_listening()
        with pytest.raises(requests.ConnectionError):
            ask(app, "/do")
        app.catch_up()
        assert not app.is_running
        assert app.exit_code == 5


def test_it_says_where_a_view_is_stuck(launcher: Launcher, tmp_path: Path) -> None:
    source = with_view("import threading\nthreading.Event().wait()\n")
    with launcher.start(plan(tmp_path, source)) as app:
        app.wait_until_listening()
        asking = threading.Thread(target=lambda: _ignored(app, "/do"), daemon=True)
        asking.start()
        stuck = until(app.stacks)
        assert (stuck[0].function, stuck[0].code) == ("do", "threading.Event().wait()")
        assert app.background() == []
    asking.join(10)


def _ignored(app: RunningApp, path: str) -> None:
    with pytest.raises(requests.ConnectionError):
        ask(app, path)


# What it says of itself may be anything.

GARBAGE = """
import json, os, socket, stat

def control():
    for number in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                yield number
        except OSError:
            pass

LINES = [
    b"no json", b"", b"5", b"null", b"[]", b"{}", b"\\xff\\xfe", b"[" * 100000,
    b'{"event": "listening"}', b'{"event": "listening", "ports": "x"}',
    b'{"event": "listening", "ports": []}', b'{"event": "listening", "ports": [1, 2, 3]}',
    b'{"event": "listening", "ports": [Infinity]}', b'{"event": "listening", "ports": [99999]}',
    b'{"event": "exception"}', b'{"event": "exception", "during": 1, "type": [], "message": {}}',
    b'{"event": "answer"}', b'{"event": "answer", "number": "x", "answer": 1}',
    b'{"event": "answer", "number": 1, "answer": "a lie"}',
    json.dumps({"event": "exception", "during": "view", "type": "T", "message": "x" * 500000,
                "where": {"file": 1, "line": "x"}}).encode(),
    json.dumps({"event": "exception", "during": "view", "type": "T", "message": "x" * 500000,
                "where": {"file": "f" * 90000, "line": 1}}).encode(),
    b"y" * 3000000,
] + [b'{"event": "answer", "number": 2, "answer": 0}'] * 500

FOUND = list(control())
for number in FOUND:
    for line in LINES:
        os.write(number, line + b"\\n")
"""


def test_garbage_on_the_control_channel_does_no_harm(launcher: Launcher, tmp_path: Path) -> None:
    view = with_view("return str(len(FOUND))")
    with launcher.start(plan(tmp_path, GARBAGE + view)) as app:
        app.wait_until_listening()
        assert ask(app, "/do") != "0", "the test found no control channel to write to"
        assert ask(app, "/") == "hello"
        assert len(app.crashes) <= MOST_CRASHES
        assert max(len(crash.message) for crash in app.crashes) <= 2000
        until(lambda: app.routes() == ["/", "/do"], what="a true answer")


def test_a_closed_control_channel_does_no_harm(launcher: Launcher, tmp_path: Path) -> None:
    source = GARBAGE + "    os.close(number)\n" + with_view("return 'x'")
    found = failure(launcher, plan(tmp_path, source), idle=0.5, busy=10)
    assert found.crash is None


# It ends, and all with it.

FAMILY = """
import os, subprocess, sys, time

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)", os.getcwd()]

def child():
    subprocess.Popen(SLEEP)

def group_of_its_own():
    subprocess.Popen(SLEEP, start_new_session=True)

def daemon():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.execv(sys.executable, SLEEP)
        os._exit(0)
    os.wait()

def forked():
    if os.fork() == 0:
        time.sleep(600)
        os._exit(0)
"""


def family(folder: Path) -> set[int]:
    """Return the processes that work in `folder`."""
    found = set()
    for process in psutil.process_iter():
        try:
            if process.cwd() == str(folder) and process.status() != psutil.STATUS_ZOMBIE:
                found.add(process.pid)
        except psutil.Error:
            continue
    return found


@pytest.mark.skipif(not hasattr(os, "fork"), reason="These ways of starting are POSIX's.")
@pytest.mark.parametrize("way", ["child", "group_of_its_own", "forked", "daemon"])
def test_what_it_started_ends_with_it(launcher: Launcher, tmp_path: Path, way: str) -> None:
    source = FAMILY + with_view(f"{way}(); return str(os.getpid())")
    with launcher.start(plan(tmp_path, source)) as app:
        app.wait_until_listening()
        assert ask(app, "/do") == str(app.pid)
        if way != "daemon":  # the warm parent ends a daemon as soon as it is nobody's child
            until(lambda: len(family(tmp_path)) >= 2, what="a second process")
    until(lambda: not family(tmp_path), what="the end of all processes")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="These ways of starting are POSIX's.")
def test_what_a_crash_left_behind_ends_too(launcher: Launcher, tmp_path: Path) -> None:
    failure(launcher, plan(tmp_path, FAMILY + "group_of_its_own()\ndaemon()\nraise KeyError\n"))
    until(lambda: not family(tmp_path), what="the end of all processes")


def test_closing_the_launcher_ends_everything(tmp_path: Path) -> None:
    with Launcher(warm=False) as launcher:
        apps = [launcher.start(plan(tmp_path / str(n), HELLO)) for n in range(2)]
        for app in apps:
            app.wait_until_listening()
    assert not any(app.is_running for app in apps)


@pytest.mark.skipif(not CAN_FORK, reason="This system cannot fork.")
def test_a_warm_parent_that_was_killed_is_made_anew(tmp_path: Path) -> None:
    with Launcher(warm=True) as launcher:
        first = launcher.start(plan(tmp_path, HELLO))
        first.wait_until_listening()
        parent = psutil.Process(first.pid).parent()
        assert parent is not None
        parent.kill()
        assert first.ended.wait(40)
        with launcher.start(Plan(tmp_path, (PLAIN,))) as second:
            second.wait_until_listening()
            assert ask(second, "/") == "hello"


HARNESS = """
import json, sys
from pathlib import Path
from kit.running import App, Launcher, Plan

launcher = Launcher(warm=sys.argv[1] == "True")
app = launcher.start(Plan(Path(sys.argv[2]), (App(config=None),)))
app.wait_until_listening()
print(json.dumps([app.pid]), flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX's.")
@pytest.mark.parametrize(
    "warm", [pytest.param(CAN_FORK, id="warm"), pytest.param(False, id="cold")]
)
def test_when_the_harness_is_killed_everything_ends(warm: bool, tmp_path: Path) -> None:
    folder = save(tmp_path, FAMILY + "child()\n" + HELLO)
    command = [sys.executable, "-c", HARNESS, str(warm), str(folder)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as harness:
        assert harness.stdout is not None
        (app,) = json.loads(harness.stdout.readline())
        below = psutil.Process(harness.pid).children(recursive=True)
        assert app in [process.pid for process in below]
        harness.kill()
    until(lambda: not family(folder), what="the end of the app")
    until(lambda: not any(map(is_alive, below)), what="the end of the warm parent")
