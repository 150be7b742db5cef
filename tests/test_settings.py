from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.settings import ROOT, Settings

README = (ROOT / "README.md").read_text(encoding="utf-8")


def environment_names() -> list[str]:
    prefix = str(Settings.model_config["env_prefix"])
    return [str(field.validation_alias or prefix + name.upper()) for name, field in Settings.model_fields.items()]


@pytest.mark.parametrize("name", environment_names())
def test_every_setting_is_described_in_the_readme(name: str) -> None:
    assert f"`{name}`" in README


def test_the_readme_describes_no_setting_that_is_gone() -> None:
    described = set(re.findall(r"`((?:TILLSAMMANS|TELEGRAM|DATABASE)_[A-Z_]+)`", README))
    assert described <= set(environment_names())


def test_the_defaults_serve_only_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in environment_names():
        monkeypatch.delenv(name, raising=False)
    settings = Settings()
    assert settings.telegram_token is None
    assert (settings.web_host, settings.web_port) == ("127.0.0.1", 8080)


def test_settings_come_from_the_environment_and_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("TELEGRAM_TOKEN=1:secret\nTILLSAMMANS_WEB_PORT=9000\n", encoding="utf-8")
    monkeypatch.setenv("TILLSAMMANS_WEB_PORT", "9001")
    monkeypatch.setenv("TELEGRAM_API_URL", "http://127.0.0.1:8081/")
    settings = Settings()
    assert settings.telegram_token is not None
    assert settings.telegram_token.get_secret_value() == "1:secret"
    assert settings.web_port == 9001
    assert settings.telegram_origin == "http://127.0.0.1:8081"


def test_the_token_does_not_show(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TELEGRAM_TOKEN", "1:secret")
    assert "secret" not in repr(Settings())


def test_a_wrong_setting_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TILLSAMMANS_WEB_PORT", "eighty")
    with pytest.raises(ValidationError, match="web_port"):
        Settings()
