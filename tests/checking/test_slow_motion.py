"""In slow motion another thread comes in between, wherever an app lets it."""

from collections.abc import Callable

import pytest

from kit.checking import Server
from tests.checking.live import live
from tests.waiting import until

Serve = Callable[[str], Server]
LONG = 0.5  # seconds: more than the other thread needs

APP = live("""
from flask_socketio import join_room

@socketio.on("say")
def say():
    there = threading.Event()

    def in_the_background(sid):
        there.set()
        socketio.emit("said", "in the background", to=sid)

    socketio.start_background_task(in_the_background, request.sid)
    there.wait()
    emit("said", "by a handler")

@socketio.on("enter")
def enter():
    told = threading.Event()

    def tell():
        socketio.emit("news", "for the room", to="room")
        told.set()

    thread = threading.Thread(target=tell)
    thread.start()
    told.wait(0.1)
    join_room("room")
    thread.join()

noted = []

@socketio.on("send and note")
def send_and_note():
    def work(sid):
        socketio.emit("sent", to=sid)
        noted.append(1)

    socketio.start_background_task(work, request.sid)

@socketio.on("noted")
def tell_noted():
    return noted

started = []
task = None

@socketio.on("start")
def start():
    global task
    if task is None:
        task = socketio.start_background_task(started.append, 1)

@socketio.on("count")
def count():
    return len(started)

rounds = []

def go_round():
    while True:
        rounds.append(1)
        sleep(0.001)
        socketio.sleep(0)

@socketio.on("go round")
def begin(by_its_own_clock):
    global sleep
    sleep = time.sleep if by_its_own_clock else socketio.sleep
    socketio.start_background_task(go_round)

@socketio.on("push")
def push(seconds):
    sid = request.sid

    def later(*_):
        socketio.sleep(seconds)
        time.sleep(seconds)
        timer = threading.Timer(seconds, socketio.emit, ["pushed", seconds], {"to": sid})
        timer.daemon = True
        timer.start()

    socketio.start_background_task(later)

@socketio.on("rounds")
def tell_rounds():
    return len(rounds)

class Locks:
    make = threading.RLock

lock = Locks().make()
order = []

@socketio.on("two parts")
def two_parts():
    with lock:
        order.append("first")
    with lock:
        order.append("second")

@socketio.on("one part")
def one_part():
    with lock:
        with lock:
            order.append("first")
        order.append("second")

@socketio.on("between")
def between():
    with lock:
        order.append("between")

@socketio.on("order")
def tell_order():
    return order
""")


@pytest.mark.parametrize(
    ("slow", "first", "then"),
    [
        ({"background": LONG}, "by a handler", "in the background"),
        ({"handlers": LONG}, "in the background", "by a handler"),
    ],
)
def test_who_is_slow_is_overtaken(
    serve: Serve, slow: dict[str, float], first: str, then: str
) -> None:
    server = serve(APP)
    ana = server.join("Ana")
    server.delay(**slow)
    ana.call("say")
    assert [ana.expect("said"), ana.expect("said")] == [first, then]


def test_what_was_sent_is_there_before_the_background_goes_on(serve: Serve) -> None:
    server = serve(APP)
    ana = server.join("Ana")
    server.delay(returns=LONG)
    ana.call("send and note")
    ana.expect("sent")
    assert ana.call("noted") == []
    server.delay()
    waiting = server.patience()
    while not ana.call("noted") and not waiting.is_over():
        pass
    assert ana.call("noted") == [1]


def test_somebody_is_let_in_too_late_for_the_news(serve: Serve) -> None:
    server = serve(APP)
    ana, ben = server.join("Ana"), server.join("Ben")
    server.delay(background=LONG)
    ana.call("enter")
    ana.settle()
    server.delay(handlers=LONG)
    ben.call("enter")
    ben.settle()
    assert (ana.heard("news"), ben.heard("news")) == (["for the room"], [])


def test_what_is_looked_at_and_then_started_is_started_twice(serve: Serve) -> None:
    server = serve(APP)
    ana, ben = server.join("Ana"), server.join("Ben")
    server.delay(tasks=LONG)
    ana.emit("start")
    ben.emit("start")
    waiting = server.patience()
    while (count := ana.call("count")) < 2 and not waiting.is_over():
        pass
    assert count == 2
    server.delay()
    ana.call("start")
    assert ana.call("count") == 2


@pytest.mark.parametrize("by_its_own_clock", [False, True])
def test_a_task_that_sleeps_can_be_paused_and_goes_on_at_once(
    serve: Serve, by_its_own_clock: bool
) -> None:
    server = serve(APP)
    ana = server.join("Ana")
    ana.call("go round", by_its_own_clock)
    server.pause()
    assert server.rests(0.1)
    paused = ana.call("rounds")
    assert server.rests(0.1)
    assert ana.call("rounds") == paused > 0
    with server.resumed():
        until(lambda: ana.call("rounds") > paused + 10, what="more rounds")
    assert server.rests(0.1)
    paused = ana.call("rounds")
    assert server.rests(0.1)
    assert ana.call("rounds") == paused


@pytest.mark.parametrize("by_its_own_clock", [False, True])
def test_for_how_long_the_background_wants_to_sleep_is_known(
    serve: Serve, by_its_own_clock: bool
) -> None:
    server = serve(APP)
    ana = server.join("Ana")
    assert server.app.asked_to_sleep() == []
    ana.call("go round", by_its_own_clock)
    until(lambda: ana.call("rounds") > 3, what="some rounds")
    [asked] = server.app.asked_to_sleep()
    assert asked[:6] == [0.001, 0, 0.001, 0, 0.001, 0]


@pytest.mark.parametrize(
    ("event", "order"),
    [
        ("two parts", ["first", "between", "second"]),
        ("one part", ["first", "second", "between"]),
    ],
)
def test_who_waits_for_a_lock_gets_it_between_two_parts_that_hold_it(
    serve: Serve, event: str, order: list[str]
) -> None:
    server = serve(APP)
    ana, ben = server.join("Ana"), server.join("Ben")
    server.delay(handlers=LONG)
    ana.emit(event)
    assert server.rests(0.1)
    ben.emit("between")
    assert server.rests(0.1)
    server.delay()
    waiting = server.patience()
    while len(told := ana.call("order")) < 3 and not waiting.is_over():
        pass
    assert told == order


def test_whoever_is_hastened_does_at_once_what_it_would_do_much_later(serve: Serve) -> None:
    server = serve(APP)
    ana = server.join("Ana")
    with server.hastened():
        ana.emit("push", 600)
        assert ana.expect("pushed") == 600
