"""A small commune with a plan, written straight into the tables, for the workflow's tests."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, select, update

from db.store import Store
from db.tables import (
    METADATA,
    Commune,
    ContactPoint,
    Member,
    Person,
    Plan,
    Task,
    Unit,
)
from tasks.actor import Actor
from workflow.effects import DocumentRef

ROOT = Path(__file__).parent.parent
NOW = datetime(2024, 4, 16, 1, tzinfo=UTC)
TODAY = date(2024, 4, 16)
COORDINATOR = Actor("Cán bộ điều phối", "coordinator")
CHAIR = Actor("Chủ tịch", "leadership")
CRITERIA: list[dict[str, Any]] = [
    {"no": 2, "name": "Trẻ em được khai sinh"},
    {"no": 5, "name": "Trẻ em bị tai nạn"},
]


def procedure_in(path: Path) -> dict[str, Any]:
    """The raw procedure table of a rule set's file."""
    table: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))["procedure"]
    return table


def decision_06() -> dict[str, Any]:
    """Two criteria under the procedure that ships with the program."""
    return {"criterion": CRITERIA, "procedure": procedure_in(ROOT / "plans/decision-06.toml")}


def paper(kind: str, number: str = "01/VB", dated_on: date = TODAY) -> DocumentRef:
    """A reference to a paper kept in the office."""
    return DocumentRef(kind, number, dated_on, "Văn phòng UBND")


@dataclass
class World:
    """Two units (justice leads criterion 2, health leads criterion 5) and a plan in draft."""

    store: Store
    rule_set: dict[str, Any] = field(default_factory=decision_06)
    plan_id: int = 0
    commune_id: int = 0

    def __post_init__(self) -> None:
        with self.store.write() as session:
            commune = Commune(
                key="x",
                name="UBND xã X",
                place="X",
                superior="UBND thành phố Y",
                time_zone="Asia/Ho_Chi_Minh",
            )
            session.add(commune)
            session.flush()
            self.commune_id = commune.id or 0
            units = [self._unit(session, "justice", "Tư pháp"), self._unit(session, "health", "Trạm Y tế")]
            self.plan_id = self._plan(session)
            if self.rule_set.get("criterion"):
                for unit, criterion in zip(units, CRITERIA, strict=True):
                    session.add(self._task(unit, criterion["no"]))

    def _unit(self, session: Session, key: str, name: str) -> int:
        own: dict[str, Any] = {"commune_id": self.commune_id}
        unit = Unit(**own, key=key, name=name, plan_name=name, kind="office", source="IV", position=1)
        person = Person(**own, key=key, name=f"Đầu mối {name}", greeting="Kính gửi đồng chí")
        session.add_all([unit, person])
        session.flush()
        session.add(Member(**own, unit_id=unit.id or 0, person_id=person.id or 0, role="contact"))
        session.add(
            ContactPoint(
                **own,
                person_id=person.id or 0,
                position=1,
                channel="email",
                address=f"{key}@hoangdong.example",
            )
        )
        return unit.id or 0

    def _plan(self, session: Session) -> int:
        procedure = self.rule_set["procedure"]
        plan = Plan(
            commune_id=self.commune_id, key="2024", number="75/KH-UBND", issued_on=TODAY, year=2024,
            title="Kế hoạch", source={}, rule_set=self.rule_set, stage=procedure["stage"][0]["key"],
            stage_since=NOW - timedelta(days=1), created_at=NOW - timedelta(days=1),
        )  # fmt: skip
        session.add(plan)
        session.flush()
        return plan.id or 0

    def _task(self, unit_id: int, criterion: int) -> Task:
        return Task(
            commune_id=self.commune_id, plan_id=self.plan_id, unit_id=unit_id, key=f"criterion/{criterion}",
            kind="criterion", criterion_no=criterion, title=f"Đánh giá tiêu chí {criterion}", wording="…",
            source="IV", last_valid_on=date(2024, 11, 9), due_set_on=TODAY, created_at=NOW, updated_at=NOW,
        )  # fmt: skip

    def set_tasks(self, state: str, **where: Any) -> None:
        """Put the plan's tasks (those with these column values) into a state."""
        with self.store.write() as session:
            session.execute(update(Task).filter_by(plan_id=self.plan_id, **where).values(state=state))

    def set_plan(self, **values: Any) -> None:
        """Change columns of the plan behind everybody's back."""
        with self.store.write() as session:
            session.execute(update(Plan).filter_by(id=self.plan_id).values(**values))

    def plan(self) -> Plan:
        """The plan's row as it stands."""
        with self.store.read() as session:
            plan = session.get(Plan, self.plan_id)
        assert plan is not None
        return plan

    def all(self, table: type[Any]) -> list[Any]:
        """All rows of a table."""
        with self.store.read() as session:
            return list(session.exec(select(table)))

    def row_counts(self) -> dict[str, int]:
        """How many rows each table holds."""
        with self.store.read() as session:
            return {
                table.name: session.execute(select(func.count()).select_from(table)).scalar_one()
                for table in METADATA.sorted_tables
            }
