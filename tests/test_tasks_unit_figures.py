"""A unit's figures by spreadsheet: every row checked as the report form would, shown first, brought in as shown."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hoang_dong import OFFICER, STATION, World, found
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import select
from sqlmodel import col

from db.errors import Outdated, Refusal
from db.store import Store
from db.tables import IndicatorValue, Plan, Report, ReportDraft, Unit
from tasks import drafting, reviewing, spreadsheet
from tasks.clock import ManualClock
from tasks.figure_preview import FiguresPreview, preview_figures
from tasks.figure_rows import COLUMNS, CheckedFigures, Form, check_figures
from tasks.figure_sheet import SHEET, figures_file
from tasks.unit_figures import BroughtIn, bring_figures, unit_forms

PLAN = "hoang-dong-2024"
TC5, TC7, TC8 = "tc05.tram-y-te", "tc07.tram-y-te", "tc08.tram-y-te"
GOOD = (
    (TC5, "tai-nan", 2, None, ""), (TC7, "tiem-chung", 96, 100, "theo sổ tiêm"),
    (TC8, "nhe-can", 5, 210, ""), (TC8, "thap-coi", 12, 210, "cân đo tháng 10"),
)  # fmt: skip


@pytest.fixture
def world(store: Store, clock: ManualClock) -> World:
    return found(store, clock)


def unit_of(world: World, key: str = "tram-y-te") -> tuple[Plan, int]:
    def look(session: Any) -> tuple[Plan, int]:
        return session.get(Plan, world.plan_id), session.execute(
            select(col(Unit.id)).where(col(Unit.key) == key)
        ).scalar_one()

    made: tuple[Plan, int] = world.do(look)
    return made


def forms(world: World, key: str = "tram-y-te") -> dict[str, Form]:
    plan, unit = unit_of(world, key)
    with world.store.read() as session:
        return unit_forms(session, plan, unit)


def book(*rows: Sequence[object], plan: str = PLAN) -> bytes:
    """A workbook as it is handed in: task, indicator, value, whole, note."""
    made = Workbook()
    sheet = made.active
    assert isinstance(sheet, Worksheet)
    sheet.append(list(COLUMNS))
    for task, key, value, whole, note in rows:
        sheet.append([None, None, None, value, whole, note, plan, task, key])
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def checked(world: World, raw: bytes, key: str = "tram-y-te") -> CheckedFigures:
    rows = spreadsheet.read_table(raw, "so-lieu.xlsx", spreadsheet.FIGURES)
    return check_figures(rows, "so-lieu.xlsx", PLAN, forms(world, key))


def look(world: World, raw: bytes) -> tuple[FiguresPreview, CheckedFigures]:
    read = checked(world, raw)
    assert read.problems == ()
    return preview_figures(forms(world), read.said), read


def bring(world: World, raw: bytes, *, hand_in: bool = False) -> BroughtIn:
    seen, read = look(world, raw)
    return apply(world, seen.seal, read.said, hand_in=hand_in)


def apply(
    world: World, seal: str, said: Mapping[str, Mapping[str, str]], *, hand_in: bool = False
) -> BroughtIn:
    plan, unit = unit_of(world)
    done: BroughtIn = world.do(
        lambda s: bring_figures(
            s, plan, unit, said, seal=seal, hand_in=hand_in, by=STATION, now=world.clock.now()
        )
    )
    return done


def drafts(world: World) -> dict[int, tuple[int, dict[str, str]]]:
    rows = world.do(
        lambda s: [(one, drafting.typed_in(one)) for one in s.execute(select(ReportDraft)).scalars()]
    )
    return {row.task_id: (row.version, typed) for row, typed in rows}


def reported(world: World) -> list[tuple[str, Any, Any, Any]]:
    rows = world.do(
        lambda s: s.execute(select(IndicatorValue).order_by(col(IndicatorValue.id))).scalars().all()
    )
    return [(one.indicator, one.numerator, one.denominator, one.value) for one in rows]


def told(problems: Sequence[Any]) -> list[tuple[int, str, str]]:
    return [(one.line, one.column, one.reason) for one in problems]


def test_the_workbook_has_a_row_for_every_figure_of_the_open_tasks_and_comes_back_as_no_change(
    world: World,
) -> None:
    raw = figures_file(PLAN, forms(world).values())
    sheet = load_workbook(io.BytesIO(raw))[SHEET]
    assert [cell.value for cell in sheet[1]] == list(COLUMNS)
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", sheet.dimensions)
    keys = [row[7:] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert keys == [
        (form.key, one.key) for form in forms(world).values() for one in form.criterion.indicators
    ]
    assert {
        cell.number_format for row in sheet.iter_rows(min_row=2, min_col=4, max_col=6) for cell in row
    } == {"@"}, "Excel must not make a day of 5/10"
    seen, _ = look(world, raw)
    assert (seen.changed, seen.ready) == ((), ())


def test_yes_and_no_are_offered_where_they_are_the_answer(world: World) -> None:
    sheet = load_workbook(io.BytesIO(figures_file(PLAN, forms(world, "vhxh").values())))[SHEET]
    offered = [one for rule in sheet.data_validations.dataValidation for one in str(rule.sqref).split()]
    answers = [row[0].row for row in sheet.iter_rows(min_row=2) if row[2].value == "có hoặc không"]
    assert answers
    assert len(offered) > 0
    assert all(any(f"D{line}" in area or ":" in area for area in offered) for line in answers)


def test_a_filled_workbook_becomes_drafts_and_the_next_workbook_shows_them(world: World) -> None:
    raw = book(*GOOD)
    seen, _ = look(world, raw)
    assert drafts(world) == {}, "looking writes nothing"
    assert [line.form.key for line in seen.changed] == [TC5, TC7, TC8]
    assert seen.lines[2].changes == (
        "Tỷ lệ trẻ em dưới 5 tuổi suy dinh dưỡng thể nhẹ cân: trống → 5/210",
        "Tỷ lệ trẻ em dưới 5 tuổi suy dinh dưỡng thể thấp còi: trống → 12/210",
        "Ghi chú: trống → «cân đo tháng 10»",
    )
    assert bring(world, raw) == BroughtIn(drafts=3)
    assert drafts(world)[world.task(TC8).id or 0] == (
        1, {"tu.nhe-can": "5", "mau.nhe-can": "210", "tu.thap-coi": "12", "mau.thap-coi": "210", "ghi_chu": "cân đo tháng 10"},
    )  # fmt: skip
    rows = load_workbook(io.BytesIO(figures_file(PLAN, forms(world).values())))[SHEET].iter_rows(
        min_row=2, values_only=True
    )
    filled = {(row[7], row[8]): row[3:6] for row in rows}
    assert filled[TC8, "nhe-can"] == (5, 210, "cân đo tháng 10")
    assert filled[TC8, "thap-coi"] == (12, 210, None)
    assert filled[TC5, "tai-nan"] == (2, None, None)


def test_the_same_file_twice_changes_nothing_the_second_time(world: World) -> None:
    raw = book(*GOOD)
    bring(world, raw)
    before = drafts(world)
    seen, _ = look(world, raw)
    assert seen.changed == ()
    assert bring(world, raw) == BroughtIn()
    assert drafts(world) == before


def test_a_preview_agreed_to_twice_is_brought_in_once(world: World) -> None:
    seen, read = look(world, book(*GOOD))
    apply(world, seen.seal, read.said)
    before = drafts(world)
    with pytest.raises(Outdated, match="chọn lại tệp"):
        apply(world, seen.seal, read.said)
    assert drafts(world) == before


def test_what_was_not_shown_is_not_brought_in(world: World) -> None:
    seen, _ = look(world, book(*GOOD))
    with pytest.raises(Outdated):
        apply(world, seen.seal, {TC5: {"so.tai-nan": "9"}})
    assert drafts(world) == {}


def test_a_draft_that_somebody_saved_meanwhile_is_not_lost(world: World) -> None:
    seen, read = look(world, book(*GOOD))
    task = world.task(TC5)
    world.do(
        lambda s: drafting.save_draft(
            s, task.id or 0, {"so.tai-nan": "7"}, seen=0, by=OFFICER, now=world.clock.now()
        )
    )
    with pytest.raises(Outdated):
        apply(world, seen.seal, read.said)
    assert drafts(world) == {task.id: (1, {"so.tai-nan": "7"})}


def test_an_empty_cell_leaves_what_was_typed_and_so_does_a_row_that_was_taken_out(world: World) -> None:
    bring(world, book(*GOOD))
    assert bring(
        world, book((TC8, "nhe-can", 6, 211, None), (TC8, "thap-coi", None, None, None))
    ) == BroughtIn(1)
    version, typed = drafts(world)[world.task(TC8).id or 0]
    assert (version, typed["tu.nhe-can"], typed["tu.thap-coi"], typed["ghi_chu"]) == (
        2,
        "6",
        "12",
        "cân đo tháng 10",
    )


def test_what_else_a_draft_holds_is_kept_and_keeps_its_report_from_being_handed_in(world: World) -> None:
    task = world.task(TC5).id or 0
    world.do(
        lambda s: drafting.save_draft(
            s, task, {"mc_ten": "Sổ theo dõi"}, seen=0, by=STATION, now=world.clock.now()
        )
    )
    raw = book((TC5, "tai-nan", 2, None, None))
    seen, _ = look(world, raw)
    assert (seen.ready, "minh chứng chưa lưu" in seen.lines[0].missing[0]) == ((), True)
    bring(world, raw, hand_in=True)
    assert drafts(world)[task][1] == {"mc_ten": "Sổ theo dõi", "so.tai-nan": "2"}


def test_complete_reports_are_handed_in_when_that_is_chosen_and_the_rest_stays_a_draft(world: World) -> None:
    raw = book(*GOOD[:3])
    seen, _ = look(world, raw)
    assert [line.form.key for line in seen.ready] == [TC5, TC7]
    assert any("thap-coi" in one for one in seen.lines[2].missing)
    assert bring(world, raw, hand_in=True) == BroughtIn(drafts=1, reports=2)
    assert [world.task(key).state for key in (TC5, TC7, TC8)] == ["submitted", "submitted", "assigned"]
    assert reported(world) == [("tai-nan", None, None, 2.0), ("tiem-chung", 96, 100, None)]
    note = world.do(
        lambda s: [one.note for one in s.execute(select(Report).order_by(col(Report.id))).scalars()]
    )
    assert note == ["", "theo sổ tiêm"]


def test_a_file_whose_reports_were_handed_in_is_no_change_and_other_figures_are_refused(world: World) -> None:
    raw = book(*GOOD)
    assert bring(world, raw, hand_in=True) == BroughtIn(reports=3)
    assert bring(world, raw, hand_in=True) == BroughtIn()
    other = checked(world, book((TC5, "tai-nan", 3, None, None)))
    assert told(other.problems) == [
        (2, "giá trị", f"báo cáo của việc này đã nộp, chờ duyệt nên không nhận số khác; hãy bỏ các dòng của việc {TC5}")
    ]  # fmt: skip
    assert len(reported(world)) == 4


def test_a_returned_report_is_not_handed_in_again_as_it_was(world: World) -> None:
    raw = book(GOOD[0])
    bring(world, raw, hand_in=True)
    task = world.task(TC5).id or 0
    world.do(lambda s: reviewing.send_back(s, task, reason="Xin xem lại.", by=OFFICER, now=world.clock.now()))
    seen, _ = look(world, raw)
    assert (seen.changed, seen.ready) == ((), ())
    mended, _ = look(world, book((TC5, "tai-nan", 4, None, None)))
    assert mended.ready[0].changes == ("Số trẻ em bị tai nạn, thương tích trong kỳ: 2 → 4",)


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ((TC7, "tiem-chung", 101, 100, None), "giá trị", "tử số 101 lớn hơn mẫu số 100"),
        ((TC7, "tiem-chung", 50, None, None), "tổng số", "cần cả số đạt"),
        ((TC7, "tiem-chung", None, 50, None), "giá trị", "cần cả số đạt"),
        ((TC7, "tiem-chung", -1, 50, None), "giá trị", "không được là số âm"),
        ((TC7, "tiem-chung", "95%", 100, None), "giá trị", "không phải số"),
        ((TC7, "tiem-chung", 9.5, 10, None), "giá trị", "không phải số"),
        ((TC5, "tai-nan", "nhiều", None, None), "giá trị", "«nhiều» không phải số"),
        ((TC5, "tai-nan", 1.5, None, None), "giá trị", "phải là số nguyên"),
        ((TC5, "tai-nan", "1.234", None, None), "giá trị", "có thể hiểu hai cách"),
        ((TC5, "tai-nan", 2, 100, None), "tổng số", "không có tổng số"),
        ((TC5, "tai-nan", "4/5", None, None), "giá trị", "không ghi tỷ lệ"),
        ((TC5, "tai-nan", "9" * 39, None, None), "giá trị", "số lớn quá mức"),
        ((TC7, "tiem-chung", 0, 0, None), "giá trị", "mẫu số 0"),
        ((TC7, "tiem-chung", "có", 50, None), "giá trị", "không phải số"),
        ((TC5, "tai-nan", "=1+1", None, None), "giá trị", "là công thức"),
        ((TC5, "tai-nan", 2, None, "=A1"), "ghi chú", "là công thức"),
        ((TC5, "tai-nan", 2, None, "x" * 10_001), "ghi chú", "tối đa 10000"),
        ((TC5, "tai-nam", 2, None, None), "mã chỉ tiêu", "không có chỉ tiêu này"),
        (("tc01.vhxh", "tai-nan", 2, None, None), "mã việc", "không phải việc cần số liệu của đơn vị này"),
        (("bc.thon-07", "tai-nan", 2, None, None), "mã việc", "hãy bỏ dòng này"),
    ],
)  # fmt: skip
def test_each_wrong_cell_is_told_with_its_row_its_column_and_what_to_do(
    world: World, row: Sequence[object], column: str, words: str
) -> None:
    read = checked(world, book(GOOD[3], row))
    assert [(one.line, one.column) for one in read.problems] == [(3, column)], read.problems
    assert words in read.problems[0].reason


@pytest.mark.parametrize("typed", [2, "4/5", "-1", "0,5", "có thể"])
def test_only_yes_and_no_answer_a_question_of_yes_or_no(world: World, typed: object) -> None:
    read = checked(world, book(("tc01.vhxh", "co-phan-cong", typed, None, None)), "vhxh")
    assert [(one.line, one.column) for one in read.problems] == [(2, "giá trị")], read.said


CELL = st.one_of(
    st.none(),
    st.sampled_from(["có", "Không", "1/2", "3", "97,5", "1.234", "0", "-1", "%", "=", "05/10/2026", "45 /50", "１２", "1e5", "NaN"]),
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"]), max_size=12),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False),
)  # fmt: skip


EMPTY = (None, None, None)
ROW = st.one_of(
    st.just(EMPTY), st.just(EMPTY), st.just((1, 2, None)), st.just((" 3 ", None, "đã đếm")), st.just(("CÓ", None, None)),
    st.tuples(CELL, st.none(), st.none()), st.tuples(CELL, CELL, CELL),
)  # fmt: skip


@settings(max_examples=200, suppress_health_check=list(HealthCheck))
@given(cells=st.lists(ROW, min_size=5, max_size=5), unit=st.sampled_from(["tram-y-te", "vhxh"]))
def test_whatever_the_cells_hold_each_is_told_or_taken_and_comes_back_unchanged(
    standing: dict[str, dict[str, Form]], cells: list[tuple[object, object, object]], unit: str
) -> None:
    mine = standing[unit]
    keys = [(form.key, one.key) for form in mine.values() for one in form.criterion.indicators]
    raw = book(*[(*key, *row) for key, row in zip(keys, cells, strict=False)])
    rows = spreadsheet.read_table(raw, "x.xlsx", spreadsheet.FIGURES)
    read = check_figures(rows, "x.xlsx", PLAN, mine)
    assert all(2 <= one.line <= 6 and one.column and one.reason for one in read.problems)
    if read.problems:
        return
    filled = {line.form.key: line.filled.typed for line in preview_figures(mine, read.said).changed}
    after = {key: replace(form, typed=filled.get(key, form.typed)) for key, form in mine.items()}
    again = spreadsheet.read_table(figures_file(PLAN, after.values()), "x.xlsx", spreadsheet.FIGURES)
    back = check_figures(again, "x.xlsx", PLAN, after)
    assert back.problems == ()
    assert preview_figures(after, back.said).changed == ()


@pytest.fixture
def standing(world: World) -> dict[str, dict[str, Form]]:
    return {key: forms(world, key) for key in ("tram-y-te", "vhxh")}


def test_a_day_that_excel_made_of_a_share_is_told_as_such(world: World) -> None:
    made = load_workbook(io.BytesIO(book((TC7, "tiem-chung", None, None, None))))
    sheet = made.worksheets[0]
    sheet["D2"] = datetime(2026, 10, 5)  # noqa: DTZ001
    stream = io.BytesIO()
    made.save(stream)
    problem = checked(world, stream.getvalue()).problems[0]
    assert (problem.line, problem.column) == (2, "giá trị")
    assert "Excel đã đổi ô này thành ngày 05/10/2026" in problem.reason


def test_a_share_typed_into_one_cell_and_other_spellings_are_understood(world: World) -> None:
    seen, _ = look(world, book((TC7, "tiem-chung", "96 / 100", None, "ghi chú\r\nhai dòng")))
    assert seen.lines[0].filled.typed == {
        "tu.tiem-chung": "96", "mau.tiem-chung": "100", "ghi_chu": "ghi chú\nhai dòng",
    }  # fmt: skip
    read = checked(world, book(("tc01.vhxh", "co-phan-cong", "Có", None, None)), "vhxh")
    assert (read.problems, read.said) == ((), {"tc01.vhxh": {"so.co-phan-cong": "có"}})


def test_a_row_that_stands_twice_is_told_and_so_is_another_plans(world: World) -> None:
    read = checked(world, book(GOOD[0], GOOD[0]))
    assert told(read.problems) == [(3, "mã chỉ tiêu", "lặp lại dòng 2; hãy giữ một dòng")]
    other = checked(world, book(*GOOD, plan="hoang-dong-2023"))
    assert [one.column for one in other.problems] == ["kế hoạch"] * 4
    assert "tải lại bảng" in other.problems[0].reason
    assert other.said == {}


def test_notes_of_a_tasks_rows_become_one_note(world: World) -> None:
    seen, _ = look(
        world, book((TC8, "nhe-can", 5, 210, "cân tháng 10"), (TC8, "thap-coi", 12, 210, "đo tháng 10"))
    )
    assert seen.lines[0].filled.note == "cân tháng 10\nđo tháng 10"


def test_odd_figures_and_a_childs_name_are_shown_before_anybody_agrees(world: World) -> None:
    raw = book((TC7, "tiem-chung", 0, 25, "cháu Nguyễn Văn A chưa tiêm"))
    seen, _ = look(world, raw)
    child, odd = seen.lines[0].doubts
    assert "một em cụ thể" in child
    assert "0 trên 25" in odd


def test_a_wrong_heading_is_one_sentence_and_the_telling_columns_may_be_missing(world: World) -> None:
    with pytest.raises(Refusal, match="hàng tiêu đề: thiếu cột «giá trị»"):
        checked(world, "tổng số;kế hoạch;mã việc;mã chỉ tiêu\n1;2;3;4".encode())
    read = checked(world, f"giá trị;tổng số;kế hoạch;mã việc;mã chỉ tiêu\n2;;{PLAN};{TC5};tai-nan\n".encode())
    assert (read.problems, read.said) == ((), {TC5: {"so.tai-nan": "2"}})


def test_a_failure_at_the_last_report_leaves_none_handed_in(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, read = look(world, book(*GOOD))
    real, calls = drafting.close_draft, [0]

    def third_fails(session: Any, task_id: int) -> None:
        calls[0] += 1
        if calls[0] == 3:
            raise Refusal("đĩa đầy")
        real(session, task_id)

    monkeypatch.setattr("tasks.reporting.close_draft", third_fails)
    with pytest.raises(Refusal):
        apply(world, seen.seal, read.said, hand_in=True)
    assert (reported(world), drafts(world)) == ([], {})
