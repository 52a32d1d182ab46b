"""Whatever a service answers, people read one short sentence of it, and the next step is in its kind."""

from __future__ import annotations

from datetime import datetime
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from notifications.channels.http_line import Answer, NoAnswer
from notifications.channels.outcomes import KINDS, Judge, error
from notifications.channels.zalo_codes import Outcome
from notifications.channels.zalo_verdicts import Verdict

ZONE = "Asia/Ho_Chi_Minh"
NOON = datetime(2024, 11, 8, 12, tzinfo=ZoneInfo(ZONE))


@pytest.mark.parametrize("outcome", [one for one in get_args(Outcome) if one != "ok"])
def test_every_outcome_but_success_is_an_error_with_one_sentence(outcome: Outcome) -> None:
    until = NOON if outcome == "defer" else None
    told = error(
        Verdict(outcome, -135, "OA is not verified.", until, 1), service="Zalo OA", section="zalo_oa"
    )
    assert (told.kind, told.until, told.most) == (KINDS[outcome], until, 1)
    assert told.detail.startswith("Zalo OA ")
    assert "(mã -135: OA is not verified)" in told.detail
    assert told.detail.endswith(".")
    assert "{" not in told.detail
    assert ("12:00, 08/11" in told.detail) == (outcome == "defer")
    assert ("[zalo_oa]" in told.detail) == (told.kind == "config")


def test_a_question_whose_answer_was_not_understood_is_asked_again() -> None:
    unclear = Verdict("unknown", said="HTTP 502")
    assert error(unclear, service="Zalo OA", section="zalo_oa").kind == "unknown"
    assert error(unclear, service="Zalo OA", section="zalo_oa", sends=False).kind == "retry"


@pytest.mark.parametrize(
    ("reply", "sends", "outcome"),
    [
        (NoAnswer(left=False, why="không kết nối được"), True, "retry"),
        (NoAnswer(left=True, why="mất kết nối giữa chừng"), True, "unknown"),
        (NoAnswer(left=True, why="mất kết nối giữa chừng"), False, "retry"),
        (NoAnswer(left=False, why="không kết nối được", untrusted=True), True, "config"),
        (Answer(200, b'{"error":0}'), True, "ok"),
        (Answer(200, b'{"error":'), True, "unknown"),
    ],
)
def test_no_answer_and_any_answer_have_a_verdict(reply: Answer | NoAnswer, sends: bool, outcome: str) -> None:
    assert Judge("template", NOON, ZONE).verdict(reply, sends=sends).outcome == outcome


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        (-118, "recipient"),
        (-213, "recipient"),
        (-211, "defer"),
        (-100, "retry"),
        (-201, "payload"),
        (-5, "unknown"),
    ],
)
def test_a_template_by_user_id_is_refused_with_the_codes_of_either_host(code: int, outcome: str) -> None:
    reply = Answer(200, b'{"error":%d,"message":"no"}' % code)
    assert Judge("oa", NOON, ZONE).of_user_template(reply).outcome == outcome
