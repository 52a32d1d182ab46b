"""A changed plan is handed in, looked at, and then applied or dropped: nothing changes before somebody says yes."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from sqlalchemy import insert, select, update
from sqlalchemy.orm import InstrumentedAttribute, defer
from sqlmodel import Session, col

from db import journal
from db.errors import Missing, Outdated, Refusal
from db.store import changed
from db.tables import Commune, Plan, PlanProposal
from plans.toml_source import LARGEST_FILE, decoded
from tasks import changing
from tasks.actor import Actor
from tasks.alarms import alarms, is_anothers
from tasks.clock import local_date
from tasks.coverage import warnings
from tasks.difflines import DiffLine, diff_lines, seal_of
from tasks.directory_list import unit_names
from tasks.generation import days_given
from tasks.importing import Imported, compare, find_plan, import_plan
from tasks.planfile import PlanFile, read_plan
from tasks.ruleset import RuleSet

LONGEST_NAME = 120
ANOTHERS = "Đây là kế hoạch của xã khác. Nếu đúng là muốn dùng, hãy đánh dấu ô xác nhận rồi bấm lại."


@dataclass(frozen=True)
class Foreseen:
    """What a proposal would change now. `seal` stands for just these lines; `doubts`: sentences worth a look.

    `alarms`: sentences that nobody may miss; `anothers`: it is another commune's plan.
    """

    lines: tuple[DiffLine, ...]
    doubts: tuple[str, ...]
    seal: str
    alarms: tuple[str, ...] = ()
    anothers: bool = False


def propose(
    session: Session, commune_id: int, file_name: str, raw: bytes, *, by: Actor, now: datetime
) -> int:
    """Keep a changed plan file for a yes; its number. Raises Refusal with a line per problem in the file."""
    changing.require_office(by, "đề nghị thay đổi kế hoạch")
    name = " ".join(file_name.split())[:LONGEST_NAME] or "ke-hoach.toml"
    if len(raw) > LARGEST_FILE:
        raise Refusal(f"{name}: tệp lớn quá {LARGEST_FILE // 1_000_000} MB, không giống tệp kế hoạch.")
    content = unicodedata.normalize("NFC", decoded(raw, name))
    if foreseen(session, commune_id, name, content).lines == ():
        raise Refusal(f"{name}: tệp này không khác kế hoạch đang có, nên không có gì để duyệt.")
    values = {
        "commune_id": commune_id, "file_name": name, "content": content, "by_name": by.name, "created_at": now,
        "state": "waiting", "decided_by": "",
    }  # fmt: skip
    added = insert(PlanProposal).values(values).returning(col(PlanProposal.id))
    number = int(session.execute(added).scalar_one())
    _note(session, commune_id, number, "plan.proposed", name, by=by, now=now)
    return number


def foreseen(
    session: Session, commune_id: int, name: str, content: str, now: datetime | None = None
) -> Foreseen:
    """What a plan text would change now. Nothing is written. Raises Refusal. Without `now` no day is past."""
    file, rules = _read(session, commune_id, name, content)
    would = compare(session, file, rules)
    lines = diff_lines(would, _names(session, commune_id, file))
    own = session.get_one(Commune, commune_id)
    today = local_date(now, own.time_zone) if now else date.min
    return Foreseen(
        lines, tuple(one.text for one in warnings(file, rules)), seal_of(lines),
        tuple(alarms(own.name, file.commune.name, days_given(would.diff), today)),
        is_anothers(own.name, file.commune.name),
    )  # fmt: skip


def find_proposal(session: Session, commune_id: int, number: int) -> PlanProposal:
    """A proposal of the commune. Raises Missing."""
    query = select(PlanProposal).where(
        col(PlanProposal.commune_id) == commune_id, col(PlanProposal.id) == number
    )
    row: PlanProposal | None = session.execute(query).scalar_one_or_none()
    if row is None:
        raise Missing(f"Không có đề nghị thay đổi kế hoạch số {number}.")
    return row


def proposals(session: Session, commune_id: int, most: int = 20) -> list[PlanProposal]:
    """The newest proposals, the newest first, without their content."""
    bare = select(PlanProposal).options(defer(cast("InstrumentedAttribute[str]", PlanProposal.content)))
    query = bare.where(col(PlanProposal.commune_id) == commune_id)
    return list(session.execute(query.order_by(col(PlanProposal.id).desc()).limit(most)).scalars())


def apply_proposal(
    session: Session,
    commune_id: int,
    number: int,
    *,
    seal: str,
    by: Actor,
    now: datetime,
    anothers: bool = False,
) -> Imported:
    """Bring the plan to the proposed state. `seal`: of the lines that were shown and agreed to.

    `anothers`: somebody said that another commune's plan is meant. Raises Outdated when it would change something else
    by now or was decided already; Refusal as the import does, and for another commune's plan without that.
    """
    changing.require_office(by, "duyệt thay đổi kế hoạch")
    row = find_proposal(session, commune_id, number)
    _decide(session, row, "applied", by, now)
    seen = foreseen(session, commune_id, row.file_name, row.content)
    if seen.anothers and not anothers:
        raise Refusal(ANOTHERS)
    if seen.seal != seal:
        raise Outdated(
            "Dữ liệu đã thay đổi sau khi đồng chí mở trang này. Khác biệt mới nhất ở bên dưới; hãy xem lại rồi duyệt."
        )
    file, rules = _read(session, commune_id, row.file_name, row.content)
    plan = _present_plan(session, commune_id, file)
    done = import_plan(session, file, rules, first_stage=plan.stage, by=by, now=now)
    _note(session, commune_id, number, "plan.proposal_applied", row.file_name, by=by, now=now)
    return done


def drop_proposal(session: Session, commune_id: int, number: int, *, by: Actor, now: datetime) -> None:
    """Put a proposal aside for good; the plan stays. Raises Outdated when it was decided already."""
    changing.require_office(by, "bỏ đề nghị thay đổi kế hoạch")
    row = find_proposal(session, commune_id, number)
    _decide(session, row, "dropped", by, now)
    _note(session, commune_id, number, "plan.proposal_dropped", row.file_name, by=by, now=now)


def _decide(session: Session, row: PlanProposal, state: str, by: Actor, now: datetime) -> None:
    waiting = update(PlanProposal).where(col(PlanProposal.id) == row.id, col(PlanProposal.state) == "waiting")
    if not changed(session, waiting.values(state=state, decided_by=by.name, decided_at=now)):
        did = "duyệt" if row.state == "applied" else "bỏ"
        raise Outdated(f"Đề nghị này đã được {row.decided_by} {did} rồi.")


def _read(session: Session, commune_id: int, name: str, content: str) -> tuple[PlanFile, RuleSet]:
    return read_plan(content, name, _rules_for(session, commune_id, name))


def _rules_for(session: Session, commune_id: int, name: str) -> Callable[[PlanFile], RuleSet]:
    """The present plan's own rules: a plan file brings none, and what the commune confirmed stays."""

    def rules(file: PlanFile) -> RuleSet:
        own = session.get_one(Commune, commune_id)
        if file.commune.key != own.key:
            raise Refusal(f"{name}: đây là kế hoạch của «{file.commune.name}», không phải của {own.name}.")
        known = RuleSet.model_validate(_present_plan(session, commune_id, file).rule_set)
        if known.key != file.rule_set:
            raise Refusal(f"{name}: tệp ghi bộ quy tắc «{file.rule_set}», kế hoạch đang dùng «{known.key}».")
        return known

    return rules


def _present_plan(session: Session, commune_id: int, file: PlanFile) -> Plan:
    plan = find_plan(session, session.get_one(Commune, commune_id).key, file.key)
    if plan is None:
        raise Refusal(
            f"Xã chưa có kế hoạch mang mã «{file.key}». Trang này chỉ nhận bản sửa của kế hoạch đang có; "
            "kế hoạch mới do người vận hành nhập."
        )
    return plan


def _names(session: Session, commune_id: int, file: PlanFile) -> dict[str, str]:
    return {unit.key: unit.name for unit in file.units} | unit_names(session, commune_id)


def _note(
    session: Session, commune_id: int, number: int, action: str, name: str, *, by: Actor, now: datetime
) -> None:
    journal.append(
        session, commune_id, at=now, actor=by.name, action=action, subject=f"proposal:{number}",
        payload={"file": name, "role": by.role},
    )  # fmt: skip
