"""The layout of JupyterLab's first start is left once, and never over a learner's own."""

import json
from pathlib import Path

from jupyterlab_server.workspaces_handler import WorkspacesManager

from kit.course import Course
from kit.panel import layout


def lay_out(folder: Path) -> None:
    layout.lay_out(Course(), folder, "/base/panel/")


def test_it_is_where_jupyterlab_looks_for_it(tmp_path: Path) -> None:
    lay_out(tmp_path / "new")
    data = WorkspacesManager(str(tmp_path / "new")).load("default")["data"]
    assert data["server-proxy:server-proxy:roundtrip-panel"]["data"]["url"] == "/base/panel/"
    for told in data.values():
        if "path" in told.get("data", {}):
            assert (Course().root / told["data"]["path"]).exists(), told


def test_a_layout_of_ones_own_stays(tmp_path: Path) -> None:
    manager = WorkspacesManager(str(tmp_path))
    own = {"data": {"own": 1}, "metadata": {"id": "another"}}
    file = manager.save("another", json.dumps(own))
    lay_out(tmp_path)
    assert list(tmp_path.iterdir()) == [file]
    assert json.loads(file.read_text()) == own
