"""Settings from variables: each is of its type, or is refused in words."""

from typing import Any

import pytest

from dashboard import config, create_app
from dashboard.settings import SettingError


def app_with(monkeypatch: pytest.MonkeyPatch, name: str, text: str) -> Any:
    monkeypatch.setenv(f"DASHBOARD_{name}", text)
    return create_app(config.Testing)


@pytest.mark.parametrize("text", ["1", "true", "True", "TRUE", "yes", "on"])
def test_debug_is_true_in_json(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    answer = app_with(monkeypatch, "DEBUG", text).test_client().get("/healthz")
    assert b'"debug":true' in answer.data.replace(b" ", b"")


@pytest.mark.parametrize("text", ["0", "false", "False", "no", "off"])
@pytest.mark.parametrize("name", ["DEMO", "ADMIN_UI", "SESSION_COOKIE_SECURE"])
def test_a_switch_can_be_switched_off(
    monkeypatch: pytest.MonkeyPatch, name: str, text: str
) -> None:
    assert app_with(monkeypatch, name, text).config[name] is False


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("DEMO", "1", True),
        ("ADMIN_UI", "yes", True),
        ("KEEP_ROWS", "20", 20),
        ("FEED_SECONDS", "2", 2.0),
        ("SECRET_KEY", "0123456789", "0123456789"),
        ("SECRET_KEY", "123456789", "123456789"),  # JSON takes it for a number
        ("SECRET_KEY", "1e400", "1e400"),
        ("CSV_TIME", '"1"', "1"),
        ("REDIS", "null", None),
        ("ORIGINS", '["http://a.example"]', ["http://a.example"]),
        ("ORIGINS", "http://a.example,http://b.example", "http://a.example,http://b.example"),
        ("USERS", '{"ana": "a hash"}', {"ana": "a hash"}),
    ],
)
def test_a_setting_is_of_its_type(
    monkeypatch: pytest.MonkeyPatch, name: str, text: str, value: object
) -> None:
    found = app_with(monkeypatch, name, text).config[name]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("DEBUG", "perhaps", "DASHBOARD_DEBUG is 'perhaps'. It has to be true or false."),
        ("DEMO", "2", "DASHBOARD_DEMO is '2'. It has to be true or false."),
        ("ADMIN_UI", "", "DASHBOARD_ADMIN_UI is ''. It has to be true or false."),
        ("KEEP_ROWS", "1.5", "DASHBOARD_KEEP_ROWS is '1.5'. It has to be a whole number."),
        ("FEED_SECONDS", "slow", "DASHBOARD_FEED_SECONDS is 'slow'. It has to be a number."),
    ],
)
def test_what_cannot_be_read_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, text: str, told: str
) -> None:
    with pytest.raises(SettingError) as refused:
        app_with(monkeypatch, name, text)
    assert str(refused.value) == told


def test_what_may_be_a_secret_is_not_quoted(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingError, match="DASHBOARD_USERS cannot be read") as refused:
        app_with(monkeypatch, "USERS", "ana:her-password")
    assert "her-password" not in str(refused.value)
