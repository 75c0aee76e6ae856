"""A check: one line of a lab's checklist, and the function that decides it."""

import inspect
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, overload

from kit.checking.loading import module_from
from kit.language import _

FILE = re.compile(r"lab_(?P<lab>\d\d)_\w+\.py")
FIXTURES = {"server", "start", "folder"}

CheckFunction = Callable[..., None]


@dataclass(frozen=True)
class Check:
    """One check. `title` is the line that the student sees.

    `tasks` are the words of the reference's tags that this check shows to be done; `stands_on` are
    the names of checks that must have passed before this one can say anything. `goes_on` names the
    check whose server this one takes over where that has passed.
    """

    name: str
    lab: int
    title: str
    function: CheckFunction
    tasks: tuple[str, ...]
    stands_on: tuple[str, ...]
    goes_on: str | None
    fixtures: tuple[str, ...]

    @property
    def waits_for(self) -> set[str]:
        """The names of the checks that come before this one."""
        return {*self.stands_on, *([self.goes_on] if self.goes_on else [])}


@dataclass(frozen=True)
class _Mark:
    tasks: tuple[str, ...]
    stands_on: tuple[CheckFunction, ...]
    goes_on: CheckFunction | None


@overload
def check(function: CheckFunction, /) -> CheckFunction: ...
@overload
def check(
    *,
    tasks: Iterable[str] = (),
    stands_on: Iterable[CheckFunction] = (),
    goes_on: CheckFunction | None = None,
) -> Callable[[CheckFunction], CheckFunction]: ...
def check(
    function: CheckFunction | None = None,
    /,
    *,
    tasks: Iterable[str] = (),
    stands_on: Iterable[CheckFunction] = (),
    goes_on: CheckFunction | None = None,
) -> Any:
    """Mark a function in a file of checks as a check; its docstring is its title.

    It asks for what it needs by the names of its arguments: `server` is a running server with the
    configuration `Testing`, `start` starts servers as the check says, `folder` is the path of the
    submission. It passes by returning.

    A check that needs nothing fresh may take over the server of another one: `goes_on` says of
    which. That saves time and nothing else: what it finds wrong there does not count, and it is
    tried once more, with a server of its own.
    """

    def mark(marked: CheckFunction) -> CheckFunction:
        marked.__dict__["_check"] = _Mark(tuple(tasks), tuple(stands_on), goes_on)
        return marked

    return mark(function) if function else mark


class CheckError(ValueError):
    """A file of checks is not written as it has to be."""


def load(path: Path) -> list[Check]:
    """Return the checks of one file, in their order. Raises CheckError."""
    match = FILE.fullmatch(path.name)
    if match is None:
        raise CheckError(
            _("A file of checks is called like lab_03_events.py, not {name}.").format(
                name=path.name
            )
        )
    module = module_from(path, f"checks.{path.stem}", known=True)
    lab = int(match["lab"])
    marked = [f for f in vars(module).values() if isinstance(getattr(f, "_check", None), _Mark)]
    checks = [_checked(function, lab) for function in marked]
    names = [check.name for check in checks]
    for check in checks:
        earlier = names[: names.index(check.name)]
        if not check.waits_for <= set(earlier):
            raise CheckError(
                _("{name} waits for a check that does not come before it.").format(name=check.name)
            )
        if any(check.goes_on == other.goes_on is not None for other in checks if other != check):
            raise CheckError(
                _("Two checks go on with the server of {goes_on}.").format(goes_on=check.goes_on)
            )
    return checks


def _checked(function: CheckFunction, lab: int) -> Check:
    mark: _Mark = function.__dict__["_check"]
    name = function.__name__
    title = (inspect.getdoc(function) or "").split("\n")[0]
    if not title:
        raise CheckError(
            _("{name} has no docstring: it is the line that students see.").format(name=name)
        )
    fixtures = tuple(inspect.signature(function).parameters)
    if not fixtures or not set(fixtures) <= FIXTURES:
        raise CheckError(
            _("{name} takes {fixtures}; a check takes some of {known}.").format(
                name=name, fixtures=fixtures, known=sorted(FIXTURES)
            )
        )
    stands_on = tuple(other.__name__ for other in mark.stands_on)
    goes_on = mark.goes_on.__name__ if mark.goes_on else None
    return Check(name, lab, title, function, mark.tasks, stands_on, goes_on, fixtures)
