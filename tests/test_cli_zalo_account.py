"""The OA's first pair of tokens is entered without showing it, and how the channels stand is told without tokens."""

from __future__ import annotations

import os
import pty
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest
from cli_runner import SCRIPT, Folder, environment, ready

ACCESS, REFRESH = "truy-cap-bi-mat-0001", "lam-moi-bi-mat-0002"
APP = "1234500000000000001"
SETTINGS = {
    "MANGNON_DELIVERY__CHANNELS": '["zalo_oa", "sms"]', "MANGNON_ZALO_OA__APP_ID": APP,
    "MANGNON_ZALO_OA__APP_SECRET": "bi-mat-ung-dung", "MANGNON_SMS__API_KEY": "k", "MANGNON_SMS__SECRET_KEY": "k",
}  # fmt: skip
PAIR = "SELECT app_id, access_token, refresh_token, version, trouble FROM zalo_token"


def write(folder: Folder, *statements: str) -> None:
    with closing(sqlite3.connect(folder.database)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def test_the_first_pair_comes_by_a_pipe_and_is_never_shown(tmp_path: Path) -> None:
    folder = ready(tmp_path)
    before = folder.run("zalo", "status", **SETTINGS)
    assert "chưa được cấp quyền" in before.err and "mangnon zalo token" in before.err
    ran = folder.run("zalo", "token", typed=f" {ACCESS} \n{REFRESH}\n", **SETTINGS).done()
    assert folder.rows(PAIR) == [(APP, ACCESS, REFRESH, 1, "")]
    shown = folder.run("zalo", "status", **SETTINGS).done()
    told = folder.run("zalo", "status", "--json", **SETTINGS).done()
    assert (told.data["zalo_oa"]["version"], told.data["zalo_oa"]["trouble"]) == (1, "")
    assert "cặp mã số 1" in shown.out and "đang chạy" in shown.out
    for one in (ran, shown, told):
        assert not [secret for secret in (ACCESS, REFRESH, "bi-mat") if secret in one.out + one.err]


def test_at_a_terminal_what_is_typed_is_not_echoed(tmp_path: Path) -> None:
    folder = ready(tmp_path)
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [SCRIPT, "zalo", "token"], cwd=folder.path, env=environment(SETTINGS), stdin=theirs, stdout=theirs, stderr=theirs,
        start_new_session=True,
    ) as process:  # fmt: skip
        os.close(theirs)
        seen = read_until(ours, "Mã truy cập (access token): ")
        os.write(ours, f"{ACCESS}\n".encode())
        seen += read_until(ours, "Mã làm mới (refresh token): ")
        os.write(ours, f"{REFRESH}\n".encode())
        seen += read_until(ours, "mangnon doctor")
        assert process.wait(timeout=20) == 0
    os.close(ours)
    assert ACCESS not in seen and REFRESH not in seen
    assert folder.rows(PAIR) == [(APP, ACCESS, REFRESH, 1, "")]


def read_until(terminal: int, words: str) -> str:
    seen, end = b"", time.monotonic() + 20
    while words.encode() not in seen and time.monotonic() < end:
        try:
            seen += os.read(terminal, 4096)
        except OSError:  # the other side has gone
            break
    assert words in seen.decode(), seen
    return seen.decode()


@pytest.mark.parametrize(
    "typed", ["", "\n", f"{ACCESS}\n", f"{ACCESS}\n \n", "ngan\nngan\n", f"{ACCESS} hai\n{REFRESH}\n"]
)
def test_half_a_pair_or_what_is_no_token_is_refused_and_not_repeated(tmp_path: Path, typed: str) -> None:
    folder = ready(tmp_path)
    ran = folder.run("zalo", "token", typed=typed, **SETTINGS)
    ran.refused("mã")
    assert ACCESS not in ran.err
    assert folder.rows(PAIR) == []


def test_a_new_pair_ends_the_trouble_and_lets_what_waits_go_at_once(tmp_path: Path) -> None:
    folder = ready(tmp_path)
    folder.run("zalo", "token", typed=f"{ACCESS}\n{REFRESH}\n", **SETTINGS).done()
    because = "Zalo không nhận mã làm mới nữa, cần cấp quyền lại cho Zalo OA."
    write(
        folder,
        f"UPDATE zalo_token SET trouble = '{because}'",
        "INSERT INTO channel_state (name, closed_at, closed_because, try_again_at, outage_at, quota_left, quota_at) VALUES "
        f"('zalo_oa', '2026-11-25 01:00:00', '{because}', '2999-01-01 00:00:00', '2026-11-25 01:00:00', 12, '2026-11-25 01:00:00')",
    )
    shown = folder.run("zalo", "status", **SETTINGS).done()
    assert "cần cấp quyền lại" in shown.err
    assert "dừng từ 08:00" in shown.out and "12 tin" in " ".join(shown.out.split())
    folder.run("zalo", "token", typed="moi-bi-mat-0003\nmoi-bi-mat-0004\n", **SETTINGS).done()
    assert folder.rows(PAIR) == [(APP, "moi-bi-mat-0003", "moi-bi-mat-0004", 2, "")]
    told = folder.run("zalo", "status", "--json", **SETTINGS).data
    assert [one["closed_at"] for one in told["channels"]] == [None, None]
    assert [one["quota_left"] for one in told["channels"]] == [12, None]


def test_where_no_oa_is_in_use_its_tokens_are_not_spoken_of(tmp_path: Path) -> None:
    ran = ready(tmp_path).run("zalo", "status").done()
    assert "OA" not in ran.out + ran.err
    assert "hộp thư trên máy" in ran.out
