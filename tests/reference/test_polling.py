"""Long polling: however much there is to say, it is said in pieces that both clients take."""

import json

import requests
import socketio

from tests.reference.conftest import Open

SEPARATOR = "\x1e"


def test_a_client_may_post_more_than_sixteen_events_at_once(server: Open) -> None:
    address = f"{server().app.url}/socket.io/?EIO=4&transport=polling"
    with requests.Session() as polling:
        polling.trust_env = False
        sid = json.loads(polling.get(address, timeout=20).text[1:])["sid"]
        address += f"&sid={sid}"
        polling.post(address, "40", timeout=20)
        events = [
            f'42{number}["leave_dashboard",{{"dashboard":"machine"}}]' for number in range(40)
        ]
        assert polling.post(address, SEPARATOR.join(events), timeout=20).status_code == 200
        acknowledged: set[str] = set()
        while len(acknowledged) < 40:
            packets = polling.get(address, timeout=20).text.split(SEPARATOR)
            assert len(packets) <= 16
            acknowledged |= {packet.partition("[")[0] for packet in packets if packet[:2] == "43"}


def test_a_python_client_resumes_by_polling_after_a_long_gap(server: Open) -> None:
    serving = server(FEED_SECONDS=0.01)
    ana = serving.join("Ana")
    session = ana.expect("welcome")["session"]
    ana.call("join_dashboard", {"dashboard": "stocks"})
    first = ana.expect("update_data")["number"]
    while ana.expect("update_data")["number"] < first + 40:
        pass
    ana.drop()
    numbers: list[int] = []
    client = socketio.Client(reconnection=False)
    client.on("update_data", lambda update: numbers.append(update["number"]))
    client.connect(serving.app.url, transports=["polling"])
    answer = client.call("resume_session", {"session": session, "number": first}, timeout=20)
    assert answer["replayed"] >= 40
    replayed = numbers[: answer["replayed"]]
    assert replayed == list(range(first + 1, first + 1 + len(replayed)))
    client.disconnect()
