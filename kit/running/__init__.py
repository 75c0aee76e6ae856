"""The one place that runs an app: for notebooks, checks, grading and the demo alike.

`launch` starts it, `forked` from the `warm` parent or `spawned`; `app` is a running one, seen from
outside. `host` and `reporter` run inside the child. `patience` decides how long to wait for it.
"""

from kit.running.app import RunningApp
from kit.running.crash import Crash, LauncherBroke, StartFailed
from kit.running.launch import Launcher
from kit.running.plan import FAILING, PACKAGE, App, Plan, source
from kit.running.sources import steady_number

__all__ = [
    "FAILING",
    "PACKAGE",
    "App",
    "Crash",
    "Launcher",
    "LauncherBroke",
    "Plan",
    "RunningApp",
    "StartFailed",
    "source",
    "steady_number",
]
