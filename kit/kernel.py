"""Whether a notebook's kernel runs the kit's Python.

Like `kit.__main__` this keeps to what the oldest Python 3 can read: any kernel may be asked.
"""

import sys
from pathlib import Path

from kit.language import _

ROOT = Path(__file__).resolve().parent.parent
NAME = "roundtrip"
SHOWN = "Python 3 (Roundtrip)"


class WrongKernel(Exception):
    """The kernel's Python is not the kit's. Its text is one sentence, which says what to do."""

    def _render_traceback_(self):  # type: ignore[no-untyped-def]
        # IPython shows these lines in place of a traceback.
        return [str(self)]


def check(root: Path = ROOT) -> None:
    """Makes sure that this kernel has what the notebooks need. Raises WrongKernel."""
    if sys.version_info >= (3, 11):  # noqa: UP036 - that is what a foreign kernel may not be
        from kit import environment

        if environment.is_running(root) or environment.satisfies(root / "requirements.txt"):
            return

    raise WrongKernel(
        _(
            "This notebook runs in another kernel than the course's: choose the kernel “{shown}”"
            " (Kernel → Change Kernel…), and where the list does not have it, type"
            " `python3 -m kit kernel` in a terminal in the folder {root} first."
        ).format(shown=SHOWN, root=root)
    )
