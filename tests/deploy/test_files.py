"""The files for systemd and for containers: what can be seen of them without either."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from dashboard.deploy import worker, workers
from kit.course import ROOT
from kit.running.redis_server import RedisServer, run

DEPLOY = ROOT / "reference" / "deploy"


@pytest.fixture
def compose() -> dict[str, Any]:
    content = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content


def workers_of(compose: dict[str, Any]) -> dict[str, Any]:
    return {name: one for name, one in compose["services"].items() if "build" in one}


def test_every_file_that_compose_mounts_or_builds_from_is_there(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        for mount in service.get("volumes", []):
            source = mount.split(":")[0]
            if source.startswith("."):
                assert (DEPLOY / source).is_file(), source
            else:
                assert source in compose["volumes"]
        if "build" in service:
            context = DEPLOY / service["build"]["context"]
            dockerfile = context / service["build"]["dockerfile"]
            for source in re.findall(r"^COPY (\S+)", dockerfile.read_text(), re.MULTILINE):
                assert (context / source).exists(), source
        else:
            assert re.fullmatch(r"(redis|nginx):\S+", service["image"])


def test_the_workers_of_compose_take_their_options(compose: dict[str, Any]) -> None:
    entry = re.search(r"^ENTRYPOINT (\[.*\])", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    assert entry
    command = yaml.safe_load(entry[1])
    assert command[:5] == ["python", "-m", "gevent.monkey", "--module", "dashboard.deploy.worker"]
    for name, service in workers_of(compose).items():
        assert worker.read([*command[5:], *service["command"]]).name == name


def test_nginx_of_compose_knows_every_worker(
    compose: dict[str, Any], nginx: str, short_folder: Path
) -> None:
    names = set(workers_of(compose))
    assert len(names) >= 2
    for file in ("servers", "workers", "routes"):
        found = re.findall(r"\b(w\d+)\b", (DEPLOY / "compose" / f"{file}.conf").read_text())
        assert set(found) == names
    for mount in compose["services"]["nginx"]["volumes"]:
        source, target, _ = mount.split(":")
        shutil.copy(DEPLOY / source, short_folder / Path(target).name)
    tried = [nginx, "-p", str(short_folder), "-c", str(short_folder / "nginx.conf"), "-t",
        *compose["services"]["nginx"]["command"], "-e", "error.log"]  # fmt: skip
    done = subprocess.run(tried, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_redis_starts_with_its_configuration(redis_program: str, short_folder: Path) -> None:
    def begin(command: Any) -> "subprocess.Popen[bytes]":
        kept = [word for word in command if word not in {"--save", "", "--appendonly", "no"}]
        return run([redis_program, str(DEPLOY / "redis.conf"), *kept[1:]])

    server = RedisServer(short_folder, begin=begin)
    server.start()
    try:
        assert server.client.config_get("appendonly") == {"appendonly": "yes"}
        assert server.client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
    finally:
        server.stop()


def test_the_unit_is_one_that_systemd_understands(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("there is no systemd-analyze")
    text = (DEPLOY / "dashboard.service").read_text()
    started = re.search(r"^ExecStart=(\S+) -m dashboard (.*)", text, re.MULTILINE)
    assert started
    assert workers.read(started[2].split()).workers == 4
    unit = tmp_path / "dashboard.service"
    unit.write_text(text.replace(started[1], "/bin/true"))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(unit)],
        capture_output=True,
        text=True,
        check=False,
    )
    said = [line for line in done.stderr.splitlines() if "dashboard.service" in line]
    assert said == []


def test_the_guide_names_every_file_and_no_option_that_there_is_not() -> None:
    guide = (DEPLOY / "README.md").read_text(encoding="utf-8")
    for file in set(DEPLOY.iterdir()) - {DEPLOY / "README.md"}:
        assert f"`{file.name}" in guide, file.name
    known = set(re.findall(r'"(--[a-z-]+)"', Path(workers.__file__).read_text()))
    asked = set(re.findall(r"(--[a-z-]+)\b", re.sub(r"pip install.*", "", guide)))
    assert asked <= known
    assert {"--workers", "--redis", "--proxies", "--queue", "--metrics-port"} <= asked
