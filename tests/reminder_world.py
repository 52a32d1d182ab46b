"""A small commune with a plan and people, brought in by the real services, and a process that reminds it."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from recording_channel import Killed, RecordingChannel
from sqlmodel import Session, col, select

from db.errors import Refusal, StorageRefusal
from db.migrate import upgrade
from db.store import Store
from db.tables import Message, Reminder, Task
from notifications.policy import Policy
from notifications.preview import Foreseen, preview
from notifications.quotes import Desk
from notifications.retry import RetryPolicy
from notifications.rungs import Ladders
from notifications.sending import Delivery
from notifications.tick import Ticked, tick
from plans.toml_source import shipped
from tasks import people
from tasks.actor import Actor
from tasks.clock import ManualClock, local_date
from tasks.contacts import ContactRow
from tasks.deadline import short_date
from tasks.figures import Figure
from tasks.importing import import_plan
from tasks.planfile import PlanFile
from tasks.ruleset import RuleSet, find_rule_set
from tasks.workdays import Override, WorkCalendar, load_overrides
from workflow.stepping import advance

ZONE = "Asia/Ho_Chi_Minh"
VIETNAM = ZoneInfo(ZONE)
# Between this morning and the two deadlines lie Reunification Day, Labour Day and a Saturday that is worked.
START = datetime(2024, 4, 16, 8, tzinfo=VIETNAM)
DATA_BY, REPORT_BY = date(2024, 5, 3), date(2024, 5, 11)
LEASE = timedelta(minutes=5)
OFFICER = Actor("Cán bộ điều phối", "coordinator")
CHAIR = Actor("Chủ tịch", "leadership")
COMMUNE = PLAN = 1
_UNITS = {"vhxh": "office", "tram-y-te": "station", "thon": "village", "lanh-dao": "leadership"}
_PARTS = [
    ("vhxh", "contact", "can-bo", None), ("vhxh", "coordinator", "can-bo", None),
    ("tram-y-te", "contact", "tram-truong", "du-phong@tram.example"), ("tram-y-te", "contact", "tram-pho", None),
    ("thon", "contact", "truong-thon", None), ("lanh-dao", "leadership", "chu-tich", None),
]  # fmt: skip
_BUILT: dict[tuple[str | ContactRow, ...], bytes] = {}
PERSONS = ("can-bo", "tram-truong", "tram-pho", "truong-thon", "chu-tich")


def plan_file(
    data_by: date = DATA_BY, report_by: date = REPORT_BY, *, duty: bool = True, villages: Sequence[str] = ()
) -> PlanFile:
    """Three units, five tasks, two deadlines; without `duty` one is withdrawn. `villages`: 99 more units under each key."""
    words = {"wording": "Việc ví dụ.", "source": "IV"}
    raw: dict[str, Any] = {
        "key": "thu-2024", "number": "75/KH-UBND", "issued_on": "16/4/2024", "year": 2024, "title": "Kế hoạch thử",
        "signer": "CHỦ TỊCH", "rule_set": "decision-06", "receiver": "vhxh",
        "commune": {"key": "thu", "name": "UBND xã Thử", "place": "Thử", "superior": "UBND thành phố Mẫu"},
        "legal_basis": [{"number": "06/QĐ-TTg", "issued_on": "03/01/2019", "issuer": "TTg", "subject": "Tiêu chuẩn"}],
        "deadline": [
            {"key": key, "by": day, "wording": f"hết ngày {short_date(day)}", "source": "V"}
            for key, day in (("data", data_by), ("report", report_by))
        ],
        "unit": [
            *({"key": key, "name": f"Đơn vị {key}", "kind": kind, "source": "IV"} for key, kind in _UNITS.items()),
            *({"key": key, "name": f"{key} {{no}}", "kind": "village", "count": 99, "source": "V"} for key in villages),
        ],
        "criterion": [
            {"no": 2, "unit": "vhxh", "deadline": "data"} | words,
            {"no": 5, "unit": "tram-y-te", "deadline": "data"} | words,
        ],
        "report": [{"title": "Báo cáo kết quả", "deadline": "report"} | words],
        "duty": [{"key": "loa", "unit": "thon", "title": "Phát thanh", "deadline": "data"} | words] if duty else [],
    }  # fmt: skip
    return PlanFile.model_validate(raw)


@cache
def rules() -> RuleSet:
    """The shipped rule set, cut to two criteria; its procedure is whole."""
    whole = find_rule_set("decision-06")
    return whole.model_copy(update={"criteria": (whole.criterion(2), whole.criterion(5))})


def contact_rows(**addresses: str) -> list[ContactRow]:
    """Everybody's parts and addresses; `addresses` gives some persons ("_" for "-") another first one."""
    return [
        ContactRow(
            unit, role, person, f"Ông/Bà {person}", f"ông/bà {person}",
            addresses.get(person.replace("-", "_"), f"{person}@xa-thu.example"), second,
        )
        for unit, role, person, second in _PARTS
    ]  # fmt: skip


