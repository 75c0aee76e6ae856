"""What a lab's task, its README, still lacks."""

import ast
import re
from collections.abc import Iterator

from kit.checking.check import Check
from kit.checking.contract import Asked, Told
from kit.course import Course, Lab
from kit.proving import tables
from kit.syntax import parse

EVENTS = re.compile(r"<!-- events: ([\w, ]+) -->")
BY_HAND = re.compile(r"^\| event \|", re.MULTILINE)
MAKE = "python -m kit.proving.tables"


def faults(course: Course, lab: Lab, checks: list[Check]) -> Iterator[str]:
    """Yield what the README of `lab` lacks."""
    text = lab.task.read_text(encoding="utf-8")
    try:
        if text != tables.written(lab):
            yield f"its tables are not those of the contract and the checks. Run `{MAKE}`"
    except tables.TablesError as error:
        yield f"{error}. Write the model into checks/contract.py, or mend the marker"
        return
    said = _plain(text)
    for check in checks:
        if _plain(check.title) not in said:
            yield (
                f"it does not say what `{check.name}` checks. Put `<!-- checks -->` and"
                f" `<!-- end -->` there, and run `{MAKE}`"
            )
    if not lab.causes.exists():
        return  # an older lab, which has no contract
    if BY_HAND.search(tables.BLOCK.sub("", text)):
        yield (
            "a table of events is written by hand. Put `<!-- events: ... -->` with the names of"
            f" models of checks/contract.py there, and `<!-- end -->`; then run `{MAKE}`"
        )
    shown = {name for one in course.labs if one.number <= lab.number for name in _shown(one)}
    contract = vars(tables.contract(lab))
    for name in sorted(_taken_from_the_contract(lab)):
        model = contract.get(name)
        if _is_event(model) and name not in shown:
            yield (
                f"the checks use `{name}` of the contract, and no table of events shows it. Put it"
                " into a marker `<!-- events: ... -->`"
            )


def _shown(lab: Lab) -> list[str]:
    """Return the names of the contract that the tables of events in a README show."""
    found = EVENTS.findall(lab.task.read_text(encoding="utf-8"))
    return [name.strip() for names in found for name in names.split(",")]


def _taken_from_the_contract(lab: Lab) -> set[str]:
    return {
        alias.name
        for node in ast.walk(parse(lab.checks.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "checks.contract"
        for alias in node.names
    }


def _is_event(model: object) -> bool:
    is_told = isinstance(model, type) and issubclass(model, Told) and bool(model.event)
    return is_told or isinstance(model, Asked)


def _plain(text: str) -> str:
    """Return a text without what sets words as code, and on one line."""
    return " ".join(text.replace("`", "").split())
