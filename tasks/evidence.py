"""What proves a report (minh chứng): a document by number, date, holder and place, or a file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, insert, select, update
from sqlmodel import Session, col

from db.errors import Missing, Refusal, WrongFields
from db.store import changed
from db.tables import Evidence, Task
from tasks import changing
from tasks.actor import Actor
from tasks.current import rules_of
from tasks.evidence_files import Draft, keep
from tasks.evidence_kinds import Kind
from tasks.lifecycle import OPEN_STATES
from tasks.privacy import SENTENCE, names_a_child

MOST = 30
LONGEST = {"title": 300, "number": 60, "holder": 120, "place": 200}
_WORDS = {"title": "Tên văn bản", "number": "Số, ký hiệu", "holder": "Nơi giữ", "place": "Chỗ để"}


@dataclass(frozen=True)
class Reference:
    """A document that stays with its holder. All text is NFC; `dated_on` is a local date."""

    title: str
    number: str = ""
    dated_on: date | None = None
    holder: str = ""
    place: str = ""


@dataclass(frozen=True)
class Attachment:
    """A file that arrived whole: what it is called, what it is, where it waits."""

    name: str
    kind: Kind
    draft: Draft


def standing(session: Session, task_id: int) -> list[Evidence]:
    """A task's evidence that was not removed, the oldest first."""
    query = select(Evidence).where(col(Evidence.task_id) == task_id, col(Evidence.removed_at).is_(None))
    return list(session.execute(query.order_by(col(Evidence.id))).scalars())


def add_reference(session: Session, task_id: int, given: Reference, *, by: Actor, now: datetime) -> int:
    """Note a document; its row's number. Raises WrongFields (by field of `Reference`), Refusal."""
    task = _open_task(session, task_id)
    if wrong := _wrong(given):
        raise WrongFields(wrong)
    values = {name: getattr(given, name) for name in ("title", "number", "dated_on", "holder", "place")}
    return _insert(session, task, values | {"kind": "reference"}, by, now)


def add_file(session: Session, task_id: int, given: Attachment, *, by: Actor, now: datetime) -> int:
    """Keep a file; its row's number. Raises Refusal: a restricted criterion takes references only.

    The file gets its lasting name last, so that a row never stands without one.
    """
    task = _open_task(session, task_id)
    if restricted(session, task):
        raise Refusal(
            "Tiêu chí này chỉ ghi số, ngày và nơi giữ văn bản, không gửi tệp, để giữ kín chuyện riêng của trẻ."
        )
    if names_a_child(given.name):
        raise Refusal(f"Tên tệp «{given.name}»: {SENTENCE} Xin đặt lại tên tệp rồi chọn lại.")
    values = {
        "kind": "file", "file_name": given.name, "media_type": given.kind.media_type, "size": given.draft.size,
        "sha256": given.draft.sha256,
    }  # fmt: skip
    number = _insert(session, task, values, by, now)
    keep(given.draft)
    return number


def remove(session: Session, task_id: int, number: int, *, by: Actor, now: datetime) -> None:
    """Take back evidence that no handed-in report rests on. Raises Missing, Refusal."""
    task = _open_task(session, task_id)
    row = session.get(Evidence, number)
    if row is None or row.task_id != task_id or row.removed_at is not None:
        raise Missing("Minh chứng này đã được bỏ.")
    if row.report_id is not None:
        raise Refusal("Minh chứng này thuộc báo cáo đã nộp nên được giữ lại.")
    waiting = update(Evidence).where(col(Evidence.id) == number, col(Evidence.removed_at).is_(None))
    changed(session, waiting.values(removed_at=now))
    changing.note(session, task, by, "evidence.removed", now, evidence=number)


def bind(session: Session, task_id: int, report_id: int) -> int:
    """Let a report that is being handed in rest on what was gathered for it; how many."""
    loose = update(Evidence).where(
        col(Evidence.task_id) == task_id,
        col(Evidence.report_id).is_(None),
        col(Evidence.removed_at).is_(None),
    )
    return changed(session, loose.values(report_id=report_id))


def restricted(session: Session, task: Task) -> bool:
    """Whether evidence of the task's criterion may tell about one child."""
    return task.criterion_no is not None and (
        rules_of(session, task.plan_id).criterion(task.criterion_no).restricted_evidence
    )


def quoted(row: Evidence) -> str:
    """A document as people quote it: "Quyết định số 12/QĐ-UBND ngày 03/05/2024 (giữ tại: Trạm Y tế)"."""
    number = f" số {row.number}" if row.number else ""
    dated = f" ngày {row.dated_on:%d/%m/%Y}" if row.dated_on else ""
    held = ", ".join(part for part in (row.holder, row.place) if part)
    return f"{row.title}{number}{dated}{f' (giữ tại: {held})' if held else ''}"


def _wrong(given: Reference) -> dict[str, str]:
    wrong = {
        name: f"{_WORDS[name]} dài {len(getattr(given, name))} ký tự, tối đa {longest}. Xin rút gọn."
        for name, longest in LONGEST.items()
        if len(getattr(given, name)) > longest
    }
    if not given.title:
        wrong["title"] = "Xin ghi tên văn bản."
    if names_a_child(f"{given.title} {given.number} {given.place}"):
        wrong["title"] = SENTENCE
    return wrong


def _open_task(session: Session, task_id: int) -> Task:
    task = changing.load_task(session, task_id)
    if task.state not in OPEN_STATES:
        raise Refusal("Báo cáo của việc này đã nộp hoặc đã duyệt nên không thêm bớt minh chứng được.")
    return task


def _insert(session: Session, task: Task, values: dict[str, object], by: Actor, now: datetime) -> int:
    query = select(func.count()).where(col(Evidence.task_id) == task.id, col(Evidence.removed_at).is_(None))
    if session.execute(query).scalar_one() >= MOST:
        raise Refusal(f"Đã có {MOST} minh chứng cho việc này. Xin bỏ bớt trước khi thêm.")
    row = {"commune_id": task.commune_id, "task_id": task.id, "by_name": by.name, "created_at": now}
    number = int(
        session.execute(insert(Evidence).values(row | values).returning(col(Evidence.id))).scalar_one()
    )
    changing.note(session, task, by, "evidence.added", now, evidence=number, kind=values["kind"])
    return number
