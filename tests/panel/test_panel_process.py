"""The panel's process: one a course, replaced when it was killed, gone when nobody needs it."""

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from kit import language
from kit.panel import address, finding
from tests import waiting
from tests.panel.conftest import LINGERS, Kept


def other_than(kept: Kept, pid: int) -> address.Address:
    """Return where the panel answers that follows the process `pid`."""

    def look() -> address.Address | None:
        found = finding.running(kept.root)
        return found if found and found.pid != pid else None

    return waiting.until(look, what="a new process")


def test_however_many_want_it_at_once_there_is_one(kept: Kept) -> None:
    with ThreadPoolExecutor(3) as pool:
        found = {one.result() for one in [pool.submit(kept.ensure) for _ in range(3)]}
    assert len(found) == 1
    waiting.until(lambda: len(kept.processes("kit.panel.keeper")) == 1, what="one keeper")
    (process,) = kept.processes("kit.panel.process")
    assert process.pid == found.pop().pid


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_its_key_is_for_this_user_alone(kept: Kept) -> None:
    kept.ensure()
    mode = (address.folder(kept.root) / "address.json").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_a_killed_one_comes_back_by_itself_where_it_was(kept: Kept) -> None:
    before = kept.ensure()
    for process in kept.processes("kit.panel.process"):
        process.kill()
    after = other_than(kept, before.pid)
    assert (after.port, after.key) == (before.port, before.key)


def test_one_that_is_gone_with_its_keeper_is_started_anew(kept: Kept) -> None:
    before = kept.ensure()
    kept.kill()
    assert finding.running(kept.root) is None
    after = kept.ensure()
    assert after.pid != before.pid
    assert (after.port, after.key) == (before.port, before.key)


def test_another_server_at_its_port_is_not_taken_for_it(kept: Kept) -> None:
    before = kept.ensure()
    kept.kill()
    stranger = subprocess.Popen(
        [sys.executable, "-m", "http.server", "-b", address.HOST, str(before.port)],
        cwd=kept.root / "labs",
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert stranger.stdout
        stranger_says = finding.running(kept.root)
        after = kept.ensure()
    finally:
        stranger.kill()
        stranger.communicate()
    assert stranger_says is None
    assert after.port != before.port


def test_after_an_update_of_the_kit_the_older_one_is_replaced(kept: Kept) -> None:
    before = kept.ensure()
    checks = kept.course.lab(2).checks
    checks.write_text(checks.read_text() + "\n# a newer edition\n")
    assert kept.ensure().pid != before.pid
    assert len(kept.processes("kit.panel.process")) == 1


def test_one_of_another_language_is_replaced_by_a_command_and_not_by_a_view(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = kept.ensure()
    monkeypatch.setenv(language.OWN, "es")
    assert kept.ensure().pid == before.pid
    after = finding.ensure(kept.root, lingers=LINGERS, speaks="es")
    assert after.pid != before.pid
    assert (after.port, after.key) == (before.port, before.key)
    assert finding.ensure(kept.root, speaks="es").pid == after.pid


def test_it_ends_by_itself_when_nobody_looks(kept: Kept) -> None:
    finding.end(kept.root)
    waiting.until(lambda: not kept.processes("kit.panel.process"), what="the end of the first")
    kept.ensure(lingers=0.5)
    for module in ("kit.panel.process", "kit.panel.keeper", "kit.running.warm"):
        waiting.until(lambda one=module: not kept.processes(one), what=f"the end of {module}")
    assert not finding.log_file(kept.root).read_text()
