"""The operator tells Zalo where to call, looks where it calls, and ends it."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_runner import Folder, fresh
from zalo_fake import defaults
from zalo_fake.running import ZaloFake

PLACE = "http://localhost:8000/webhook/zalo-bot"


def settings(fake: ZaloFake, **more: str) -> dict[str, str]:
    return {
        "MANGNON_DELIVERY__CHANNELS": '["zalo_bot"]', "MANGNON_ZALO_BOT__API_URL": fake.url,
        "MANGNON_ZALO_BOT__TOKEN": defaults.BOT_TOKEN, "MANGNON_ZALO_BOT__UPDATES": "webhook",
        "MANGNON_ZALO_BOT__WEBHOOK_SECRET": "bi-mat-cua-webhook",
    } | more  # fmt: skip


def test_it_is_set_shown_and_taken_away(fake: ZaloFake, tmp_path: Path) -> None:
    folder, more = fresh(tmp_path), settings(fake)
    nowhere = folder.run("zalo", "webhook", **more).done()
    assert "không có webhook" in nowhere.out and "--set" in nowhere.err
    for words in (("--set",), ()):
        ran = folder.run("zalo", "webhook", *words, **more).done()
        assert PLACE in ran.out and not ran.err
        assert "bi-mat" not in ran.out and defaults.BOT_TOKEN not in ran.out
    polled = folder.run("zalo", "webhook", **settings(fake, MANGNON_ZALO_BOT__UPDATES="poll")).done()
    assert "updates đang là poll" in polled.err
    ended = folder.run("zalo", "webhook", "--off", **settings(fake, MANGNON_ZALO_BOT__UPDATES="poll")).done()
    assert "không có webhook" in ended.out and not ended.err


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"MANGNON_ZALO_BOT__WEBHOOK_SECRET": "ngan"}, ["webhook_secret", "8"]),
        ({"MANGNON_WEB__BASE_URL": "http://xa.example"}, ["https", "http://xa.example"]),
        ({"MANGNON_ZALO_BOT__TOKEN": "1:ma-khac-hoan-toan"}, ["Zalo Bot", "[zalo_bot]"]),
        ({"MANGNON_ZALO_BOT__TOKEN": ""}, ["token", "[zalo_bot]"]),
    ],
)
def test_what_cannot_work_is_refused_in_one_sentence(
    fake: ZaloFake, tmp_path: Path, more: dict[str, str], words: list[str]
) -> None:
    folder: Folder = fresh(tmp_path)
    folder.run("zalo", "webhook", "--set", **settings(fake, **more)).refused(*words)
    assert "không có webhook" in folder.run("zalo", "webhook", **settings(fake)).out


def test_setting_and_ending_at_once_is_refused(fake: ZaloFake, tmp_path: Path) -> None:
    fresh(tmp_path).run("zalo", "webhook", "--set", "--off", **settings(fake)).refused("--set", "--off")
