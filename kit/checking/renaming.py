"""Other names for dashboards, between a check and an app: each side hears its own.

A new name has a letter for each of the old one, and a tail. Names that began alike do so again, and
have the same order. So whatever a check makes of a name, its beginning, capitals, blanks around
it, becomes the same of the new one.
"""

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import quote, unquote

LETTERS = "bcdfghjkmnpqrstvwxz"  # of these no word is made
TAIL = 9  # letters, so that a name is found in any text
SHORTEST = 3  # letters of a beginning that is taken for one
WIDE = 0xFEE0  # from a letter to its wide form


@dataclass(frozen=True)
class Renaming:
    """How dashboards are called in an app, by how they are called in the checks."""

    names: Mapping[str, str] = field(default_factory=dict)

    def to_app(self, said: Any) -> Any:
        """Return what a check says in the words of the app: a text, or data with texts in it."""
        if not self.names:
            return said
        if isinstance(said, str):
            return self._text_to_app(said)
        if isinstance(said, Mapping):
            return {self.to_app(name): self.to_app(value) for name, value in said.items()}
        if isinstance(said, list | tuple):
            return type(said)(self.to_app(value) for value in said)
        return said

    def path(self, path: str) -> str:
        """Return an address in the words of the app."""
        if not self.names:
            return path

        def renamed(match: re.Match[str]) -> str:
            plain = unquote(match[0])
            told = self._text_to_app(plain)
            return match[0] if told == plain else quote(told, safe="")

        return re.sub(r"[^/?&=]+", renamed, path)

    def from_app(self, text: str) -> str:
        """Return what an app has said, as text, in the words of the checks.

        A name of the course's own, which the app cannot know from its settings, is none there.
        """
        if not self.names:
            return text

        def renamed(match: re.Match[str]) -> str:
            if match["ours"]:
                return f'"{self.names[match["ours"]]}"'
            if match["begins"]:
                return f'"{self._beginnings[match["begins"]]}"'
            theirs = match["theirs"]
            ours = self._back[theirs.lower()]
            return ours.upper() if theirs.isupper() else ours

        return self._heard.sub(renamed, text)

    def _text_to_app(self, text: str) -> str:
        begins = {ours: theirs for theirs, ours in self._beginnings.items()}
        if text in begins:
            return begins[text]
        return self._said.sub(self._in_style, text)

    def _in_style(self, match: re.Match[str]) -> str:
        """Return the new name for an old one, with its capitals and wide letters."""
        old = match[0]
        new = self.names[_plain(old)]
        styled = [_like(old[place], letter) for place, letter in enumerate(new[: len(old)])]
        return "".join(styled) + "".join(_like(old[-1], letter) for letter in new[len(old) :])

    @cached_property
    def _back(self) -> dict[str, str]:
        return {theirs: ours for ours, theirs in self.names.items()}

    @cached_property
    def _beginnings(self) -> dict[str, str]:
        """The beginnings of old names by those of the new ones."""
        return {
            theirs[:length]: ours[:length]
            for ours, theirs in self.names.items()
            for length in range(SHORTEST, len(ours))
            if ours[:length] not in self.names
        }

    @cached_property
    def _said(self) -> re.Pattern[str]:
        names = sorted(self.names, key=len, reverse=True)
        return re.compile("|".join("".join(map(_any_form, name)) for name in names))

    @cached_property
    def _heard(self) -> re.Pattern[str]:
        ours, theirs, begins = (
            "|".join(map(re.escape, names)) or "(?!)"
            for names in (self.names, self._back, self._beginnings)
        )
        return re.compile(rf'"(?P<ours>{ours})"|"(?P<begins>{begins})"|(?P<theirs>(?i:{theirs}))')


NONE = Renaming()


def can_be_renamed(name: str) -> bool:
    """Whether a name is made of plain small letters and digits alone."""
    return re.fullmatch(r"[a-z][a-z0-9]*", name) is not None


def drawn(names: set[str], drawing: random.Random) -> Renaming:
    """Return new names for these, all of which can be renamed."""
    followers: dict[str, set[str]] = {}
    for name in names:
        for place, letter in enumerate(name):
            followers.setdefault(name[:place], set()).add(letter)
    letters: dict[str, str] = {}
    for begun, follow in sorted(followers.items()):
        several = sorted(drawing.sample(LETTERS, min(len(follow), len(LETTERS))))
        letters |= {f"{begun}{old}": new for old, new in zip(sorted(follow), several, strict=False)}
    found = {}
    for name in sorted(names):
        begins = "".join(letters.get(name[: place + 1], "b") for place in range(len(name)))
        found[name] = begins + "".join(drawing.choices(LETTERS, k=TAIL))
    return Renaming(found)


def _any_form(letter: str) -> str:
    forms = {letter, letter.upper()}
    return f"[{''.join(sorted(forms | {chr(ord(form) + WIDE) for form in forms}))}]"


def _plain(text: str) -> str:
    narrow = (chr(ord(sign) - WIDE) if ord(sign) > WIDE else sign for sign in text)
    return "".join(narrow).lower()


def _like(old: str, new: str) -> str:
    """Return a letter with the capital and the width of an old one."""
    is_wide = ord(old) > WIDE
    narrow = chr(ord(old) - WIDE) if is_wide else old
    new = new.upper() if narrow.isupper() else new
    return chr(ord(new) + WIDE) if is_wide else new
