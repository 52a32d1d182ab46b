"""«Tạo từ văn bản» for a plan that is there: what was given out stays, and a proposal says all that it would change."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import html
from sqlalchemy import select, update
from sqlmodel import col
from typed_form import ACTION, TypedForm
from web_world import WebWorld

from benchmarks.reading import FOLDER
from db.store import Store
from db.tables import PlanProposal, Task
from tasks.clock import ManualClock
from tasks.generation import CHOSEN_BY_COMMUNE

DOCUMENT = (FOLDER / "hoang-dong-2024.txt").read_bytes()


@pytest.fixture
def web(store: Store, clock: ManualClock) -> WebWorld:
    return WebWorld.build(store, clock)


def opened(web: WebWorld, raw: bytes = DOCUMENT, name: str = "ke-hoach.txt") -> TypedForm:
    return TypedForm.opened(web.signed_in("coordinator"), name, raw)


def taken_of(form: TypedForm) -> dict[str, list[dict[str, object]]]:
    return tomllib.loads(form.press("tai").page)


def test_the_signed_document_of_the_plan_that_is_there_gives_nothing_out_again(web: WebWorld) -> None:
    form = opened(web)
    taken = taken_of(form)
    known = tomllib.loads(Path("plans/hoang-dong-2024.toml").read_text(encoding="utf-8"))
    assert {one["key"] for one in taken["duty"]} == {one["key"] for one in known["duty"]}
    assert {one["key"]: {"basis": "plan"} | one for one in taken["duty"]} == {
        one["key"]: {"basis": "plan"} | one for one in known["duty"]
    }
    assert {one["key"]: one["name"] for one in taken["unit"]} == {
        one["key"]: one["name"] for one in known["unit"]
    }
    assert taken["title"] == known["title"]
    shown = form.press("luu")
    assert "không khác kế hoạch đang có" in shown.text, shown.text


def test_a_corrected_deadline_and_name_are_all_that_the_revision_changes(web: WebWorld) -> None:
    form = opened(web)
    station = form.row("Trạm Y tế")
    shown = form.press(
        "luu",
        **{f"{station}.name": "Trung tâm Y tế khu vực", "report_on": "15/11/2024", "report_wording": ""},
    )
    assert "/ke-hoach/de-nghi/" in shown.answer.url.path, shown.text
    for section in ("Việc mới", "Rút (", "Đổi lời văn", "Giao lại"):
        assert section not in shown.text
    before = web.world.do(lambda s: sorted(s.execute(select(Task.key)).scalars()))
    proposal = web.world.do(lambda s: s.execute(select(PlanProposal)).scalar_one())
    seal = shown.fields["da_xem"]
    shown.client.post(
        f"/ke-hoach/de-nghi/{proposal.id}",
        data=shown.fields | {"viec": "duyet", "da_xem": seal},
    )
    assert web.world.do(lambda s: sorted(s.execute(select(Task.key)).scalars())) == before
    dates = web.world.do(
        lambda s: s.execute(select(Task.last_valid_on).where(col(Task.kind) == "report")).scalars().all()
    )
    assert {str(one) for one in dates} == {"2024-11-14"}


def test_a_duty_that_only_resembles_one_given_out_is_asked_about_and_a_choice_keeps_its_key(
    web: WebWorld,
) -> None:
    form = opened(web)
    police = form.row("Công an xã")
    loose = form.press(
        "kiem",
        **{f"{police}.duties.0.known": "", f"{police}.duties.0.text": "Phối hợp phòng, chống xâm hại, bạo lực trẻ em trong trường học và ngoài cộng đồng"},
    )  # fmt: skip
    assert "Việc này giống việc đã có «Phòng, chống xâm hại, bạo lực trẻ em»" in loose.text
    assert "không có trong bản này: lưu và duyệt thì việc đó bị rút" in loose.text
    chosen = loose.press("kiem", **{f"{police}.duties.0.known": "cong-an-phong-ngua"})
    assert "Việc này giống việc đã có" not in chosen.text
    assert "bị rút" not in chosen.text
    (duty,) = [one for one in taken_of(chosen)["duty"] if one["unit"] == "cong-an"]
    assert duty["key"] == "cong-an-phong-ngua"
    assert str(duty["wording"]).endswith("ngoài cộng đồng")


def test_a_day_that_the_commune_chose_is_never_said_to_stand_in_the_plan(web: WebWorld) -> None:
    words = CHOSEN_BY_COMMUNE.format(wording="trước ngày 10/11/2024")
    web.world.do(
        lambda s: s.execute(update(Task).where(col(Task.key) == "bc.thon-07").values(due_wording=words))
    )
    text = web.signed_in("unit").get(f"/viec/{web.task('bc.thon-07')}").text
    assert "Kế hoạch ghi «" not in text
    assert "Xã đặt hạn «trước ngày 10/11/2024», kế hoạch không ghi hạn riêng cho việc này" in text


def test_a_criterions_own_date_stands_in_the_form_at_that_criterion(web: WebWorld) -> None:
    form = opened(web, (FOLDER / "tam-son.docx").read_bytes(), "tam-son.docx")
    station = form.row("Trạm Y tế")
    assert form.fields[f"{station}.dues.7.due_on"] == "15/10/2024"
    assert "Hạn riêng của tiêu chí 7" in form.text
    assert form.dangling() == set()


def test_a_criterion_without_a_date_is_given_its_own_by_a_button(web: WebWorld) -> None:
    form = opened(web)
    station = form.row("Trạm Y tế")
    assert form.fields[f"{station}.lead"] == "5, 7, 8, 9"
    assert offered(form, station) == ["5", "7", "8", "9"]
    form = form.press(f"them.{station}.dues.7", **{f"{station}.lead": "5, 7, 8"})
    form = form.press(f"them.{station}.dues.5", **{f"{station}.dues.7.due_on": "31/9/2024"})
    assert offered(form, station) == ["8"] and form.dangling() == set()
    assert form.fields[f"{station}.dues.7.due_on"] == "31/9/2024"
    order = [path for path in form.fields if ".dues." in path and path.endswith("due_on")]
    assert order == [f"{station}.dues.5.due_on", f"{station}.dues.7.due_on"]
    wrong = form.press("kiem")
    assert "không có trong lịch" in wrong.problem(f"{station}.dues.7.due_on")
    day = {f"{station}.dues.7.due_on": "15/10/2024", f"{station}.dues.7.due_kind": "before"}
    taken = wrong.press("tai", **day)
    plan = tomllib.loads(taken.page)
    own = {one["no"]: one.get("deadline") for one in plan["criterion"] if one["unit"] == "tram-y-te"}
    due = {one["key"]: one.get("before") for one in plan["deadline"]}
    assert due[own[7]] == "15/10/2024" and own[5] == own[8] != own[7]
    assert offered(form.press(f"bo.{station}.dues.7"), station) == ["7", "8"]


@pytest.mark.parametrize("deed", ["dues.6", "dues.07", "dues.x", "dues.7.1", "dues"])
def test_only_a_criterion_that_the_unit_has_is_given_a_date(web: WebWorld, deed: str) -> None:
    form = opened(web)
    station = form.row("Trạm Y tế")
    pressed = form.press(f"them.{station}.{deed}")
    assert pressed.answer.status_code == 200
    assert not [path for path in pressed.fields if f"{station}.dues." in path]


def offered(form: TypedForm, row: str) -> list[str]:
    """The criteria of a row that a button gives a date of their own."""
    values = [str(one.get("value")) for one in html.fromstring(form.page).xpath("//button[@name='viec']")]
    start = f"them.{row}.dues."
    return [one.removeprefix(start) for one in values if one.startswith(start)]


ANOTHER = DOCUMENT.replace("Hoàng Đồng".encode(), "Bình Minh".encode()).replace(
    "HOÀNG ĐỒNG".encode(), "BÌNH MINH".encode()
)


def alert(form: TypedForm) -> str:
    return " ".join(
        " ".join(one.itertext()) for one in html.fromstring(form.page).xpath('//*[@role="alert"]')
    )


def test_another_communes_plan_is_told_loudly_and_wants_a_tick(web: WebWorld) -> None:
    form = opened(web, ANOTHER)
    told = "Đây là kế hoạch của «UBND xã Bình Minh», không phải của «UBND xã Hoàng Đồng»"
    assert told in alert(form)
    shown = form.press("luu")
    assert "/ke-hoach/de-nghi/" in shown.answer.url.path, shown.text
    assert told in alert(shown)
    deciding = {"csrf": shown.fields["csrf"], "da_xem": shown.fields["da_xem"], "viec": "duyet"}
    refused = shown.client.post(shown.answer.url.path, data=deciding)
    assert refused.status_code == 422
    assert "hãy đánh dấu ô xác nhận" in refused.text
    assert shown.client.post(shown.answer.url.path, data=deciding | {"xa_khac": "co"}).url.path == "/ke-hoach"


def test_another_communes_plan_of_a_new_year_wants_a_tick_too(web: WebWorld) -> None:
    looked = opened(web, ANOTHER.replace(b"2024", b"2025")).press("luu")
    assert "Kế hoạch mới" in looked.text
    assert "không phải của «UBND xã Hoàng Đồng»" in alert(looked)
    refused = looked.press("nhap")
    assert refused.answer.status_code == 422
    assert "hãy đánh dấu ô xác nhận" in refused.text
    answer = looked.client.post(ACTION, data=looked.fields | {"viec": "nhap", "xa_khac": "co"})
    assert answer.url.path == "/ke-hoach"


def test_deadlines_that_are_past_are_told_before_anything_is_given_out(web: WebWorld) -> None:
    web.world.clock.set(web.world.clock.now() + timedelta(days=300))
    form = opened(web)
    assert "Thời hạn 09/11/2024 đã qua" in alert(form)
    shown = form.press("luu", report_on="01/12/2024", report_kind="by", report_wording="")
    assert "Thời hạn 01/12/2024 đã qua" in alert(shown)


def test_the_proposal_goes_by_the_name_of_the_file_that_was_read(web: WebWorld) -> None:
    shown = opened(web, name="ke hoach sua lan 2.txt").press("luu", number="76/KH-UBND")
    assert "ke hoach sua lan 2.toml" in shown.text


def test_a_report_day_changed_alone_changes_its_words(web: WebWorld) -> None:
    form = opened(web).press("kiem", report_on="15/11/2024")
    assert form.answer.status_code == 200, form.text
    assert form.fields["report_wording"] == "trước ngày 15/11/2024"
    again = form.press("kiem", report_on="20/11/2024", report_kind="by")
    assert again.fields["report_wording"] == "chậm nhất ngày 20/11/2024"
    typed = again.press("kiem", report_on="21/11/2024", report_wording="chậm nhất ngày 19/11/2024")
    assert "Lời văn không khớp" in typed.problem("report_wording")
    assert typed.fields["report_wording"] == "chậm nhất ngày 19/11/2024"


def test_a_table_of_the_document_keeps_its_columns_with_empty_cells(web: WebWorld) -> None:
    form = opened(web, (FOLDER / "tam-son.docx").read_bytes(), "tam-son.docx")
    tables = html.fromstring(form.page).xpath('//table[contains(@class, "cells")]')
    rows = [[" ".join(cell.text_content().split()) for cell in row.xpath(".//td")] for row in tables[1].xpath(".//tr")]  # fmt: skip
    assert {len(row) for row in rows} == {5}
    sixth = next(row for row in rows if row[0].startswith("5"))
    assert sixth[3] == ""
    assert "Trước ngày 20/10/2024" in sixth[4]
