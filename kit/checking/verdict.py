"""The verdict on a submission, as plain data."""

from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, Self

from kit.language import Said, said, spoken


class Outcome(StrEnum):
    """What became of one check. They are kept apart wherever a verdict is shown."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_ATTEMPTED = "not attempted"  # the starter's task is still there
    NOT_TRIED = "not tried"  # one that it stands on did not pass, or this machine lacks something
    TIMED_OUT = "timed out"
    CHECKER_BROKE = "checker broke"  # our fault, never the submission's


@dataclass(frozen=True)
class Cause:
    """Why something is so: a name for programs, the likely cause and the next step for people."""

    name: str
    likely: str
    next_step: str

    def spoken(self) -> Self:
        """Return the same cause in the language that is spoken, as far as it is translated."""
        likely, next_step = (
            spoken(one if isinstance(one, Said) else said(one))
            for one in (self.likely, self.next_step)
        )
        return replace(self, likely=likely, next_step=next_step)


class Mark(StrEnum):
    """What is to be seen in a packet of a picture."""

    NONE = ""
    WRONG = "wrong"
    UNEXPECTED = "unexpected"
    MISSING = "missing"
    LOOKED_AT = "looked at last"
    LEFT_OUT = "left out"  # it stands for so many that are not shown


@dataclass(frozen=True)
class Packet:
    """One message in the picture of what passed, or so many `times` one like it.

    It went between a `client` and a `server`; `sent` are those of the client. In `words` what is
    code stands in backticks.
    """

    client: str
    sent: bool
    words: str
    times: int = 1
    mark: Mark = Mark.NONE
    server: str = ""


@dataclass(frozen=True)
class Finding:
    """What a check saw: what was done, what should have come of it, and what came of it.

    `packets` are what passed between clients and servers, and `try_it` the lines of a program that
    does the same by hand; nothing passed, or it cannot be done by hand, where they are empty.
    """

    did: tuple[str, ...]
    expected: str
    got: str
    cause: Cause
    packets: tuple[Packet, ...] = ()
    try_it: tuple[str, ...] = ()

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Return the finding that `asdict` has made this of, also where it went through JSON."""
        packets = [Packet(**one) for one in data.get("packets", ())]
        return cls(
            tuple(data["did"]),
            data["expected"],
            data["got"],
            Cause(**data["cause"]),
            tuple(replace(one, mark=Mark(one.mark)) for one in packets),
            tuple(data.get("try_it", ())),
        )


@dataclass(frozen=True)
class Result:
    """What became of one check.

    `finding` is there when it failed or timed out; `detail` explains the other outcomes.
    `seconds` is how long the check took, on the clock. `started` is False where it came to nothing
    because a server did not start, `is_lacking` True where the machine lacks what the
    check needs: `detail` says what, and what to do.
    """

    check: str
    lab: int
    title: str
    outcome: Outcome
    seconds: float
    finding: Finding | None = None
    detail: str = ""
    started: bool = True
    is_lacking: bool = False

    @property
    def passed(self) -> bool:
        return self.outcome is Outcome.PASSED

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Return the result that `asdict` has made this of, also where it went through JSON."""
        finding = Finding.from_dict(data["finding"]) if data["finding"] else None
        return cls(**{**data, "outcome": Outcome(data["outcome"]), "finding": finding})


@dataclass(frozen=True)
class Verdict:
    """The results of a lab's checks on one submission, in the order of the checks."""

    lab: int
    results: tuple[Result, ...]
    seconds: float

    @property
    def passed(self) -> bool:
        """Whether there was a check, and every one of them passed."""
        return bool(self.results) and all(result.passed for result in self.results)

    @property
    def is_done(self) -> bool:
        """Whether a check passed, and so did every one that can be tried on this machine."""
        lacking = sum(result.is_lacking for result in self.results)
        return 0 < len(self.results) - lacking == self.count(Outcome.PASSED)

    @property
    def waits(self) -> bool:
        """Whether a check was not tried because one that it stands on did not pass."""
        return any(one.outcome is Outcome.NOT_TRIED and not one.is_lacking for one in self.results)

    def count(self, outcome: Outcome) -> int:
        return sum(result.outcome is outcome for result in self.results)

    def to_dict(self) -> dict[str, Any]:
        """Return the verdict as JSON-ready data."""
        return asdict(self) | {"passed": self.passed}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Return the verdict that `to_dict` has made this of, also where it went through JSON."""
        results = tuple(map(Result.from_dict, data["results"]))
        return cls(data["lab"], results, data["seconds"])
