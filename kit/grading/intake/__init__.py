"""What a class has handed in: a folder of folders and archives, as people and systems make them."""

from kit.grading.intake.contents import Unreadable
from kit.grading.intake.entries import NoClass
from kit.grading.intake.reading import HandedIn, read, read_one
from kit.grading.intake.unpacked import unpacked

__all__ = ["HandedIn", "NoClass", "Unreadable", "read", "read_one", "unpacked"]
