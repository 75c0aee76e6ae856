"""Renews the catalogues of every language, and its help: `python -m tests.catalogues`.

A text that is new stands in `kit/locale/*/LC_MESSAGES/kit.po` without a translation then, and one
that is gone is taken out. Write what is missing, and run it again: that compiles it too.
"""

import inspect
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import click
from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from kit.cli import commands
from kit.language import DOMAIN, LOCALE
from tests import help_text

KIT = LOCALE.parent
# What click says where somebody mistypes. The rest of it asks for passwords and the like.
FILES_OF_CLICK = ("core", "decorators", "exceptions", "formatting", "parser", "types")
KEYWORDS = {"_": None, "N_": None, "_n": (1, 2), "said": None}
OF_CAUSES = {"Cause": (2, 3)}  # whose words are marked by being those of a cause
OF_SCRIPTS = {"say": None}
OF_CLICK = {"_": None, "ngettext": (1, 2)}


def languages() -> list[str]:
    """Return the languages that there are catalogues for."""
    return sorted(path.parent.parent.name for path in LOCALE.glob(f"*/*/{DOMAIN}.po"))


def file(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def read(language: str) -> Catalog:
    """Return the catalogue of a language, as it is written."""
    with file(language).open("rb") as opened:
        return read_po(opened, locale=language)


@cache
def template() -> Catalog:
    """Return every text that is marked in the kit, with its help, and click's own."""
    found = Catalog(fuzzy=False)
    for pattern, method, keywords in (
        ("**/templates/**.html", "jinja2.ext:babel_extract", KEYWORDS),
        ("panel/static/**.js", "javascript", OF_SCRIPTS),
        ("**.py", "python", KEYWORDS),
    ):
        for name, _, text, _, _ in extract_from_dir(KIT, [(pattern, method)], keywords=keywords):
            found.add(text, locations=[(f"kit/{Path(name).as_posix()}", 0)])
    for name, _, texts, _, _ in extract_from_dir(KIT, [("**.py", "python")], keywords=OF_CAUSES):
        for text in texts if isinstance(texts, tuple) else ():  # one alone is made by `said`
            found.add(text, locations=[(f"kit/{Path(name).as_posix()}", 0)])
    for where, text in _help(commands, "kit"):
        found.add(text, locations=[(where, 0)])
    methods = [(f"{name}.py", "python") for name in FILES_OF_CLICK]
    for _, _, text, _, _ in extract_from_dir(
        Path(click.__file__).parent, methods, keywords=OF_CLICK
    ):
        found.add(text, locations=[("click", 0)])
    return found


def _help(command: click.Command, name: str) -> Iterator[tuple[str, str]]:
    """Yield what the help of a command says, and of those in it, with where that is."""
    for text in (command.help, command.epilog):
        if text:
            yield f"help of {name}".replace(" ", "-"), inspect.cleandoc(text)
    for option in command.params:
        if isinstance(option, click.Option) and option.help:
            yield f"help of {name}".replace(" ", "-"), option.help
    if isinstance(command, click.Group):
        context = click.Context(command)
        for inner in [*command.list_commands(context), *(["labs"] if name == "kit" else [])]:
            found = command.get_command(context, inner)
            assert found
            yield from _help(found, inner)


def untranslated(catalogue: Catalog) -> list[str]:
    """Return the texts that a catalogue has no translation of, or not in every form."""
    return [
        str(message.id)
        for message in catalogue
        if (message.id and not all(forms(message.string))) or message.fuzzy
    ]


def forms(text: str | tuple[str, ...]) -> tuple[str, ...]:
    """Return a text, or a translation, by its numbers: one form, or one of each."""
    return text if isinstance(text, tuple) else (text,)


def renewed(language: str) -> Catalog:
    """Return the catalogue of a language with the texts that there are now."""
    kept, found = read(language), template()
    wanted = Catalog(locale=language, fuzzy=False)
    for message in found:
        if message.id:
            old = kept.get(message.id)
            places = sorted(set(message.locations))
            wanted.add(message.id, old.string if old else None, locations=places)
    return wanted


def as_po(catalogue: Catalog) -> bytes:
    """Return a catalogue as text, in the order of the files, without dates and without lines."""
    written = io.BytesIO()
    write_po(
        written, catalogue, width=100, sort_by_file=True, omit_header=True, include_lineno=False
    )
    return HEAD.format(forms=catalogue.plural_forms).encode() + written.getvalue()


def as_mo(catalogue: Catalog) -> bytes:
    """Return a catalogue as gettext reads it."""
    written = io.BytesIO()
    catalogue.creation_date = catalogue.revision_date = datetime.fromtimestamp(0, UTC)
    write_mo(written, catalogue)
    return written.getvalue()


HEAD = """\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {forms}\\n"

"""


if __name__ == "__main__":
    for one in languages():
        made = as_po(renewed(one))
        file(one).write_bytes(made)
        file(one).with_suffix(".mo").write_bytes(as_mo(read(one)))
        missing = len(untranslated(read(one)))
        print(f"{one}: {missing} texts without a translation")
    help_text.write()
