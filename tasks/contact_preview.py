"""What bringing in a contacts table would change, and bringing it in after a yes to just that."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Literal

from sqlmodel import Session

from db.errors import Outdated
from tasks.actor import Actor
from tasks.contact_rows import ContactRow
from tasks.directory_list import Entry, everybody, unit_names
from tasks.directory_rows import points_for
from tasks.people import bring_contacts
from tasks.person_facts import ROLE_WORDS, PersonFacts, differences
from tasks.way_words import ways_told
from tasks.ways import phone_in

Standing = Literal["new", "returning", "changed", "unchanged"]


@dataclass(frozen=True)
class PreviewLine:
    """One person of the table. `changes`: in words, for somebody known whose data differ."""

    key: str
    name: str
    standing: Standing
    parts: str
    changes: tuple[str, ...]


@dataclass(frozen=True)
class Preview:
    """Everybody in a table; `seal` stands for exactly this preview of exactly these rows."""

    lines: tuple[PreviewLine, ...]
    seal: str

    def count(self, standing: Standing) -> int:
        """How many people stand so."""
        return sum(line.standing == standing for line in self.lines)

    @property
    def is_empty(self) -> bool:
        """Whether bringing it in would change nothing."""
        return self.count("unchanged") == len(self.lines)


def preview(session: Session, commune_id: int, rows: Iterable[ContactRow]) -> Preview:
    """What bringing in these rows would change. Nothing is written."""
    mine: dict[str, list[ContactRow]] = defaultdict(list)
    for row in rows:
        mine[row.person].append(row)
    units = unit_names(session, commune_id)
    known = {one.key: one for one in everybody(session, commune_id)}
    lines = tuple(_line(key, rows, known.get(key), units) for key, rows in mine.items())
    told = [[astuple(row) for rows in mine.values() for row in rows], [astuple(line) for line in lines]]
    return Preview(lines, hashlib.sha256(json.dumps(told).encode()).hexdigest())


def apply_contacts(
    session: Session, commune_id: int, rows: Sequence[ContactRow], *, seal: str, by: Actor, now: datetime
) -> int:
    """Bring in the rows of a preview that somebody agreed to; how many people. `seal`: the preview's.

    Raises Outdated when the preview would look different by now, Refusal as `bring_contacts` does.
    """
    if preview(session, commune_id, rows).seal != seal:
        raise Outdated(
            "Danh bạ vừa được người khác thay đổi nên bản xem trước không còn đúng. Hãy chọn lại tệp để xem lại."
        )
    return bring_contacts(session, commune_id, rows, by=by, now=now)


def _line(key: str, rows: Sequence[ContactRow], known: Entry | None, units: Mapping[str, str]) -> PreviewLine:
    parts = tuple(dict.fromkeys((row.role, row.unit) for row in rows))
    after = _facts(rows[0], parts, known)
    changes = tuple(differences(known.facts, after, units)) if known else ()
    told = ", ".join(f"{ROLE_WORDS[role]} {units[unit]}" for role, unit in parts)
    return PreviewLine(key, after.name, _standing(known, changes), told, changes)


def _facts(row: ContactRow, parts: tuple[tuple[str, str], ...], known: Entry | None) -> PersonFacts:
    points = points_for(row, known.points if known else ())
    quiet = known.facts.quiet if known else False
    return PersonFacts(
        row.name, row.greeting, parts, row.email, row.second_email or "", quiet, phone_in(points), ways_told(points)
    )  # fmt: skip


def _standing(before: Entry | None, changes: Sequence[str]) -> Standing:
    if before is None:
        return "new"
    if not before.active:
        return "returning"
    return "changed" if changes else "unchanged"
