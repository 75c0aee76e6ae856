"""Grade the one submission that Gradescope has laid into its container."""

import json
import sys
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from kit import language
from kit.course import Course
from kit.grading import intake, scheme
from kit.grading.confinement import UNCONFINED, why_not
from kit.grading.formats import gradescope
from kit.grading.grading import Grading
from kit.grading.journal import Journal
from kit.grading.marking import Marking
from kit.grading.results import StudentResults
from kit.grading.scheme import Scheme
from kit.language import _
from kit.running.plan import KIT_ROOT
from kit.temporary import TemporaryFolder

SETTINGS, SCHEME = "autograder.json", "scheme.toml"


@dataclass(frozen=True)
class Settings:
    """What the instructor has chosen when the zip was made: `labs` by number, and a `language`."""

    labs: tuple[int, ...]
    unconfined: bool
    language: str

    def text(self) -> str:
        """Return the settings as they lie in the zip."""
        return json.dumps(asdict(self)) + "\n"


def main(root: Path) -> int:
    """Grade what lies in `root`, Gradescope's folder, and return the exit status.

    `results/results.json` is written only where every lab has a verdict.
    """
    settings = _settings(KIT_ROOT / SETTINGS)
    language.speak(settings.language)
    unconfined = False
    if why := why_not():
        if not settings.unconfined:
            print(
                _(
                    "Nothing was graded: submissions cannot be confined here ({why}). If you accept"
                    " that a submission may forge its mark, make the zip with --unconfined."
                ).format(why=why)
            )
            return 1
        unconfined = True
        print(
            _("{unconfined} Confinement is not to be had here: {why}.").format(
                unconfined=_(UNCONFINED), why=why
            )
        )
    found = _graded(root, settings, unconfined=unconfined)
    open_labs = [lab for lab in found.labs if lab.points is None and lab.counts]
    text = gradescope.text(found, _(UNCONFINED) if unconfined else "")
    if any(lab.state in gradescope.OURS for lab in open_labs):
        print(_("Nothing was written: the kit could not decide. Run the autograder again."))
        print(text)
        return 1
    (root / "results").mkdir(exist_ok=True)
    (root / "results" / "results.json").write_text(text, encoding="utf-8")
    return 0


def _graded(root: Path, settings: Settings, *, unconfined: bool) -> StudentResults:
    course = Course(KIT_ROOT)
    labs = [course.lab(number) for number in settings.labs]
    plan = Scheme()
    if (KIT_ROOT / SCHEME).exists():
        plan = scheme.read(KIT_ROOT / SCHEME, course)
    handed_in = intake.read_one(
        root / "submission", "submission", course, _created(root / "submission_metadata.json")
    )
    grading = Grading(course, labs, [handed_in], confined=not unconfined, seed=plan.seed)
    with TemporaryFolder() as folder, Journal(folder / "journal.sqlite3") as journal:
        grading.run(journal, jobs=1, hidden=[KIT_ROOT, root, folder])
    plan = plan.without_rubrics()  # Gradescope has manual points and rubrics of its own
    (found,) = Marking(plan, grading.checks).marked(grading.results()).students
    return found


def _created(metadata: Path) -> datetime | None:
    """Return when Gradescope says that it was handed in, None where it does not."""
    try:
        return datetime.fromisoformat(json.loads(metadata.read_text("utf-8"))["created_at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _settings(path: Path) -> Settings:
    found = json.loads(path.read_text("utf-8"))
    return Settings(tuple(found["labs"]), found["unconfined"], found["language"])


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
