"""Submissions that prove the checks of lab 6."""

from kit.proving import Edit, Right, Wrong

START = """        with self.starting:
            if self.task is None:
                self.task = socketio.start_background_task(self.run)
"""
LOOP = """        while True:
            for dashboard in self.app.extensions["dashboards"].values():
"""
ALL = '            for dashboard in self.app.extensions["dashboards"].values():\n'
SLEEP = '            socketio.sleep(self.app.config["FEED_SECONDS"])\n'
EACH = "        for number, rows in dashboard.since(dashboard.published) or []:\n"
MAKE = "update(dashboard, number, rows)"
SEND = f'            socketio.emit("update_data", {MAKE}, to=dashboard.room)\n'
FEED_IMPORTS = "from flask import Flask\n\nfrom .dashboards import Dashboard\n"
PUBLISH = """    with dashboard.lock:
        dashboard.refresh()

        for number, rows in dashboard.since(dashboard.published) or []:
            # Outside a request there is no sender: socketio.emit, and always with a room.
            socketio.emit("update_data", update(dashboard, number, rows), to=dashboard.room)
        dashboard.published = dashboard.number
"""

LOOK_UP = """    dashboard = find(payload) if payload is not None else None
    if dashboard is None:
        return {"ok": False, "error": UNKNOWN}
"""
LEAVE_OLD = """\
    # Not over `rooms()`: that looks through the rooms of all clients, which change meanwhile.
    for other in all_dashboards().values():
        leave_room(other.room)
"""
WITH_ROOMS = Edit("rooms.py", ", leave_room\n", ", leave_room, rooms\n")
ENTER = """    with dashboard.lock:
        publish(dashboard)
        join_room(dashboard.room)
        emit("update_chart", chart(dashboard))
"""
FIGURE = '        emit("update_chart", chart(dashboard))\n'
STARTED = '    current_app.extensions["feed"].start()\n'
DONE = '\n    return {"ok": True, "dashboard": dashboard.source.id}\n'
JOINED = STARTED + DONE
LEFT = "    leave_room(dashboard.room)\n" + DONE
CONNECTED = '    current_app.extensions["clients"].add(current_sid())\n'
ROOM = '        return f"dashboard_{self.source.id}"\n'


# A feed that counts: one up at each `start`, one down at each `release`, and it ends at nought.
COUNTING = [
    Edit(
        "feed.py",
        START,
        START.replace("            if", "            self.count += 1\n            if")
        + "\n    def release(self):\n"
        "        with self.starting:\n"
        "            self.count = max(0, self.count - 1)\n",
    ),
    Edit("feed.py", "        self.starting =", "        self.count = 0\n        self.starting ="),
    Edit(
        "feed.py",
        "        while True:\n",
        "        while True:\n"
        "            with self.starting:\n"
        "                if not self.count:\n"
        "                    self.task = None\n"
        "                    return\n",
    ),
]
RELEASE = '    current_app.extensions["feed"].release()\n'
FORGOTTEN = '    current_app.extensions["clients"].discard(current_sid())\n'


def _entering(lines: str) -> list[Edit]:
    """Return the edit that replaces how a client gets into the room."""
    return [Edit("rooms.py", ENTER, lines)]


def _looking_up(lines: str) -> Edit:
    """Return the edit that replaces how a join looks the dashboard up."""
    return Edit("rooms.py", LOOK_UP + LEAVE_OLD, lines + LEAVE_OLD)


