"""A unit of work: what one student handed in for one lab. Each is decided by itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from kit.checking.check import Check
from kit.checking.verdict import Cause, Finding, Outcome, Result, Verdict
from kit.course import Lab
from kit.cut import Tree
from kit.language import _
from kit.proving.proofs import digest

TOO_LONG = Cause(
    "too-long-in-all",
    ("The checks of this lab did not end in the time that there is for all of them together."),
    (
        "Does something in your app wait, or compute, without an end? Run the checks yourself to"
        " see which of them takes long."
    ),
)


@dataclass(frozen=True)
class Unit:
    """The package of one student for one lab.

    `basis` is a digest of all that decides about it, besides the package itself. From `seed` is
    drawn what varies in the checks, if there is one.
    """

    lab: Lab
    package: Tree
    checks: tuple[Check, ...]
    basis: bytes
    seed: str | None = None

    @cached_property
    def key(self) -> str:
        """What the verdict is kept by: two units of the same content have the same key."""
        files = (
            part
            for name in sorted(self.package)
            for part in (name.encode(errors="surrogateescape"), self.package[name])
        )
        return digest([self.basis, *files]).hex()

    @property
    def seconds(self) -> int:
        """How long the checks may take all together, on the clock."""
        return 120 + 15 * len(self.checks)

    def without_an_end(self, known: Iterable[Result]) -> Verdict:
        """Return the verdict where the time was over when only these results were known."""
        expected = _("the checks of this lab end within {seconds} seconds").format(
            seconds=self.seconds
        )
        finding = Finding((), expected, _("they did not"), TOO_LONG.spoken())
        return self._with(known, Outcome.TIMED_OUT, finding, "")

    def broken(self, known: Iterable[Result], why: str) -> Verdict:
        """Return the verdict where the kit broke when only these results were known."""
        return self._with(known, Outcome.CHECKER_BROKE, None, why)

    def _with(
        self, known: Iterable[Result], outcome: Outcome, finding: Finding | None, detail: str
    ) -> Verdict:
        found = {result.check: result for result in known}
        results = [
            found.get(check.name)
            or Result(check.name, check.lab, check.title, outcome, 0.0, finding, detail)
            for check in self.checks
        ]
        return Verdict(self.lab.number, tuple(results), float(self.seconds))
