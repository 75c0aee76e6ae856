"""Bring together what a student changed in a lab's files and what the next lab changes in them."""

from merge3 import Merge3

from kit.cut import Tree
from kit.student import statements

LABS_OWN = ".lab"  # ends the name of the lab's version where the student's stands


def differ(one: Tree, other: Tree) -> bool:
    """Whether two trees differ in more than how their lines end."""
    return one.keys() != other.keys() or any(
        _unix(content) != _unix(other[name]) for name, content in one.items()
    )


def merge(base: Tree, theirs: Tree, new: Tree) -> tuple[Tree, list[str]]:
    """Return `new` with the changes that the student made to `base`, and the files to look at.

    Where both changed the same lines, a module is merged statement by statement, so that all that
    the lab gives is there. Where both changed the same statement too, or it is no module, the
    student's stands, and the lab's file is added as `NAME.lab`. Files of the student's own stay;
    what an earlier merge added so does not.
    """
    merged = {
        name: content
        for name, content in theirs.items()
        if not (name.endswith(LABS_OWN) and name.removesuffix(LABS_OWN) in theirs)
    }
    conflicts = []
    for name, content in new.items():
        own, old = (_unix(tree[name]) if name in tree else None for tree in (theirs, base))
        if own is None or own == old:
            merged[name] = content
        elif _unix(content) not in (old, own):
            both, whole = _both(name, old or b"", own, _unix(content))
            merged[name] = both
            if not whole:
                conflicts.append(name)
                merged[name + LABS_OWN] = content
    return merged, conflicts


def _both(name: str, base: bytes, own: bytes, new: bytes) -> tuple[bytes, bool]:
    """Return one file for both, and whether it has all that both have changed."""
    lines = _merged_lines(base, own, new)
    if lines is not None:
        return lines, True
    if not name.endswith(".py"):
        return own, False
    try:
        merged = statements.merge(base.decode(), own.decode(), new.decode())
    except UnicodeDecodeError:
        merged = None
    return (merged[0].encode(), merged[1]) if merged else (own, False)


def _merged_lines(base: bytes, own: bytes, new: bytes) -> bytes | None:
    """Return the lines with the changes of both; None where they touch, or where it is no text."""
    try:
        old, mine, labs = (text.decode().splitlines(keepends=True) for text in (base, own, new))
    except UnicodeDecodeError:
        return None
    merged: list[str] = []
    for kind, *groups in Merge3(old, mine, labs).merge_groups():
        if kind == "conflict":
            return None
        merged += groups[0]
    return "".join(merged).encode()


def _unix(content: bytes) -> bytes:
    """Return text with the line ends of Unix: an editor on Windows may have changed them all."""
    return content.replace(b"\r\n", b"\n")
