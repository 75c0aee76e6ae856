"""How a check starts its server, without starting one: for who wants to run it by hand."""

from collections.abc import Mapping
from pathlib import Path

from kit.checking.check import Check
from kit.checking.codebase import Codebase
from kit.checking.evidence import Rows
from kit.checking.start import plan_for
from kit.running import App, Plan


class _Found(BaseException):
    """What was looked for. It is no Exception: a check that expects one has to let it pass."""

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self.plan = plan


class _Start:
    """Stands in for what starts servers, and ends the check as soon as one is to be started."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.codebase = Codebase(folder)

    def __call__(
        self,
        *apps: App,
        environment: Mapping[str, str | None] | None = None,
        why: Rows = (),  # noqa: ARG002 - checks give it
    ) -> None:
        raise _Found(plan_for(self.folder, apps, environment))


def plan_of(check: Check, folder: Path) -> Plan | None:
    """Return how a check first starts the package in `folder`; None where it starts none."""
    start = _Start(folder)
    try:
        arguments: dict[str, object] = {"start": start, "folder": folder}
        if "server" in check.fixtures:
            start()
        check.function(**{name: arguments[name] for name in check.fixtures})
    except _Found as found:
        return found.plan
    except Exception:  # it has found something before it came to that
        return None
    return None
