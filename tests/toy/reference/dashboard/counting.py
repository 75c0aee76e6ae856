# lab 3 (given): counting
"""Counting."""

from itertools import count as numbers

from flask import Flask

BEGIN = 1


# lab 3: count what is sold
def count(app: Flask) -> None:
    app.config["NUMBERS"] = numbers(BEGIN)
