"""What a unit has typed and not yet handed in (bản nháp): one per task, never lost to a second writer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlmodel import Session, col

from db.errors import Outdated, Refusal
from db.store import changed
from db.tables import ReportDraft
from tasks import changing
from tasks.actor import Actor
from tasks.lifecycle import OPEN_STATES

LONGEST = 100_000


def draft_of(session: Session, task_id: int) -> ReportDraft | None:
    """A task's draft."""
    return session.execute(select(ReportDraft).where(col(ReportDraft.task_id) == task_id)).scalars().first()


def typed_in(draft: ReportDraft) -> dict[str, str]:
    """What was typed, by field."""
    return {str(name): str(value) for name, value in json.loads(draft.content).items()}


def save_draft(
    session: Session, task_id: int, typed: Mapping[str, str], *, seen: int, by: Actor, now: datetime
) -> int:
    """Keep what was typed; the draft's new version. `seen`: the version it was typed over, 0 for none.

    Raises Outdated when somebody else saved meanwhile, Refusal when the task takes no report or it is too long.
    """
    task = changing.load_task(session, task_id)
    if task.state not in OPEN_STATES:
        raise Refusal("Báo cáo của việc này đã nộp hoặc đã duyệt nên không lưu bản nháp được.")
    content = json.dumps({name: value for name, value in typed.items() if value}, ensure_ascii=False)
    if len(content) > LONGEST:
        raise Refusal(f"Nội dung dài {len(content)} ký tự, tối đa {LONGEST}. Xin rút gọn.")
    values = {"content": content, "by_name": by.name, "updated_at": now, "version": seen + 1}
    if not _written(session, task.commune_id, task_id, seen, values):
        raise Outdated("Người khác vừa lưu một bản nháp khác của báo cáo này.")
    return seen + 1


def close_draft(session: Session, task_id: int) -> None:
    """Throw a draft away: the report was handed in."""
    session.execute(delete(ReportDraft).where(col(ReportDraft.task_id) == task_id))


def _written(
    session: Session, commune_id: int, task_id: int, seen: int, values: Mapping[str, object]
) -> bool:
    if seen:
        same = col(ReportDraft.task_id) == task_id, col(ReportDraft.version) == seen
        return bool(changed(session, update(ReportDraft).where(*same).values(**values)))
    if draft_of(session, task_id) is not None:
        return False
    session.execute(insert(ReportDraft).values(commune_id=commune_id, task_id=task_id, **values))
    return True
