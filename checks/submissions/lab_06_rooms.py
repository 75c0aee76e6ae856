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
EACH = "        for number, rows in dashboard.since(dashboard.published) or []:\n"
UPDATE = (
    '            update = {"dashboard": dashboard.source.id, "number": number,'
    ' "points": points(rows)}\n'
)
SEND = '            socketio.emit("update_data", update, to=dashboard.room)\n'
FEED_IMPORTS = "from flask import Flask\n\nfrom .dashboards import Dashboard\n"
PUBLISH = """    with dashboard.lock:
        dashboard.refresh()
        for number, rows in dashboard.since(dashboard.published) or []:
            update = {"dashboard": dashboard.source.id, "number": number, "points": points(rows)}
            # Outside a request there is no sender: socketio.emit, and always with a room.
            socketio.emit("update_data", update, to=dashboard.room)
        dashboard.published = dashboard.number
"""

LOOK_UP = """    dashboard = find(payload) if payload is not None else None
    if dashboard is None:
        return {"ok": False, "error": UNKNOWN}
"""
LEAVE_OLD = """    for room in rooms():
        if room.startswith("dashboard_"):
            leave_room(room)
"""
ENTER = """    with dashboard.lock:
        publish(dashboard)
        join_room(dashboard.room)
        emit("update_chart", chart(dashboard))
"""
FIGURE = '        emit("update_chart", chart(dashboard))\n'
STARTED = '    current_app.extensions["feed"].start()\n'
JOINED = STARTED + '    return {"ok": True, "dashboard": dashboard.source.id}\n'
LEFT = '    leave_room(dashboard.room)\n    return {"ok": True, "dashboard": dashboard.source.id}\n'
CONNECTED = '    current_app.extensions["clients"].add(current_sid())\n'
ROOM = '        return f"dashboard_{self.source.id}"\n'


def _entering(lines: str) -> list[Edit]:
    """Return the edit that replaces how a client gets into the room."""
    return [Edit("rooms.py", ENTER, lines)]


def _looking_up(lines: str) -> Edit:
    """Return the edit that replaces how a join looks the dashboard up."""
    return Edit("rooms.py", LOOK_UP + LEAVE_OLD, lines + LEAVE_OLD)


WRONG = [
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
            Edit("rooms.py", 'if room.startswith("dashboard_")', "if isinstance(room, int)"),
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
                '"data": rows.assign(time=rows["time"].astype(str)).to_dict("records")}',
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
            Edit("feed.py", UPDATE.replace("            update", "            update"), ""),
            Edit(
                "feed.py",
                SEND,
                '            update = {"dashboard": dashboard.source.id, "number": next(COUNT)}\n'
                '            update["points"] = points(rows)\n' + SEND,
            ),
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
        "An update that comes between the figure and the room is lost.",
        _entering(
            "    publish(dashboard)\n"
            '    emit("update_chart", chart(dashboard))\n'
            "    join_room(dashboard.room)\n"
        ),
        fails={"follows_on": "seam-open"},
    ),
    Wrong(
        "figure_is_ahead_of_its_number",
        "The figure holds rows that come again as the next update.",
        _entering(ENTER.replace("        publish(dashboard)\n", "        dashboard.refresh()\n")),
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
        fails={"shows_nobody_else": "figure-to-the-room"},
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
            Edit("rooms.py", "import find\n", "import all_dashboards, find\n"),
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
            Edit("rooms.py", "import find\n", "import all_dashboards, find\n"),
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
                '        rooms = socketio.server.manager.rooms["/"]\n'
                '        while any(str(room).startswith("dashboard_") for room in rooms):\n' + ALL,
            )
        ],
        fails={"feed_goes_on": "never-started-again"},
    ),
]

RIGHT: list[Right] = []
