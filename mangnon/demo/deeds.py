"""What the demo's people do, each through the same services as the command line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from db.tables import ExtensionRequest, Member, Message, Person
from mangnon.demo.proofs import put_proofs
from mangnon.house import House
from notifications import desk_work
from tasks import extending, reporting, reviewing
from tasks.actor import Actor
from tasks.current import rules_of
from tasks.deadline import short_date
from tasks.figures import Figure
from tasks.lifecycle import OPEN_STATES
from tasks.listing import TaskLine, list_tasks
from tasks.ruleset import Criterion, Indicator
from workflow.definition import procedure_of
from workflow.effects import DocumentRef
from workflow.stepping import advance

FEW = {"nhe-can": 16, "thap-coi": 25}
"""How many children of the whole have what a commune wants few to have: about 9 and 14 %."""
Deed = Callable[[Session, House], str]


def step(trigger: str, person: str, papers: Sequence[tuple[str, str, date]] = ()) -> Deed:
    """A leader takes a step with its papers."""

    def deed(session: Session, house: House) -> str:
        where = house.bearings(session)
        documents = [DocumentRef(kind, number, day, "Bộ phận VHXH") for kind, number, day in papers]
        who = Actor(_name(session, person), "leadership")
        taken = advance(
            session,
            where.plan_id,
            trigger,
            actor=who,
            now=house.clock.now(),
            documents=documents,
            in_use=house.ways,
        )
        stages = procedure_of(rules_of(session, where.plan_id).model_dump(by_alias=True))
        return f"{who.name} chuyển kế hoạch sang «{stages.stage(taken.to_stage).name}»."

    return deed


def acknowledge_all() -> Deed:
    """Every unit says it has read its assignments."""

    def deed(session: Session, house: House) -> str:
        lines = [line for line in _lines(session, house) if line.state == "assigned"]
        for line in lines:
            reporting.acknowledge(session, line.id, by=_unit(line), now=house.clock.now())
        return f"Các đơn vị xác nhận đã nhận {len(lines)} nhiệm vụ."

    return deed


def report_all(unit: str) -> Deed:
    """A unit hands in everything it still owes."""

    def deed(session: Session, house: House) -> str:
        owed = [
            line for line in _lines(session, house) if line.unit_key == unit and line.state in OPEN_STATES
        ]
        for line in owed:
            figures = _figures(session, house, line)
            note = "Đã thực hiện theo kế hoạch (ví dụ)."
            put_proofs(session, house, line, _unit(line))
            reporting.submit_report(
                session, line.id, figures=figures, note=note, by=_unit(line), now=house.clock.now()
            )
        late = sum(line.late for line in owed)
        name = owed[0].unit_name if owed else unit
        return f"{name} nộp {len(owed)} báo cáo{f', {late} báo cáo quá hạn' if late else ''}."

    return deed


def accept_waiting() -> Deed:
    """The coordinator accepts what has waited since yesterday."""

    def deed(session: Session, house: House) -> str:
        waiting = [line for line in _lines(session, house) if line.state == "submitted"]
        for line in waiting:
            reviewing.accept(session, line.id, by=_coordinator(session), now=house.clock.now())
        return f"Cán bộ điều phối duyệt {len(waiting)} báo cáo." if waiting else ""

    return deed


def send_back(unit: str, reason: str) -> Deed:
    """The coordinator returns a unit's criterion reports."""

    def deed(session: Session, house: House) -> str:
        for line in _lines(session, house):
            if line.unit_key == unit and line.kind == "criterion" and line.state == "submitted":
                reviewing.send_back(
                    session, line.id, reason=reason, by=_coordinator(session), now=house.clock.now()
                )
                return f"Cán bộ điều phối trả lại báo cáo {line.key}: {reason}"
        return ""

    return deed


def ask_for_time(unit: str, wanted_on: date, reason: str) -> Deed:
    """A unit asks for more time for all it owes."""

    def deed(session: Session, house: House) -> str:
        owed = [
            line for line in _lines(session, house) if line.unit_key == unit and line.state in OPEN_STATES
        ]
        for line in owed:
            extending.request(
                session, line.id, wanted_on=wanted_on, reason=reason, by=_unit(line), now=house.clock.now()
            )
        return f"{owed[0].unit_name} xin gia hạn {len(owed)} việc đến {short_date(wanted_on)}."

    return deed


def grant_time(unit: str, reason: str) -> Deed:
    """The coordinator grants all of a unit's requests."""

    def deed(session: Session, house: House) -> str:
        tasks = [line.id for line in _lines(session, house) if line.unit_key == unit]
        pending = select(col(ExtensionRequest.id)).where(
            col(ExtensionRequest.task_id).in_(tasks), col(ExtensionRequest.state) == "pending"
        )
        numbers = list(session.execute(pending).scalars())
        for number in numbers:
            by = _coordinator(session)
            extending.decide(session, number or 0, granted=True, reason=reason, by=by, now=house.clock.now())
        return f"Cán bộ điều phối đồng ý gia hạn {len(numbers)} việc."

    return deed


def bounce(unit: str, reason: str) -> Deed:
    """The mail server reports a unit's message back; the coordinator notes it. No message: nothing to note."""

    def deed(session: Session, house: House) -> str:
        where = house.bearings(session)
        query = (
            select(col(Message.id), col(Person.name))
            .join(Person, col(Person.id) == col(Message.person_id))
            .where(col(Person.key) == unit, col(Message.state) == "sent", col(Message.attempts) == 1)
        )
        row = session.execute(query).first()
        if row is None:
            return ""
        desk_work.bounced(
            session, where.commune_id, row[0], reason=reason, by=_coordinator(session), now=house.clock.now()
        )
        return f"Thư gửi {row[1]} bị trả về ({reason}); thư được gửi lại tới địa chỉ dự phòng."

    return deed


def _lines(session: Session, house: House) -> list[TaskLine]:
    where = house.bearings(session)
    return list_tasks(session, where.plan_id, where.today, house.calendar)


def _figures(session: Session, house: House, line: TaskLine) -> list[Figure]:
    if line.criterion_no is None:
        return []
    criterion = rules_of(session, house.bearings(session).plan_id).criterion(line.criterion_no)
    return [_figure(criterion, indicator) for indicator in criterion.indicators]


def _figure(criterion: Criterion, indicator: Indicator) -> Figure:
    """An invented, plausible figure that depends on nothing but the indicator."""
    if indicator.kind == "share":
        whole = 100 + 10 * criterion.no
        return Figure(indicator.key, FEW.get(indicator.key, whole - 1), whole, None, "số liệu ví dụ")
    return Figure(
        indicator.key, None, None, {"yes_no": 1.0, "count": 0.0}.get(indicator.kind, 90.0), "số liệu ví dụ"
    )


def _unit(line: TaskLine) -> Actor:
    return Actor(line.unit_name, "unit")


def _coordinator(session: Session) -> Actor:
    query = (
        select(col(Person.name))
        .join(Member, col(Member.person_id) == col(Person.id))
        .where(col(Member.role) == "coordinator")
    )
    return Actor(session.execute(query).scalars().first() or "", "coordinator")


def _name(session: Session, person: str) -> str:
    return str(session.execute(select(col(Person.name)).where(col(Person.key) == person)).scalar_one())
