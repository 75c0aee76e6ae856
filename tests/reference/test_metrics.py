"""What the server counts, as Prometheus reads it."""

from prometheus_client.parser import text_string_to_metric_families

from kit.checking import Server
from tests.reference.conftest import Open
from tests.waiting import until


def figure(server: Server, name: str, **labels: str) -> float:
    """Return one figure of `/metrics`, or 0 where it is not there."""
    families = text_string_to_metric_families(server.get("/metrics").text)
    samples = [sample for family in families for sample in family.samples]
    return sum(one.value for one in samples if one.name == name and one.labels == labels)


def test_the_updates_of_each_dashboard_are_counted(server: Open) -> None:
    started = server(FEED_SECONDS=0.05)
    counter = "dashboard_updates_total"
    assert figure(started, counter, dashboard="machine") == 0

    ana = started.join("Ana")
    ana.call("join_dashboard", {"dashboard": "machine"})
    first = until(lambda: figure(started, counter, dashboard="machine"))
    until(lambda: figure(started, counter, dashboard="machine") > first + 3)

    ana.settle()
    heard = ana.heard("update_data")[-1]["number"]
    assert figure(started, counter, dashboard="machine") >= heard


def test_events_are_counted_by_outcome_and_timed(server: Open) -> None:
    started = server()
    ana = started.join("Ana")
    for name in ("machine", "stocks", "nothing"):
        ana.call("join_dashboard", {"dashboard": name})
    event, counter = "join_dashboard", "dashboard_events_total"
    assert figure(started, counter, event=event, outcome="success") == 2
    assert figure(started, counter, event=event, outcome="failure") == 1
    assert figure(started, "dashboard_event_seconds_count", event=event) == 3
    assert figure(started, "dashboard_clients") == 1
