"""What an instructor's seed varies: how dashboards are called, their numbers, the order of checks.

Checks and their findings say the course's own names. Between a check and the app, what one side
says is put into the other's words: so an app that knows the course's names and numbers by heart
does not know those of its own grading. Without a seed nothing is varied. The seed belongs to the
whole process: a grading worker, which decides about one submission at a time.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from kit.checking.renaming import NONE, Renaming, can_be_renamed, drawn
from kit.running import App, steady_number

KIT_SOURCE = "kit.running.sources."
STEADY = {f"{KIT_SOURCE}{kind}" for kind in ("Steady", "Uneven", "Moody")}
MOST_PHASE = 90  # rows

_seed: str | None = None


def vary(seed: str | None) -> None:
    """Let this seed vary all that is decided from now on in this process; None ends it."""
    global _seed  # noqa: PLW0603
    _seed = seed


def number(row: Any, place: int) -> Any:
    """Return the number in row `row` of the column at `place` of a steady source, both from 0."""
    return steady_number(row + _phase(), place)


def shuffled(things: Sequence[Any]) -> list[Any]:
    """Return the things in an order that is drawn, or as they are."""
    found = list(things)
    if _seed is not None:
        random.Random(f"order {_seed}").shuffle(found)
    return found


def varied(apps: tuple[App, ...]) -> tuple[tuple[App, ...], Renaming]:
    """Return the apps as they are started, and how their dashboards are called there.

    Where a source is not the kit's, nothing is renamed: the submission calls it as it likes.
    """
    if _seed is None:
        return apps, NONE
    sources = [source for app in apps for source in app.settings.get("SOURCES", [None])]
    ids = {source.get("id") if _is_ours(source) else None for source in sources}
    names = {one for one in ids if isinstance(one, str)}
    may_rename = None not in ids and all(map(can_be_renamed, names))
    if any(app.hears for app in apps):
        may_rename = False
    renaming = drawn(names, random.Random(f"names {_seed}")) if may_rename else NONE
    return tuple(_varied(app, renaming) for app in apps), renaming


def _varied(app: App, renaming: Renaming) -> App:
    if "SOURCES" not in app.settings:
        return app
    sources = []
    for source in app.settings["SOURCES"]:
        changed = source
        if _is_ours(source):
            changed = dict(source)
            if source.get("id") in renaming.names:
                changed["id"] = renaming.names[source["id"]]
            if source["call"] in STEADY:
                changed["phase"] = _phase()
        sources.append(changed)
    others = {name: _named(value, renaming) for name, value in app.settings.items()}
    return replace(app, settings={**others, "SOURCES": sources})


def _named(value: Any, renaming: Renaming) -> Any:
    """Return a setting that calls dashboards as they are called now, as a list of them does."""
    if isinstance(value, str):
        return renaming.names.get(value, value)
    if isinstance(value, list | tuple):
        return type(value)(_named(one, renaming) for one in value)
    if isinstance(value, Mapping):
        return {_named(name, renaming): _named(one, renaming) for name, one in value.items()}
    return value


def _is_ours(source: Any) -> bool:
    return isinstance(source, Mapping) and str(source.get("call", "")).startswith(KIT_SOURCE)


def _phase() -> int:
    return 0 if _seed is None else random.Random(f"numbers {_seed}").randint(1, MOST_PHASE)
