"""Grading inside Gradescope: the zip that it wants, and what runs there for each submission."""
