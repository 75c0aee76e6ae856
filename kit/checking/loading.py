"""Run a file of Python's as a module, as it is on the disk now."""

import sys
from pathlib import Path
from types import ModuleType


def module_from(path: Path, name: str, *, known: bool = False) -> ModuleType:
    """Return the module that the file at `path` makes; with `known` it is in `sys.modules`, too.

    It is compiled each time. Python's own cache goes by the time in seconds: a file saved twice in
    one second would be taken from the cache of its first version. Raises OSError, SyntaxError, and
    what the file itself raises.
    """
    module = ModuleType(name)
    module.__file__ = str(path)
    if known:
        sys.modules[name] = module
    exec(compile(path.read_bytes(), str(path), "exec", dont_inherit=True), vars(module))
    return module
