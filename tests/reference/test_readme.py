"""The reference's README says what there is: settings, addresses and fields of the log."""

import re

import pytest

from kit.course import ROOT
from kit.running import RunningApp
from reference.dashboard import config, logs
from tests.reference.conftest import Serve

README = (ROOT / "reference" / "README.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    return README.split(f"## {title}\n")[1].split("\n## ")[0]


def names(text: str, pattern: str) -> set[str]:
    rows = [row.split("|")[1] for row in text.splitlines() if row.startswith("| `")]
    return set(re.findall(pattern, "".join(rows)))


def test_every_setting_is_documented_and_no_other() -> None:
    environments = [config.Config, config.Development, config.Testing, config.Production]
    settings = {name for one in environments for name in vars(one) if name.isupper()}
    assert names(section("Settings"), r"`([A-Z_]+)`") == settings - {"TESTING"}


def test_every_field_of_the_log_is_documented_in_the_same_words() -> None:
    for name, meaning in logs.FIELDS.items():
        assert f"| `{name}` | {meaning} |" in section("The log")
    assert names(section("The log"), r"`([\w.@]+)`") == set(logs.FIELDS)


@pytest.fixture
def app(serve: Serve) -> RunningApp:
    return serve()


def test_every_address_is_documented_and_no_other(app: RunningApp) -> None:
    documented = names(section("Addresses"), r"`(?:[A-Z]+ )?(/[^`]*)`")
    assert documented == {re.sub("<[a-z]+:", "<", route) for route in app.routes()}
