"""Settings: the shipped file is the truth, mistakes are named with their line."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from db.errors import Refusal
from mangnon.settings import Settings
from mangnon.settings_file import load_settings, variables

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = ROOT / "config.toml"


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_file_holds_every_setting_with_its_default_and_a_comment() -> None:
    data = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))
    assert {(section, key) for section, keys in data.items() for key in keys} == set(variables().values())
    assert load_settings(SHIPPED) == Settings()
    settings = [
        line
        for line in SHIPPED.read_text(encoding="utf-8").splitlines()
        if " = " in line and line[0].isalpha()
    ]
    assert all(" # " in line for line in settings)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[smtp]\nhost = 'a'\nprot = 25\n", ["dòng 3", "smtp.prot"]),
        ("[smtp]\nport = 99999\n", ["dòng 2", "smtp.port"]),
        ("[smtp]\n\nsecurity = 'ssl'\n", ["dòng 3", "smtp.security"]),
        ("[reminders]\nslots = ['20:00']\n", ["reminders", "20:00"]),
        ("[reminders]\nbefore_by_kind = { xyz = [1] }\n", ["dòng 2", "xyz"]),
        ("[nope]\na = 1\n", ["dòng 1", "nope"]),
        ("[smtp\nport = 1\n", ["dòng 1"]),
        ("[smtp]\nsender = 'không phải địa chỉ'\n", ["dòng 2", "smtp.sender"]),
    ],
)
def test_a_mistake_is_named_with_file_line_and_key(tmp_path: Path, text: str, words: list[str]) -> None:
    with pytest.raises(Refusal) as caught:
        load_settings(written(tmp_path, text))
    for word in ["config.toml", *words]:
        assert word in str(caught.value)


def test_an_environment_variable_beats_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MANGNON_SMTP__PORT", "2525")
    monkeypatch.setenv("MANGNON_REMINDERS__BEFORE", "[10, 5]")
    settings = load_settings(written(tmp_path, "[smtp]\nport = 25\nhost = 'thu.example'\n"))
    assert (settings.smtp.port, settings.smtp.host, settings.reminders.before) == (
        2525,
        "thu.example",
        [10, 5],
    )


def test_a_bad_or_misspelt_variable_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MANGNON_SMTP__PORT", "nhiều")
    with pytest.raises(Refusal, match="MANGNON_SMTP__PORT"):
        load_settings(written(tmp_path, ""))
    monkeypatch.delenv("MANGNON_SMTP__PORT")
    monkeypatch.setenv("MANGNON_SMPT__PORT", "25")
    with pytest.raises(Refusal, match="Có phải MANGNON_SMTP__PORT"):
        load_settings(written(tmp_path, ""))


def test_a_password_may_come_from_a_file_and_is_never_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "mat-khau"
    secret.write_text("bí-mật\n", encoding="utf-8")
    monkeypatch.setenv("MANGNON_SMTP__PASSWORD_FILE", str(secret))
    settings = load_settings(written(tmp_path, ""))
    assert settings.smtp.password.get_secret_value() == "bí-mật"
    assert "bí-mật" not in repr(settings)
    monkeypatch.setenv("MANGNON_SMTP__PASSWORD_FILE", str(tmp_path / "không-có"))
    with pytest.raises(Refusal, match="MANGNON_SMTP__PASSWORD_FILE"):
        load_settings(written(tmp_path, ""))
