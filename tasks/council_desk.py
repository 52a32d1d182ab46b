"""What every change of the council's papers shares: who may, texts that can be printed, one save at a time, the journal."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlmodel import Session, SQLModel, col

from db import journal
from db.errors import Outdated, Refusal, WrongFields
from db.store import changed
from db.tables import Plan
from tasks import changing
from tasks.actor import Actor
from tasks.privacy import SENTENCE, names_a_child

CLERKS = frozenset({"coordinator", "operator", "system"})
"""Who keeps the council's papers; leadership reads them."""
LONGEST_LINE = 500
MOST_LINES = 60


def open_desk(session: Session, plan_id: int, by: Actor) -> Plan:
    """The plan whose council somebody wants to write about. Raises Refusal: not their work, or the plan is finished."""
    if by.role not in CLERKS:
        raise Refusal("Chỉ cán bộ điều phối mới được ghi hồ sơ của Hội đồng.")
    changing.require_open_plan(session, plan_id)
    plan: Plan = session.execute(select(Plan).where(col(Plan.id) == plan_id)).scalar_one()
    return plan


def line(text: str) -> str:
    """A text in NFC on one line, without space at its ends."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def lines(texts: Iterable[str]) -> list[str]:
    """Texts as `line`, without the empty ones."""
    return [tidy for one in texts if (tidy := line(one))]


def require_printable(fields: Mapping[str, Sequence[str]], wrong: Mapping[str, str | None]) -> None:
    """Raises WrongFields. `fields`: a field's tidy lines; `wrong`: what else is known, None for nothing."""
    found = {name: said for name, said in wrong.items() if said}
    for name, texts in fields.items():
        if fault := next(_faults(texts), None):
            found.setdefault(name, fault)
    if found:
        raise WrongFields(found)


def replace(
    session: Session, row: Any, values: Mapping[str, Any], seen: int, by: Actor, now: datetime
) -> None:
    """Write over a row if it still is the version that was `seen`. Raises Outdated."""
    table, version = type(row), type(row).version
    mine = update(table).where(table.id == row.id, version == seen)
    stamp = {"version": seen + 1, "by_name": by.name, "updated_at": now}
    if seen != row.version or not changed(session, mine.values(**values, **stamp)):
        raise outdated(row.by_name)
    session.refresh(row)


def first(
    session: Session, table: type[SQLModel], values: Mapping[str, Any], by: Actor, now: datetime
) -> int:
    """Write a row's first version; its number."""
    stamp = {"version": 1, "by_name": by.name, "updated_at": now}
    number = insert(table).values(**values, **stamp).returning(table.id)  # type: ignore[attr-defined]
    return int(session.execute(number).scalar_one())


def outdated(who: str) -> Outdated:
    """What somebody is told who saves over what they have not seen."""
    return Outdated(
        f"Trong lúc đồng chí nhập, {who or 'người khác'} vừa lưu nội dung này. Chữ đồng chí nhập vẫn còn; "
        "hãy xem nội dung vừa lưu ở bên cạnh rồi lưu lại."
    )


def note(session: Session, plan: Plan, action: str, by: Actor, now: datetime, **payload: Any) -> None:
    """A line in the journal."""
    journal.append(
        session, plan.commune_id, at=now, actor=by.name, action=action, subject=f"plan:{plan.id}",
        payload={"role": by.role} | payload,
    )  # fmt: skip


def _faults(texts: Sequence[str]) -> Iterator[str]:
    if len(texts) > MOST_LINES:
        yield f"Có {len(texts)} dòng, tối đa {MOST_LINES}. Xin gộp bớt."
    if longest := max((len(one) for one in texts if len(one) > LONGEST_LINE), default=0):
        yield f"Một dòng dài {longest} ký tự, tối đa {LONGEST_LINE}. Xin rút gọn."
    if not all(one.isprintable() for one in texts):
        yield "Có ký tự lạ không in được. Xin gõ lại."
    if any(names_a_child(one) for one in texts):
        yield SENTENCE
