"""Write the tables of a lab's README from the contract and the checks, between markers.

    <!-- events: JOIN, UpdateChart, UpdateData -->     who sends and hears what
    <!-- payload: UpdateData -->                       a row for each key
    <!-- acknowledgements: JOIN -->                    a row for each
    <!-- checks -->                                    a line for each
    <!-- end -->

The names are those of `checks/contract.py`. In `docs/teaching.md`, `<!-- mistakes -->` begins what
learners of each lab get wrong. `python -m kit.proving.tables` writes all of them anew.
"""

import json
import re
import sys
from collections import Counter
from collections.abc import Iterable
from types import ModuleType

from kit.checking.check import load
from kit.checking.contract import Asked, Told
from kit.checking.lab_causes import Causes
from kit.checking.loading import module_from
from kit.course import Course, Lab
from kit.proving.proof import load as load_proof

KINDS = "events|payload|acknowledgements|checks"
MISTAKES = re.compile(r"(<!-- mistakes -->\n).*?(<!-- end -->)", re.DOTALL)
MOST_MISTAKES = 5  # of each lab
BLOCK = re.compile(rf"(<!-- ({KINDS})(?:: ([\w, ]+))? -->\n).*?(<!-- end -->)", re.DOTALL)


class TablesError(ValueError):
    """A marker names something that the contract does not have, or that fits another marker."""


def written(lab: Lab) -> str:
    """Return what the README of `lab` should say. Raises TablesError."""
    text = lab.task.read_text(encoding="utf-8")

    def block(match: re.Match[str]) -> str:
        begin, kind, names, end = match.groups()
        return begin + "\n".join(_lines(lab, kind, names)) + "\n" + end

    return BLOCK.sub(block, text)


def _lines(lab: Lab, kind: str, names: str | None) -> Iterable[str]:
    if kind == "checks":
        return [f"- {check.title}" for check in load(lab.checks)]
    models = contract(lab)
    wanted = [name.strip() for name in names.split(",")] if names else []
    try:
        found = [getattr(models, name) for name in wanted]
    except AttributeError as error:
        raise TablesError(f"{lab.slug}/README.md: {error}") from None
    for name, one in zip(wanted, found, strict=True):
        if kind not in (fit := _kinds(one)):
            other = f"`<!-- {fit[0]}: {name} -->`" if fit else "no marker"
            raise TablesError(f"{lab.slug}/README.md: {name} fits {other}, not `{kind}`")
    if kind == "events":
        return _table(("event", "who sends it", "who hears it", "payload"), map(_event, found))
    if kind == "payload":
        rows = [
            (f"`{name}`", field.description or "")
            for model in found
            for name, field in model.model_fields.items()
        ]
        return _table(("key", "value"), rows)
    answers = [answer for asked in found for answer in asked.acknowledged]
    rows = [(one.when, f"`{json.dumps(one.example())}`") for one in answers]
    return _table(("what happened", "the acknowledgement"), rows)


def _kinds(one: object) -> list[str]:
    """Return the kinds of tables that something of the contract may stand in."""
    if isinstance(one, Asked):
        return ["events", "acknowledgements"]
    if not (isinstance(one, type) and issubclass(one, Told)):
        return []
    return ["payload", "events"] if one.event else ["payload"]


def _event(one: Asked | type[Told]) -> tuple[str, ...]:
    if isinstance(one, Asked):
        return f"`{one.event}`", "a client", "the server", f"`{one.payload}`"
    keys = ", ".join(f"`{name}`" for name in one.model_fields)
    return f"`{one.event}`", one.sent, one.heard, f"{keys}: {_first_line(one)}"


def _first_line(model: type[Told]) -> str:
    text = (model.__doc__ or "").split("\n")[0].rstrip(".")
    return text[:1].lower() + text[1:]


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in [head, ("---",) * len(head), *rows]]


def contract(lab: Lab) -> ModuleType:
    """Return the course's contract as it is now."""
    return module_from(lab.checks.with_name("contract.py"), "checks.contract")


def for_teachers(course: Course) -> str:
    """Return what `docs/teaching.md` should say."""
    lines: list[str] = []
    for lab in course.labs:
        lines += [f"**{lab.column}**", "", *(f"- {mistake}" for mistake in mistakes(lab)), ""]
    return MISTAKES.sub(
        lambda found: found[1] + "\n".join(lines) + found[2],
        course.teaching.read_text(encoding="utf-8"),
    )


def mistakes(lab: Lab) -> list[str]:
    """Return the likeliest mistakes in words: those of the most submissions known to be wrong."""
    said = Causes(lab.causes).by_name if lab.causes.exists() else {}
    told = Counter(cause for wrong in load_proof(lab).wrong for cause in wrong.fails.values())
    return [said[cause].likely for cause, _ in told.most_common() if cause in said][:MOST_MISTAKES]


def main() -> None:
    """Write the tables of every lab, and what teachers should know of their mistakes."""
    course = Course()
    course.teaching.write_text(for_teachers(course), encoding="utf-8")
    try:
        for lab in course.labs:
            lab.task.write_text(written(lab), encoding="utf-8")
    except TablesError as error:
        sys.exit(f"{error}. Write the model into checks/contract.py, or mend the marker.")


if __name__ == "__main__":
    main()
