"""What keeps a submission from everything that is none of its business."""

from kit.grading.confinement.bubblewrap import BUBBLEWRAP, Bubblewrap, around, why_not
from kit.grading.confinement.watch import Watch
from kit.grading.confinement.words import CONFINED, UNCONFINED

__all__ = ["BUBBLEWRAP", "CONFINED", "UNCONFINED", "Bubblewrap", "Watch", "around", "why_not"]
