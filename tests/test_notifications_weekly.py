"""Leadership's weekly look: once a week, on its day, by the same engine as every other message, and never doubled."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reminder_world import CHAIR, LEASE, OFFICER, PLAN, VIETNAM, World, build, rules
from sqlmodel import Session, col

from db.tables import Person, Plan, Reminder, Task
from notifications.contents import read
from notifications.digest import SUBJECT_LENGTH, Digest
from notifications.glance import look
from notifications.policy import Policy
from notifications.quotes import Quotes
from notifications.rendering import render
from notifications.rungs import WEEKLY, weekly_day
from notifications.weekly import note, score, title
from tasks import reporting, reviewing
from tasks.actor import Actor
from tasks.projection import project
from tasks.ruleset import find_rule_set
from tasks.substituting import name_substitute
from tasks.workdays import load_calendar
from workflow.standing import standing
from workflow.stepping import advance

LEADER = "chu-tich@xa-thu.example"
MONDAY = date(2024, 4, 22)
CALENDAR = load_calendar()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """The commune after its first morning, a Tuesday."""
    build(tmp_path / "template.db")
    world = World.copied(tmp_path / "template.db", tmp_path / "world.db")
    world.tick()
    yield world
    world.close()


def looks(world: World, day: date, hour: time = time(8), *, of: str = LEADER) -> int:
    """Tick at that local time; how many weekly looks arrive there."""
    world.clock.set(datetime.combine(day, hour, VIETNAM))
    before = len(world.channel.arrivals)
    world.tick()
    mine = [one for one in world.channel.arrivals[before:] if one.address == of]
    return sum(kind == WEEKLY for one in mine for kind, _ in one.told)


def step(world: World, trigger: str, reason: str = "") -> None:
    assert world.do(
        lambda s: advance(s, PLAN, trigger, actor=CHAIR, now=world.now, reason=reason, override="Gấp.")
    )


def set_up_again(world: World, policy: Policy) -> None:
    """The operator changes the settings and restarts."""
    world.policy = policy
    world.restart()


def test_each_week_has_one_look_in_the_first_slot_of_its_monday(world: World) -> None:
    set_up_again(world, Policy(slots=(time(8), time(14))))
    told = [
        (day.weekday(), hour.hour)
        for number in range(42)
        for hour in (time(8), time(8, 5), time(14))
        if looks(world, day := date(2024, 5, 13) + timedelta(days=number), hour)
    ]
    assert told == [(0, 8)] * 6
    rungs = [row.rung for row in world.rows(Reminder, col(Reminder.kind) == WEEKLY)]
    assert rungs == [f"2024-W{week}" for week in range(20, 26)]


def test_a_plan_that_began_on_a_tuesday_waits_for_the_next_monday(world: World) -> None:
    days = [date(2024, 4, 17) + timedelta(days=number) for number in range(5)]
    assert [looks(world, day) for day in days] == [0] * 5
    assert looks(world, MONDAY) == 1


def test_a_holiday_or_an_outage_puts_the_look_off_within_its_week_and_never_beyond(world: World) -> None:
    world.overrides[MONDAY] = "off"
    world.restart()
    assert (looks(world, MONDAY), looks(world, MONDAY + timedelta(days=1))) == (0, 1)
    assert looks(world, date(2024, 5, 2)) == 1, "three days off at the week's beginning"
    assert looks(world, date(2024, 5, 23)) == 1, "nearly three weeks of outage: only this week's"
    assert looks(world, date(2024, 5, 24)) == 0


@pytest.mark.parametrize(("weekly_on", "day"), [(0, None), (3, 2), (5, 4)])
def test_the_day_is_a_setting_and_zero_switches_it_off(world: World, weekly_on: int, day: int | None) -> None:
    set_up_again(world, Policy(weekly_on=weekly_on))
    week = [date(2024, 5, 13) + timedelta(days=number) for number in range(5)]
    assert [number for number, one in enumerate(week) if looks(world, one)] == ([] if day is None else [day])


@pytest.mark.parametrize("stage", ["draft", "cancelled", "recognised", "not_recognised"])
def test_a_draft_and_a_plan_that_is_over_have_no_look(world: World, stage: str) -> None:
    def put(session: Session) -> None:
        session.get_one(Plan, PLAN).stage = stage

    world.do(put)
    assert looks(world, MONDAY) == 0


def test_a_look_that_waits_when_the_plan_is_cancelled_is_never_sent(world: World) -> None:
    world.channel.fates.extend(["retry"] * 20)
    assert looks(world, MONDAY) == 0
    step(world, "cancel", "Sáp nhập xã.")
    world.channel.fates.clear()
    assert looks(world, MONDAY + timedelta(days=1)) == 0
    [row] = world.rows(Reminder, col(Reminder.kind) == WEEKLY)
    assert row.state == "dropped"


def test_a_look_that_could_not_leave_all_week_gives_way_to_the_next_one(world: World) -> None:
    world.channel.fates.extend(["retry"] * 20)
    assert looks(world, MONDAY) == 0
    world.channel.fates.clear()
    assert looks(world, date(2024, 5, 2)) == 1, "the week begins with three days off"
    states = {row.rung: row.state for row in world.rows(Reminder, col(Reminder.kind) == WEEKLY)}
    assert states == {"2024-W17": "dropped", "2024-W18": "wanted"}


def test_however_often_the_process_is_killed_the_look_arrives_once(world: World) -> None:
    world.channel.fates.extend(["killed_arrived", "killed", "silent"] * 3)
    minutes = (datetime.combine(MONDAY, time(8), VIETNAM) + number * 2 * LEASE for number in range(40))
    assert sum(looks(world, MONDAY, moment.time()) for moment in minutes) == 1


def test_the_substitute_reads_it_for_a_leader_who_is_away(world: World) -> None:
    chair, officer = (world.rows(Person, col(Person.key) == key)[0] for key in ("chu-tich", "can-bo"))
    assert world.do(
        lambda s: name_substitute(
            s, chair, officer, from_on=MONDAY, until_on=MONDAY + timedelta(days=2), reason="Công tác.", by=CHAIR,
            now=world.now,
        )
    )  # fmt: skip
    assert looks(world, MONDAY, of="can-bo@xa-thu.example") == 1


def digest_of(world: World) -> Digest:
    """The digest that the waiting look would be sent with."""
    with world.store.read() as session:
        [row] = world.rows(Reminder, col(Reminder.kind) == WEEKLY)
        seen = read(session, 1, world.now, world.delivery.desk)
        quotes = Quotes(session, 1, seen.snapshot, world.delivery.desk, seen.register)
        quotes.read_links([(row.person_id, [row])])
        return quotes.digest(row.person_id, [row])


def test_it_says_stage_time_share_score_and_the_worst_risks_as_they_are_when_it_leaves(world: World) -> None:
    looks(world, MONDAY)
    step(world, "collect")
    [task] = world.rows(Task, col(Task.criterion_no) == 5)
    unit = Actor("Trạm trưởng", "unit")
    world.do(
        lambda s: reporting.submit_report(
            s, task.id, figures=world.figures[5], note="Đủ.", by=unit, now=world.now
        )
    )
    world.do(lambda s: reviewing.accept(s, task.id, by=OFFICER, now=world.now))
    world.clock.set(datetime.combine(date(2024, 5, 6), time(8), VIETNAM))
    digest = digest_of(world)
    [item] = digest.items
    assert item.title == "Kế hoạch số 75/KH-UBND: đã duyệt 1/5 việc, trễ 2 việc"
    assert item.note.splitlines() == [
        "Giai đoạn: Thu thập số liệu",
        "Thời gian: còn 4 ngày làm việc (thứ Sáu, 10/05/2024)",
        "Điểm dự kiến: chưa tính được, chưa tiêu chí nào được xác nhận điểm",
        "Đáng lo nhất:",
        "1. Tiêu chí 2: Đơn vị vhxh trễ 2 ngày làm việc.",
        "2. 1 đơn vị còn nợ báo cáo, lâu nhất là Đơn vị thon: trễ 2 ngày làm việc.",
        "3. Chưa ghi nhận văn bản: Quyết định thành lập (kiện toàn) Hội đồng xét duyệt (số, ngày, nơi giữ).",
    ]
    mail = render(digest)
    assert mail.subject == f"[Măng Non] {item.title}"
    assert len(mail.subject) <= SUBJECT_LENGTH
    assert "http://mangnon.example/lanh-dao" in mail.text
    assert 'href="http://mangnon.example/lanh-dao"' in mail.html
    assert "Thời gian: còn 4 ngày làm việc" in mail.html


def test_the_score_is_a_range_with_how_far_points_are_known() -> None:
    known = find_rule_set("decision-06").criterion(7)
    some, all_of_them = (
        project(rules().model_copy(update={"criteria": criteria}), {})
        for criteria in ((*rules().criteria, known), (known,))
    )
    assert score(some) == "0 đến 50 điểm (đã biết điểm 1/3 tiêu chí)"
    assert score(all_of_them) == "0 đến 50 điểm"


def test_the_page_and_the_message_read_the_same(world: World) -> None:
    world.clock.set(datetime.combine(MONDAY, time(8), VIETNAM))
    with world.store.read() as session:
        seen = standing(session, session.get_one(Plan, PLAN), world.today, world.calendar)
        glance = look(session, seen, "Asia/Ho_Chi_Minh")
    looks(world, MONDAY)
    [item] = digest_of(world).items
    assert (item.title, item.note) == (title(glance), note(glance))


@given(st.dates(date(2024, 1, 1), date(2027, 12, 31)), st.integers(1, 5))
def test_the_day_of_a_week_is_a_working_day_of_that_week_not_before_the_one_wished(
    today: date, weekday: int
) -> None:
    day = weekly_day(today, weekday, CALENDAR)
    if day is not None:
        assert CALENDAR.is_workday(day)
        assert day.isocalendar()[:2] == today.isocalendar()[:2]
        assert day.isoweekday() >= weekday
        assert all(
            not CALENDAR.is_workday(day - timedelta(days=n)) for n in range(1, day.isoweekday() - weekday + 1)
        )
    assert weekly_day(today, 0, CALENDAR) is None