def build(path: Path, plan: PlanFile | None = None, more: Sequence[ContactRow] = ()) -> None:
    """A database file with the plan issued and everybody reachable, at `START`.

    Built the first time, copied afterwards.
    """
    key = (plan.model_dump_json() if plan else "", *more)
    if key not in _BUILT:
        _bring_in(path, plan or plan_file(), more)
        _BUILT[key] = path.read_bytes()
    path.write_bytes(_BUILT[key])


def _bring_in(path: Path, plan: PlanFile, more: Sequence[ContactRow]) -> None:
    store = Store(f"sqlite:///{path}")
    upgrade(store.engine)
    with store.write() as session:
        import_plan(session, plan, rules(), first_stage="draft", by=OFFICER, now=START)
        people.bring_contacts(session, COMMUNE, [*contact_rows(), *more], by=OFFICER, now=START)
        advance(session, PLAN, "issue", actor=CHAIR, now=START, override="Có cách liên hệ khác.")
    store.close()


def crowd(path: Path, number: int) -> None:
    """A database file in which `number` people, up to 203, are owed their first message at `START`."""
    keys = [f"{key}-{no:02}" for key in ("to", "khu") for no in range(1, 100)][: number - len(PERSONS)]
    rows = [
        ContactRow(key, "contact", key, f"Tổ trưởng {key}", "ông/bà", f"{key}@xa-thu.example", None)
        for key in keys
    ]
    build(path, plan_file(villages=("to", "khu")), rows)


@cache
def calendar_with(overrides: frozenset[tuple[date, str]]) -> WorkCalendar:
    """The shipped calendar with some days "off" or "work" by the commune's own word."""
    own = [
        Override.model_validate({"date": day, "kind": kind, "source": "thử"})
        for day, kind in sorted(overrides)
    ]
    return WorkCalendar([*load_overrides(shipped("working-days.toml")), *own])


