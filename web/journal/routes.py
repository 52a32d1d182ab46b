"""`/nhat-ky`: the journal, the newest entry first."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from db import journal
from db.tables import JournalEntry
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


@router.get("/nhat-ky", **allow("coordinator", "leadership", "operator"))
def show(
    request: Request, site: TheSite, visitor: Signed, viec: Annotated[str, Query(max_length=60)] = "",
    ai: Annotated[str, Query(max_length=200)] = "", truoc: str = "", kiem: str = "",
) -> Response:  # fmt: skip
    """Entries by action and person; `kiem=1` reads the whole chain and says whether it holds."""
    action = viec if viec in ACTIONS else ""
    with site.store.read() as session:
        found = journal.newest_entries(
            session, visitor.commune_id, SHOWN + 1, before=whole(truoc) or None, action=action, actor=ai
        )
        head = journal.head_of(session, visitor.commune_id)
        broken = journal.verify(session, visitor.commune_id) if kiem == "1" else None
    more = found[SHOWN - 1].seq if len(found) > SHOWN else 0
    return page(
        request, "journal/list.html", lines=[_line(one) for one in found[:SHOWN]], more=more, actions=ACTIONS, action=action,
        actor=ai, head=head, checked=kiem == "1", broken=broken,
    )  # fmt: skip


def _line(entry: JournalEntry) -> Line:
    kind, _, number = entry.subject.partition(":")
    place = f"{PLACES[kind]}{number}" if kind in PLACES else ""
    words = details(json.loads(entry.payload))
    return Line(entry.seq, entry.at, entry.actor, ACTIONS.get(entry.action, entry.action), words, place)
