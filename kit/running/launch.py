"""Start apps: forked from a warm parent where the system can, spawned elsewhere."""

import sys
import threading
from dataclasses import replace

from kit.language import _
from kit.running.app import RunningApp
from kit.running.crash import LauncherBroke
from kit.running.enclosure import Enclosure
from kit.running.forked import WarmParent
from kit.running.plan import Plan
from kit.running.spawned import spawn
from kit.temporary import TemporaryFolder

CAN_FORK = sys.platform == "linux"  # macOS's own libraries do not survive a fork


class Launcher:
    """Starts apps and ends them all when it is closed. Safe to use from several threads.

    With `warm`, the first start makes the warm parent (over a second); each further one forks.
    With an `enclosure` everything runs in there, warm in any case.
    """

    def __init__(self, *, warm: bool = CAN_FORK, enclosure: Enclosure | None = None) -> None:
        self._warm = warm or enclosure is not None
        self._enclosure = enclosure
        self._parent: WarmParent | None = None
        self._making = threading.Lock()
        self._apps: list[RunningApp] = []
        self._closed = False
        self._compiled = TemporaryFolder()

    def __enter__(self) -> "Launcher":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def prepare(self) -> None:
        """Make the warm parent now, so that the first start need not wait for it."""
        if self._warm:
            self._warm_parent()

    def keep_ready(self, count: int) -> None:
        """Make so many children ready for the next starts, while nobody waits for one.

        Each takes about 15 MB meanwhile. Not wanted for a minute, all but one end, and not for
        five minutes, all of them.
        """
        if self._warm and not self._closed:
            self._warm_parent().keep_ready(count)

    def start(self, plan: Plan) -> RunningApp:
        """Start a child that serves `plan` and return it, perhaps before it listens.

        Raises LauncherBroke, also when the launcher is closed already.
        """
        if self._closed:
            raise LauncherBroke(_("No more servers are started here."))
        plan = replace(plan, compiled=self._compiled.path)
        if self._enclosure:
            plan = self._enclosure.inside(plan)
        app = self._warm_parent().start(plan) if self._warm else spawn(plan)
        app.host = plan.host
        with self._making:
            self._apps = [*(other for other in self._apps if not other.is_stopped), app]
        return app

    def close(self) -> None:
        """End every app that was started here, and the warm parent. No more can be started."""
        self._closed = True
        for app in self._apps:
            app.stop()
        with self._making:
            if self._parent:
                self._parent.close()
                self._parent = None
        self._compiled.close()

    def _warm_parent(self) -> "WarmParent":
        with self._making:
            if self._closed:
                raise LauncherBroke(_("No more servers are started here."))
            if self._parent and not self._parent.is_running:
                self._parent.close()
                self._parent = None
            if self._parent is None:
                self._parent = WarmParent(self._enclosure)
            return self._parent
