"""Which name was meant by one that does not exist."""

import builtins
import traceback


def meant(error: BaseException) -> str:
    """Return a question that names it, or nothing where there is no name like it.

    Python itself asks this where it prints an error, in words that differ between its versions.
    """
    if not isinstance(error, NameError | AttributeError) or not isinstance(error.name, str):
        return ""
    if isinstance(error, AttributeError):
        known = {*dir(error.obj)}
    else:
        frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
        names = (names for frame in frames[-1:] for names in (frame.f_locals, frame.f_globals))
        known = {*vars(builtins)}.union(*names)
    from difflib import get_close_matches  # only now: most servers never need it

    close = [] if error.name in known else get_close_matches(error.name, known, n=1)
    return f". Did you mean `{close[0]}`?" if close else ""
