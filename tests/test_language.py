"""The language that the kit speaks, and its catalogues."""

import gettext
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kit import language
from kit.checking.verdict import Cause
from kit.course import ROOT, Course
from kit.language import _, _n, said, spoken
from kit.panel.address import Address
from kit.panel.app import create_app
from kit.panel.words import words
from tests import catalogues, command

FIELD = re.compile(r"\{[^{}]*\}")
SPANISH = {language.OWN: "es"}


@pytest.fixture
def no_language(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Nothing says which language is spoken, until the test does."""
    for name in language.VARIABLES:
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


@pytest.mark.parametrize("chosen", catalogues.languages())
def test_a_catalogue_has_a_translation_of_every_text_and_no_other(chosen: str) -> None:
    written, found = catalogues.read(chosen), catalogues.template()
    renew = "renew it with: python -m tests.catalogues"
    assert {one.id for one in written if one.id} == {one.id for one in found if one.id}, renew
    assert not written.obsolete, renew
    assert not catalogues.untranslated(written)
    renewed = catalogues.as_po(catalogues.renewed(chosen)).decode()
    assert renewed == catalogues.file(chosen).read_text(encoding="utf-8"), renew
    for one in written:
        ids, strings = catalogues.forms(one.id), catalogues.forms(one.string)
        assert set(FIELD.findall(strings[-1])) == set(FIELD.findall(ids[-1])) or not one.id, ids
        for text in strings if one.id else ():
            assert set(FIELD.findall(text)) <= set(FIELD.findall("".join(ids))), text
            assert text[:1].isspace() == ids[0][:1].isspace(), text
            assert text[-1:].isspace() == ids[0][-1:].isspace(), text


@pytest.mark.parametrize("chosen", catalogues.languages())
def test_what_is_compiled_is_what_is_written(chosen: str) -> None:
    with catalogues.file(chosen).with_suffix(".mo").open("rb") as opened:
        compiled = gettext.GNUTranslations(opened)
    for one in catalogues.read(chosen):
        if not one.id:
            continue
        ids, strings = catalogues.forms(one.id), catalogues.forms(one.string)
        if len(ids) == 1:
            assert compiled.gettext(ids[0]) == strings[0]
        else:
            assert tuple(compiled.ngettext(*ids, number) for number in (1, 2)) == strings


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, "en"),
        ({"LANG": "es_MX.UTF-8"}, "es"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "de_DE", "LC_MESSAGES": "es"}, "es"),
        ({"LC_MESSAGES": "es", "LC_ALL": "en_GB.UTF-8"}, "en"),
        ({"LC_ALL": "de_DE.UTF-8", "LANGUAGE": "fr:es:en"}, "es"),
        ({"LANGUAGE": "fr:en:es"}, "en"),
        ({"LANGUAGE": "en", "ROUNDTRIP_LANGUAGE": "es"}, "es"),
        ({"LANGUAGE": "es", "ROUNDTRIP_LANGUAGE": "en"}, "en"),
        ({"LANGUAGE": "", "LANG": "es_ES@euro"}, "es"),
    ],
)
def test_the_first_variable_that_says_something_decides(
    no_language: pytest.MonkeyPatch, variables: dict[str, str], expected: str
) -> None:
    no_language.setattr(language, "_of_windows", lambda: "")
    for name, value in variables.items():
        no_language.setenv(name, value)
    language._chosen.cache_clear()
    assert language.current() == expected
    language._chosen.cache_clear()


def test_it_is_looked_at_with_each_text(no_language: pytest.MonkeyPatch) -> None:
    no_language.setenv(language.OWN, "en")
    assert _("Stopped.") == "Stopped."
    no_language.setenv(language.OWN, "es")
    assert _("Stopped.") == "Parado."
    assert _("") == ""
    assert _("a text that no catalogue has") == "a text that no catalogue has"
    one, more = "{count} file", "{count} files"
    assert [_n(one, more, number) for number in (1, 2)] == ["{count} archivo", "{count} archivos"]


def test_evidence_reads_english_and_people_their_own_language(
    no_language: pytest.MonkeyPatch,
) -> None:
    no_language.setenv(language.OWN, "es")
    inner = said("{name} is sent `{event}`", name="Ana", event="welcome")
    told = said("{got}; it was at {line}: `{code}`", got=inner, line=3, code="{x}")
    assert told == "Ana is sent `welcome`; it was at 3: `{x}`"
    assert spoken(told) == "se envía `welcome` a Ana; estaba en 3: `{x}`"
    cause = Cause("silent", "The server closed the connection.", "Wait for {it}.").spoken()
    assert cause == Cause("silent", "El servidor cerró la conexión.", "Wait for {it}.")


def test_every_text_of_the_panels_scripts_is_in_its_page(no_language: pytest.MonkeyPatch) -> None:
    no_language.setenv(language.OWN, "es")
    in_scripts = {
        one.id
        for one in catalogues.template()
        if one.id and any(place.endswith(".js") for place, _line in one.locations)
    }
    assert words().keys() == in_scripts
    assert words()["Copy"] == "Copiar"
    no_language.setenv(language.OWN, "en")
    assert words() == {}


def test_a_command_and_what_click_says_are_in_the_language_of_who_calls_it() -> None:
    def said_by(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "kit", *arguments],
            cwd=ROOT,
            env=command.environment(**SPANISH),
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        return done.stdout + done.stderr

    assert said_by("check", "--help").startswith("Uso: python3 -m kit check")
    assert "No existe la orden 'chek'." in said_by("chek")
    assert "No existe el laboratorio '99'." in said_by("check", "99")


def test_a_set_up_that_fails_says_so_before_any_package_is_there(
    bare: str, small_project: Path
) -> None:
    shutil.copytree(language.LOCALE, small_project / "kit" / "locale")
    (small_project / "requirements.txt").write_text(
        "uv==0.0.0 --hash=sha256:00\n", encoding="utf-8"
    )
    variables = {"PIP_INDEX_URL": "http://127.0.0.1:1", "PIP_RETRIES": "0", "UV_OFFLINE": "1"}
    done = subprocess.run(
        [bare, "-m", "kit", "labs"],
        cwd=small_project,
        env=command.environment(LANGUAGE="es", **variables) | {language.OWN: ""},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode != 0
    assert "Preparando Roundtrip en" in done.stderr, done.stderr
    assert "Lo que dijo el propio instalador está en" in done.stderr, done.stderr


def test_tests_speak_english_whatever_the_machine_does() -> None:
    assert os.environ[language.OWN] == language.ENGLISH


def test_the_panels_page_is_in_the_language_of_its_process(
    no_language: pytest.MonkeyPatch,
) -> None:
    no_language.setenv(language.OWN, "es")
    app = create_app(Course(), Address(1, "the key", 1), "a run")
    client = app.test_client()
    page = client.get("/labs/1", headers={"Authorization": "Bearer the key", "Host": "127.0.0.1"})
    assert '<html lang="es">' in page.text
    assert "<h1>Laboratorio 1: factory</h1>" in page.text
    assert "en una terminal, en la carpeta del proyecto." in page.text
    said_by_scripts = re.search(r'id="words">(.*?)</script>', page.text)
    assert said_by_scripts
    assert json.loads(said_by_scripts[1])["Copy"] == "Copiar"
