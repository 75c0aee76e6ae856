"""The notebooks' door to the kit, which lies beside this folder."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from kit.lesson import Lesson, Served, Wire, lesson, progress

__all__ = ["Lesson", "Served", "Wire", "lesson", "progress"]
