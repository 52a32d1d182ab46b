"""Which meeting of the council papers are about: the newest, unless somebody says another one. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress

from db.errors import Missing, Refusal
from tasks.clock import local_date
from tasks.council_meetings import Meeting
from tasks.deadline import parse_date
from tasks.meeting_words import begun, instant


def chosen_meeting(meetings: Sequence[Meeting], number: int | None) -> Meeting | None:
    """The meeting of that number, the last one without a number; None where there is none at all. Raises Missing."""
    if number is None:
        return meetings[-1] if meetings else None
    found = [one for one in meetings if one.row.id == number]
    if not found:
        raise Missing(f"Không có cuộc họp số {number} của Hội đồng.")
    return found[0]


def said_meeting(meetings: Sequence[Meeting], said: str, time_zone: str) -> int:
    """The number of the meeting that people mean by "18/11/2024", "14 giờ 00 ngày 18/11/2024" or its number.

    Raises Refusal with all meetings to choose from when that is none of them, or several.
    """
    found = [one.row.id or 0 for one in meetings if said.strip() in _names(one, time_zone)]
    found = found or [one.row.id or 0 for one in meetings if _is_on(one, said, time_zone)]
    if len(found) == 1:
        return found[0]
    if not meetings:
        raise Refusal("Hội đồng chưa có cuộc họp nào.")
    which = "; ".join(f"số {one.row.id}: {meeting_words(one, time_zone)}" for one in meetings)
    trouble = "Có nhiều cuộc họp" if found else "Không có cuộc họp nào của Hội đồng"
    raise Refusal(f"{trouble} theo «{said[:60]}». Xin ghi số của cuộc họp. {which[:1].upper()}{which[1:]}.")


def meeting_words(meeting: Meeting, time_zone: str) -> str:
    """When it is, in words."""
    return begun(meeting.row.held_at, time_zone) if meeting.row.held_at else "chưa định thời gian"


def _names(meeting: Meeting, time_zone: str) -> Iterator[str]:
    yield str(meeting.row.id)
    yield meeting_words(meeting, time_zone)


def _is_on(meeting: Meeting, said: str, time_zone: str) -> bool:
    held_at = meeting.row.held_at
    if held_at is None:
        return False
    with suppress(Refusal):
        return local_date(held_at, time_zone) == parse_date(said)
    with suppress(Refusal):
        return held_at == instant(said, time_zone)
    return False
