"""How JupyterLab looks at the first start: the first page, a task and the panel, side by side.

From then on it is the learner's: JupyterLab keeps in the same place how they have left it.
"""

import json
from pathlib import Path
from typing import Any

from jupyterlab_server.workspaces_handler import WORKSPACE_EXTENSION, WorkspacesManager

from kit.course import Course
from kit.jupyterlab import START
from kit.panel import tab

WORKSPACE = "default"  # JupyterLab's own name for it
# Shares of the window's width, of what is left of it, and of the height beside the first page.
FILES, PAGE, TASK = 0.15, 0.56, 0.42


def lay_out(course: Course, folder: Path, url: str) -> None:
    """Leave the first layout in `folder`, where JupyterLab keeps all of them, if it has none yet.

    `url` is the panel's, a path. Raises OSError.
    """
    if any(folder.glob(f"*{WORKSPACE_EXTENSION}")):
        return
    panel = tab.opened(url)
    task = course.labs[0].task.relative_to(course.root).as_posix()
    opened: dict[str, dict[str, Any]] = {
        f"notebook:{START}": {"path": START, "factory": "Notebook"},
        f"markdownviewer-widget:{task}": {"path": task, "factory": "Markdown Preview"},
        f"{tab.SERVERS}:{panel['id']}": panel,
    }
    page, beside, below = map(_tabs, opened)
    right = _split("vertical", [TASK, 1 - TASK], [beside, below])
    dock = _split("horizontal", [PAGE, 1 - PAGE], [page, right])
    files = {"collapsed": False, "visible": True, "current": "filebrowser", "widgets": []}
    layout = {
        "main": {"dock": dock, "current": page["widgets"][0]},
        "left": files,
        "relativeSizes": [FILES, 1 - FILES, 0],
    }
    data = {"layout-restorer:data": layout} | {
        widget: {"data": arguments} for widget, arguments in opened.items()
    }
    kept = {"data": data, "metadata": {"id": WORKSPACE}}
    WorkspacesManager(str(folder)).save(WORKSPACE, json.dumps(kept))


def _tabs(widget: str) -> dict[str, Any]:
    return {"type": "tab-area", "currentIndex": 0, "widgets": [widget]}


def _split(orientation: str, sizes: list[float], children: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "type": "split-area",
        "orientation": orientation,
        "sizes": sizes,
        "children": children,
    }