WRONG = [
    Wrong(
        "join_marks_what_nobody_heard",
        "A join notes as published what the room has not been sent.",
        _entering(
            ENTER.replace(
                "        publish(dashboard)\n", "        dashboard.published = dashboard.number\n"
            )
        ),
        fails={"skips_nothing": "updates-lost"},
    ),
    Wrong(
        "nothing_for_who_is_in_already",
        "Who is in the room is sent no figure again.",
        [
            Edit(
                "rooms.py",
                "    # Not over `rooms()`",
                "    if dashboard.room in rooms():\n"
                '        return {"ok": True, "dashboard": dashboard.source.id}\n'
                "    # Not over `rooms()`",
            ),
            Edit("rooms.py", "leave_room\n", "leave_room, rooms\n"),
        ],
        fails={"joins_again": "joined-again"},
    ),
    Wrong(
        "leaves_the_room_it_has_joined",
        "The room before is kept in the session, and left after the join, whichever it was.",
        [
            Edit(
                "rooms.py",
                "    for other in all_dashboards().values():\n        leave_room(other.room)\n",
                "",
            ),
            Edit(
                "rooms.py",
                '    current_app.extensions["feed"].start()\n',
                '    if session.get("room"):\n'
                '        leave_room(session["room"])\n'
                '    session["room"] = dashboard.room\n'
                '    current_app.extensions["feed"].start()\n',
            ),
            Edit(
                "rooms.py",
                "    leave_room(dashboard.room)\n\n    return",
                '    leave_room(dashboard.room)\n    session.pop("room", None)\n\n    return',
            ),
            Edit("rooms.py", "import current_app\n", "import current_app, session\n"),
        ],
        fails={"joins_again": "joined-again"},
    ),
    Wrong(
        "stops_and_is_not_started_in_time",
        "An empty room stops the feed; who comes back before it has ended starts no other.",
        [
            Edit(
                "feed.py",
                START,
                "        with self.starting:\n"
                "            if self.task is None or not self.task.is_alive():\n"
                "                self.stop = False\n"
                "                self.task = socketio.start_background_task(self.run)\n",
            ),
            Edit("feed.py", "        while True:\n", "        while not self.stop:\n"),
            Edit(
                "rooms.py",
                "    leave_room(dashboard.room)\n\n    return",
                "    leave_room(dashboard.room)\n"
                "    found = socketio.server.manager.rooms.get('/', {})\n"
                "    if not any(one.room in found for one in all_dashboards().values()):\n"
                '        current_app.extensions["feed"].stop = True\n'
                "\n    return",
            ),
        ],
        fails={"feed_goes_on": "never-started-again"},
    ),
    Wrong(
        "nothing_means_leave_all",
        "A join without a payload leaves every room.",
        [
            Edit(
                "rooms.py",
                "    dashboard = find(payload) if payload is not None else None\n"
                "    if dashboard is None:\n"
                '        return {"ok": False, "error": UNKNOWN}\n'
                "    # Not",
                "    if payload is None:\n"
                "        for other in all_dashboards().values():\n"
                "            leave_room(other.room)\n"
                "    dashboard = find(payload) if payload is not None else None\n"
                "    if dashboard is None:\n"
                '        return {"ok": False, "error": UNKNOWN}\n'
                "    # Not",
            ),
        ],
        fails={"refuses_what_is_no_name": "put-out-first"},
    ),
    Wrong(
        "a_figure_for_the_refused",
        "Who is refused is sent the first dashboard's figure.",
        [
            Edit(
                "rooms.py",
                "    if dashboard is None:\n"
                '        return {"ok": False, "error": UNKNOWN}\n'
                "    # Not",
                "    if dashboard is None:\n"
                '        emit("update_chart", chart(find(None)))\n'
                '        return {"ok": False, "error": UNKNOWN}\n'
                "    # Not",
            ),
        ],
        fails={"refuses_the_unknown": "refused-and-served"},
    ),
    Wrong(
        "a_figure_without_keep",
        "The figure comes without the number of rows to keep.",
        [
            Edit(
                "rooms.py",
                'emit("update_chart", chart(dashboard))',
                'emit("update_chart", {k: v for k, v in chart(dashboard).items() if k != "keep"})',
            )
        ],
        fails={"shows_the_figure": "figure-wrong"},
    ),
    Wrong(
        "all_rows_each_time",
        "Each update holds every row that there is.",
        [Edit("feed.py", '"points": points(rows)', '"points": points(dashboard.rows)')],
        fails={"updates_follow": "points-wrong"},
    ),
    Wrong(
        "not_a_number_in_the_points",
        "Points are made without turning missing numbers into null.",
        [
            Edit(
                "feed.py",
                '"points": points(rows)',
                '"points": {name: [one.isoformat() if name == "time" else one'
                " for one in rows[name]] for name in rows}",
            )
        ],
        fails={"updates_follow": "not-strict-json"},
    ),
    Wrong(
        "join_takes_a_sid",
        "join_dashboard(sid, payload) takes the payload for the sid.",
        [
            Edit(
                "rooms.py",
                "def join_dashboard(payload: object = None)",
                "def join_dashboard(sid: object = None, payload: object = None)",
            )
        ],
        fails={"joins": "sid-first"},
    ),
    Wrong(
        "a_lock_that_lets_nobody_in_twice",
        "The dashboard's lock is a plain one: publish, inside the join, waits for it for ever.",
        [Edit("dashboards.py", "threading.RLock()", "threading.Lock()")],
        fails={"joins": "stuck-at-a-lock"},
    ),
    Wrong(
        "returns_nothing",
        "The handler sends everything, but returns nothing: the acknowledgement is empty.",
        [Edit("rooms.py", JOINED, STARTED + "    return None\n")],
        fails={"joins": "no-ack"},
    ),
    Wrong(
        "acknowledges_with_text",
        "The acknowledgement is a word instead of the agreed dict.",
        [Edit("rooms.py", JOINED, STARTED + '    return "joined"\n')],
        fails={"joins": "ack-wrong"},
    ),
    Wrong(
        "handler_loops",
        "The feed's function is called instead of handed over, so the handler never ends (FS#692).",
        [Edit("feed.py", "start_background_task(self.run)", "start_background_task(self.run())")],
        fails={"joins": "stuck"},
    ),
    Wrong(
        "sends_timestamps",
        "The points hold pandas' own times, which JSON has no form for.",
        [Edit("feed.py", '"points": points(rows)', '"points": rows.to_dict("list")')],
        fails={"joins": "not-serialisable"},
    ),
    Wrong(
        "sends_no_figure",
        "Who joins is not sent the figure.",
        [Edit("rooms.py", FIGURE, "")],
        fails={"shows_the_figure": "no-figure"},
    ),
    Wrong(
        "sends_the_figure_as_text",
        "The figure is sent as its JSON text: the page would draw nothing.",
        [
            Edit("rooms.py", "chart(dashboard))", "figure_as_text(dashboard))"),
            Edit(
                "rooms.py",
                "# lab 6: let a client into",
                "def figure_as_text(dashboard: Any) -> dict[str, Any]:\n"
                "    answer = chart(dashboard)\n"
                '    return answer | {"figure": json.dumps(answer["figure"])}\n\n\n'
                "# lab 6: let a client into",
            ),
            Edit("rooms.py", "from typing import Any\n", "import json\nfrom typing import Any\n"),
        ],
        fails={"shows_the_figure": "figure-wrong"},
    ),
    Wrong(
        "leaves_its_own_room",
        "Before the join, every room is left, that of the client itself as well.",
        [
            Edit(
                "rooms.py",
                LEAVE_OLD,
                "    for room in rooms():\n        leave_room(room)\n",
            ),
            WITH_ROOMS,
        ],
        fails={"shows_the_figure": "left-own-room"},
    ),
    Wrong(
        "never_starts_the_feed",
        "No join starts the feed.",
        [Edit("rooms.py", STARTED, "")],
        fails={"updates_follow": "no-feed"},
    ),
    Wrong(
        "feed_goes_round_once",
        "The feed publishes once and ends.",
        [Edit("feed.py", LOOP, "        for _ in range(1):\n" + ALL)],
        fails={"updates_follow": "no-feed"},
    ),
    Wrong(
        "feed_ends_soon",
        "The feed ends after a few rounds.",
        [Edit("feed.py", LOOP, "        for _ in range(3):\n" + ALL)],
        fails={"updates_follow": "no-feed"},
    ),
    Wrong(
        "never_joins",
        "join_room is never called.",
        [Edit("rooms.py", "        join_room(dashboard.room)\n", "")],
        fails={"updates_follow": "not-joined"},
    ),
    Wrong(
        "emits_to_another_spelling",
        "The room is spelled differently where the update is sent.",
        [Edit("feed.py", "to=dashboard.room", 'to=f"dashboard-{dashboard.source.id}"')],
        fails={"updates_follow": "other-room"},
    ),
    Wrong(
        "joins_1_and_emits_to_text_1",
        "The room is the number 1 where it is joined, and the text 1 where the update is sent.",
        [
            Edit(
                "dashboards.py",
                ROOM,
                '        return {"machine": 1, "stocks": 2}[self.source.id]\n',
            ),
            Edit("feed.py", "to=dashboard.room", "to=str(dashboard.room)"),
        ],
        fails={"updates_follow": "other-room"},
    ),
    Wrong(
        "context_emit_in_the_feed",
        "flask_socketio's emit needs a request; the feed's net catches the error (FS#1540).",
        [
            Edit("feed.py", SEND, SEND.replace("socketio.emit", "emit")),
            Edit("feed.py", "import Flask\n", "import Flask\nfrom flask_socketio import emit\n"),
        ],
        fails={"updates_follow": "no-request"},
    ),
    Wrong(
        "context_emit_without_a_net",
        "The same without a net: the feed's thread dies (FS#1744).",
        [
            Edit("feed.py", SEND, SEND.replace("socketio.emit", "emit")),
            Edit("feed.py", "import Flask\n", "import Flask\nfrom flask_socketio import emit\n"),
            Edit("feed.py", "except Exception:", "except KeyError:"),
        ],
        fails={"updates_follow": "no-request"},
    ),
    Wrong(
        "no_app_in_the_feed",
        "The feed asks current_app for the dashboards (FS#651).",
        [
            Edit("feed.py", ALL, "            for dashboard in all_dashboards().values():\n"),
            Edit("feed.py", "import Dashboard\n", "import Dashboard, all_dashboards\n"),
        ],
        fails={"updates_follow": "no-app"},
    ),
    Wrong(
        "error_in_the_feed",
        "The feed gives its task an argument less, and only the log knows.",
        [
            Edit(
                "feed.py",
                "                    publish(dashboard)\n",
                "                    publish()\n",
            ),
        ],
        fails={"updates_follow": "feed-raised"},
    ),
    Wrong(
        "nothing_is_ever_new",
        "The feed asks for what came after the newest update: there is never anything.",
        [Edit("feed.py", "since(dashboard.published)", "since(dashboard.number)")],
        fails={"updates_follow": "feed-is-mute"},
    ),
    Wrong(
        "another_event_name",
        "The points are sent as `data_update`.",
        [Edit("feed.py", '"update_data"', '"data_update"')],
        fails={"updates_follow": "wrong-name"},
    ),
    Wrong(
        "points_under_other_names",
        "The rows are sent as a list of records under `data`.",
        [
            Edit(
                "feed.py",
                '"points": points(rows)}',
                '"data": rows.assign(time=rows["time"].astype(str)).astype(object)'
                '.where(rows.notna(), None).to_dict("records")}',
            )
        ],
        fails={"updates_follow": "points-wrong"},
    ),
    Wrong(
        "the_whole_figure_each_time",
        "Each update is the whole figure again.",
        [
            Edit("feed.py", '"points": points(rows)}', '"figure": figure(dashboard)}'),
            Edit("feed.py", "import points\n", "import figure, points\n"),
        ],
        fails={"updates_follow": "points-wrong"},
    ),
    Wrong(
        "one_counter_for_all",
        "One counter numbers the updates of all dashboards together.",
        [
            Edit("feed.py", MAKE, MAKE.replace("number", "next(COUNT)")),
            Edit("feed.py", "import threading\n", "import itertools\nimport threading\n"),
            Edit(
                "feed.py",
                "# lab 6 (given): the one",
                "COUNT = itertools.count()\n\n\n# lab 6 (given): the one",
            ),
        ],
        fails={"updates_follow": "numbers-wrong"},
    ),
    Wrong(
        "sleeps_a_second",
        "The feed sleeps a second, whatever the config says.",
        [Edit("feed.py", SLEEP, "            socketio.sleep(1)\n")],
        fails={"updates_follow": "own-pace"},
    ),
    Wrong(
        "sleeps_long",
        "The feed sleeps five seconds, whatever the config says.",
        [Edit("feed.py", SLEEP, "            socketio.sleep(5)\n")],
        fails={"updates_follow": "own-pace"},
    ),
    Wrong(
        "never_sleeps",
        "The feed goes round without a pause.",
        [Edit("feed.py", SLEEP, "            pass\n")],
        fails={"rests_in_between": "never-rests"},
    ),
    Wrong(
        "no_room_at_all",
        "The update is sent without a room: to everyone.",
        [Edit("feed.py", ", to=dashboard.room)", ")")],
        fails={"stays_in_the_room": "to-everyone"},
    ),
    Wrong(
        "an_empty_room",
        "The room's name comes out empty, and an empty room is no room: to everyone.",
        [Edit("feed.py", "to=dashboard.room", 'to=getattr(dashboard.source, "room", "")')],
        fails={"stays_in_the_room": "to-everyone"},
    ),
    Wrong(
        "everybody_inside_at_once",
        "Each client that connects is put into the room of the first dashboard.",
        [
            Edit(
                "events.py",
                CONNECTED,
                CONNECTED + "    join_room(find(None).room)\n",
            ),
            Edit("events.py", "import emit\n", "import emit, join_room\n"),
        ],
        fails={"stays_in_the_room": "always-inside"},
    ),
    Wrong(
        "one_room_for_all",
        "All dashboards have the same room.",
        [Edit("dashboards.py", ROOM, '        return "dashboard_room"\n')],
        fails={"stays_in_the_room": "one-room"},
    ),
    Wrong(
        "sends_the_newest_only",
        "The feed sends the newest update and leaves out those that others made the server read.",
        [
            Edit(
                "feed.py",
                EACH,
                EACH.replace("in dashboard", "in (dashboard").replace(" or []:", " or [])[-1:]:"),
            )
        ],
        fails={"skips_nothing": "updates-lost"},
    ),
    Wrong(
        "sends_what_is_newest_again",
        "The feed sends the newest update each time, whether the room has heard it or not.",
        [Edit("feed.py", EACH, "        for number, rows in list(dashboard.updates)[-1:]:\n")],
        fails={"skips_nothing": "updates-lost"},
    ),
    Wrong(
        "update_before_the_figure",
        "The client is in the room before it has the figure.",
        _entering(
            ENTER.replace("        join_room(dashboard.room)\n", "").replace(
                "        publish", "        join_room(dashboard.room)\n        publish"
            )
        ),
        fails={"follows_on": "update-first"},
    ),
    Wrong(
        "seam_without_a_lock",
        "Updates that come while the figure is drawn are lost: the client is not in the room yet.",
        [
            *_entering(
                "    number = dashboard.number\n"
                '    answer = {"dashboard": dashboard.source.id, "figure": figure(dashboard)}\n'
                '    emit("update_chart", answer | {"number": number, "keep": dashboard.keep})\n'
                "    join_room(dashboard.room)\n"
            ),
            Edit("rooms.py", "import chart\n", "import figure\n"),
        ],
        fails={"follows_on": "seam-open"},
    ),
    Wrong(
        "figure_is_ahead_of_its_number",
        "The figure holds rows that come again as the next update.",
        _entering(ENTER.replace("        publish(dashboard)\n", "        dashboard.refresh()\n")),
        fails={"follows_on": "seam-open"},
    ),
    Wrong(
        "join_does_not_publish",
        "What others made the server read is in the figure, and comes again as an update.",
        _entering(ENTER.replace("        publish(dashboard)\n", "")),
        fails={"follows_on": "seam-open"},
    ),
    Wrong(
        "number_is_off_by_one",
        "The figure says the number of the update that is still to come.",
        _entering(
            ENTER.replace(
                "chart(dashboard))", 'chart(dashboard) | {"number": dashboard.number + 1})'
            )
        ),
        fails={"follows_on": "seam-open"},
    ),
    Wrong(
        "figure_to_the_whole_room",
        "The figure is sent to the room: those who were there get it again.",
        [Edit("rooms.py", "chart(dashboard))", "chart(dashboard), to=dashboard.room)")],
        fails={"shows_nobody_else": "figure-to-the-room"},
    ),
    Wrong(
        "figure_to_everybody",
        "The figure is sent with the object's emit, without a room.",
        [Edit("rooms.py", '        emit("update', '        socketio.emit("update')],
        fails={
            "shows_nobody_else": "figure-to-the-room",
            "stays_in_the_room": "figure-to-the-room",
        },
    ),
    Wrong(
        "stays_in_the_old_room",
        "Joining another dashboard leaves nothing.",
        [Edit("rooms.py", LEAVE_OLD, "")],
        fails={"moves": "old-room-kept"},
    ),
    Wrong(
        "leave_does_nothing",
        "leave_dashboard only says ok.",
        [Edit("rooms.py", LEFT, LEFT.split("\n", 1)[1])],
        fails={"leaves": "not-left"},
    ),
    Wrong(
        "leave_says_nothing",
        "leave_dashboard returns nothing.",
        [Edit("rooms.py", LEFT, LEFT.split("\n", 1)[0] + "\n    return None\n")],
        fails={"leaves": "no-ack"},
    ),
    Wrong(
        "leave_closes_the_room",
        "close_room puts everybody out.",
        [
            Edit("rooms.py", LEFT, LEFT.replace("leave_room", "close_room")),
            Edit("rooms.py", "import emit, ", "import close_room, emit, "),
        ],
        fails={"leaves_nothing_else": "others-put-out"},
    ),
    Wrong(
        "leave_leaves_everything",
        "leave_dashboard leaves every room, whichever is named.",
        [
            Edit(
                "rooms.py",
                LEFT,
                LEAVE_OLD + '    return {"ok": True, "dashboard": dashboard.source.id}\n',
            )
        ],
        fails={"leaves_nothing_else": "too-much-left"},
    ),
    Wrong(
        "takes_any_name",
        "The dashboard is looked up without asking whether there is one: KeyError, and no answer.",
        [
            _looking_up('    dashboard = all_dashboards()[payload["dashboard"]]\n'),
        ],
        fails={"refuses_the_unknown": "not-refused"},
    ),
    Wrong(
        "says_ok_to_a_stranger",
        "An unknown dashboard is answered like a known one.",
        [_looking_up(LOOK_UP.replace("False", "True"))],
        fails={"refuses_the_unknown": "not-refused"},
    ),
    Wrong(
        "leaves_before_it_looks",
        "The old room is left before it is clear whether the new one exists.",
        [_looking_up(LEAVE_OLD + LOOK_UP)],
        fails={"refuses_the_unknown": "put-out-first"},
    ),
    Wrong(
        "trusts_the_payload",
        "The payload is taken for a dict with a name in it.",
        [
            _looking_up(
                '    dashboard = all_dashboards().get(payload["dashboard"])\n'
                + LOOK_UP.split("\n", 1)[1]
            ),
        ],
        fails={"refuses_what_is_no_name": "payload-trusted"},
    ),
    Wrong(
        "no_payload_is_the_first",
        "A join without a payload joins the first dashboard.",
        [_looking_up(LOOK_UP.replace(" if payload is not None else None", ""))],
        fails={"refuses_what_is_no_name": "payload-trusted"},
    ),
    Wrong(
        "the_client_names_the_room",
        "The text from the client is joined before it is looked at.",
        [
            _looking_up(
                '    name = payload.get("dashboard") if isinstance(payload, dict) else None\n'
                "    if isinstance(name, str):\n"
                "        join_room(name)\n" + LOOK_UP
            )
        ],
        fails={"joins_no_other_room": "client-names-rooms"},
    ),
    Wrong(
        "a_feed_for_each_join",
        "Each join starts a feed (FS#567).",
        [Edit("feed.py", START, "        socketio.start_background_task(self.run)\n")],
        fails={"starts_one_feed": "many-feeds"},
    ),
    Wrong(
        "a_feed_for_each_client",
        "Each client has a feed of its own, which ends when the client is gone.",
        [
            Edit(
                "feed.py",
                START,
                "        sid = request.sid\n"
                "        with self.starting:\n"
                "            if sid not in self.tasks:\n"
                "                self.tasks[sid] = socketio.start_background_task(self.run, sid)\n",
            ),
            Edit(
                "feed.py",
                "        self.starting =",
                "        self.tasks = {}\n        self.starting =",
            ),
            Edit("feed.py", "def run(self)", "def run(self, sid)"),
            Edit("feed.py", "while True", 'while sid in self.app.extensions["clients"]'),
            Edit("feed.py", "import Flask\n", "import Flask, request\n"),
        ],
        fails={"starts_one_feed": "many-feeds"},
    ),
    Wrong(
        "feed_goes_with_its_client",
        "The feed runs for as long as the client that started it is there.",
        [
            Edit("feed.py", "(self.run)", "(self.run, request.sid)"),
            Edit("feed.py", "def run(self)", "def run(self, sid)"),
            Edit("feed.py", "while True", 'while sid in self.app.extensions["clients"]'),
            Edit("feed.py", "import Flask\n", "import Flask, request\n"),
        ],
        fails={"feed_goes_on": "stopped-for-others"},
    ),
    Wrong(
        "feed_ends_with_the_last",
        "The feed ends when no room has anybody in it, and nobody starts it again.",
        [
            Edit(
                "feed.py",
                LOOP,
                '        rooms = socketio.server.manager.rooms.get("/", {})\n'
                '        while any(str(room).startswith("dashboard_") for room in rooms):\n' + ALL,
            )
        ],
        fails={"feed_goes_on": "never-started-again"},
    ),
    Wrong(
        "feed_ends_with_the_last_connection",
        "The feed runs while anybody is connected, and nobody starts it again.",
        [Edit("feed.py", "while True", 'while self.app.extensions["clients"]')],
        fails={"feed_goes_on": "never-started-again"},
    ),
    # Contracts read in another way.
    Wrong(
        "figure_in_each_round",
        "The feed sends the whole figure to the room in every round, too.",
        [
            Edit(
                "feed.py",
                "        dashboard.published = dashboard.number\n",
                "        dashboard.published = dashboard.number\n",
            ),
            Edit(
                "feed.py",
                "                    publish(dashboard)\n",
                (
                    "                    with dashboard.lock:\n"
                    "                        publish(dashboard)\n"
                    '                        socketio.emit("update_chart", '
                    "chart(dashboard), to=dashboard.room)\n"
                ),
            ),
            Edit("feed.py", "import points\n", "import chart, points\n"),
        ],
        fails={"stays_in_the_room": "figure-to-the-room"},
    ),
    Wrong(
        "one_variable_for_all",
        'One variable of the module holds the room that "the client" is in.',
        [
            Edit(
                "rooms.py",
                LEAVE_OLD,
                (
                    "    global current\n"
                    "    if current:\n"
                    "        leave_room(current)\n"
                    "    current = dashboard.room\n"
                ),
            ),
            Edit(
                "rooms.py",
                "# lab 6: let a client into the room of one dashboard\n",
                ("current = None\n\n\n# lab 6: let a client into the room of one dashboard\n"),
            ),
        ],
        fails={"moves": "old-room-kept"},
    ),
    Wrong(
        "last_row_alone",
        "Of several new rows only the last one is sent.",
        [Edit("feed.py", '"points": points(rows)', '"points": points(rows.tail(1))')],
        fails={"skips_nothing": "updates-lost"},
    ),
    Wrong(
        "gaps_are_zero",
        "A missing value is sent as 0.",
        [Edit("feed.py", '"points": points(rows)', '"points": points(rows.fillna(0))')],
        fails={"updates_follow": "points-wrong"},
    ),
    Wrong(
        "columns_mixed_up",
        "Each column has the numbers of another one.",
        [
            Edit(
                "figures.py",
                '    return dict(zip(columns["columns"], map(',
                '    first, *names = columns["columns"]\n'
                "    return dict(zip([first, *names[::-1]], map(",
            )
        ],
        fails={"updates_follow": "points-wrong"},
    ),
    Wrong(
        "title_for_the_id",
        "The updates name the dashboard's title in place of its id.",
        [
            Edit(
                "feed.py", '"dashboard": dashboard.source.id', '"dashboard": dashboard.source.title'
            )
        ],
        fails={"updates_follow": "points-wrong"},
    ),
    Wrong(
        "self_left_over",
        "A handler was a method once, and still takes `self`: the payload arrives there.",
        [
            Edit(
                "rooms.py",
                "def leave_dashboard(payload",
                "def leave_dashboard(self, payload",
            )
        ],
        fails={"leaves": "more-arguments"},
    ),
    Wrong(
        "join_in_another_namespace",
        "One handler is registered for a namespace that the clients are not in.",
        [
            Edit(
                "rooms.py",
                '@socketio.on("join_dashboard"',
                '@socketio.on("join_dashboard", namespace="/dashboard"',
            )
        ],
        fails={"joins": "other-namespace"},
    ),
    Wrong(
        "updates_in_another_namespace",
        "The updates are sent to a namespace that the clients are not in.",
        [Edit("feed.py", "to=dashboard.room)", 'to=dashboard.room, namespace="/dashboard")')],
        fails={"updates_follow": "other-namespace"},
    ),
    Wrong(
        "time_of_sending",
        "The points have the time at which they are sent.",
        [
            Edit(
                "feed.py",
                '"points": points(rows)',
                '"points": points(rows.assign(time=pd.Timestamp.now("UTC")))',
            )
        ],
        fails={"updates_follow": "points-wrong"},
    ),
    Wrong(
        "sleeps_in_the_for",
        "The feed sleeps after each dashboard: one step too far to the right.",
        [
            Edit(
                "feed.py",
                ("\n" + SLEEP),
                ('\n                socketio.sleep(self.app.config["FEED_SECONDS"])\n'),
            )
        ],
        fails={"keeps_the_pace": "sleeps-after-each"},
    ),
    Wrong(
        "sleeps_400_ms",
        "The seconds to sleep are a number in the code.",
        [Edit("feed.py", 'socketio.sleep(self.app.config["FEED_SECONDS"])', "socketio.sleep(0.4)")],
        fails={"updates_follow": "own-pace"},
    ),
    Wrong(
        "publishes_unlocked",
        "publish takes no lock.",
        [
            Edit(
                "feed.py",
                PUBLISH,
                (
                    "    if True:\n"
                    "        dashboard.refresh()\n"
                    "\n" + EACH + "            # Outside a request there is no sender: "
                    "socketio.emit, and always with a room.\n"
                    + SEND
                    + "        dashboard.published = dashboard.number\n"
                ),
            ),
            Edit("rooms.py", ENTER, ENTER),
        ],
        fails={"follows_on_in_slow_motion": "updates-lost"},
    ),
    Wrong(
        "publishes_when_the_lock_is_free_again",
        "What is new is found under the lock, and sent after it.",
        [
            Edit(
                "feed.py",
                PUBLISH,
                "    with dashboard.lock:\n"
                "        dashboard.refresh()\n"
                "        news = dashboard.since(dashboard.published) or []\n"
                "        dashboard.published = dashboard.number\n"
                "    for number, rows in news:\n" + SEND[4:],
            ),
        ],
        fails={"follows_on_in_slow_motion": "seam-open"},
    ),
    Wrong(
        "enters_when_the_lock_is_free_again",
        "The client is let into the room right after the lock, not under it.",
        _entering(
            ENTER.replace("        join_room(dashboard.room)\n", "")
            + "    join_room(dashboard.room)\n"
        ),
        fails={"follows_on_in_slow_motion": "seam-open"},
    ),
    Wrong(
        "publishes_before_the_lock",
        "Published first, and the lock taken after that: what is read in between comes twice.",
        _entering("    publish(dashboard)\n" + ENTER.replace("        publish(dashboard)\n", "")),
        fails={"follows_on_in_slow_motion": "seam-open"},
    ),
    Wrong(
        "looks_and_starts_without_a_lock",
        "Whether the feed runs is looked at first, and it is started then: two joins start two.",
        [
            Edit(
                "feed.py",
                START,
                "        if self.task is None:\n"
                "            self.task = socketio.start_background_task(self.run)\n",
            )
        ],
        fails={"starts_one_feed": "many-feeds"},
    ),
    Wrong(
        "first_letters",
        "The first letters of a name are enough.",
        [
            _looking_up(
                '    name = payload.get("dashboard") if isinstance(payload, dict) else None\n'
                "    dashboard = None\n"
                "    if isinstance(name, str) and name:\n"
                "        known = all_dashboards().items()\n"
                "        dashboard = next((d for i, d in known if i.startswith(name)), None)\n"
                + LOOK_UP.partition("\n")[2]
            )
        ],
        fails={"refuses_what_is_no_name": "name-guessed"},
    ),
    Wrong(
        "small_letters",
        "Names are compared in small letters, without blanks.",
        [
            _looking_up(
                '    if isinstance(payload, dict) and isinstance(payload.get("dashboard"), str):\n'
                '        payload = {"dashboard": payload["dashboard"].strip().lower()}\n' + LOOK_UP
            )
        ],
        fails={"refuses_what_is_no_name": "name-guessed"},
    ),
    Wrong(
        "counts_every_leave",
        "The feed ends when there were as many leaves as joins, whoever left.",
        [*COUNTING, Edit("rooms.py", LEFT, RELEASE + LEFT)],
        fails={"leaves_nothing_else": "others-put-out"},
    ),
    Wrong(
        "ends_with_one_room",
        "The feed ends when one room is empty, though others are not.",
        [
            Edit(
                "feed.py",
                START,
                (
                    "        with self.starting:\n"
                    "            if self.stop.is_set() or self.task is None:\n"
                    "                self.stop.clear()\n"
                    "                self.task = "
                    "socketio.start_background_task(self.run)\n"
                ),
            ),
            Edit(
                "feed.py",
                "        self.starting =",
                ("        self.stop = threading.Event()\n        self.starting ="),
            ),
            Edit("feed.py", "        while True:\n", "        while not self.stop.is_set():\n"),
            Edit(
                "rooms.py",
                LEFT,
                (
                    "    leave_room(dashboard.room)\n"
                    "    if not "
                    'list(socketio.server.manager.get_participants("/", '
                    "dashboard.room)):\n"
                    '        current_app.extensions["feed"].stop.set()\n'
                    "\n"
                    '    return {"ok": True, "dashboard": dashboard.source.id}\n'
                ),
            ),
        ],
        fails={"leaves_nothing_else": "others-put-out"},
    ),
    Wrong(
        "leaves_as_often_as_joined",
        "Who has joined twice has to leave twice.",
        [
            Edit(
                "rooms.py",
                LEFT,
                (
                    "    if joined.get(request.sid, 0) > 1:\n"
                    "        joined[request.sid] -= 1\n"
                    '        return {"ok": True, "dashboard": dashboard.source.id}\n'
                    "    joined.pop(request.sid, None)\n"
                    "    leave_room(dashboard.room)\n"
                    "\n"
                    '    return {"ok": True, "dashboard": dashboard.source.id}\n'
                ),
            ),
            Edit(
                "rooms.py",
                STARTED,
                ("    joined[request.sid] = joined.get(request.sid, 0) + 1\n" + STARTED),
            ),
            Edit(
                "rooms.py",
                "# lab 6: let a client into the room of one dashboard\n",
                ("joined = {}\n\n\n# lab 6: let a client into the room of one dashboard\n"),
            ),
            Edit("rooms.py", "import current_app\n", "import current_app, request\n"),
        ],
        fails={"leaves_nothing_else": "not-left"},
    ),
    Wrong(
        "counts_every_disconnect",
        "The feed ends when there were as many disconnects as joins.",
        [*COUNTING, Edit("events.py", FORGOTTEN, RELEASE + FORGOTTEN)],
        fails={"feed_goes_on": "stopped-for-others"},
    ),
    Wrong(
        "finds_by_the_name",
        "`find` is given the name instead of the payload.",
        [_looking_up(LOOK_UP.replace("find(payload)", 'find(payload["dashboard"])'))],
        fails={"joins": "find-wants-payload"},
    ),
    Wrong(
        "never_notes_what_was_sent",
        "dashboard.published is never set.",
        [Edit("feed.py", "        dashboard.published = dashboard.number\n", "")],
        fails={"updates_follow": "sent-again"},
    ),
]

