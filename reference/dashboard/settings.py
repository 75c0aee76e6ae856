# lab 14 (given): a module for settings that come from variables
"""Gives each setting that a variable has set the type that the configuration gives it.

Flask reads a variable as JSON where it can, and takes it for a text where it cannot. Left at that,
`1` for a switch is a number, `False` a text that counts as true, and a key of digits no text.
"""

import os
from typing import Any, get_type_hints

from flask import Flask
from pydantic import TypeAdapter, ValidationError

from .config import Config

PREFIX = "DASHBOARD_"
WORDS = {bool: "true or false", int: "a whole number", float: "a number"}


class SettingError(ValueError):
    """A variable that cannot be read. The text says why, and what to write."""


def init_app(app: Flask) -> None:
    """Let each setting of `app` that a variable has set be of its type.

    Raises SettingError where the variable cannot be read as one.
    """
    written = get_type_hints(Config)
    for name, usual in {**app.default_config, **vars(Config)}.items():
        wanted = written.get(name, type(usual))
        text = os.environ.get(PREFIX + name)
        if text is not None and wanted is not type(None):
            app.config[name] = typed(name, wanted, app.config[name], text)


def typed(name: str, wanted: Any, value: object, text: str) -> object:
    """Return the setting as the type that is `wanted`, from what Flask has read, or from the text.

    Raises SettingError.
    """
    for offered in (value, text):
        try:
            return TypeAdapter(wanted).validate_python(offered)
        except ValidationError:
            continue
    if wanted in WORDS:
        raise SettingError(f"{PREFIX}{name} is {text!r}. It has to be {WORDS[wanted]}.")
    # Not quoted: it may hold what is nobody's business.
    raise SettingError(f"{PREFIX}{name} cannot be read. reference/README.md says what it holds.")
