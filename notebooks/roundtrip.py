"""The notebooks' door to the kit, which lies beside this folder."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from kit import kernel  # noqa: E402

kernel.check()  # before anything is imported that another Python may lack

from kit.lesson import Lesson, Served, Wire, lesson, lines, progress  # noqa: E402

if HERE.name == "notebooks":
    print(
        "This is the course's own copy, and git sees what you change in it."
        " Yours is in the folder my-notebooks."
    )

__all__ = ["Lesson", "Served", "Wire", "lesson", "lines", "progress"]
