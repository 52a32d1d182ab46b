"""`mangnon serve` looks after the OA though no message waits: its tokens are fresh and its quota is known."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cli_runner import fresh, stopped
from zalo_fake import defaults
from zalo_fake.running import ZaloFake

pytestmark = pytest.mark.slow


def test_a_server_refreshes_what_runs_out_soon_and_reads_the_quota(tmp_path: Path) -> None:
    with ZaloFake() as fake:
        folder, more = fresh(tmp_path), settings(fake)
        folder.run(
            "zalo", "token", typed=f"{defaults.FIRST_ACCESS}\n{defaults.FIRST_REFRESH}\n", **more
        ).done()
        # As if it had been entered a day ago.
        begun, ends = datetime.now(UTC) - timedelta(hours=24), datetime.now(UTC) + timedelta(hours=1)
        with closing(sqlite3.connect(folder.database)) as connection, connection:
            times = (f"{begun:%Y-%m-%d %H:%M:%S}", f"{ends:%Y-%m-%d %H:%M:%S}")
            connection.execute("UPDATE zalo_token SET changed_at = ?, expires_at = ?", times)
        fake.quota(daily=321)
        with folder.serving(**more) as process:
            end = time.monotonic() + 20
            while (
                not folder.rows("SELECT 1 FROM channel_state WHERE quota_left = 321")
                and time.monotonic() < end
            ):
                time.sleep(0.05)
            code, _, err, _ = stopped(process)
        tokens = fake.tokens()
    assert code == 0, err
    assert (tokens["refreshes"], tokens["consumed_reuse"]) == (1, 0)
    assert folder.rows("SELECT access_token, version FROM zalo_token") == [(tokens["access"], 2)]
    assert folder.rows("SELECT name, quota_left, closed_at FROM channel_state") == [("zalo_oa", 321, None)]
    told = folder.run("zalo", "status", **more).done().out
    assert "cặp mã số 2" in told and "321 tin" in " ".join(told.split())


def settings(fake: ZaloFake) -> dict[str, str]:
    return {
        "MANGNON_DELIVERY__CHANNELS": '["zalo_oa"]', "MANGNON_ZALO_OA__OAUTH_URL": fake.url,
        "MANGNON_ZALO_OA__API_URL": fake.url, "MANGNON_ZALO_OA__TEMPLATE_URL": fake.url,
        "MANGNON_ZALO_OA__APP_ID": defaults.APP_ID, "MANGNON_ZALO_OA__APP_SECRET": defaults.APP_SECRET,
        "MANGNON_TICK__EVERY_SECONDS": "1",
    }  # fmt: skip
