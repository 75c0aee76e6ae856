"""Sessions: what is remembered of a client that has gone, for how long, and for whom."""

from collections.abc import Iterator

import pytest
from itsdangerous import URLSafeSerializer

from dashboard import sessions as module
from dashboard.refusal import Refused
from dashboard.sessions import Sessions
from kit.checking import Server
from kit.checking.participant import Participant
from tests.reference.conftest import Open
from tests.waiting import until


class Clock:
    """A clock that stands still until it is moved on."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    return clock


def code_of(sessions: Sessions, token: str) -> str:
    """Return the code with which this token is refused."""
    with pytest.raises(Refused) as refused:
        sessions.find(token)
    return refused.value.code


# In memory.


def test_a_session_is_over_so_many_seconds_after_its_connection(clock: Clock) -> None:
    sessions = Sessions("secret", seconds=60)
    begun = sessions.begin("sid", None)
    token = sessions.token(begun)
    clock.now += 1000  # as long as it is connected, it is not over
    sessions.leave(begun.id, "sid")
    clock.now += 60
    assert sessions.find(token) is begun
    clock.now += 0.1
    assert code_of(sessions, token) == "session_expired"
    assert not sessions.kept
    assert not sessions.ended


def test_who_came_back_in_time_begins_to_count_anew(clock: Clock) -> None:
    sessions = Sessions("secret", seconds=60)
    begun = sessions.begin("one", None)
    sessions.leave(begun.id, "one")
    clock.now += 59
    sessions.resume(sessions.find(sessions.token(begun)), sessions.begin("two", None).id, "two")
    clock.now += 59
    assert sessions.find(sessions.token(begun)).sid == "two"
    sessions.leave(begun.id, "two")
    clock.now += 59
    assert sessions.find(sessions.token(begun)) is begun


def test_the_end_of_the_old_connection_may_be_seen_late(clock: Clock) -> None:
    sessions = Sessions("secret", seconds=60)
    begun = sessions.begin("old", None)
    sessions.resume(begun, sessions.begin("new", None).id, "new")
    sessions.leave(begun.id, "old")
    clock.now += 1000
    assert sessions.find(sessions.token(begun)).sid == "new"


def test_the_session_that_was_begun_in_between_is_dropped() -> None:
    sessions = Sessions("secret", seconds=60)
    old = sessions.begin("old", None)
    sessions.leave(old.id, "old")
    sessions.resume(old, sessions.begin("new", None).id, "new")
    assert list(sessions.kept.values()) == [old]


def test_a_session_swept_away_while_it_is_resumed_lives_on(clock: Clock) -> None:
    sessions = Sessions("secret", seconds=60)
    old = sessions.begin("old", None)
    token = sessions.token(old)
    sessions.leave(old.id, "old")
    found = sessions.find(token)
    clock.now += 61
    new = sessions.begin("new", None)
    sessions.sweep()
    assert not sessions.kept.get(old.id)
    sessions.resume(found, new.id, "new")
    assert sessions.find(token) is old


def test_those_who_have_gone_are_bounded_and_the_oldest_go_first(clock: Clock) -> None:
    sessions = Sessions("secret", seconds=60, most=10)
    tokens = []
    for number in range(1000):
        begun = sessions.begin(str(number), None)
        tokens.append(sessions.token(begun))
        sessions.leave(begun.id, str(number))
        clock.now += 0.01
    sessions.begin("one more", None)
    assert len(sessions.kept) == 11
    assert len(sessions.ended) == 10
    assert code_of(sessions, tokens[-11]) == "session_expired"
    assert sessions.find(tokens[-10])


def test_those_who_are_connected_are_never_swept(clock: Clock) -> None:
    sessions = Sessions("secret", seconds=60, most=1)
    here = [sessions.begin(str(number), None) for number in range(50)]
    clock.now += 10_000
    assert [sessions.find(sessions.token(one)) for one in here] == here


def test_a_token_that_we_have_not_signed_is_none() -> None:
    sessions = Sessions("secret", seconds=60)
    begun = sessions.begin("sid", None)
    token = sessions.token(begun)
    for forged in (
        begun.id,
        token[:-2],
        "x" + token,
        token.rpartition(".")[0] + ".",
        URLSafeSerializer("other", salt="session").dumps(begun.id),
        URLSafeSerializer("secret", salt="token").dumps(begun.id),
        *("", ".", "é", "\ud800.\ud800", "\x00" * 100),
    ):
        assert code_of(sessions, forged) == "session_invalid", forged


# On a server.

QUICK = {"FEED_SECONDS": 0.01, "KEEP_ROWS": 200}


@pytest.fixture
def busy(server: Open) -> Server:
    """A server that publishes as fast as it can."""
    return server(**QUICK)


def joined(server: Server, name: str = "Ana") -> tuple[Participant, str]:
    """Return a client in the room of the stocks, and its session."""
    ana = server.join(name)
    session = ana.expect("welcome")["session"]
    assert ana.call("join_dashboard", {"dashboard": "stocks"})["ok"]
    return ana, session


def updates(client: Participant) -> dict[int, object]:
    """Return the updates that a client has heard, by number, in the order in which they came."""
    heard = [u for u in client.heard("update_data") if u["dashboard"] == "stocks"]
    found = {u["number"]: u["points"] for u in heard}
    assert len(found) == len(heard), "an update was sent twice"
    return found


def newest(client: Participant) -> int:
    """Return the number of the newest thing that the client has heard."""
    figure = client.heard("update_chart")
    return max([0, *(f["number"] for f in figure), *updates(client)])


def hear(client: Participant, count: int) -> None:
    """Return when the client has heard so many more updates."""
    wanted = newest(client) + count
    until(lambda: client.settle() or newest(client) >= wanted)


def test_a_client_that_was_cut_off_misses_nothing(busy: Server) -> None:
    witness, _ = joined(busy, "a witness")
    ana, session = joined(busy)
    first = ana.heard("update_chart")[0]["number"]
    heard: dict[int, object] = {}
    replayed = 0
    for number in range(25):
        ana.settle()
        heard |= updates(ana)
        last = max([first, *heard])
        ana.drop()
        hear(witness, number % 5)
        ana = busy.join("Ana")
        ana.expect("welcome")
        answer = ana.call("resume_session", {"session": session, "number": last})

        assert answer["ok"]
        assert answer["dashboard"] == "stocks"
        assert answer["snapshot"] is False
        numbers = list(updates(ana))
        assert numbers[: answer["replayed"]] == list(
            range(last + 1, last + 1 + answer["replayed"])
        ), "what was missed does not come first"
        replayed += answer["replayed"]
        assert not set(updates(ana)) & set(heard)
    hear(ana, 3)
    heard |= updates(ana)
    last = max(heard)
    until(lambda: witness.settle() or newest(witness) >= last)
    seen = updates(witness)

    assert list(heard) == list(range(first + 1, last + 1))
    assert replayed > 25
    assert all(heard[number] == seen[number] for number in heard if number in seen)


def test_several_come_back_at_once_while_others_publish(busy: Server) -> None:
    witness, _ = joined(busy, "a witness")
    clients = [joined(busy, f"client {number}") for number in range(8)]
    firsts = [client.heard("update_chart")[0]["number"] for client, _ in clients]
    heard: list[dict[int, object]] = [{} for _ in clients]
    for _ in range(4):
        for place, (client, _) in enumerate(clients):
            client.settle()
            heard[place] |= updates(client)
            client.drop()
        hear(witness, 2)
        again = [busy.join(f"client {place}") for place in range(len(clients))]
        for place, client in enumerate(again):
            number = max([firsts[place], *heard[place]])
            client.emit("resume_session", {"session": clients[place][1], "number": number})
        clients = [(client, clients[place][1]) for place, client in enumerate(again)]
    for place, (client, _) in enumerate(clients):
        hear(client, 2)
        heard[place] |= updates(client)
        numbers = list(heard[place])
        assert numbers == list(range(firsts[place] + 1, numbers[-1] + 1))


def test_a_gap_that_is_too_old_brings_the_figure(server: Open) -> None:
    small = server(FEED_SECONDS=0.01, KEEP_ROWS=5)
    ana, session = joined(small)
    last = newest(ana)
    ana.drop()
    witness, _ = joined(small, "a witness")  # now: what it hears was sent after that
    hear(witness, 10)
    ana = small.join("Ana")
    answer = ana.call("resume_session", {"session": session, "number": last})
    assert (answer["ok"], answer["replayed"], answer["snapshot"]) == (True, 0, True)
    snapshot = ana.expect("update_chart")
    assert "figure" in snapshot
    hear(ana, 3)
    numbers = list(updates(ana))
    assert numbers == list(range(snapshot["number"] + 1, snapshot["number"] + 1 + len(numbers)))


@pytest.mark.parametrize("number", [10**9, 2**63, 10**30])
def test_a_number_that_is_not_reached_yet_brings_the_figure(busy: Server, number: int) -> None:
    ana, session = joined(busy)
    ana.drop()
    ana = busy.join("Ana")
    answer = ana.call("resume_session", {"session": session, "number": number})
    assert (answer["ok"], answer["snapshot"]) == (True, True)
    assert "figure" in ana.expect("update_chart")


def test_a_session_without_a_room_comes_back_to_none(busy: Server) -> None:
    ana, session = joined(busy)
    ana.call("leave_dashboard", {"dashboard": "stocks"})
    ana.drop()
    ana = busy.join("Ana")
    answer = ana.call("resume_session", {"session": session, "number": 0})
    assert answer == {"ok": True, "dashboard": None, "replayed": 0, "snapshot": False}
    assert not ana.heard("update_data")


def test_who_has_joined_another_dashboard_is_in_one_room_after_coming_back(busy: Server) -> None:
    ana, session = joined(busy)
    ana.drop()
    ana = busy.join("Ana")
    ana.call("join_dashboard", {"dashboard": "machine"})
    ana.call("resume_session", {"session": session, "number": 0})
    assert busy.app.rooms() == {"'dashboard_stocks'": 1}


def test_the_same_session_text_goes_on_being_good(busy: Server) -> None:
    ana, session = joined(busy)
    for _ in range(3):
        ana.drop()
        ana = busy.join("Ana")
        other = ana.expect("welcome")["session"]
        assert other != session
        assert ana.call("resume_session", {"session": session})["ok"]
        ana.settle()
    ana.drop()
    ana = busy.join("Ana")
    answer = ana.call("resume_session", {"session": other})
    assert answer["error"]["code"] == "session_expired"


def test_the_room_that_was_joined_after_coming_back_is_remembered(busy: Server) -> None:
    ana, session = joined(busy)
    ana.drop()
    ana = busy.join("Ana")
    ana.call("resume_session", {"session": session})
    ana.call("join_dashboard", {"dashboard": "machine"})
    ana.drop()
    ana = busy.join("Ana")
    assert ana.call("resume_session", {"session": session})["dashboard"] == "machine"


def test_a_connection_whose_end_is_seen_late_takes_nothing_away(busy: Server) -> None:
    zombie, session = joined(busy)
    ana = busy.join("Ana")  # while the old connection still seems to be there
    assert ana.call("resume_session", {"session": session})["ok"]
    zombie.leave()
    until(lambda: busy.app.rooms() == {"'dashboard_stocks'": 1})
    hear(ana, 2)
    ana.drop()
    ana = busy.join("Ana")
    assert ana.call("resume_session", {"session": session})["dashboard"] == "stocks"


def test_two_that_come_back_with_one_session_are_both_served(busy: Server) -> None:
    ana, session = joined(busy)
    last = newest(ana)
    ana.drop()
    pair = [busy.join("Ana"), busy.join("Ana in another window")]
    for one in pair:
        one.emit("resume_session", {"session": session, "number": last})
    for one in pair:
        hear(one, 3)
        numbers = list(updates(one))
        assert numbers == list(range(last + 1, last + 1 + len(numbers)))
    for one in pair:
        one.leave()
    ana = busy.join("Ana")
    assert ana.call("resume_session", {"session": session})["ok"]


def test_an_expired_session_is_refused_and_one_can_join_as_new(server: Open) -> None:
    short = server(SESSION_SECONDS=0.0)
    ana, session = joined(short)
    ana.drop()
    ana = short.join("Ana")

    def answered() -> object:
        answer = ana.call("resume_session", {"session": session})
        return answer if not answer["ok"] else None

    answer = until(answered)
    assert answer["error"]["code"] == "session_expired"
    assert set(answer["error"]) == {"code", "message", "reference"}
    assert ana.call("join_dashboard", {"dashboard": "stocks"})["ok"]


def strangers(session: str) -> Iterator[object]:
    yield session[:-3]
    yield session.swapcase()
    yield "é"
    yield ""
    yield URLSafeSerializer("another server's", salt="session").dumps("x" * 16)


def test_a_forged_session_is_refused(busy: Server) -> None:
    ana, session = joined(busy)
    for token in strangers(session):
        answer = ana.call("resume_session", {"session": token})
        assert answer["error"]["code"] == "session_invalid", token
    hear(ana, 2)  # and nothing was taken from the one who tried


def test_a_session_of_another_server_is_refused(server: Open) -> None:
    _, foreign = joined(server(secret="one"))
    ana = server(secret="another").join("Ana")
    answer = ana.call("resume_session", {"session": foreign})
    assert answer["error"]["code"] == "session_invalid"


def test_a_server_that_was_started_anew_knows_no_session(server: Open) -> None:
    _, before = joined(server())
    ana = server().join("Ana")
    answer = ana.call("resume_session", {"session": before})
    assert answer["error"]["code"] == "session_expired"


def test_sessions_are_unlike_each_other(busy: Server) -> None:
    found = {joined(busy, f"client {number}")[1] for number in range(9)}
    assert len(found) == 9


def test_leaving_a_room_that_one_is_not_in_forgets_nothing(server: Open) -> None:
    serving = server(FEED_SECONDS=0.02)
    ana = serving.join("Ana")
    session = ana.expect("welcome")["session"]
    ana.call("join_dashboard", {"dashboard": "stocks"})
    assert ana.call("leave_dashboard", {"dashboard": "machine"})["ok"]
    ana.drop()
    back = serving.join("Ana again").call("resume_session", {"session": session, "number": 0})
    assert back["dashboard"] == "stocks"
