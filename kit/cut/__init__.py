"""The cut: from one tagged reference to the stage and the starter of every lab.

`reach` finds what each tag covers, `text` cuts one module, `tree` cuts the whole reference.
"""

from kit.cut.reach import CutError, Reach, Tag, reaches
from kit.cut.tree import Task, Tree, stage, starter, tasks, write

__all__ = [
    "CutError",
    "Reach",
    "Tag",
    "Task",
    "Tree",
    "reaches",
    "stage",
    "starter",
    "tasks",
    "write",
]
