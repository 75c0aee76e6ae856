"""What tests ask about processes that are not their own children."""

import psutil


def is_alive(process: psutil.Process) -> bool:
    """Whether it runs still: one that has ended, and that nobody has asked about, does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
