"""The whole demo season over a real mail server: what people really receive."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from smtp_sink import NO_MAILBOX, Sink
from sqlalchemy import func, select
from sqlmodel import col

from db import journal
from db.tables import Attempt, ContactPoint, Evidence, IndicatorValue, Message, Person, Plan, Reminder, Task
from mangnon.demo.script import BOUNCED, EXTENDED, OUTAGE, RETURNED
from mangnon.demo.season import Season, Story, live
from mangnon.demo.setting import prepare
from mangnon.demo.summary import summarise
from mangnon.views import gather
from tasks.council_standing import standing_of
from tasks.deadline import weekday_date

pytestmark = pytest.mark.slow

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
FIRST_ADDRESS = "thon-07@hoang-dong.example"


@dataclass(frozen=True)
class Lived:
    """A season that was lived, and the mails that arrived."""

    season: Season
    story: Story
    mails: list[tuple[str, EmailMessage]]

    def rows(self, query: Any) -> list[Any]:
        with self.season.house.store.read() as session:
            return list(session.execute(query))


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    folder: Path = tmp_path_factory.mktemp("season")
    with Sink() as sink:
        sink.behave(FIRST_ADDRESS, NO_MAILBOX)
        season = prepare(folder, until=date(2024, 11, 30), server=("127.0.0.1", sink.port))
        story = live(season)
        mails = [(one.recipients[0], parsed(one.content)) for one in sink.messages]
    yield Lived(season, story, mails)
    season.house.store.close()


def parsed(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


def sent_at(mail: EmailMessage) -> datetime:
    at: datetime = mail["Date"].datetime
    return at.astimezone(ZONE)


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    content: str = part.get_content()
    return content


def test_the_season_ends_submitted_with_every_task_accepted_and_the_figures_agree(lived: Lived) -> None:
    house = lived.season.house
    with house.store.read() as session:
        where = house.bearings(session)
        status = gather.gather(session, where, house.calendar, house.ways)
        figures = summarise(session, where, status, lived.story, (1.0, 1.0))
        assert journal.verify(session, where.commune_id) is None
    assert figures["tasks"] == {"criterion": 14, "report": 24, "duty": 12}
    assert figures["stage"] == "submitted"
    assert figures["reminders_total"] == figures["reminders_distinct"] > 50
    assert figures["late_now"] == 0
    assert figures["first_reminder_on"] == date(2024, 10, 21)
    assert figures["last_working_day"] == date(2024, 11, 8)
    assert set(figures["messages"]) <= {"sent", "skipped", "missed"}
    assert figures["messages"]["sent"] == len(lived.mails)


def test_the_council_met_with_enough_members_and_made_no_points_up(lived: Lived) -> None:
    with lived.season.house.store.read() as session:
        standing = standing_of(session, session.get_one(Plan, 1))
    (meeting,) = standing.meetings
    assert (len(standing.present), len(meeting.present), standing.met(meeting)) == (5, 4, True)
    confirmed = {one.criterion.no for one in standing.sheet.criteria if one.points is not None}
    judged = {one.no: one for one in standing.agreed}
    assert set(judged) == confirmed | {8} and all(one.reason for one in judged.values() if one.no != 7)
    assert standing.verdict().answer == "unknown"


def test_the_units_put_papers_and_two_files_beside_their_reports_and_few_children_are_too_light(
    lived: Lived,
) -> None:
    with lived.season.house.store.read() as session:
        rows = list(session.execute(select(Evidence, Task).join(Task, col(Task.id) == col(Evidence.task_id))))
        light = select(IndicatorValue).where(col(IndicatorValue.indicator) == "nhe-can")
        share = session.execute(light).scalars().first()
    files = sorted((task.criterion_no, one.sha256) for one, task in rows if one.kind == "file")
    assert [no for no, _ in files] == [7, 12]
    assert all((lived.season.house.evidence_folder / name).is_file() for _, name in files)
    assert {task.criterion_no for one, task in rows if one.kind == "reference"} == {1, 2, 8}
    assert all(one.report_id for one, _ in rows)
    assert share is not None and (share.numerator, share.denominator) == (16, 180)


def test_every_mail_is_whole_vietnamese_with_a_link_and_a_date_with_its_weekday(lived: Lived) -> None:
    assert len(lived.mails) > 100
    for _, mail in lived.mails:
        text, html = text_of(mail), mail.get_body(("html",))
        assert html is not None
        assert "Kính gửi" in text
        assert "Kính gửi" in html.get_content()
        assert re.search(r"http://localhost:8000/(viec/\d+)?", text)
        assert weekday_date(sent_at(mail).date()) in text
        assert "�" not in text
        assert mail["Auto-Submitted"] == "auto-generated"
        assert "Măng Non" in mail["Subject"]


def test_every_deadline_that_a_mail_names_stands_beside_its_weekday(lived: Lived) -> None:
    named = [
        line
        for _, mail in lived.mails
        for line in text_of(mail).splitlines()
        if line.startswith("Hạn: trước ngày")
    ]
    assert named
    for line in named:
        assert (
            "thứ Sáu, 08/11/2024" in line or "hôm nay là ngày làm việc cuối cùng" in line or "quá hạn" in line
        )


def test_nobody_gets_two_mails_in_one_slot(lived: Lived) -> None:
    per_day = Counter((address, sent_at(mail).date()) for address, mail in lived.mails)
    assert max(per_day.values()) == 1
    assert len({mail["Message-ID"] for _, mail in lived.mails}) == len(lived.mails)


def test_nothing_leaves_at_night_on_a_weekend_on_a_holiday_or_while_the_server_is_down(lived: Lived) -> None:
    calendar = lived.season.house.calendar
    for _, mail in lived.mails:
        at = sent_at(mail)
        assert 8 <= at.hour < 18
        assert calendar.is_workday(at.date())
        assert not OUTAGE.covers(at.date())


def test_each_leader_reads_where_the_plan_stands_once_a_week(lived: Lived) -> None:
    weeks: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for address, mail in lived.mails:
        if "TÌNH HÌNH TUẦN NÀY" in text_of(mail):
            assert "http://localhost:8000/lanh-dao" in text_of(mail)
            weeks[address].append(sent_at(mail).isocalendar()[:2])
    # From the Monday after the plan was issued to the last of November; a week of holidays or outage puts it off.
    season = [(2024, week) for week in range(17, 49)]
    assert list(weeks.values()) == [season, season]


def test_nobody_who_is_done_is_reminded(lived: Lived) -> None:
    """A mail that asks for a report never names a task that its unit had handed in by then."""
    query = select(col(Reminder.kind), col(Message.sent_at), col(Reminder.task_id)).join(
        Message, col(Message.id) == Reminder.message_id
    )
    said = lived.rows(
        query.where(
            col(Reminder.state) == "wanted", col(Reminder.kind).in_(("before", "overdue", "escalated"))
        )
    )
    done = first_done(lived)
    assert said
    for kind, at, task_id in said:
        assert at < done[task_id], (kind, task_id)


def first_done(lived: Lived) -> dict[int, datetime]:
    """Task -> when it was last handed in (a returned report counts from its second hand-in on)."""
    from db.tables import Report  # noqa: PLC0415

    rows = lived.rows(
        select(col(Report.task_id), func.max(Report.submitted_at)).group_by(col(Report.task_id))
    )
    return {row[0]: row[1] for row in rows}


def test_an_outage_of_three_working_days_costs_one_mail_not_three(lived: Lived) -> None:
    mails = defaultdict(list)
    for address, mail in lived.mails:
        at = sent_at(mail).date()
        if date(2024, 10, 29) <= at <= date(2024, 11, 4) and "báo cáo, hạn" in mail["Subject"]:
            mails[address].append(at)
    assert mails
    assert all(days == [date(2024, 11, 1)] for days in mails.values())


def test_a_refused_address_gives_way_to_the_next_one_at_once(lived: Lived) -> None:
    to_village = [address for address, _ in lived.mails if address.startswith(("thon-07@", "thon-07-"))]
    assert FIRST_ADDRESS not in to_village
    second = lived.rows(
        select(col(ContactPoint.address))
        .join(Person, col(Person.id) == ContactPoint.person_id)
        .where(col(Person.key) == BOUNCED, col(ContactPoint.refused_at).is_(None))
    )[0][0]
    assert any(address == second for address, _ in lived.mails)
    outcomes = [
        row[0]
        for row in lived.rows(select(col(Attempt.outcome)).where(col(Attempt.address) == FIRST_ADDRESS))
    ]
    assert outcomes == ["permanent"]


def test_the_returned_report_and_the_extension_are_told_with_their_reasons(lived: Lived) -> None:
    texts = {address.partition("@")[0]: [] for address, _ in lived.mails}
    for address, mail in lived.mails:
        texts[address.partition("@")[0]].append(text_of(mail))
    assert any("mẫu giáo 5 tuổi" in text for text in texts[RETURNED])
    assert any("15/11/2024" in text for text in texts[EXTENDED])


def test_late_units_are_told_and_leadership_after_the_grace(lived: Lived) -> None:
    to_chair = [mail for address, mail in lived.mails if address.startswith("chu-tich@")]
    told = [mail for mail in to_chair if "quá hạn" in mail["Subject"]]
    assert [sent_at(mail).date() for mail in told] == [date(2024, 11, 13)]
    assert "Thôn số 5" in text_of(told[0])
    assert "Thôn số 11" in text_of(told[0])


def test_every_open_task_was_spoken_of_to_its_unit(lived: Lived) -> None:
    rows = lived.rows(select(col(Task.id)).where(col(Task.state) != "cancelled"))
    told = {
        row[0] for row in lived.rows(select(col(Reminder.task_id)).where(col(Reminder.kind) == "assigned"))
    }
    assert {row[0] for row in rows} == told
