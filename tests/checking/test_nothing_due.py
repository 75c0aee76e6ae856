"""Who has nothing left to do is not waited for, and who has is: whatever they wait for, and how."""

import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from kit import cut
from kit.checking import App, Server, Silence, process
from kit.checking.start import Start
from kit.course import Course
from kit.running import PACKAGE, Launcher, patience
from kit.running.slow_motion import SlowMotion
from tests.checking.live import live, with_handler
from tests.waiting import until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Only Linux says what is unread.")
Serve = Callable[[str], Server]

LATE = {
    "the handler sleeps": "time.sleep(1); emit('done', 1)",
    "a task sleeps": """
        def task():
            socketio.sleep(1)
            socketio.emit("done", 1)
        socketio.start_background_task(task)
        """,
    "a task waits for something else": """
        def task():
            threading.Event().wait(1)
            socketio.emit("done", 1)
        threading.Thread(target=task, daemon=True).start()
        """,
    "a timer": "threading.Timer(1, socketio.emit, ['done', 1]).start()",
    "a pool": """
        from concurrent.futures import ThreadPoolExecutor
        def task():
            time.sleep(1)
            socketio.emit("done", 1)
        ThreadPoolExecutor().submit(task)
        """,
    "a program of its own": """
        import subprocess, sys
        code = "import time; time.sleep(1)"
        def task():
            subprocess.run([sys.executable, "-c", code])
            socketio.emit("done", 1)
        threading.Thread(target=task, daemon=True).start()
        """,
    "an event loop": """
        import asyncio
        async def task():
            await asyncio.sleep(1)
            socketio.emit("done", 1)
        threading.Thread(target=lambda: asyncio.run(task()), daemon=True).start()
        """,
}

FEED = live("""
@socketio.on("start")
def start(seconds):
    def feed():
        while True:
            socketio.sleep(seconds)
    socketio.start_background_task(feed)
    return True

@socketio.on("do")
def do():
    pass
""")


@pytest.mark.parametrize("way", LATE)
def test_an_answer_that_comes_late_is_waited_for(serve: Serve, way: str) -> None:
    ana = serve(with_handler(LATE[way])).join("Ana")
    ana.emit("do")
    assert ana.expect("done") == 1


def test_a_handler_that_sleeps_is_waited_for_also_while_the_background_is_paused(
    serve: Serve,
) -> None:
    server = serve(with_handler(LATE["the handler sleeps"]))
    ana = server.join("Ana")
    server.pause()
    ana.emit("do")
    assert ana.expect("done") == 1


def test_what_a_thread_has_slept_before_tells_nothing_of_it_now() -> None:
    """Its number may be another thread's by now, a handler's that sleeps for long."""
    slow, thread = SlowMotion(), threading.get_ident()
    during: list[float | None] = []

    def usual(seconds: float) -> None:
        during.extend([seconds, slow.asleep(thread)])

    slow._wakes_late(usual)(0.01)
    assert during == [0.01, 0.01]
    assert slow.asked() == [[0.01]]
    assert slow.asleep(thread) is None


def test_who_has_nothing_left_to_do_is_not_waited_for(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("IDLE", "BUSY", "LONGEST"):
        monkeypatch.setattr(process, name, 1000)  # longer than a test may take
    monkeypatch.setattr(patience, "LAST_CALL", 1000)  # a round trip is enough
    ana = serve(with_handler("pass")).join("Ana")
    ana.emit("do")
    with pytest.raises(Silence):
        ana.expect("done")


def test_what_sleeps_in_the_background_has_its_chance(serve: Serve) -> None:
    server = serve(FEED)
    ana, due = server.join("Ana"), server.app.due
    # Just after an answer its thread may still be there.
    ana.call("do")
    until(lambda: due() == 0.0, what="the end of all work")
    ana.call("start", 30)
    until(lambda: due() == 30.0, what="the sleep of the feed")
    server.pause()
    until(lambda: due() == 0.0, what="rest, while the feed is paused,")
    server.app.resume()
    until(lambda: due() == 30.0, what="the sleep of the feed that goes on")


def test_what_clients_leave_unread_keeps_nobody_waiting(serve: Serve) -> None:
    server = serve(live('@socketio.on("do")\ndef do():\n    socketio.emit("done", 1)\n'))
    ana, _ben, cleo = (server.join(name) for name in ("Ana", "Ben", "Cleo"))
    ana.call("do")
    assert ana.expect("done") == 1  # Ben and Cleo do not look at theirs
    cleo.drop()
    until(lambda: server.app.due() == 0.0, what="rest, whatever clients have read,")


def test_of_the_finished_server_it_is_known_too(launcher: Launcher, tmp_path: Path) -> None:
    """It waits for its clients in a way of its own."""
    course = Course()
    cut.write(cut.read(course.reference), tmp_path / PACKAGE)
    start = Start(launcher, tmp_path)
    try:
        server = start(App())
        server.join("Ana").settle()
        assert server.rests(0.1)  # so that its threads wait, each in its own way
        assert server.app.due() == 0.0
    finally:
        start.stop()
