"""How many descriptors this process, and those that it starts, may have open."""

import sys


class TooFewFiles(Exception):
    """The system does not allow as many as are needed. The text says what to do."""


def allow_open_files(needed: int) -> None:
    """Raise the limit to `needed`, if it is lower. Raises TooFewFiles where that is not allowed."""
    if sys.platform == "win32":  # sockets are no files there
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return
    if hard != resource.RLIM_INFINITY and hard < needed:
        raise TooFewFiles(
            f"This needs {needed} open connections at once, and the system allows {hard}.\n"
            "Raise the limit (ulimit -n), or measure fewer clients with --clients 100,500."
        )
    resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))
