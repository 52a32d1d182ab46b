"""Names, sentences and dates that messages quote: from a claimed reminder to an item of a digest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session, col

from db.tables import (
    Announcement,
    ChannelState,
    ExtensionRequest,
    Message,
    Nudge,
    Person,
    Plan,
    Review,
)
from notifications import weekly
from notifications.digest import Digest, DigestItem
from notifications.glance import Glance, look
from notifications.kinds import KINDS
from notifications.links import LinkMaker, Pair, PlainLinks, opens_task
from notifications.register import Register
from notifications.rungs import WEEKLY, Ladders
from notifications.snapshot import Snapshot
from notifications.words import CHANNEL_NAMES
from tasks.deadline import last_working_day, short_date, working_days_left
from tasks.sections import section_words
from tasks.ways import EVERY_WAY, Way
from tasks.workdays import WorkCalendar
from workflow.standing import standing


@dataclass(frozen=True)
class Desk:
    """What does not change from message to message: the calendar, the ladders, the address of the web pages.

    `ways`: the ways to reach people that are switched on.
    """

    calendar: WorkCalendar
    ladders: Ladders
    base_url: str
    links: LinkMaker = field(default_factory=PlainLinks)
    ways: frozenset[Way] = EVERY_WAY


class Quotes:
    """Names, sentences and dates that digests quote, read once for a whole batch."""

    def __init__(
        self, session: Session, commune_id: int, snapshot: Snapshot, desk: Desk, register: Register
    ) -> None:
        self._session = session
        self._commune_id = commune_id
        self._desk = desk
        self._snapshot = snapshot
        self._register = register
        self._glances: dict[int, Glance] = {}
        self._urls: Mapping[Pair, str] = {}

    def read_links(self, told: Iterable[tuple[int, Sequence[Row[Any]]]]) -> None:
        """Ask once for the links of all receivers with their reminders; those opened by a unit have one each."""
        pairs = {
            (person_id, row.task_id)
            for person_id, reminders in told
            for row in reminders
            if row.task_id and opens_task(row.kind)
        }
        self._urls = self._desk.links.urls(self._session, self._commune_id, pairs)

    def digest(
        self, person_id: int, reminders: Sequence[Row[Any]], standing: Sequence[Row[Any]] = ()
    ) -> Digest:
        """The digest of one receiver, most urgent first; `standing` are the covered ones too. After `read_links`."""
        ordered = sorted(reminders, key=lambda row: (KINDS.index(row.kind), row.task_id or 0))
        plans = {self._register.tasks[row.task_id].number for row in ordered if row.task_id}
        behalf = {row.person_id for row in ordered} - {person_id}
        name, address = self._register.coordinator
        return Digest(
            commune=self._register.commune,
            plan_number=plans.pop() if len(plans) == 1 else "",
            person_name=self._register.people[person_id].name,
            greeting=self._register.people[person_id].greeting,
            on_behalf_of=tuple(sorted(self._register.people[other].name for other in behalf)),
            today=self._snapshot.today,
            items=tuple(self._item(row, person_id) for row in ordered),
            coordinator_name=name,
            coordinator_email=address,
            words=self._words(standing),
            home=f"{self._desk.base_url}/viec-cua-toi",
        )

    def _words(self, reminders: Sequence[Row[Any]]) -> tuple[str, ...]:
        """What is added to reminders out of turn, also to those that more urgent news speaks for."""
        nudges = [int(row.subject.partition(":")[2]) for row in reminders if row.kind == "nudged"]
        if not nudges:
            return ()
        query = select(col(Nudge.words)).where(col(Nudge.id).in_(nudges), col(Nudge.words) != "")
        return tuple(dict.fromkeys(self._session.execute(query.order_by(col(Nudge.id))).scalars()))

    def _item(self, row: Row[Any], reader: int) -> DigestItem:
        if row.task_id is None:
            return self._plain(row.kind, row.subject)
        number = int(row.subject.partition(":")[2])
        task = self._register.tasks[row.task_id]
        return DigestItem(
            kind=row.kind,
            task_key=task.key,
            title=task.title,
            unit=task.unit,
            source=task.source if task.kind == "stage" else section_words(task.source),
            due_wording=task.due_wording,
            last_valid_on=task.last_valid_on,
            last_working_day=self._last_working_day(task.last_valid_on),
            days_left=self._days_left(task.last_valid_on),
            link=self._address(row.kind, task.id, reader),
            plain_link=f"{self._desk.base_url}/viec/{task.id}",
            note=self._note(row.kind, number, task),
        )

    def _address(self, kind: str, task_id: int, reader: int) -> str:
        own = self._urls.get((reader, task_id)) if opens_task(kind) else None
        return own or f"{self._desk.base_url}/viec/{task_id}"

    def _plain(self, kind: str, subject: str) -> DigestItem:
        about, _, given = subject.partition(":")
        number = int(given)
        if kind == "channel_closed":
            return _untimed(kind, self._outage(about), f"{self._desk.base_url}/kenh")
        if kind == WEEKLY:
            glance = self._glance(number)
            return _untimed(
                kind, weekly.title(glance), f"{self._desk.base_url}/lanh-dao", weekly.note(glance)
            )
        title = self._news(number) if kind == "announcement" else self._failure(number)
        return _untimed(kind, title, f"{self._desk.base_url}/")

    def _outage(self, channel: str) -> str:
        state = self._session.get(ChannelState, channel)
        because = state.closed_because if state else ""
        return f"Kênh {CHANNEL_NAMES.get(channel, channel)}: {because}"

    def _glance(self, plan_id: int) -> Glance:
        """Read once, however many leaders the batch writes to."""
        if plan_id not in self._glances:
            plan = self._session.get_one(Plan, plan_id)
            seen = standing(self._session, plan, self._snapshot.today, self._desk.calendar)
            self._glances[plan_id] = look(self._session, seen, self._register.time_zone, self._desk.ways)
        return self._glances[plan_id]

    def _note(self, kind: str, number: int, task: Row[Any]) -> str:
        if kind == "moved":
            return short_date(task.previous_on) if task.previous_on else ""
        if kind == "returned":
            query = select(col(Review.reason)).where(
                col(Review.report_id) == number, col(Review.decision) == "returned"
            )
            return str(self._session.execute(query).scalar_one())
        if kind in {"extension_refused", "extension_granted"}:
            decided = select(col(ExtensionRequest.decision_reason)).where(col(ExtensionRequest.id) == number)
            return str(self._session.execute(decided).scalar_one())
        if kind == "requested":
            request = self._session.get_one(ExtensionRequest, number)
            return (
                f"{request.by_name} xin lùi hạn đến {short_date(request.wanted_on)}. Lý do: {request.reason}"
            )
        return ""

    def _news(self, number: int) -> str:
        return str(
            self._session.execute(
                select(col(Announcement.text)).where(col(Announcement.id) == number)
            ).scalar_one()
        )

    def _failure(self, number: int) -> str:
        query = select(col(Message.state), col(Message.reason), col(Person.name)).join(
            Person, col(Person.id) == col(Message.person_id)
        )
        row = self._session.execute(query.where(col(Message.id) == number)).one()
        what = "chưa rõ đã đến nơi hay chưa" if row.state == "unknown" else "không gửi được"
        return f"Thư gửi {row.name} {what}: {row.reason}"

    def _last_working_day(self, last_valid_on: date | None) -> date | None:
        return None if last_valid_on is None else last_working_day(last_valid_on, self._desk.calendar)

    def _days_left(self, last_valid_on: date | None) -> int | None:
        if last_valid_on is None:
            return None
        return working_days_left(last_valid_on, self._snapshot.today, self._desk.calendar)


def _untimed(kind: str, title: str, link: str, note: str = "") -> DigestItem:
    return DigestItem(
        kind=kind, task_key=None, title=title, unit="", source="", due_wording="", last_valid_on=None,
        last_working_day=None, days_left=None, link=link, note=note,
    )  # fmt: skip
