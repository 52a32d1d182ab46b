"""What a step leaves behind besides the new stage: documents, tasks and announcements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlmodel import Session, col

from db.tables import Announcement, Member, Person, Plan, PlanDocument, Task, Unit
from tasks.lifecycle import CLOSED_STATES
from workflow.definition import Creation, Procedure, Step
from workflow.judging import StepRefusal
from workflow.view import PlanView


@dataclass(frozen=True)
class DocumentRef:
    """A paper that a step rests on: its number, date and who keeps it; never its content."""

    kind: str
    number: str
    dated_on: date
    holder: str


@dataclass(frozen=True)
class Effects:
    """Rows to write, without the columns that all share (commune, plan, instant)."""

    documents: tuple[DocumentRef, ...] = ()
    tasks: tuple[Mapping[str, Any], ...] = ()
    announcements: tuple[Mapping[str, Any], ...] = ()

    @property
    def task_keys(self) -> tuple[str, ...]:
        """Keys of the tasks that the step gives out."""
        return tuple(task["key"] for task in self.tasks)


def check_documents(
    session: Session, plan_id: int, procedure: Procedure, documents: Sequence[DocumentRef], today: date
) -> None:
    """Refuse a reference that is incomplete, from the future, of an unknown kind, or recorded before.

    Raises StepRefusal.
    """
    if not documents:
        return
    query = select(col(PlanDocument.kind), col(PlanDocument.number)).where(
        col(PlanDocument.plan_id) == plan_id
    )
    known = {(row.kind, row.number) for row in session.execute(query)}
    for one in documents:
        kind = procedure.document(one.kind)
        if kind is None:
            raise StepRefusal(f"Không có loại văn bản “{one.kind}” trong thủ tục này.")
        if not one.number.strip() or not one.holder.strip():
            raise StepRefusal(f"{kind.name}: hãy nhập đủ số, ngày và nơi giữ văn bản.")
        if one.dated_on > today:
            raise StepRefusal(f"{kind.name}: ngày {one.dated_on:%d/%m/%Y} chưa đến. Hãy kiểm tra ngày ký.")
        if (one.kind, one.number) in known:
            raise StepRefusal(f"{kind.name} số {one.number} đã được ghi nhận trước đó. Hãy nhập văn bản mới.")
        known.add((one.kind, one.number))


def effects_of(
    session: Session,
    plan: Plan,
    step: Step,
    view: PlanView,
    *,
    words: Mapping[str, str],
    documents: Sequence[DocumentRef],
) -> Effects:
    """Everything a step owes. `words` fill the announcements' fields. Raises StepRefusal: nobody to give a task to."""
    tasks: list[Mapping[str, Any]] = []
    for creation in step.creates:
        units = _receivers(session, plan.commune_id, creation)
        if not units:
            raise StepRefusal(
                f"Bước “{step.name}” giao việc “{creation.title}” cho “{creation.unit or creation.role}”, "
                "nhưng chưa có đơn vị nào như vậy. Hãy thêm đơn vị hoặc người phụ trách trước."
            )
        tasks += [row for unit in units if (row := _task(step, creation, *unit, view))]
    told = tuple({"text": tell.text.format(**words), "roles": list(tell.roles)} for tell in step.tells)
    return Effects(tuple(documents), tuple(tasks), told)


def record(
    session: Session, commune_id: int, plan_id: int, effects: Effects, *, by: str, now: datetime
) -> None:
    """Insert the rows."""
    own = {"commune_id": commune_id, "plan_id": plan_id}
    at = {"created_at": now, "updated_at": now}
    signed = {"recorded_at": now, "recorded_by": by}
    _insert(session, PlanDocument, (asdict(one) | own | signed for one in effects.documents))
    _insert(session, Task, ({**one, **own, **at} for one in effects.tasks))
    _insert(session, Announcement, ({**one, **own, "made_at": now} for one in effects.announcements))


def _insert(session: Session, table: type[Any], rows: Iterable[Mapping[str, Any]]) -> None:
    if values := [dict(row) for row in rows]:
        session.execute(insert(table), values)


def _receivers(session: Session, commune_id: int, creation: Creation) -> list[tuple[int, str]]:
    query = select(col(Unit.id), col(Unit.key)).where(col(Unit.commune_id) == commune_id, col(Unit.active))
    if creation.unit is not None:
        query = query.where(col(Unit.key) == creation.unit)
    else:
        members = (
            select(col(Member.unit_id))
            .join(Person, col(Person.id) == col(Member.person_id))
            .where(col(Member.role) == creation.role, col(Person.active))
        )
        query = query.where(col(Unit.id).in_(members))
    return [(row[0], row[1]) for row in session.execute(query.order_by(col(Unit.position)))]


def _task(
    step: Step, creation: Creation, unit_id: int, unit_key: str, view: PlanView
) -> dict[str, Any] | None:
    """A new task; None while the one from an earlier pass through this step is still being worked on."""
    stem = f"{step.trigger}/{creation.key}/{unit_key}"
    earlier = [task for task in view.tasks if task.key.split("#")[0] == stem]
    if any(task.state not in CLOSED_STATES for task in earlier):
        return None
    until = view.today + timedelta(days=creation.days) if creation.days else None
    return {
        "unit_id": unit_id,
        "key": f"{stem}#{len(earlier) + 1}" if earlier else stem,
        "kind": "stage",
        "criterion_no": None,
        "part": "lead",
        "title": creation.title,
        "wording": creation.wording,
        "source": step.source or f"Bước “{step.name}”",
        "last_valid_on": until,
        "due_wording": f"trong {creation.days} ngày kể từ ngày {view.today:%d/%m/%Y}" if until else "",
        "due_set_on": view.today,
        "due_no": 1,
        "state": "assigned",
        "version": 1,
    }
