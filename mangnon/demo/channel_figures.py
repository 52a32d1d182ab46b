"""The Zalo season's figures, channel by channel: what we sent, beside what came to its receivers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from db.tables import IncomingMessage
from mangnon.demo.outside import Outside
from notifications.channel_report import ChannelReport, channel_report

WHOLE_SEASON = timedelta(days=366)
DOORS = {
    "bot": "zalo_bot", "oa_user": "zalo_oa", "oa_group": "zalo_oa", "oa_cs": "zalo_oa", "template_phone": "zalo_oa",
    "sms": "sms",
}  # fmt: skip
"""What the fake calls a way -> the channel."""


def season_report(session: Session, commune_id: int, now: datetime, in_use: Sequence[str]) -> ChannelReport:
    """The report of channels over the whole season."""
    return channel_report(session, commune_id, now, in_use, WHOLE_SEASON)


def channel_figures(
    session: Session, commune_id: int, report: ChannelReport, outside: Outside, mails: Path | None
) -> list[dict[str, Any]]:
    """One row a channel. What its receivers have is what was sent, answers in chats included.

    `mails`: the folder of the demo's own mail server; None where mail went elsewhere and nobody here counts it.
    """
    answers, came = (
        _answers(session, commune_id),
        Counter(DOORS[one["channel"]] for one in outside.fake.received()),
    )
    if mails is not None:
        came["email"] = len(list(mails.glob("*.eml")))
    return [
        {
            "channel": one.name, "tries": one.tries, "sent": one.sent, "delivered": one.delivered,
            "taken_over": one.taken_over, "failed": one.failed, "unknown": one.unknown, "waiting": one.waiting,
            "answers": answers[one.name], "received": None if one.name == "email" and mails is None else came[one.name],
        }
        for one in report.lines
    ]  # fmt: skip


def _answers(session: Session, commune_id: int) -> Counter[str]:
    query = select(col(IncomingMessage.channel), func.count()).where(
        col(IncomingMessage.commune_id) == commune_id, col(IncomingMessage.answer_state) == "sent"
    )
    return Counter({row[0]: row[1] for row in session.execute(query.group_by(col(IncomingMessage.channel)))})
