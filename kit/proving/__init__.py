"""The proof of the checks: submissions that are known to be wrong, and others that are right."""

from kit.proving.submission import Edit, Right, Wrong

__all__ = ["Edit", "Right", "Wrong"]
