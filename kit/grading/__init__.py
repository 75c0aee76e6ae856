"""Grading a class: what was handed in (`intake`), confined, to a gradebook in every format."""
