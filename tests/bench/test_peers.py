"""The servers of the bench: one that cannot be had or does not hold is told in one message."""

from pathlib import Path

import pytest

from kit import npm
from kit.bench.server import node_packages, open_files, peers
from kit.bench.server.node_packages import NoNode
from kit.bench.server.peers import NODE, REFERENCE, PeerFailed


def test_a_missing_node_is_one_clear_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(npm.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(NoNode, match=r"There is no Node on this machine.*\nInstall Node"):
        peers.start(NODE, tmp_path, print)


def test_node_s_packages_are_fetched_once(tmp_path: Path) -> None:
    said: list[str] = []
    modules = node_packages.modules(tmp_path, said.append)
    assert (modules / "socket.io" / "package.json").is_file()
    assert said == ["Fetching Node's Socket.IO server"]
    node_packages.modules(tmp_path, said.append)
    assert len(said) == 1


def test_a_server_that_ends_is_told_with_its_last_words(tmp_path: Path) -> None:
    peer = peers.start(REFERENCE, tmp_path, print)
    try:
        peer.log.write_text("it is out of paper\n")
        peer.process.kill()
        peer.process.wait()
        with pytest.raises(PeerFailed, match=r"reference ended too early.\nit is out of paper"):
            peer.listen(10)
    finally:
        peer.end()


def test_a_server_that_does_not_start_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peers, "ROOT", tmp_path)  # no reference lies there
    with pytest.raises(PeerFailed, match=r"did not start|ended too early"):
        peers.start(REFERENCE, tmp_path, print)


def test_too_few_open_files_say_what_to_do() -> None:
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    open_files.allow_open_files(1)
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == before
    if before[1] != resource.RLIM_INFINITY:
        with pytest.raises(open_files.TooFewFiles, match="--clients 100,500"):
            open_files.allow_open_files(before[1] + 1)
