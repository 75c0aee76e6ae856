"""The language that the kit speaks: English, or one that `kit/locale` has a catalogue for.

A text is marked where it is used, `_("{name} is gone.").format(name=name)`: whole sentences, with
named fields, never an f-string, since a translator moves words. What is made when a module is
imported is marked with `N_` there, and goes through `_` where it is shown. `_n` counts. What
programs read or keep (names of checks and causes, outcomes, journals) stays as it is.

It is looked at with each text which language that is: so nothing is fixed when a module is
imported, and children speak it too, since they have the variables. `python -m tests.catalogues`
renews the catalogues.

This file keeps to what the oldest Python 3 can read: even one that is too old is told so in the
person's own language.
"""

import os
import sys
from functools import lru_cache
from pathlib import Path

TYPE_CHECKING = False  # type checkers take it for true; to import typing takes longer than all else

if TYPE_CHECKING:
    from gettext import NullTranslations

LOCALE = Path(__file__).with_name("locale")
DOMAIN = "kit"
ENGLISH = "en"
OWN = "ROUNDTRIP_LANGUAGE"
# In gettext's own order; the first that says something decides.
VARIABLES = (OWN, "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for it
    """Return `text` as it is: marked for translators, and translated where it is shown."""
    return text


# Of the languages that there is a catalogue for; one without a name here is called by its letters.
NAMES = {ENGLISH: N_("English"), "es": N_("Spanish")}


def _(text: str) -> str:
    """Return `text` in the language that is spoken; in English where it is not translated."""
    chosen = current()
    if chosen == ENGLISH or not text:  # gettext keeps a catalogue's head under the empty text
        return text
    return _catalogue(chosen).gettext(text)


def _n(one: str, more: str, number: int) -> str:
    """Return the form for this `number` in the language that is spoken, fields not filled in."""
    chosen = current()
    if chosen == ENGLISH:
        return one if number == 1 else more
    return _catalogue(chosen).ngettext(one, more, number)


class Said(str):
    """An English text that knows what it was made of, for `spoken` to say it otherwise.

    What judges by words, as evidence does, sees the same words whatever language is spoken.
    """

    source: str
    fields: "dict[str, object]"

    def __new__(cls, source: str, **fields: object) -> "Said":
        """Fill the `fields` into the `source`, which is marked for translators by being here."""
        made = super().__new__(cls, source.format(**fields) if fields else source)
        made.source, made.fields = source, fields
        return made


def said(source: str, **fields: object) -> str:
    """Return a text in English that `spoken` translates, also where it is a field of another."""
    return Said(source, **fields)


def spoken(text: str) -> str:
    """Return a text that `said` has made in the language that is spoken; any other as it is."""
    if not isinstance(text, Said):
        return text
    fields = {name: _field(value) for name, value in text.fields.items()}
    return _(text.source).format(**fields) if fields else _(text.source)


def _field(value: object) -> object:
    """Return what is filled in: what is no number may be said otherwise, as a line of a file is."""
    if isinstance(value, (int, float)):
        return value
    return spoken(value if isinstance(value, str) else str(value))


def current() -> str:
    """Return the language that is spoken, such as `es`."""
    return _chosen(*map(os.environ.get, VARIABLES))


def called(chosen: str) -> str:
    """Return what a language is called, in the one that is spoken: for `es` it is Spanish."""
    return _(NAMES[chosen]) if chosen in NAMES else chosen


def speak(chosen: str) -> None:
    """Speak this language from now on, in this process and in its children."""
    os.environ[OWN] = chosen


def of_libraries() -> None:
    """Let click, which asks gettext itself, speak the same language in this process."""
    chosen = current()
    if chosen != ENGLISH:
        import gettext  # here, because English needs none

        os.environ["LANGUAGE"] = chosen
        gettext.bindtextdomain(DOMAIN, LOCALE)
        gettext.textdomain(DOMAIN)


def for_templates() -> "dict[str, object]":
    """Return what a template may say: it asks when it is rendered, not when it is read."""
    return {"_": _, "_n": _n, "language": current}


@lru_cache(maxsize=8)
def _chosen(*said: "str | None") -> str:
    """Return the first language of what the variables say that the kit speaks."""
    wanted = next((text for text in said if text), None) or _of_windows()
    for text in wanted.split(":"):
        name = text.partition(".")[0].partition("@")[0]
        base = name.partition("_")[0]
        if base in {ENGLISH, "C", "POSIX"}:
            break
        for one in (name, base):
            if one and (LOCALE / one / "LC_MESSAGES" / (DOMAIN + ".mo")).is_file():
                return one
    return ENGLISH


def _of_windows() -> str:
    """Return the language of Windows, which sets no variables; nothing on other systems."""
    if sys.platform != "win32":
        return ""
    import ctypes
    import locale

    number = ctypes.windll.kernel32.GetUserDefaultUILanguage()
    return locale.windows_locale.get(number, "")


@lru_cache(maxsize=2)
def _catalogue(chosen: str) -> "NullTranslations":
    import gettext  # here, because English needs none

    return gettext.translation(DOMAIN, LOCALE, [chosen])
