"""The one place that runs an app: for notebooks, checks, grading and the demo alike.

`launch` starts and stops, `warm` is the parent that forks, `host` runs inside the child, and
`patience` decides how long to wait for it.
"""

from kit.running.app import Crash, RunningApp, StartFailed
from kit.running.launch import Launcher
from kit.running.plan import FAILING, PACKAGE, App, Plan

__all__ = ["FAILING", "PACKAGE", "App", "Crash", "Launcher", "Plan", "RunningApp", "StartFailed"]
