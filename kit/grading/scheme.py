"""How verdicts become marks: an instructor's scheme, a small file in TOML."""

import tomllib
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, tzinfo
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from kit.checking.check import load
from kit.course import Course, Lab, UnknownLab
from kit.language import _


class SchemeError(ValueError):
    """The scheme cannot be used. Its text says why, and where."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


Share = Annotated[float, Field(ge=0, le=1)]
Points = Annotated[float, Field(ge=0, le=10_000)]


class CheckScheme(_Part):
    """What a check is worth. `partial` gives a share of its points where a cause is told.

    A `hidden` check counts, and students are not told of it.
    """

    points: Points = 1
    partial: dict[str, Share] = {}
    hidden: bool = False


def _short(value: Any) -> Any:
    """Let `check = 3` stand for `check = { points = 3 }`."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return {"points": value} if is_number else value


def _end_of_day(value: Any) -> Any:
    """Let a date stand for its last moment."""
    is_date = isinstance(value, date) and not isinstance(value, datetime)
    return datetime.combine(value, time.max) if is_date else value


class LabScheme(_Part):
    """What a lab weighs in the total (its points, if nothing is said), and when it is due.

    `rubric` is how many points people may give, for what the lab's rubric has and no check sees.
    """

    weight: Points | None = None
    rubric: Points = 0
    due: Annotated[datetime | None, BeforeValidator(_end_of_day)] = None
    checks: dict[str, Annotated[CheckScheme, BeforeValidator(_short)]] = {}


class Late(_Part):
    """What is taken for each day that has begun, in percent of what was earned."""

    percent_per_day: Annotated[float, Field(ge=0, le=100)] = 0
    at_most: Annotated[float, Field(ge=0, le=100)] = 100
    free_days: Annotated[int, Field(ge=0)] = 0  # of a student, in all labs together
    grace_minutes: Annotated[int, Field(ge=0)] = 0
    timezone: str = ""


class _File(_Part):
    drop_lowest: Annotated[int, Field(ge=0)] = 0
    seed: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    late: Late = Late()
    labs: dict[str, LabScheme] = {}


@dataclass(frozen=True)
class Scheme:
    """The scheme: by default a point for each check, and labs weigh as much as they have points.

    `seed` is what the varied data of the checks is drawn from, if the instructor keeps one.
    """

    labs: dict[int, LabScheme] = field(default_factory=dict)
    drop_lowest: int = 0
    late: Late = field(default_factory=Late)
    seed: str | None = None
    zone: tzinfo | None = None

    def lab(self, number: int) -> LabScheme:
        return self.labs.get(number, LabScheme())

    def check(self, lab: int, name: str) -> CheckScheme:
        return self.lab(lab).checks.get(name, CheckScheme())

    def without_rubrics(self) -> "Scheme":
        """Return the same, but for the points that people give."""
        labs = {number: lab.model_copy(update={"rubric": 0}) for number, lab in self.labs.items()}
        return replace(self, labs=labs)

    @property
    def is_plain(self) -> bool:
        """Whether the total is nothing but the sum of all points."""
        return not self.drop_lowest and all(one.weight is None for one in self.labs.values())

    def days_late(self, lab: int, handed_in: datetime | None) -> int | None:
        """Return how many days after it was due a lab was handed in; None where nobody knows.

        A day that has begun counts. Raises SchemeError where a time lacks its zone.
        """
        due = self.lab(lab).due
        if due is None:
            return 0
        if handed_in is None:
            return None
        if (due.tzinfo is None) != (handed_in.tzinfo is None):
            if self.zone is None:
                raise SchemeError(
                    _(
                        "Lab {lab} is due {due}, and something was handed in {handed_in}: one of"
                        " these"
                        ' has no time zone. Say which is meant, such as timezone = "Europe/Berlin"'
                        " under [late]."
                    ).format(lab=lab, due=due, handed_in=handed_in)
                )
            due, handed_in = (
                one if one.tzinfo else one.replace(tzinfo=self.zone) for one in (due, handed_in)
            )
        seconds = (handed_in - due).total_seconds() - 60 * self.late.grace_minutes
        return max(int(-(-seconds // 86_400)), 0)


def read(path: Path, course: Course) -> Scheme:
    """Return the scheme in a file. Raises SchemeError."""
    try:
        found = _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SchemeError(
            _("The scheme {path} cannot be read: {error}").format(path=path, error=error)
        ) from None
    except ValidationError as error:
        raise SchemeError(
            _("The scheme {path}: {told}").format(path=path, told=_told(error))
        ) from None
    labs: dict[int, LabScheme] = {}
    for name, scheme in found.labs.items():
        try:
            lab = course.lab(name)
        except UnknownLab as error:
            raise SchemeError(
                _("The scheme {path}: {error}").format(path=path, error=error)
            ) from None
        if lab.number in labs:
            raise SchemeError(
                _("The scheme {path} has {title} twice. Keep one of them.").format(
                    path=path, title=lab.title
                )
            )
        labs[lab.number] = _known(scheme, lab, path)
    try:
        zone = ZoneInfo(found.late.timezone) if found.late.timezone else None
    except (ZoneInfoNotFoundError, ValueError):
        raise SchemeError(
            _(
                "The scheme {path}: there is no time zone {timezone!r}. Write one such as"
                ' "Europe/Berlin", or give each time an offset.'
            ).format(path=path, timezone=found.late.timezone)
        ) from None
    return Scheme(labs, found.drop_lowest, found.late, found.seed, zone)


def _known(scheme: LabScheme, lab: Lab, path: Path) -> LabScheme:
    """Return the scheme of a lab whose checks are all there. Raises SchemeError."""
    names = [check.name for check in load(lab.checks)]
    unknown = sorted(set(scheme.checks) - set(names))
    if unknown:
        raise SchemeError(
            _(
                "The scheme {path}: {title} has no check {unknown!r}. Its checks are: {names}."
            ).format(path=path, title=lab.title, unknown=unknown[0], names=", ".join(names))
        )
    if scheme.rubric and not lab.rubric.exists():
        raise SchemeError(
            _("The scheme {path}: {title} has no rubric, so nobody can give points for it.").format(
                path=path, title=lab.title
            )
        )
    if not sum(scheme.checks.get(name, CheckScheme()).points for name in names):
        raise SchemeError(
            _("The scheme {path}: {title} has no points at all.").format(path=path, title=lab.title)
        )
    return scheme


def _told(error: ValidationError) -> str:
    """Return the first of the faults: where it is, and what it is."""
    first = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return _("`{place}` is nothing that a scheme has. See docs/grading.md.").format(place=place)
    return f"`{place}`: {first['msg'].lower()}."
