"""Every answer of Zalo's means one thing, code by code, and what was not understood is never sent again blindly."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.channels.zalo_codes import TABLES, Host
from notifications.channels.zalo_verdicts import Verdict, answered, broken_off, clean, not_sent, wake

ZONE = "Asia/Ho_Chi_Minh"
NOON = datetime(2024, 11, 8, 5, tzinfo=UTC)
TABLE = Path(__file__).parent / "data" / "zalo-outcomes.csv"
ROWS = list(csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()))


def judge(
    host: Host, body: object, *, status: int = 200, sends: bool = True, now: datetime = NOON
) -> Verdict:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return answered(host, status, raw, sends=sends, now=now, zone=ZONE)


def refused(host: Host, code: object, message: str = "") -> dict[str, object]:
    if host == "bot":
        return {"ok": False, "error_code": code, "description": message}
    return {"error": code, "message": message}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['host']}{row['code']}")
def test_each_code_of_the_table_has_its_outcome_as_number_and_as_text(row: dict[str, str]) -> None:
    host: Host = row["host"]  # type: ignore[assignment]
    for code in (int(row["code"]), row["code"]):
        verdict = judge(host, refused(host, code))
        assert (verdict.outcome, verdict.code) == (row["outcome"], int(row["code"]))


def test_the_table_and_the_program_know_the_same_codes() -> None:
    told = {(row["host"], int(row["code"])) for row in ROWS}
    known = {(host, code) for host, table in TABLES.items() for code in table}
    assert known - told == {("oauth", 0), ("bot", 0)}
    assert told <= known


@pytest.mark.parametrize("host", TABLES)
def test_a_code_nobody_knows_is_not_sent_again(host: Host) -> None:
    assert judge(host, refused(host, -98765)).outcome == "unknown"


def test_the_same_number_means_different_things_on_different_hosts() -> None:
    assert (
        judge("template", refused("template", -100)).outcome,
        judge("oa", refused("oa", -100)).outcome,
    ) == (
        "retry",
        "payload",
    )
    assert judge("template", refused("template", -100)).most == 1


def test_a_person_the_oa_never_met_is_about_the_recipient_not_the_text() -> None:
    assert judge("oa", refused("oa", -201, "user_id is invalid")).outcome == "recipient"
    assert judge("oa", refused("oa", -201, "text is invalid")).outcome == "payload"


@pytest.mark.parametrize(
    ("host", "body", "status", "sends", "outcome"),
    [
        ("template", b"<html>502 Bad Gateway</html>", 502, True, "unknown"),
        ("template", b"<html>502 Bad Gateway</html>", 502, False, "retry"),
        ("template", b"<html>ok?</html>", 200, True, "unknown"),
        ("template", b'{"error":0,"data":{"msg', 200, True, "unknown"),
        ("template", b'{"error":0,"data":{"msg', 200, False, "retry"),
        ("template", b"", 200, True, "unknown"),
        ("template", b"[]", 200, True, "unknown"),
        ("template", b'{"error":true}', 200, True, "unknown"),
        ("template", b"", 401, True, "refresh"),
        ("oa", b'{"message":"unauthorized"}', 401, True, "refresh"),
        ("bot", b'{"message":"unauthorized"}', 401, True, "config"),
        ("oa", b"Too many", 429, True, "retry"),
        ("oa", b"no", 400, True, "payload"),
        ("oa", b"", 503, True, "unknown"),
        ("bot", b"", 401, True, "config"),
        ("bot", b'{"ok":false,"error_code":429,"description":"slow"}', 200, True, "retry"),
        ("bot", b'{"ok":false,"error_code":429,"description":"slow"}', 429, True, "retry"),
        ("bot", b'{"ok":true,"result":{"message_id":"m1"}}', 200, True, "ok"),
        ("oauth", b"", 200, True, "config"),
        ("oauth", b"<html>", 200, True, "unknown"),
        ("oauth", b'{"access_token":"","refresh_token":""}', 200, True, "unknown"),
        ("oauth", b'{"access_token":"A"}', 200, True, "unknown"),
        ("oauth", b'{"access_token":"A","refresh_token":"R","expires_in":"90000"}', 200, True, "ok"),
        ("oauth", b'{"error":"-14014","error_name":"Invalid refresh token."}', 200, True, "config"),
        ("template", b"[" * 100_000, 200, True, "unknown"),
    ],
)
def test_an_answer_that_is_not_as_documented_is_judged_by_what_may_have_happened(
    host: Host, body: bytes, status: int, sends: bool, outcome: str
) -> None:
    assert judge(host, body, status=status, sends=sends).outcome == outcome


def test_what_did_not_leave_may_go_again_and_what_may_have_left_may_not() -> None:
    assert not_sent("connection refused").outcome == "retry"
    assert broken_off("timed out", sends=True).outcome == "unknown"
    assert broken_off("timed out", sends=False).outcome == "retry"


@pytest.mark.parametrize(
    ("until", "now", "expected"),
    [
        ("morning", datetime(2024, 11, 8, 16, tzinfo=UTC), "2024-11-09T06:05:00+07:00"),
        ("morning", datetime(2024, 11, 8, 20, tzinfo=UTC), "2024-11-09T06:05:00+07:00"),
        ("tomorrow", datetime(2024, 11, 8, 20, tzinfo=UTC), "2024-11-10T06:05:00+07:00"),
        ("next_month", datetime(2024, 12, 31, 20, tzinfo=UTC), "2025-02-01T06:05:00+07:00"),
        ("next_month", datetime(2024, 1, 30, 20, tzinfo=UTC), "2024-02-01T06:05:00+07:00"),
        ("top_up", NOON, "2024-11-08T09:00:00+00:00"),
    ],
)
def test_a_deferred_message_waits_for_the_morning_that_helps(
    until: str, now: datetime, expected: str
) -> None:
    assert wake(until, now, ZONE).isoformat() == expected  # type: ignore[arg-type]


def test_a_deferred_answer_says_until_when() -> None:
    assert judge("oa", refused("oa", -234), now=datetime(2024, 11, 8, 16, tzinfo=UTC)).until == datetime(
        2024, 11, 8, 23, 5, tzinfo=UTC
    )


def test_an_ok_gives_back_its_data() -> None:
    assert judge("template", {"error": 0, "data": {"msg_id": "a1"}}).result == {"msg_id": "a1"}


def test_neither_tokens_nor_telephone_numbers_nor_ids_are_repeated() -> None:
    assert (
        clean("user 2468458835296117922 in chat 6ede9afa66b88fe6d6a9, +84912345678") == "user … in chat …, …"
    )
    assert (
        clean("Template id 300001 exceeds maxLength 30 (HTTP 429)")
        == "Template id 300001 exceeds maxLength 30 (HTTP 429)"
    )
    said = judge(
        "template", refused("template", -108, f"phone 84912345678 / 0912345678 token {'A1' * 20}\nx")
    ).said
    assert said == "phone … / … token … x"
    assert len(clean("dài " * 200)) <= 200


@given(
    st.sampled_from(sorted(TABLES)),
    st.integers(100, 599),
    st.binary(max_size=200) | st.text(max_size=80).map(str.encode),
)
def test_no_answer_trips_the_judge(host: Host, status: int, body: bytes) -> None:
    verdict = judge(host, body, status=status)
    assert verdict.outcome in {"retry", "payload", "unknown", "refresh", "config"}
