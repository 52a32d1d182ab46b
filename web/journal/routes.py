"""`/nhat-ky`: the journal, the newest entry first."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, time
from typing import Annotated
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from db import journal
from db.errors import Refusal
from db.tables import JournalEntry
from tasks.deadline import parse_date
from tasks.journal_words import ACTIONS, details
from web.numbers import whole
from web.rendering import page
from web.roles import allow
from web.visitor import Signed, TheSite

router = APIRouter()
SHOWN = 50
PLACES = {"task": "/viec/", "message": "/thu/"}


@dataclass(frozen=True)
class Line:
    """One entry in words; `at` in UTC; `place`: the page of what it speaks of, "" for none."""

    seq: int
    at: datetime
    actor: str
    action: str
    details: str
    place: str


@dataclass(frozen=True)
class Sought:
    """What the address asks for; "" asks for nothing. `day` is as typed, `since` what it means (UTC or local)."""

    action: str
    actor: str
    day: str
    since: datetime | None
    wrong: str = ""

    @property
    def address(self) -> str:
        """The same question as the part of an address after "?"."""
        return urlencode({"viec": self.action, "ai": self.actor, "tu": "" if self.wrong else self.day})


@router.get("/nhat-ky", **allow("coordinator", "leadership", "operator"))
def show(
    request: Request, site: TheSite, visitor: Signed, viec: Annotated[str, Query(max_length=60)] = "",
    ai: Annotated[str, Query(max_length=200)] = "", tu: Annotated[str, Query(max_length=20)] = "", truoc: str = "",
    kiem: str = "",
) -> Response:  # fmt: skip
    """Entries by action, person and day; `kiem=1` reads the whole chain and says whether it holds."""
    sought = _sought(viec, ai, tu.strip(), visitor.time_zone)
    with site.store.read() as session:
        found = journal.newest_entries(
            session, visitor.commune_id, SHOWN + 1, before=whole(truoc) or None, action=sought.action, actor=ai,
            since=sought.since,
        )  # fmt: skip
        head = journal.head_of(session, visitor.commune_id)
        broken = journal.verify(session, visitor.commune_id) if kiem == "1" else None
    more = found[SHOWN - 1].seq if len(found) > SHOWN else 0
    return page(
        request, "journal/list.html", 422 if sought.wrong else 200, lines=[_line(one) for one in found[:SHOWN]], more=more,
        actions=ACTIONS, sought=sought, head=head, checked=kiem == "1", broken=broken,
    )  # fmt: skip


def _sought(action: str, actor: str, day: str, time_zone: str) -> Sought:
    known = action if action in ACTIONS else ""
    try:
        since = datetime.combine(parse_date(day), time(), ZoneInfo(time_zone)) if day else None
    except Refusal as refusal:
        return Sought(known, actor, day, None, f"Từ ngày: {refusal}.")
    return Sought(known, actor, day, since)


def _line(entry: JournalEntry) -> Line:
    kind, _, number = entry.subject.partition(":")
    place = f"{PLACES[kind]}{number}" if kind in PLACES else ""
    words = details(json.loads(entry.payload))
    return Line(entry.seq, entry.at, entry.actor, ACTIONS.get(entry.action, entry.action), words, place)
