"""All submissions that prove the checks of one lab, wherever they are written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kit.checking.loading import module_from
from kit.course import Lab
from kit.proving import by_hand
from kit.proving.submission import Right, SubmissionError, Wrong


@dataclass(frozen=True)
class Proof:
    """All submissions of one lab besides its starter and its solution.

    `beside` are files of the solution that the reference does not hold, such as what a student
    makes beside the package.
    """

    wrong: Sequence[Wrong]
    right: Sequence[Right]
    beside: Mapping[str, str] = field(default_factory=dict)


def load(lab: Lab) -> Proof:
    """Return the submissions of a lab: those written by hand, as text, and those of its program.

    The text is `checks/submissions/lab_06.md`; the program, `lab_06_rooms.py` beside it, lists
    others as `WRONG` and `RIGHT`, and as `BESIDE` files that belong to the solution as well. One of
    the two is enough. Raises SubmissionError where there is neither, where two submissions have
    one name, or where one has no story or proves nothing.
    """
    found: list[Right] = []
    beside: Mapping[str, str] = {}
    if not lab.by_hand.exists() and not lab.submissions.exists():
        raise SubmissionError(f"There are no submissions for {lab.title}.")
    if lab.by_hand.exists():
        found += by_hand.read(lab.by_hand)
    if lab.submissions.exists():
        module = module_from(lab.submissions, f"checks.submissions.{lab.submissions.stem}")
        found += [*module.WRONG, *module.RIGHT]
        beside = getattr(module, "BESIDE", {})
    names = [submission.name for submission in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise SubmissionError(f"{lab.title}: two submissions have the same name, {twice[0]}.")
    for submission in found:
        if not submission.story:
            raise SubmissionError(f"{lab.title}: {submission.name} has no story.")
        if isinstance(submission, Wrong) and not submission.fails:
            raise SubmissionError(f"{lab.title}: {submission.name} does not say what it fails.")
    wrong = [submission for submission in found if isinstance(submission, Wrong)]
    right = [submission for submission in found if not isinstance(submission, Wrong)]
    return Proof(wrong, right, beside)
