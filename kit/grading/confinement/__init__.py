"""What keeps a submission from everything that is none of its business."""

from kit.grading.confinement.bubblewrap import around, why_not
from kit.grading.confinement.cells import Wall
from kit.grading.confinement.memory import MemoryBound
from kit.grading.confinement.words import CONFINED, UNCONFINED

__all__ = ["CONFINED", "UNCONFINED", "MemoryBound", "Wall", "around", "why_not"]
