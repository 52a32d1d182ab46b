"""Reports, reviews, more time, substitutes: each in one transaction, each in the journal, refusals change nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hoang_dong import CHAIR, OFFICER, STATION, World, found
from sqlalchemy import func, select
from sqlmodel import Session, col

from db import journal
from db.errors import Refusal
from db.store import Store
from db.tables import METADATA, JournalEntry, Report
from tasks import extending, people, reporting, reviewing
from tasks.clock import ManualClock
from tasks.current import rules_of
from tasks.figures import Figure
from tasks.history import history
from tasks.substituting import name_substitute


@pytest.fixture
def world(store: Store, clock: ManualClock) -> World:
    return found(store, clock)


def counts(world: World) -> dict[str, int]:
    with world.store.read() as session:
        return {
            table.name: session.execute(select(func.count()).select_from(table)).scalar_one()
            for table in METADATA.sorted_tables
        }


def refused(world: World, deed: Callable[[Session], object], words: str) -> None:
    before = counts(world)
    with pytest.raises(Refusal, match=words):
        world.do(deed)
    assert counts(world) == before


def report(world: World, key: str, *, share: tuple[int, int] = (98, 100)) -> Callable[[Session], object]:
    task = world.task(key)
    figures: list[Figure] = []
    if task.criterion_no is not None:
        with world.store.read() as session:
            criterion = rules_of(session, world.plan_id).criterion(task.criterion_no)
        figures = [
            Figure(one.key, *share, None, "") if one.kind == "share" else Figure(one.key, None, None, 1.0, "")
            for one in criterion.indicators
        ]
    note = "" if figures else "Đã thực hiện."
    return lambda s: reporting.submit_report(
        s, task.id or 0, figures=figures, note=note, by=STATION, now=world.clock.now()
    )


def test_a_report_walks_from_assigned_to_accepted_and_its_history_can_be_read(world: World) -> None:
    task = world.task("tc07.tram-y-te")
    number, now = task.id or 0, world.clock.now()
    world.do(lambda s: reporting.acknowledge(s, number, by=STATION, now=now))
    world.do(report(world, "tc07.tram-y-te"))
    world.do(lambda s: reviewing.send_back(s, number, reason="Thiếu số liệu quý III.", by=OFFICER, now=now))
    assert world.task("tc07.tram-y-te").state == "returned"
    world.do(report(world, "tc07.tram-y-te", share=(99, 100)))
    world.do(lambda s: reviewing.accept(s, number, by=OFFICER, now=now))
    assert world.task("tc07.tram-y-te").state == "accepted"
    with world.store.read() as session:
        texts = [event.text for event in history(session, number)]
        assert journal.verify(session, world.commune_id) is None
    assert any("98/100" in text for text in texts)
    assert any("Thiếu số liệu quý III." in text for text in texts)
    assert [text.split(":")[0] for text in texts if "lần" in text] == [
        "nộp báo cáo lần 1",
        "nộp báo cáo lần 2",
    ]


def test_a_criterion_needs_its_figures_and_any_other_task_a_sentence(world: World) -> None:
    criterion, village = world.task("tc07.tram-y-te").id or 0, world.task("bc.thon-07").id or 0
    now = world.clock.now()
    refused(
        world,
        lambda s: reporting.submit_report(s, criterion, figures=[], note="xong", by=STATION, now=now),
        "Thiếu chỉ tiêu",
    )
    refused(
        world,
        lambda s: reporting.submit_report(s, village, figures=[], note=" ", by=STATION, now=now),
        "ít nhất một câu",
    )
    figure = Figure("ty-le", 1, 2, None, "")
    refused(
        world,
        lambda s: reporting.submit_report(s, village, figures=[figure], note="x", by=STATION, now=now),
        "không có chỉ tiêu",
    )
    refused(world, report(world, "tc07.tram-y-te", share=(101, 100)), "101")
    refused(world, report(world, "tc07.tram-y-te", share=(0, 0)), "0")


def test_only_the_office_reviews_and_a_return_needs_a_reason(world: World) -> None:
    world.do(report(world, "bc.thon-07"))
    number, now = world.task("bc.thon-07").id or 0, world.clock.now()
    refused(world, lambda s: reviewing.accept(s, number, by=STATION, now=now), "Chỉ cán bộ điều phối")
    refused(world, lambda s: reviewing.send_back(s, number, reason="  ", by=OFFICER, now=now), "lý do")


def test_a_report_is_decided_once(world: World) -> None:
    world.do(report(world, "bc.thon-07"))
    number, now = world.task("bc.thon-07").id or 0, world.clock.now()
    world.do(lambda s: reviewing.accept(s, number, by=OFFICER, now=now))
    refused(world, lambda s: reviewing.accept(s, number, by=CHAIR, now=now), "không duyệt báo cáo được")
    refused(world, report(world, "bc.thon-07"), "không nộp báo cáo được")


def test_more_time_moves_the_deadline_and_keeps_the_old_one_on_record(world: World) -> None:
    number, now = world.task("tc03.cong-an").id or 0, world.clock.now()
    wanted = date(2024, 11, 15)
    asked = world.do(
        lambda s: extending.request(s, number, wanted_on=wanted, reason="Chờ số liệu.", by=STATION, now=now)
    )
    assert world.task("tc03.cong-an").last_valid_on == date(2024, 11, 9)
    world.do(lambda s: extending.decide(s, asked, granted=True, reason="", by=OFFICER, now=now))
    task = world.task("tc03.cong-an")
    assert (task.last_valid_on, task.due_no, task.due_wording) == (wanted, 2, "gia hạn đến ngày 15/11/2024")
    refused(
        world,
        lambda s: extending.decide(s, asked, granted=False, reason="x", by=OFFICER, now=now),
        "đã được trả lời",
    )


def test_requests_for_time_that_make_no_sense_are_refused(world: World) -> None:
    number, now = world.task("tc03.cong-an").id or 0, world.clock.now()

    def ask(day: date, reason: str = "Chờ số liệu.") -> Callable[[Session], object]:
        return lambda s: extending.request(s, number, wanted_on=day, reason=reason, by=STATION, now=now)

    refused(world, ask(date(2024, 11, 9)), "phải sau hạn hiện nay 09/11/2024")
    refused(world, ask(date(2024, 11, 15), " "), "lý do")
    world.do(ask(date(2024, 11, 15)))
    refused(world, ask(date(2024, 11, 20)), "chờ trả lời")
    undated = world.task("nv.vhxh-tong-hop").id or 0
    refused(
        world,
        lambda s: extending.request(s, undated, wanted_on=date(2024, 12, 1), reason="x", by=STATION, now=now),
        "chưa có hạn",
    )


def test_a_refused_request_needs_a_reason_and_leaves_the_deadline(world: World) -> None:
    number, now = world.task("tc03.cong-an").id or 0, world.clock.now()
    asked = world.do(
        lambda s: extending.request(s, number, wanted_on=date(2024, 11, 15), reason="x", by=STATION, now=now)
    )
    refused(
        world, lambda s: extending.decide(s, asked, granted=False, reason="", by=OFFICER, now=now), "lý do"
    )
    world.do(
        lambda s: extending.decide(
            s, asked, granted=False, reason="Cấp trên cần đúng hạn.", by=OFFICER, now=now
        )
    )
    assert world.task("tc03.cong-an").last_valid_on == date(2024, 11, 9)


def test_somebody_elses_change_in_between_is_not_overwritten(world: World) -> None:
    number, now = world.task("bc.thon-07").id or 0, world.clock.now()
    with world.store.read() as stale:
        task = stale.get_one(type(world.task("bc.thon-07")), number)
    world.do(report(world, "bc.thon-07"))
    from tasks import changing  # noqa: PLC0415

    with pytest.raises(Refusal, match="vừa được người khác thay đổi"):
        world.do(lambda s: changing.move(s, task, "acknowledge", now))


def test_a_substitute_is_named_for_a_window_that_overlaps_no_other(world: World) -> None:
    def stand_in(first: date, last: date, by: str = "thon-04") -> Callable[[Session], object]:
        def deed(session: Session) -> None:
            absent, other = (people.find_person(session, world.commune_id, key) for key in ("thon-03", by))
            name_substitute(
                session,
                absent,
                other,
                from_on=first,
                until_on=last,
                reason="Nghỉ phép",
                by=OFFICER,
                now=world.clock.now(),
            )

        return deed

    world.do(stand_in(date(2024, 10, 21), date(2024, 10, 26)))
    world.do(stand_in(date(2024, 10, 26), date(2024, 10, 28)))
    refused(world, stand_in(date(2024, 10, 25), date(2024, 10, 27)), "đã có người thay")
    refused(world, stand_in(date(2024, 12, 2), date(2024, 12, 2)), "phải sau")
    refused(world, stand_in(date(2024, 12, 2), date(2024, 12, 3), by="thon-03"), "tự thay mình")


def test_every_deed_leaves_a_journal_entry_with_its_actor(world: World) -> None:
    world.do(report(world, "bc.thon-07"))
    with world.store.read() as session:
        newest = (
            session.execute(select(JournalEntry).order_by(col(JournalEntry.seq).desc())).scalars().first()
        )
        assert newest is not None
        assert (newest.action, newest.actor) == ("task.reported", "Trạm Y tế")
        assert session.execute(select(func.count()).select_from(Report)).scalar_one() == 1


def test_a_renamed_village_keeps_the_plans_wording(world: World) -> None:
    world.do(
        lambda s: people.rename_unit(
            s, world.commune_id, "thon-07", "  Thôn  Ví Dụ ", by=OFFICER, now=world.clock.now()
        )
    )
    with world.store.read() as session:
        unit = next(row for row in people.list_units(session, world.commune_id) if row.key == "thon-07")
    assert unit.name == "Thôn Ví Dụ"
    refused(
        world,
        lambda s: people.rename_unit(s, world.commune_id, "thon-77", "x", by=OFFICER, now=world.clock.now()),
        "Không có đơn vị",
    )
    refused(
        world,
        lambda s: people.rename_unit(s, world.commune_id, "thon-07", " ", by=OFFICER, now=world.clock.now()),
        "Tên đơn vị",
    )


def test_an_accepted_report_may_come_back_when_the_dossier_does_and_is_then_accepted_anew(
    world: World,
) -> None:
    number, now = world.task("bc.thon-07").id or 0, world.clock.now()
    world.do(report(world, "bc.thon-07"))
    world.do(lambda s: reviewing.accept(s, number, by=OFFICER, now=now))
    world.do(lambda s: reviewing.send_back(s, number, reason="Cấp trên đề nghị làm rõ.", by=OFFICER, now=now))
    assert world.task("bc.thon-07").state == "returned"
    world.do(report(world, "bc.thon-07"))
    world.do(lambda s: reviewing.accept(s, number, by=OFFICER, now=now))
    assert world.task("bc.thon-07").state == "accepted"
