"""The cut: from one tagged reference to the stage and the starter of every lab.

`reach` finds what each tag covers, `text` cuts one module, `tree` cuts the whole reference,
and `cache` does not cut again what has not changed.
"""

from kit.cut.cache import kept
from kit.cut.reach import LISTS, CutError, Reach, Tag, reaches
from kit.cut.tree import FETCHED, Task, Tree, is_tagged, names, read, stage, starter, tasks, write

__all__ = [
    "FETCHED",
    "LISTS",
    "CutError",
    "Reach",
    "Tag",
    "Task",
    "Tree",
    "is_tagged",
    "kept",
    "names",
    "reaches",
    "read",
    "stage",
    "starter",
    "tasks",
    "write",
]
