"""Syntax trees, one at a time: Python 3.11 mixes up those that several threads ask for at once."""

import ast
import threading

TRIES = 10
_ALONE = threading.Lock()


def parse(text: str | bytes) -> ast.Module:
    """Return what `ast.parse` does. Raises what it raises, but no SystemError without a cause.

    Python 3.11 counts how deep it is in a tree in one place for all threads. Where another one gets
    its turn half-way (as garbage is collected, say), and asks for a tree as well, the first ends in
    "SystemError: AST constructor recursion depth mismatch", which says nothing about the text: 1 of
    5,000 calls by six threads. Libraries call `ast.parse` too, so it is tried again besides.
    """
    for _ in range(TRIES - 1):
        try:
            with _ALONE:
                return ast.parse(text)
        except SystemError:
            continue
    with _ALONE:
        return ast.parse(text)
