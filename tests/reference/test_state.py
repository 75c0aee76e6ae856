"""What an app has of its own: nothing of it is another app's, and it is chosen once."""

from dataclasses import fields

from dashboard import config, create_app
from dashboard.audiences import Audiences
from dashboard.cluster.history import SharedDashboard
from dashboard.cluster.leading import SharedFeed
from dashboard.cluster.shared_clients import SharedAudiences, SharedSessions
from dashboard.dashboards import Dashboard
from dashboard.feed import Feed
from dashboard.rates import Rates, SharedRates
from dashboard.sessions import Sessions
from dashboard.state import State, state, state_of


class Several(config.Testing):
    REDIS = "redis://127.0.0.1:1"  # where nothing answers: making an app asks it nothing


def kinds(of: State) -> list[type]:
    dashboards = [*of.dashboards.values()]
    return [type(one) for one in (*dashboards, of.feed, of.sessions, of.audiences, of.rates)]


def test_two_apps_have_no_part_of_their_state_in_common() -> None:
    first, second = create_app(config.Testing), create_app(config.Testing)

    for field in fields(State):
        one, other = (getattr(state_of(app), field.name) for app in (first, second))
        assert one is not other or one in (None, False), field.name
    ours, theirs = state_of(first).dashboards, state_of(second).dashboards
    assert all(ours[name] is not theirs[name] for name in ours)


def test_the_state_is_the_current_apps() -> None:
    first, second = create_app(config.Testing), create_app(config.Testing)

    with first.app_context():
        assert state() is state_of(first)
    with second.app_context():
        assert state() is state_of(second)


def test_one_process_alone_shares_nothing() -> None:
    alone = state_of(create_app(config.Testing))

    assert kinds(alone) == [Dashboard, Dashboard, Feed, Sessions, Audiences, Rates]
    assert alone.store is None


def test_one_of_several_processes_is_so_from_the_beginning() -> None:
    app = create_app(Several)

    shared = state_of(app)
    assert kinds(shared) == [
        *(SharedDashboard, SharedDashboard),
        *(SharedFeed, SharedSessions, SharedAudiences, SharedRates),
    ]
    assert isinstance(shared.feed, SharedFeed)
    assert shared.feed.dashboards == shared.dashboards
    assert shared.feed.sessions is shared.sessions
    assert shared.feed.audiences is shared.audiences
    assert shared.feed.store is shared.store
