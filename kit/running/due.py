"""Inside the child: may the app still do something that nobody asks it to, and how soon?

An answer that never comes is mostly one that nobody will send: the handler has returned, and all
threads wait for a client's next word. Then waiting makes no sense.
"""

import os
import sys
import threading
from collections.abc import Callable
from pathlib import PurePath
from types import CodeType, FrameType

# Where the threads of the libraries wait for somebody else, by module and function: for a client's
# next word, for something to send, for the next ping, for work.
WAITS = {
    ("server", "_service_task"),
    ("socket", "_send_ping"),
    ("socket", "poll"),
    ("socketserver", "serve_forever"),
    ("thread", "_worker"),
    ("ws", "_thread"),
    ("ws", "receive"),
}
# Who asks a connection what there is to send, or what has come. A server may have a way of its own
# to wait for that.
ASKERS = {("socket", "handle_get_request"), ("socket", "writer"), ("ws", "_thread")}


def due(folder: str, sleep: CodeType, asleep: Callable[[int], float | None]) -> float | None:
    """Return within how many seconds a thread goes on by itself; 0.0 where none does.

    None where it cannot be known: code in `folder`, the submission's own, is under way or waits in
    a way of its own, or a thread does what is not known here. `sleep` is the code that puts the
    submission's threads to sleep, and `asleep` tells for how long that is, by a thread's number.
    """
    longest = 0.0
    own = folder + os.sep
    for ident, innermost in sys._current_frames().items():
        if ident == threading.get_ident():
            continue
        sleeps = False
        codes = _codes(innermost)
        for code, caller in zip(codes, [*map(_name, codes[1:]), None], strict=True):
            if code is sleep:
                sleeps = True
            elif _name(code) in WAITS or caller in ASKERS:
                break
            elif code.co_filename.startswith(own):
                seconds = asleep(ident) if sleeps else None
                if seconds is None:
                    return None
                longest = max(longest, seconds)
                break
        else:
            return None
    return longest


def _codes(innermost: FrameType) -> list[CodeType]:
    """Return what a thread is at, the innermost function first."""
    frame: FrameType | None = innermost
    codes = []
    while frame:
        codes.append(frame.f_code)
        frame = frame.f_back
    return codes


def _name(code: CodeType) -> tuple[str, str]:
    return PurePath(code.co_filename).stem, code.co_name
