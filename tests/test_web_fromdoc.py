"""«Tạo từ văn bản»: a signed document becomes a plan or a proposal, corrected on the way, without any script."""

from __future__ import annotations

import io
import sqlite3
import tomllib
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from read_once import RememberingDesk
from sqlalchemy import func, select
from sqlmodel import col
from typed_form import ACTION, TypedForm
from web_world import PEOPLE, WebWorld, csrf

from benchmarks.reading import FOLDER, expected_of
from db.store import Store
from db.tables import Plan, PlanProposal, Task, Unit
from documents.plan_file import MARK
from tasks.clock import ManualClock
from tasks.planfile import read_plan
from tasks.ruleset import find_rule_set
from web.fromdoc import taking

DOCUMENT = FOLDER / "hoang-dong-2024.txt"
NEXT_YEAR = DOCUMENT.read_bytes().replace(b"2024", b"2025")
UPLOAD = "/ke-hoach/tu-van-ban"


@pytest.fixture(autouse=True)
def desk(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages' desk, which need not read the same document for each of their tests."""
    monkeypatch.setattr(taking, "DESK", RememberingDesk())


@pytest.fixture
def web(store: Store, clock: ManualClock) -> WebWorld:
    return WebWorld.build(store, clock)


def opened(web: WebWorld, raw: bytes = NEXT_YEAR, name: str = "ke-hoach.txt") -> TypedForm:
    return TypedForm.opened(web.signed_in("coordinator"), name, raw)


def counted(web: WebWorld) -> dict[str, int]:
    tables = (Plan, PlanProposal, Task, Unit)
    return {
        one.__name__: web.world.do(lambda s, one=one: s.scalar(select(func.count(col(one.id)))))
        for one in tables
    }


@pytest.mark.parametrize("document", expected_of(), ids=lambda path: path.name)
def test_every_fixture_plan_is_shown_with_links_that_all_lead_somewhere(
    web: WebWorld, document: Path
) -> None:
    form = opened(web, document.read_bytes(), document.name)
    assert form.answer.status_code == 200
    assert form.dangling() == set()
    assert form.page.count("<mark ") > 15
    assert form.page.count("<mark ") == form.page.count("</mark>")


def test_what_was_read_stands_in_the_fields_with_its_place_in_the_document(web: WebWorld) -> None:
    form = opened(web, DOCUMENT.read_bytes())
    fields = form.fields
    assert fields["number"] == "75/KH-UBND"
    assert (fields["issued_on"], fields["year"], fields["issuer"]) == (
        "16/04/2024",
        "2024",
        "UBND xã Hoàng Đồng",
    )
    assert (fields["report_on"], fields["report_kind"]) == ("10/11/2024", "before")
    station = form.row("Trạm Y tế")
    assert fields[f"{station}.lead"] == "5, 7, 8, 9"
    assert fields["receiver"] == form.row("Công chức Văn hóa - Xã hội").removeprefix("units.")
    assert "khối phố" in form.text
    assert "Đáng ngờ" in form.text


def test_reading_and_correcting_write_nothing(web: WebWorld) -> None:
    client = web.signed_in("coordinator")
    before = web.dump()
    form = (
        TypedForm.opened(client, "ke-hoach.txt", NEXT_YEAR)
        .press("them.units")
        .press("bo.bases.0")
        .press("kiem")
    )
    assert form.press("tai").answer.status_code == 200
    assert form.press("luu").answer.status_code == 422
    assert web.dump() == before


def test_a_document_of_a_new_year_becomes_a_new_plan_after_a_second_look(web: WebWorld) -> None:
    form = opened(web)
    assert "Đây sẽ là kế hoạch mới" in form.text
    looked = form.press("luu")
    assert looked.answer.status_code == 200
    assert "Kế hoạch mới số 75/KH-UBND" in looked.text
    assert "Chưa ghi gì" in looked.text
    assert counted(web)["Plan"] == 1
    done = looked.press("nhap")
    assert done.answer.url.path == "/ke-hoach"
    assert "Đã nhập kế hoạch" in done.text
    assert counted(web)["Plan"] == 2
    plan = web.world.do(lambda s: s.execute(select(Plan).where(col(Plan.year) == 2025)).scalar_one())
    assert plan.key == "hoang-dong-2025"
    assert sorted({one["no"] for one in plan.source["criterion"]}) == list(range(1, 14))


def test_units_that_the_commune_knows_keep_their_keys_and_so_their_contacts(web: WebWorld) -> None:
    before = counted(web)["Unit"]
    opened(web).press("luu").press("nhap")
    assert counted(web)["Unit"] == before
    plan = web.world.do(lambda s: s.execute(select(Plan).where(col(Plan.year) == 2025)).scalar_one())
    assert plan.source["receiver"] == "vhxh"
    assert {"thon", "tram-y-te", "mn-hoa-hong"} <= {one["key"] for one in plan.source["unit"]}


def test_a_corrected_unit_and_deadline_are_all_that_the_proposal_says(web: WebWorld) -> None:
    opened(web).press("luu").press("nhap")
    again = opened(web)
    assert "nên lưu sẽ thành bản sửa" in again.text
    station = again.row("Trạm Y tế")
    corrected = {
        f"{station}.name": "Trung tâm Y tế khu vực",
        "report_on": "15/11/2025",
        "report_wording": "trước ngày 15/11/2025",
    }
    shown = again.press("luu", **corrected)
    assert "/ke-hoach/de-nghi/" in shown.answer.url.path
    assert "tram-y-te" not in shown.text
    assert "tên của Trạm Y tế" in shown.text
    assert "Trung tâm Y tế khu vực" in shown.text
    titles = [one for one in ("Việc mới", "Rút (", "Đổi lời văn", "Giao lại") if one in shown.text]
    assert titles == []
    tasks = web.world.do(
        lambda s: s.scalar(
            select(func.count(col(Task.id)))
            .join(Plan, col(Plan.id) == col(Task.plan_id))
            .where(col(Plan.year) == 2025, col(Task.last_valid_on).is_not(None))
        )
    )
    assert f"Đổi hạn hoặc chuyển đơn vị ({tasks})" in shown.text
    assert "lời văn của hạn báo cáo" in shown.text
    assert "Thay đổi chung (3)" in shown.text


def test_against_a_plan_written_by_hand_its_own_wordings_stay(web: WebWorld) -> None:
    shown = opened(web, DOCUMENT.read_bytes()).press("luu", number="76/KH-UBND")
    assert "/ke-hoach/de-nghi/" in shown.answer.url.path
    assert "Đổi lời văn" not in shown.text, shown.text
    assert "Thay đổi chung (1)" in shown.text


def test_the_same_document_again_is_no_change_and_nothing_is_lost(web: WebWorld) -> None:
    opened(web).press("luu").press("nhap")
    again = opened(web).press("luu")
    assert again.answer.status_code == 422
    assert "không khác kế hoạch đang có" in again.text
    assert again.fields["number"] == "75/KH-UBND"


def test_two_who_import_the_same_new_plan_do_not_overwrite_each_other(web: WebWorld) -> None:
    first, second = opened(web).press("luu"), opened(web).press("luu")
    first.press("nhap")
    late = second.press("nhap")
    assert late.answer.status_code == 409
    assert "xã đã có kế hoạch mới hơn, là kế hoạch năm 2025" in late.text
    assert counted(web)["Plan"] == 2
    assert "nên lưu sẽ thành bản sửa" in late.text


@pytest.mark.parametrize("deed", ["luu", "kiem", "them.units"])
def test_a_page_from_before_a_newer_plan_is_told_so_once_and_keeps_what_was_typed(
    web: WebWorld, deed: str
) -> None:
    form = opened(web, DOCUMENT.read_bytes())
    opened(web).press("luu").press("nhap")
    before = counted(web)
    told = form.press(deed, number="76/KH-UBND", title="Tên tôi vừa gõ")
    assert told.answer.status_code == 409
    assert "Chưa ghi gì: từ lúc mở trang này, xã đã có kế hoạch mới hơn, là kế hoạch năm 2025." in told.text
    assert (told.fields["number"], told.fields["title"]) == ("76/KH-UBND", "Tên tôi vừa gõ")
    assert "có thể lưu" not in told.text
    assert counted(web) == before
    again = told.press("kiem")
    assert "mới hơn" not in again.text and again.fields["title"] == "Tên tôi vừa gõ"
    assert (
        "/ke-hoach/de-nghi/"
        in opened(web, DOCUMENT.read_bytes()).press("luu", number="76/KH").answer.url.path
    )


def test_rows_are_added_and_removed_and_what_was_typed_stays(web: WebWorld) -> None:
    form = opened(web)
    title = 'Kế hoạch <b>đang sửa</b> & "dở" năm 2025'
    form = form.press("them.units", title=title)
    new = next(
        path.removesuffix(".name") for path in form.fields if path.endswith(".name") and not form.fields[path]
    )
    form = form.press(f"them.{new}.duties", **{f"{new}.name": "Thư viện xã", f"{new}.kind": "office"})
    form = form.press(
        "kiem",
        **{
            f"{new}.duties.0.text": "Mở cửa thư viện mùa hè",
            f"{new}.duties.0.due_on": "30/6/2025",
            f"{new}.coop": "12-13",
        },
    )
    assert form.answer.status_code == 200, form.text
    assert form.fields["title"] == title
    taken = tomllib.loads(form.press("tai").page)
    unit = next(one for one in taken["unit"] if one["name"] == "Thư viện xã")
    duty = next(one for one in taken["duty"] if one["unit"] == unit["key"])
    deadline = next(one for one in taken["deadline"] if one["key"] == duty["deadline"])
    assert (duty["wording"], deadline["by"]) == ("Mở cửa thư viện mùa hè", "30/6/2025")
    assert [one["no"] for one in taken["criterion"] if one["unit"] == unit["key"]] == [12, 13]
    gone = form.press(f"bo.{new}")
    assert f"{new}.name" not in gone.fields
    assert gone.fields["title"] == title


def test_villages_may_be_named_one_by_one(web: WebWorld) -> None:
    form = opened(web)
    villages = next(path.removesuffix(".kind") for path, value in form.fields.items() if value == "village")
    names = "\n".join(f"Thôn Ví Dụ {no}" for no in range(1, 17))
    wrong = form.press("kiem", **{f"{villages}.members": names, f"{villages}.count": "15"})
    assert wrong.problem(f"{villages}.count") == "Ghi 15 đơn vị nhưng kể tên 16; hãy sửa số hoặc bổ sung tên."
    right = wrong.press("kiem", **{f"{villages}.count": "16"})
    assert right.answer.status_code == 200
    named = [
        one["name"] for one in tomllib.loads(right.press("tai").page)["unit"] if one["kind"] == "village"
    ]
    assert named == names.split("\n")


@pytest.mark.parametrize(
    ("path", "typed", "sentence"),
    [
        ("issued_on", "31/2/2025", "tháng 2 chỉ có 28 ngày"),
        ("issued_on", "", "Xin điền mục này"),
        ("year", "hai nghìn", "phải là số nguyên"),
        ("number", "", "Xin điền mục này"),
        ("issuer", "", "Xin điền mục này"),
        ("report_on", "10/11/2019", "sớm hơn ngày ban hành"),
        ("bases.0.issued_on", "hôm qua", "không đọc được ngày"),
        ("units.2.lead", "năm", "Chỉ ghi số của tiêu chí"),
        ("units.2.lead", "5, 14", "Không có tiêu chí 14; chỉ có từ 1 đến 13"),
        ("units.2.coop", "5", "Tiêu chí 5 đã ghi ở ô chủ trì"),
        ("units.2.count", "0", "Số đơn vị là số từ 1 đến 99"),
        ("units.2.name", "", "Xin điền mục này"),
    ],
)
def test_a_problem_stands_beside_its_field_with_the_text_as_it_was_typed(
    web: WebWorld, path: str, typed: str, sentence: str
) -> None:
    first = opened(web)
    also = {"report_wording": ""} if path == "report_on" else {}
    form = first.press("luu", **{path: typed}, **also)
    assert form.answer.status_code == 422
    assert sentence.casefold() in form.problem(path).casefold(), (form.problem(path), form.text[:900])
    assert form.fields[path] == typed
    assert f'href="#f-{path}"' in form.page
    assert counted(web)["Plan"] == 1


def test_words_of_a_deadline_that_name_another_day_are_told(web: WebWorld) -> None:
    form = opened(web).press("kiem", report_on="15/11/2025", report_wording="trước ngày 14/11/2025")
    assert "Lời văn không khớp với ngày 15/11/2025" in form.problem("report_wording")
    assert form.press("kiem", report_wording="").answer.status_code == 200


def test_what_was_not_read_is_named_and_stays_empty(web: WebWorld) -> None:
    form = opened(web, (FOLDER / "ngoc-linh.docx").read_bytes(), "ngoc-linh.docx")
    assert form.fields["number"] == ""
    assert "số của kế hoạch còn để trống" in form.text
    assert "máy không thấy trong văn bản" in form.problem("number")
    assert MARK in form.press("tai").page


def test_the_plan_file_is_taken_along_as_it_stands(web: WebWorld) -> None:
    taken = opened(web).press("tai", number="76/KH-UBND").answer
    assert taken.headers["content-disposition"] == 'attachment; filename="ke-hoach-2025.toml"'
    plan, _ = read_plan(taken.text, "ke-hoach-2025.toml", lambda plan: find_rule_set(plan.rule_set))
    assert plan.number == "76/KH-UBND"


def bomb() -> bytes:
    """A Word file of a few kilobytes that unpacks to fifty megabytes."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<w>" + b" " * 50_000_000 + b"</w>")
    return raw.getvalue()


HOSTILE = {
    "bom.docx": (bomb(), "bom nén"),
    "anh.png": (b"\x89PNG\r\n\x1a\n" + b"0" * 400, "đây là ảnh"),
    "trong.txt": (b"  \n", "không có nội dung"),
    "bang.docx": (b"PK\x03\x04" + b"\0" * 60, "bị hỏng"),
    "hong.pdf": (b"%PDF-1.7\n" + b"x" * 2_000, "PDF"),
    "thu.txt": ("Kính gửi đồng chí, hôm nay trời đẹp.".encode(), "không phải kế hoạch"),
    "chuong-trinh.exe": (b"MZ" + b"\0" * 500, "không nhận ra loại tệp"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_one_sentence_beside_the_field(web: WebWorld, name: str) -> None:
    raw, sentence = HOSTILE[name]
    form = opened(web, raw, name)
    assert form.answer.status_code == 422
    assert sentence in form.problem("tep")
    assert len(form.problem("tep").splitlines()) == 1
    assert 'aria-describedby="tep-sai"' in form.page


def test_a_file_name_with_markup_is_shown_as_text(web: WebWorld) -> None:
    form = opened(web, NEXT_YEAR, "<script>alert(1)<script>.txt")
    assert "<script>alert" not in form.page


def test_no_file_and_a_file_that_is_too_large_are_told(web: WebWorld) -> None:
    client = web.signed_in("coordinator")
    token = csrf(client.get(UPLOAD).text)
    nothing = client.post(UPLOAD, data={"csrf": token})
    assert (nothing.status_code, "Hãy chọn tệp" in nothing.text) == (422, True)
    large = client.post(UPLOAD, data={"csrf": token}, files={"tep": ("lon.txt", b"x" * 12_000_000)})
    assert (large.status_code, "lớn quá" in large.text) == (413, True)


@pytest.mark.parametrize("role", [role for role in PEOPLE if role != "coordinator"])
def test_others_may_neither_look_nor_write(web: WebWorld, role: str) -> None:
    client = web.signed_in(role)
    assert client.get(UPLOAD).status_code == 403
    for address in (UPLOAD, ACTION):
        assert client.post(address, data={"viec": "luu"}).status_code == 403
    assert "/ke-hoach/tu-van-ban" not in client.get("/ke-hoach").text


def test_a_form_from_elsewhere_is_refused(web: WebWorld) -> None:
    form = opened(web)
    for address in (UPLOAD, ACTION):
        answer = form.client.post(address, data=form.fields | {"csrf": "0" * 64, "viec": "luu"})
        assert answer.status_code == 403
    assert counted(web) == {
        "Plan": 1,
        "PlanProposal": 0,
        "Task": counted(web)["Task"],
        "Unit": counted(web)["Unit"],
    }


@pytest.mark.parametrize("carried", ["", "x", "a.b", "đổi"])
def test_a_document_that_was_not_packed_here_is_asked_for_again(web: WebWorld, carried: str) -> None:
    form = opened(web).press("luu", van_ban=carried)
    assert form.answer.status_code == 422
    assert "Hãy chọn lại tệp" in form.problem("tep")


@pytest.mark.parametrize(
    "field",
    [
        "units.99999.name",
        "units.-1.name",
        "bases.x.number",
        "units.2.origin",
        "units.2.duties.٣.text",
        "la",
        "units.7",
    ],
)
def test_fields_that_the_form_does_not_have_do_no_harm(web: WebWorld, field: str) -> None:
    form = opened(web)
    answer = form.client.post(ACTION, data=form.fields | {field: "9" * 5_000, "viec": "kiem"})
    assert answer.status_code in {200, 422}


def test_deeds_that_there_are_not_only_show_the_page_again(web: WebWorld) -> None:
    for deed in (
        "",
        "them",
        "bo",
        "them.units.x",
        "bo.units",
        "them.bases.1.2",
        "xoa.units",
        "them.units.3.duties.4",
    ):
        assert opened(web).press(deed).answer.status_code == 200


def test_rows_end_where_the_form_would_grow_beyond_what_is_taken(web: WebWorld) -> None:
    form = opened(web)
    rows = {f"units.{no}.name": f"Đơn vị {no}" for no in range(100, 260)}
    answer = TypedForm(
        form.client, form.client.post(ACTION, data=form.fields | rows | {"viec": "them.units"})
    )
    assert sum(path.endswith(".name") for path in answer.fields) == 160 + sum(
        p.endswith(".name") for p in form.fields
    )


def test_the_pages_are_reached_from_the_plan_and_from_where_there_is_none(web: WebWorld) -> None:
    client = web.signed_in("coordinator")
    assert 'href="/ke-hoach/tu-van-ban"' in client.get("/ke-hoach").text
    emptied(web)
    none = client.get("/ke-hoach")
    assert (none.status_code, 'href="/ke-hoach/tu-van-ban"' in none.text) == (404, True)
    assert "/ke-hoach/tu-van-ban" not in web.signed_in("leadership").get("/ke-hoach").text
    done = TypedForm.opened(client, "ke-hoach.txt", DOCUMENT.read_bytes()).press("luu").press("nhap")
    assert done.answer.url.path == "/ke-hoach"
    assert "Kế hoạch số 75/KH-UBND" in client.get("/ke-hoach").text


def emptied(web: WebWorld) -> None:
    """The commune with its people, as it is before its first plan."""
    with closing(sqlite3.connect(web.site.store.url.removeprefix("sqlite:///"))) as connection:
        tables = ("task", "plan")
        for table in tables:
            connection.execute(f"DELETE FROM {table}")
        connection.commit()


def test_correcting_asks_the_database_little(web: WebWorld) -> None:
    form = opened(web)
    with web.counted() as statements:
        form.press("kiem")
    assert len(statements) <= 8, statements


def test_a_program_reads_a_document_as_the_command_does(web: WebWorld) -> None:
    from documents.as_json import findings_as_json  # noqa: PLC0415
    from documents.reading import read_plan_document  # noqa: PLC0415
    from documents.sources import read_file  # noqa: PLC0415

    names = {one.no: one.name for one in find_rule_set("decision-06").criteria}
    program = web.program("coordinator", "stage")
    for document in expected_of():
        answer = program.post("plan/documents", files={"file": (document.name, document.read_bytes())})
        assert answer.status_code == 200, answer.text
        assert answer.json() == findings_as_json(read_plan_document(read_file(document), names))
    refused = program.post("plan/documents", files={"file": ("anh.png", HOSTILE["anh.png"][0])})
    assert (refused.status_code, "đây là ảnh" in refused.json()["detail"]) == (422, True)


def test_a_file_name_with_a_zero_byte_is_read_like_any_other(web: WebWorld) -> None:
    client = web.signed_in("coordinator")
    parts = (b'name="csrf"\r\n\r\n' + csrf(client.get(UPLOAD).text).encode(), b'name="tep"; filename="ke\0.txt"\r\n\r\n' + NEXT_YEAR)  # fmt: skip
    raw = (
        b"".join(b"--xx\r\nContent-Disposition: form-data; " + one + b"\r\n" for one in parts) + b"--xx--\r\n"
    )
    head = {"Content-Type": "multipart/form-data; boundary=xx"}
    assert client.post(UPLOAD, content=raw, headers=head).status_code == 200


@pytest.mark.parametrize("deed", ["kiem", "luu", "nhap", "tai"])
def test_far_too_many_tasks_are_told_and_all_that_was_typed_stays(web: WebWorld, deed: str) -> None:
    form = opened(web)
    row = form.row("Trạm Y tế")
    told = form.press(deed, **{f"{row}.count": "99", f"{row}.lead": "1-99", f"{row}.coop": "1-99"})
    assert told.answer.status_code == 422
    assert "quá nhiều so với một kế hoạch" in told.text
    assert told.fields[f"{row}.lead"] == "1-99"