@dataclass
class World:
    """One database file and the process that works on it; `restart` is a new process on the same file."""

    path: Path
    policy: Policy = field(default_factory=Policy)
    overrides: dict[date, str] = field(default_factory=dict)
    clock: ManualClock = field(default_factory=lambda: ManualClock(START))
    processes: int = 0

    def __post_init__(self) -> None:
        self.channel = RecordingChannel(self.clock)
        self.restart()

    @classmethod
    def copied(cls, template: Path, path: Path) -> World:
        """A world of its own, from a built file."""
        shutil.copyfile(template, path)
        return cls(path)

    @cached_property
    def figures(self) -> dict[int, list[Figure]]:
        """Acceptable figures for each criterion."""
        return {
            criterion.no: [
                Figure(one.key, 99, 100)
                if one.kind == "share"
                else Figure(one.key, value=float(one.kind == "yes_no"))
                for one in criterion.indicators
            ]
            for criterion in rules().criteria
        }

    @property
    def now(self) -> datetime:
        """The present instant."""
        return self.clock.now()

    @property
    def today(self) -> date:
        """The commune's local date."""
        return local_date(self.now, ZONE)

    @property
    def calendar(self) -> WorkCalendar:
        """The working days as the commune has them now."""
        return calendar_with(frozenset(self.overrides.items()))

    def restart(self) -> None:
        """Close the file and open it as another process would."""
        self.close()
        self.store = Store(f"sqlite:///{self.path}")
        self.processes += 1
        self.delivery = self._delivery(self.store, f"may:{self.processes}")

    def close(self) -> None:
        """Let go of the file."""
        if hasattr(self, "store"):
            self.store.close()

    def tick(self) -> Ticked | None:
        """One tick of this process, with a rival one at hand; None when it was killed in it."""
        self.channel.rival, self.channel.killed = self._rival_round, False
        ticked = None
        try:
            ticked = asyncio.run(tick(self.delivery))
        except Killed:
            self.restart()
        self._absorb()
        return ticked

    def do(self, deed: Callable[[Session], object]) -> bool:
        """Somebody does something in one transaction; False when it was refused."""
        try:
            with self.store.write() as session:
                deed(session)
        except StorageRefusal:
            raise
        except Refusal:
            return False
        return True

    def rows(self, table: type[Any], *conditions: Any) -> list[Any]:
        """Rows of a table in order of entry."""
        with self.store.read() as session:
            return list(session.exec(select(table).where(*conditions)))

    def task(self, key: str) -> Task:
        """The plan's task with that key."""
        with self.store.read() as session:
            return session.exec(select(Task).where(col(Task.key) == key)).one()

    def coming(self, until: date) -> list[Foreseen]:
        """The messages to come up to a local date."""
        with self.store.read() as session:
            return preview(
                session, COMMUNE, now=self.now, until=until, policy=self.policy, calendar=self.calendar, time_zone=ZONE
            )  # fmt: skip

    def excuse(self, message_id: int) -> None:
        """From now on nobody minds that the message's earlier copies arrived."""
        for arrival in self.channel.arrivals:
            arrival.excused |= arrival.message_id == message_id

    async def _rival_round(self) -> None:
        """Another process on the same file does one tick of its own."""
        store = Store(f"sqlite:///{self.path}")
        try:
            await tick(self._delivery(store, f"may-khac:{self.processes}"))
        finally:
            store.close()

    def _delivery(self, store: Store, owner: str) -> Delivery:
        desk = Desk(self.calendar, Ladders(self.policy, self.calendar), "http://mangnon.example")
        return Delivery(
            store=store, clock=self.clock, channels={self.channel.name: self.channel}, desk=desk, policy=self.policy,
            retry=RetryPolicy(limit=4), owner=owner, time_zone=ZONE, workers=2, batch=3, lease=LEASE,
        )  # fmt: skip

    def _absorb(self) -> None:
        """Note of each new arrival which message it was and which claimed rungs it told."""
        for arrival in self.channel.arrivals:
            if not arrival.message_id:
                [message] = self.rows(Message, col(Message.tracking_id) == arrival.tracking_id)
                arrival.message_id = message.id
                mine = self.rows(
                    Reminder, col(Reminder.message_id) == message.id, col(Reminder.state) == "wanted"
                )
                arrival.rungs = frozenset(
                    (row.person_id, row.subject, row.rung)
                    for row in mine
                    if (row.kind, row.task_id) in arrival.told
                )


def walk(day: date, calendar: WorkCalendar, days: int, step: int) -> date:
    """The n-th working day before (`step` -1) or after (1) a date, by walking; for n = 0 the date or the last one."""
    if days == 0:
        while not calendar.is_workday(day):
            day -= timedelta(days=1)
    for _ in range(days):
        day += timedelta(days=step)
        while not calendar.is_workday(day):
            day += timedelta(days=step)
    return day


def rungs_due(task: Task, world: World) -> Sequence[tuple[date, str, str]]:
    """(day, kind, rung) of the task's deadline up to today, by the plainest reading of the policy."""
    last, calendar, policy = task.last_valid_on, world.calendar, world.policy
    if last is None:
        return []
    final = walk(last, calendar, 0, -1)
    days = [(walk(final, calendar, n, -1), "before", n) for n in policy.before]
    if world.today > last:
        days = [(walk(last, calendar, n, 1), "overdue", n) for n in policy.overdue_days()]
        days += [(walk(last, calendar, n, 1), "escalated", n) for n in policy.escalate_after]
    return sorted(
        (on, kind, f"{last}/{kind}-{n}") for on, kind, n in days if task.due_set_on < on <= world.today
    )
