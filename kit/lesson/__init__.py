"""What a notebook uses of the kit: what a person would otherwise do by hand."""

from kit.lesson.lesson import Lesson, lesson, progress
from kit.lesson.serving import Served
from kit.lesson.wire import Wire

__all__ = ["Lesson", "Served", "Wire", "lesson", "progress"]
