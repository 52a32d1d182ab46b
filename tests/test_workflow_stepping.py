"""A plan moves one step at a time, for the right person, with its reasons on record, or not at all."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, update
from workflow_world import CHAIR, COORDINATOR, NOW, TODAY, World, paper

from db import journal
from db.errors import Refusal
from db.store import Store
from db.tables import (
    Announcement,
    ContactPoint,
    ExtensionRequest,
    JournalEntry,
    Member,
    Person,
    Plan,
    PlanDocument,
    Task,
)
from tasks.actor import Actor
from workflow import stepping
from workflow.definition import procedure_of
from workflow.stepping import Advanced, StepRefusal, advance, blockers
from workflow.view import load_view


@pytest.fixture
def world(store: Store) -> World:
    return World(store)


def step(world: World, trigger: str, actor: Actor = COORDINATOR, **more: Any) -> Advanced:
    with world.store.write() as session:
        return advance(session, world.plan_id, trigger, **{"actor": actor, "now": NOW, **more})


def refused(world: World, trigger: str, actor: Actor = COORDINATOR, **more: Any) -> StepRefusal:
    """The refusal of a step; whatever the caller does next, nothing may have been written."""
    before, rows = world.plan().model_dump(), world.row_counts()
    with world.store.write() as session, pytest.raises(StepRefusal) as refusal:
        advance(session, world.plan_id, trigger, **{"actor": actor, "now": NOW, **more})
    assert (world.plan().model_dump(), world.row_counts()) == (before, rows)
    return refusal.value


def asked(world: World, trigger: str) -> list[tuple[str, bool]]:
    with world.store.read() as session:
        return [(one.text, one.hard) for one in blockers(session, world.plan_id, trigger, TODAY)]


def payload(world: World) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(world.all(JournalEntry)[-1].payload)
    return found


def test_a_step_changes_the_stage_and_writes_journal_and_announcement_together(world: World) -> None:
    taken = step(world, "issue", seen_version=1)
    plan, entry = world.plan(), world.all(JournalEntry)[-1]
    assert (taken.from_stage, taken.to_stage, taken.version) == ("draft", "issued", 2)
    assert (plan.stage, plan.version, plan.stage_since) == ("issued", 2, NOW)
    assert (entry.action, entry.subject, entry.actor) == (
        "plan.step",
        f"plan:{world.plan_id}",
        COORDINATOR.name,
    )
    assert entry.hash == taken.journal_hash
    assert (payload(world)["from"], payload(world)["to"], payload(world)["trigger"]) == (
        "draft",
        "issued",
        "issue",
    )
    (told,) = world.all(Announcement)
    assert told.roles == ["leadership", "coordinator"]
    assert told.text == "Kế hoạch số 75/KH-UBND đã được ban hành; các đơn vị bắt đầu nhận nhiệm vụ."
    with world.store.read() as session:
        assert journal.verify(session, world.commune_id) is None


def test_a_row_that_the_caller_already_holds_shows_the_new_stage(world: World) -> None:
    with world.store.write() as session:
        plan = session.get(Plan, world.plan_id)
        assert plan is not None
        advance(session, world.plan_id, "issue", actor=COORDINATOR, now=NOW)
        assert (plan.stage, plan.version) == ("issued", 2)


def test_the_whole_way_to_recognition_can_be_walked_and_is_on_record(world: World) -> None:
    step(world, "issue")
    step(world, "collect")
    world.set_tasks("accepted")
    step(world, "convene", documents=[paper("council_decision")])
    step(world, "appraise", documents=[paper("council_minutes")])
    step(world, "submit", documents=[paper("appraisal_report"), paper("submission_letter")])
    step(world, "recognise", documents=[paper("recognition_decision")])
    assert world.plan().stage == "recognised"
    assert [json.loads(entry.payload)["to"] for entry in world.all(JournalEntry)] == [
        "issued", "collecting", "council", "appraisal", "submitted", "recognised",
    ]  # fmt: skip
    recorded = world.all(PlanDocument)
    assert {(one.kind, one.recorded_by) for one in recorded} == {
        (kind, COORDINATOR.name)
        for kind in ("council_decision", "council_minutes", "appraisal_report", "submission_letter")
    } | {("recognition_decision", COORDINATOR.name)}
    with world.store.read() as session:
        assert journal.verify(session, world.commune_id) is None


def test_no_stage_can_be_jumped_over(world: World) -> None:
    assert str(refused(world, "submit", CHAIR)) == (
        "Giai đoạn “Dự thảo” không có bước “submit”. "
        "Lúc này có thể: “Ban hành kế hoạch” (issue), “Huỷ kế hoạch” (cancel)."
    )


def test_a_finished_plan_goes_nowhere(world: World) -> None:
    step(world, "cancel", CHAIR, reason="Sáp nhập xã")
    assert str(refused(world, "issue")) == "Giai đoạn “Đã huỷ” không có bước “issue”. Kế hoạch đã kết thúc."


def test_a_step_is_for_those_whom_the_procedure_names(world: World) -> None:
    assert str(refused(world, "issue", Actor("Trạm Y tế", "unit"))) == (
        "Bước “Ban hành kế hoạch” do cán bộ điều phối hoặc lãnh đạo UBND thực hiện. Hãy nhờ người có quyền này."
    )
    assert "do lãnh đạo UBND thực hiện" in str(refused(world, "cancel", COORDINATOR, reason="x"))


def test_a_step_back_needs_a_written_reason_and_keeps_it(world: World) -> None:
    world.set_plan(stage="council")
    assert str(refused(world, "collect_again", reason="  ")) == (
        "Bước “Trả về thu thập số liệu” cần ghi rõ lý do. Hãy viết lý do rồi làm lại."
    )
    step(world, "collect_again", reason="Thiếu số liệu {tiêu chí} 5")
    assert payload(world)["reason"] == "Thiếu số liệu {tiêu chí} 5"
    assert world.all(Announcement)[-1].text.endswith("Lý do: Thiếu số liệu {tiêu chí} 5")


def test_hard_blockers_are_told_and_hold_even_against_leadership(world: World) -> None:
    world.set_plan(stage="council")
    refusal = refused(world, "appraise", CHAIR, override="Cần gấp", documents=[paper("council_minutes")])
    assert [one.text for one in refusal.blockers] == [
        "Tiêu chí 2: Tư pháp chưa nộp báo cáo.",
        "Tiêu chí 5: Trạm Y tế chưa nộp báo cáo.",
    ]
    assert str(refusal) == (
        "Chưa thể thực hiện bước “Kết thúc xét duyệt, chuyển thẩm định”:\n"
        "- [bắt buộc] Tiêu chí 2: Tư pháp chưa nộp báo cáo.\n"
        "- [bắt buộc] Tiêu chí 5: Trạm Y tế chưa nộp báo cáo.\n"
        "Các mục bắt buộc phải xong trước; không ai cho qua được."
    )


def collecting_with_one_report_missing(world: World) -> None:
    world.set_plan(stage="collecting")
    world.set_tasks("accepted", criterion_no=2)
    world.set_tasks("returned", criterion_no=5)


def test_soft_blockers_stop_everybody_who_writes_no_reason(world: World) -> None:
    collecting_with_one_report_missing(world)
    late = "Tiêu chí 5: Trạm Y tế chưa nộp lại báo cáo đã trả về."
    council = (
        "Chưa ghi nhận văn bản: Quyết định thành lập (kiện toàn) Hội đồng xét duyệt (số, ngày, nơi giữ)."
    )
    assert asked(world, "convene") == [(late, False), (council, False)]
    for actor in (COORDINATOR, CHAIR):
        refusal = refused(world, "convene", actor, override=" ")
        assert [one.text for one in refusal.blockers] == [late, council]
        assert str(refusal).endswith("Lãnh đạo UBND có thể cho qua nếu ghi rõ lý do.")


def test_only_leadership_passes_a_soft_blocker_and_the_journal_keeps_what_and_why(world: World) -> None:
    collecting_with_one_report_missing(world)
    with_council = {"documents": [paper("council_decision")]}
    denied = refused(world, "convene", COORDINATOR, override="Trạm Y tế nộp ngày mai", **with_council)
    assert "Chỉ lãnh đạo UBND mới được cho qua" in str(denied)
    step(world, "convene", CHAIR, override="Trạm Y tế nộp ngày mai", **with_council)
    assert world.plan().stage == "council"
    assert payload(world)["override"] == "Trạm Y tế nộp ngày mai"
    assert payload(world)["overridden"] == ["Tiêu chí 5: Trạm Y tế chưa nộp lại báo cáo đã trả về."]


def test_an_override_that_was_not_needed_is_not_recorded_as_one(world: World) -> None:
    step(world, "issue", CHAIR, override="Cho qua")
    assert (payload(world)["override"], payload(world)["overridden"]) == ("", [])


def test_a_long_list_of_blockers_is_cut_in_the_sentence_but_whole_in_the_refusal(world: World) -> None:
    collecting_with_one_report_missing(world)
    with world.store.write() as session:
        (row,) = (one for one in world.all(Task) if one.criterion_no == 5)
        for number in range(20):
            values = row.model_dump(exclude={"id"}) | {
                "key": f"r{number}",
                "kind": "report",
                "criterion_no": None,
            }
            session.add(Task(**values))
    refusal = refused(world, "convene")
    assert len(refusal.blockers) == 22
    assert "- … và 10 mục nữa." in str(refusal)


def test_a_required_document_must_come_with_the_step_or_after_the_stage_began(world: World) -> None:
    world.set_plan(stage="council")
    world.set_tasks("accepted")
    sentence = "Chưa ghi nhận văn bản: Biên bản họp Hội đồng xét duyệt (số, ngày, nơi giữ)."
    assert asked(world, "appraise") == [(sentence, True)]
    step(world, "appraise", documents=[paper("council_minutes")])
    (kept,) = world.all(PlanDocument)
    assert (kept.kind, kept.number, kept.dated_on, kept.holder) == (
        "council_minutes",
        "01/VB",
        TODAY,
        "Văn phòng UBND",
    )


def test_a_dossier_that_came_back_needs_new_papers(world: World) -> None:
    world.set_plan(stage="council")
    world.set_tasks("accepted")
    step(world, "appraise", documents=[paper("council_minutes")])
    step(world, "council_again", reason="Biểu quyết chưa đủ")
    assert [text for text, _ in asked(world, "appraise")] == [
        "Chưa ghi nhận văn bản: Biên bản họp Hội đồng xét duyệt (số, ngày, nơi giữ)."
    ]
    assert str(refused(world, "appraise", documents=[paper("council_minutes")])) == (
        "Biên bản họp Hội đồng xét duyệt số 01/VB đã được ghi nhận trước đó. Hãy nhập văn bản mới."
    )
    step(world, "appraise", documents=[paper("council_minutes", "02/BB")])
    assert world.plan().stage == "appraisal"


@pytest.mark.parametrize(
    ("documents", "sentence"),
    [
        ([paper("diary")], "Không có loại văn bản “diary” trong thủ tục này."),
        (
            [paper("council_minutes", " ")],
            "Biên bản họp Hội đồng xét duyệt: hãy nhập đủ số, ngày và nơi giữ văn bản.",
        ),
        (
            [paper("council_minutes", dated_on=date(2024, 4, 17))],
            "Biên bản họp Hội đồng xét duyệt: ngày 17/04/2024 chưa đến. Hãy kiểm tra ngày ký.",
        ),
        ([paper("council_minutes")] * 2, "số 01/VB đã được ghi nhận trước đó"),
    ],
)
def test_a_faulty_document_reference_is_refused(world: World, documents: list[Any], sentence: str) -> None:
    world.set_plan(stage="council")
    world.set_tasks("accepted")
    assert sentence in str(refused(world, "appraise", documents=documents))


def test_today_is_the_commune_s_date_not_utc_s(world: World) -> None:
    last_minute = datetime(2024, 4, 15, 16, 59, tzinfo=UTC)
    assert "chưa đến ngày đó" in str(refused(world, "issue", now=last_minute))
    step(world, "issue", now=last_minute + timedelta(minutes=1))


def test_of_two_at_once_one_wins_and_the_other_is_told(world: World) -> None:
    start = Barrier(2)

    def try_it(actor: Actor) -> str:
        start.wait()
        try:
            return step(world, "issue", actor, seen_version=1).to_stage
        except StepRefusal as refusal:
            return str(refusal)

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(try_it, (COORDINATOR, CHAIR)))
    assert answers == [
        "Người khác vừa chuyển bước của kế hoạch này. Hãy tải lại trang, xem lại rồi làm tiếp.",
        "issued",
    ]
    assert (world.plan().version, len(world.all(JournalEntry)), len(world.all(Announcement))) == (2, 1, 1)
    with world.store.read() as session:
        assert journal.verify(session, world.commune_id) is None


@pytest.mark.parametrize("meanwhile", [{"version": 2}, {"stage": "issued"}])
def test_a_decision_taken_on_an_old_state_writes_nothing(world: World, meanwhile: dict[str, Any]) -> None:
    wish = stepping._Wish("issue", COORDINATOR, NOW, "", "", (), None)
    with world.store.read() as session:
        decision = stepping._decide(session, world.plan_id, wish)
    world.set_plan(**meanwhile)
    rows = world.row_counts()
    with world.store.write() as session, pytest.raises(StepRefusal, match="Người khác vừa chuyển bước"):
        stepping._apply(session, wish, decision)
    assert world.row_counts() == rows


def test_a_plan_that_does_not_exist_is_refused(world: World) -> None:
    with world.store.read() as session, pytest.raises(Refusal, match="Không có kế hoạch số 99"):
        blockers(session, 99, "issue", TODAY)


@pytest.mark.parametrize(
    ("table", "values"),
    [(ContactPoint, {"refused_at": NOW}), (Person, {"active": False}), (Member, {"role": "superior"})],
)
def test_a_unit_without_a_contact_who_has_a_good_address_is_unreachable(
    world: World, table: type[Any], values: dict[str, Any]
) -> None:
    with world.store.write() as session:
        session.execute(update(table).filter_by(id=2).values(**values))
    sentence = "Trạm Y tế: chưa có người đầu mối với địa chỉ nhận tin dùng được."
    assert asked(world, "issue") == [(sentence, False)]


def test_a_unit_that_owes_nothing_need_not_be_reachable_but_its_criterion_needs_another(world: World) -> None:
    with world.store.write() as session:
        session.execute(update(ContactPoint).filter_by(id=2).values(refused_at=NOW))
    world.set_tasks("cancelled", criterion_no=5)
    assert asked(world, "issue") == [("Tiêu chí 5 (Trẻ em bị tai nạn): chưa có đơn vị chủ trì.", True)]


def test_only_extension_requests_without_an_answer_hold_the_council_up(world: World) -> None:
    world.set_plan(stage="collecting")
    own: dict[str, Any] = {
        "commune_id": world.commune_id,
        "task_id": 1,
        "reason": "Chờ số liệu",
        "by_name": "Tư pháp",
    }
    dates: dict[str, Any] = {
        "wanted_on": date(2024, 11, 15),
        "previous_on": date(2024, 11, 9),
        "requested_at": NOW,
    }
    with world.store.write() as session:
        session.add(ExtensionRequest(**own, **dates))
        session.add(ExtensionRequest(**own, **dates, state="granted", decided_at=NOW))
    assert ("Còn 1 đề nghị gia hạn chưa được trả lời.", False) in asked(world, "convene")


def test_the_guards_picture_costs_few_queries_whatever_the_number_of_tasks(world: World) -> None:
    statements: list[str] = []
    plan = world.plan()
    with world.store.read() as session:
        session.connection()
        event.listen(world.store.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
        load_view(session, plan, TODAY)
    assert len([one for one in statements if one.startswith("SELECT")]) == 4


TRIGGERS = ["issue", "collect", "convene", "appraise", "submit", "recognise", "decline", "collect_again",
            "council_again", "return_dossier", "cancel", "to_recognised"]  # fmt: skip


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(TRIGGERS), max_size=15), st.booleans())
def test_no_series_of_steps_leaves_the_table_or_breaks_the_journal(
    world: World, triggers: list[str], accepted: bool
) -> None:
    table = {
        (origin, one.trigger): one.to for one in procedure_of(world.rule_set).steps for origin in one.origins
    }
    world.set_plan(stage="draft")
    world.set_tasks("accepted" if accepted else "assigned")
    for trigger in triggers:
        before = world.plan()
        try:
            kinds = procedure_of(world.rule_set).documents
            papers = [paper(kind.key, f"{before.version}/VB") for kind in kinds]
            step(world, trigger, CHAIR, reason="Lý do", override="Cho qua", documents=papers)
        except StepRefusal:
            assert world.plan().model_dump() == before.model_dump()
        else:
            assert world.plan().stage == table[before.stage, trigger]
            assert world.plan().version == before.version + 1
            assert accepted or trigger not in {"appraise", "submit"}
    with world.store.read() as session:
        assert journal.verify(session, world.commune_id) is None
