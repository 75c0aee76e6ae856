"""What a notebook uses of the kit: what a person would otherwise do by hand."""

from kit import loopback
from kit.lesson.lesson import Lesson, lesson, lines, progress
from kit.lesson.serving import Served
from kit.lesson.wire import Wire

__all__ = ["Lesson", "Served", "Wire", "lesson", "lines", "progress"]

loopback.spare()  # this kernel may have been started by a Jupyter that knows nothing of the kit
