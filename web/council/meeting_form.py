"""The form of a meeting: times as people write them, and back. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from db.errors import Refusal
from tasks.council_meetings import AGENDA, MeetingFacts
from tasks.deadline import short_date
from tasks.meeting_words import instant

DAY, HOUR, PLACE, AGENDA_FIELD, END, THERE = "ngay", "gio", "dia_diem", "noi_dung", "ket_thuc", "co_mat"
NAMES = (DAY, HOUR, PLACE, AGENDA_FIELD, END)


@dataclass(frozen=True)
class Filled:
    """What was typed, by field, and who was marked as there."""

    typed: Mapping[str, str] = field(default_factory=dict)
    present: frozenset[int] = frozenset()


def empty() -> Filled:
    """The form of a new meeting, with the agenda that most meetings have."""
    return Filled(dict.fromkeys(NAMES, "") | {AGENDA_FIELD: "\n".join(AGENDA)})


def of_meeting(facts: MeetingFacts, time_zone: str) -> Filled:
    """The form of a stored meeting."""
    zone = ZoneInfo(time_zone)
    begin = facts.held_at.astimezone(zone) if facts.held_at else None
    end = facts.closed_at.astimezone(zone) if facts.closed_at else None
    same_day = begin and end and begin.date() == end.date()
    typed = {
        DAY: short_date(begin.date()) if begin else "",
        HOUR: f"{begin:%H:%M}" if begin else "",
        PLACE: facts.place,
        AGENDA_FIELD: "\n".join(facts.agenda),
        END: f"{end:%H:%M}{'' if same_day else f' ngày {short_date(end.date())}'}" if end else "",
    }
    return Filled(typed, facts.present)


def read(filled: Filled, time_zone: str) -> tuple[MeetingFacts, dict[str, str]]:
    """What the form means; sentences by field of MeetingFacts for what cannot be read."""
    wrong: dict[str, str] = {}
    typed = filled.typed

    def at(name: str, deed: Callable[[], datetime]) -> datetime | None:
        try:
            return deed()
        except Refusal as refusal:
            wrong[name] = f"{str(refusal)[:1].upper()}{str(refusal)[1:]}."
            return None

    held_at = closed_at = None
    if typed[DAY] or typed[HOUR]:
        held_at = at("held_at", lambda: _begin(typed, time_zone))
    if typed[END] and not wrong:
        closed_at = at("closed_at", lambda: instant(typed[END], time_zone, held_at))
    agenda = tuple(typed[AGENDA_FIELD].splitlines())
    return MeetingFacts(held_at, typed[PLACE], agenda, closed_at, filled.present), wrong


def _begin(typed: Mapping[str, Any], time_zone: str) -> datetime:
    if not typed[DAY] or not typed[HOUR]:
        raise Refusal("xin ghi cả ngày và giờ, ví dụ 22/11/2024 và 14:00")
    return instant(f"{typed[HOUR]} ngày {typed[DAY]}", time_zone)