RIGHT = [
    Right(
        "a_feed_of_three",
        "Two more tasks belong to the one feed.",
        [
            Edit(
                "feed.py",
                "                self.task = socketio.start_background_task(self.run)\n",
                "                self.task = socketio.start_background_task(self.run)\n"
                "                for _ in range(2):\n"
                "                    socketio.start_background_task(self.beat)\n",
            ),
            Edit(
                "feed.py",
                "    def run(self)",
                "    def beat(self) -> None:\n"
                "        while True:\n"
                '            socketio.emit("alive", {})\n'
                "            socketio.sleep(5)\n"
                "\n    def run(self)",
            ),
        ],
    ),
    Right(
        "class_namespace",
        "The handlers are methods of a class namespace, which has its own join and leave.",
        files={
            "rooms.py": """
from flask import current_app, request
from flask_socketio import Namespace, rooms

from .dashboards import find
from .extensions import socketio
from .feed import publish
from .figures import chart


def refusal():
    message = "Nobody knows this dashboard."
    return {"ok": False, "error": {"code": "unknown_dashboard", "message": message}}


class Rooms(Namespace):
    def on_join_dashboard(self, payload=None):
        dashboard = find(payload) if isinstance(payload, dict) else None
        if dashboard is None:
            return refusal()
        with dashboard.lock:
            publish(dashboard)
            for room in set(rooms()) - {request.sid}:
                self.leave_room(request.sid, room)
            self.enter_room(request.sid, dashboard.room)
            self.emit("update_chart", chart(dashboard), room=request.sid)
        current_app.extensions["feed"].start()
        return {"ok": True, "dashboard": dashboard.source.id}

    def on_leave_dashboard(self, payload=None):
        dashboard = find(payload) if isinstance(payload, dict) else None
        if dashboard is None:
            return refusal()
        self.leave_room(request.sid, dashboard.room)
        return {"ok": True, "dashboard": dashboard.source.id, "left": True}


socketio.on_namespace(Rooms("/"))
""",
        },
    ),
    Right(
        "feed_from_the_start",
        "The factory starts the feed; a join only finds it running.",
        [
            Edit(
                "__init__.py",
                "    return app\n",
                '    app.extensions["feed"].start()\n\n    return app\n',
            ),
            Edit("rooms.py", STARTED, ""),
        ],
    ),
    Right(
        "thread_of_its_own",
        "A plain daemon thread that waits on an Event, and makes up for the time that it took.",
        [
            Edit(
                "feed.py",
                START,
                "        with self.starting:\n"
                "            if self.task and self.task.is_alive():\n"
                "                return\n"
                "            self.task = threading.Thread(target=self.run, daemon=True)\n"
                "            self.task.start()\n",
            ),
            Edit(
                "feed.py",
                LOOP,
                "        stop, due = threading.Event(), time.monotonic()\n"
                "        while not stop.wait(max(0, due - time.monotonic())):\n"
                '            due += self.app.config["FEED_SECONDS"]\n' + ALL,
            ),
            Edit("feed.py", '            socketio.sleep(self.app.config["FEED_SECONDS"])\n', ""),
            Edit("feed.py", "import threading\n", "import threading\nimport time\n"),
        ],
    ),
    Right(
        "chain_of_timers",
        "No loop: each round sets the timer for the next one.",
        [
            Edit(
                "feed.py",
                "                self.task = socketio.start_background_task(self.run)\n",
                "                self.task = True\n                self.run()\n",
            ),
            Edit("feed.py", LOOP, "        if True:\n" + ALL),
            Edit(
                "feed.py",
                '            socketio.sleep(self.app.config["FEED_SECONDS"])\n',
                '            again = threading.Timer(self.app.config["FEED_SECONDS"], self.run)\n'
                "            again.daemon = True\n"
                "            again.start()\n",
            ),
        ],
    ),
    Right(
        "context_emit_done_right",
        "flask_socketio's emit in the feed, with an app context, a namespace and a room.",
        [
            Edit(
                "feed.py",
                SEND,
                SEND.replace("socketio.emit", "emit").replace(")\n", ', namespace="/")\n'),
            ),
            Edit("feed.py", "import Flask\n", "import Flask\nfrom flask_socketio import emit\n"),
            Edit(
                "feed.py",
                "                    publish(dashboard)\n",
                "                    with self.app.app_context():\n"
                "                        publish(dashboard)\n",
            ),
        ],
    ),
    Right(
        "members_in_a_dict",
        "No rooms at all: a dict says who has joined what, and each member is sent the update.",
        files={
            "members.py": """
import threading

lock = threading.RLock()
joined = {}  # sid -> id of a dashboard
""",
            "rooms.py": """
from flask import current_app, request

from . import members
from .dashboards import all_dashboards
from .extensions import socketio
from .feed import publish
from .figures import chart


def named(payload):
    name = payload.get("dashboard") if isinstance(payload, dict) else None
    return all_dashboards().get(name) if isinstance(name, str) else None


@socketio.event
def join_dashboard(payload=None):
    dashboard = named(payload)
    if not dashboard:
        return dict(ok=False, error=dict(code="unknown_dashboard", message="Not here."))
    with members.lock, dashboard.lock:
        publish(dashboard)
        members.joined[request.sid] = dashboard.source.id
        socketio.emit("update_chart", chart(dashboard), to=request.sid)
    current_app.extensions["feed"].start()
    return dict(ok=True, dashboard=dashboard.source.id)


@socketio.event
def leave_dashboard(payload=None):
    dashboard = named(payload)
    if not dashboard:
        return dict(ok=False, error=dict(code="unknown_dashboard", message="Not here."))
    with members.lock:
        if members.joined.get(request.sid) != dashboard.source.id:
            return dict(ok=False, error=dict(code="not_joined", message="You are not in there."))
        del members.joined[request.sid]
    return dict(ok=True, dashboard=dashboard.source.id)
""",
        },
        edits=[
            Edit(
                "feed.py",
                PUBLISH,
                PUBLISH.replace(
                    "    with dashboard.lock:\n", "    with members.lock, dashboard.lock:\n"
                ).replace(
                    SEND,
                    "            for sid, name in list(members.joined.items()):\n"
                    "                if name == dashboard.source.id:\n"
                    "                    " + SEND.lstrip().replace("dashboard.room", "sid"),
                ),
            ),
            Edit("feed.py", "from .dashboards", "from . import members\nfrom .dashboards"),
            Edit(
                "events.py",
                '    current_app.extensions["clients"].discard(current_sid())\n',
                '    current_app.extensions["clients"].discard(current_sid())\n'
                "    members.joined.pop(current_sid(), None)\n",
            ),
            Edit("events.py", "from . import frames\n", "from . import frames, members\n"),
        ],
    ),
    Right(
        "feed_while_it_is_needed",
        "The feed ends when every room is empty, and the next join starts it again.",
        [
            Edit(
                "feed.py",
                LOOP,
                "        while True:\n"
                "            with self.starting:\n"
                '                members = socketio.server.manager.rooms.get("/", {})\n'
                '                if not any("dashboard_" in str(room) for room in members):\n'
                "                    self.task = None\n"
                "                    return\n" + ALL,
            )
        ],
    ),
    Right(
        "a_thread_for_each_dashboard",
        "One feed, made of a thread for each dashboard.",
        [
            Edit(
                "feed.py",
                START,
                "        with self.starting:\n"
                "            if self.task is None:\n"
                '                for dashboard in self.app.extensions["dashboards"].values():\n'
                "                    self.task = threading.Thread(\n"
                "                        target=self.run, args=[dashboard], daemon=True\n"
                "                    )\n"
                "                    self.task.start()\n",
            ),
            Edit("feed.py", "def run(self)", "def run(self, dashboard)"),
            Edit("feed.py", LOOP, "        while True:\n            if True:\n"),
        ],
    ),
    Right(
        "the_feed_lets_them_in",
        "A join is put into a queue; the feed itself sends the figure and opens the room.",
        [
            Edit(
                "rooms.py",
                ENTER,
                '    current_app.extensions["feed"].waiting.put((request.sid, dashboard))\n',
            ),
            Edit("rooms.py", "import current_app\n", "import current_app, request\n"),
            Edit(
                "feed.py",
                "        self.starting =",
                "        self.waiting = queue.Queue()\n        self.starting =",
            ),
            Edit("feed.py", "import threading\n", "import queue\nimport threading\n"),
            Edit("feed.py", "import points\n", "import chart, points\n"),
            Edit(
                "feed.py",
                '            socketio.sleep(self.app.config["FEED_SECONDS"])\n',
                '            due = time.monotonic() + self.app.config["FEED_SECONDS"]\n'
                "            while (left := due - time.monotonic()) > 0:\n"
                "                try:\n"
                "                    sid, dashboard = self.waiting.get(timeout=left)\n"
                "                except queue.Empty:\n"
                "                    break\n"
                "                with dashboard.lock:\n"
                "                    publish(dashboard)\n"
                "                    socketio.server.enter_room(sid, dashboard.room)\n"
                '                    socketio.emit("update_chart", chart(dashboard), to=sid)\n',
            ),
            Edit("feed.py", "import threading\n", "import threading\nimport time\n"),
        ],
    ),
    Right(
        "join_publishes_by_itself",
        "The join tells the room what is new itself, and enters the room last.",
        [
            *_entering(
                "    with dashboard.lock:\n"
                "        dashboard.refresh()\n"
                "        for number, rows in dashboard.since(dashboard.published) or []:\n"
                "            update = {\n"
                '                "dashboard": dashboard.source.id,\n'
                '                "number": number,\n'
                '                "points": points(rows),\n'
                "            }\n"
                '            emit("update_data", update, to=dashboard.room)\n'
                "        dashboard.published = dashboard.number\n"
                '        emit("update_chart", chart(dashboard), to=request.sid)\n'
                '        join_room(dashboard.room, sid=request.sid, namespace="/")\n'
            ),
            Edit("rooms.py", "import current_app\n", "import current_app, request\n"),
            Edit("rooms.py", "import chart\n", "import chart, points\n"),
        ],
    ),
    Right(
        "leaves_what_rooms_lists",
        "The rooms to leave are those of `rooms()` that are named like a dashboard's.",
        [
            Edit(
                "rooms.py",
                LEAVE_OLD,
                "    for room in rooms():\n"
                '        if room.startswith("dashboard_"):\n'
                "            leave_room(room)\n",
            ),
            WITH_ROOMS,
        ],
    ),
    Right(
        "update_without_a_function",
        "The payload of the update is made where it is sent.",
        [
            Edit(
                "feed.py",
                SEND,
                "            points_of = points(rows)\n"
                '            payload = {"dashboard": dashboard.source.id, "number": number}\n'
                '            payload["points"] = points_of\n' + SEND.replace(MAKE, "payload"),
            ),
            Edit(
                "feed.py",
                '    return {"dashboard": dashboard.source.id, "number": number,'
                ' "points": points(rows)}\n',
                '    raise NotImplementedError("lab 6: make the payload of update_data")\n',
            ),
        ],
    ),
    Right(
        "room_names_of_its_own",
        "The rooms are called otherwise, and the session remembers the room (room= still works).",
        [
            Edit("dashboards.py", ROOM, '        return f"viewers/{self.source.id}"\n'),
            Edit(
                "rooms.py",
                LEAVE_OLD,
                '    if session.get("room"):\n        leave_room(session["room"])\n'
                '    session["room"] = dashboard.room\n',
            ),
            Edit("rooms.py", "import current_app\n", "import current_app, session\n"),
            Edit("feed.py", "to=dashboard.room", "room=dashboard.room"),
        ],
    ),
    Right(
        "tells_of_a_refusal",
        "The client that is refused is sent an event about it, too.",
        [
            _looking_up(
                LOOK_UP.replace(
                    "        return", '        emit("problem", UNKNOWN)\n        return'
                )
            )
        ],
    ),
    Right(
        "tells_who_is_there",
        "Everybody is told how many are connected, at each coming and going.",
        [
            Edit(
                "events.py",
                '    current_app.extensions["clients"].discard(current_sid())\n',
                (
                    '    current_app.extensions["clients"].discard(current_sid())\n'
                    '    socketio.emit("presence", {"clients": '
                    'len(current_app.extensions["clients"])})\n'
                ),
            ),
            Edit(
                "events.py",
                CONNECTED,
                (
                    CONNECTED + '    socketio.emit("presence", {"clients": '
                    'len(current_app.extensions["clients"])})\n'
                ),
            ),
        ],
    ),
    Right(
        "heartbeat",
        "The feed tells everybody in each round that it lives.",
        [
            Edit(
                "feed.py",
                "        while True:\n",
                (
                    "        while True:\n"
                    '            socketio.emit("heartbeat", {"feed": "alive"})\n'
                ),
            )
        ],
    ),
    Right(
        "catches_up",
        "The figure is drawn outside the lock; what came meanwhile is sent to the newcomer alone.",
        [
            Edit(
                "rooms.py",
                ENTER,
                (
                    "    with dashboard.lock:\n"
                    "        publish(dashboard)\n"
                    "        first = chart(dashboard)\n"
                    '    emit("update_chart", first)\n'
                    "    with dashboard.lock:\n"
                    "        publish(dashboard)\n"
                    '        for number, rows in dashboard.since(first["number"]):\n'
                    '            emit("update_data", update(dashboard, number, rows))\n'
                    "        join_room(dashboard.room)\n"
                ),
            ),
            Edit("rooms.py", "import publish\n", "import publish, update\n"),
        ],
    ),
]
