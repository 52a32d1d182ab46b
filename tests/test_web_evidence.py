"""Evidence and drafts: what proves a report is kept whole, checked by content, and never lost or half-written."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlalchemy import select
from sqlmodel import col
from starlette.testclient import TestClient
from web_world import WebWorld, csrf

from db.store import Store
from db.tables import Evidence, Report, ReportDraft, Task
from tasks.clock import ManualClock
from tasks.current import rules_of

PDF = b"%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


@pytest.fixture
def web(store: Store, clock: ManualClock) -> WebWorld:
    return WebWorld.build(store, clock)


@pytest.fixture
def unit(web: WebWorld) -> TestClient:
    return web.signed_in("unit")


def sent(client: TestClient, number: int, **fields: str) -> dict[str, str]:
    """The report form's own fields with some filled in."""
    page = client.get(f"/viec/{number}").text
    hidden = {
        name: page.partition(f'name="{name}" value="')[2].partition('"')[0]
        for name in ("phien_ban", "ban_nhap")
    }
    return {"csrf": csrf(page), **hidden, **fields}


def rows(web: WebWorld) -> list[Evidence]:
    return list(web.world.do(lambda s: s.execute(select(Evidence)).scalars().all()))


def kept(web: WebWorld) -> list[Path]:
    folder = web.site.evidence_folder
    return sorted(folder.iterdir()) if folder.exists() else []


def workbook() -> bytes:
    made = io.BytesIO()
    Workbook().save(made)
    return made.getvalue()


def with_macro() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
        archive.writestr("word/vbaProject.bin", "macro")
    return made.getvalue()


def test_a_document_is_noted_with_the_report_and_shown_to_the_office(web: WebWorld, unit: TestClient) -> None:
    number = web.task("bc.thon-07")
    form = sent(
        unit, number, ghi_chu="Xong.", mc_ten="Biên bản rà soát", mc_so="12/BB", mc_ngay="03/05/2024", mc_noi_giu="Trưởng thôn",
        mc_cho_de="Tủ số 2",
    )  # fmt: skip
    assert "Đã nộp báo cáo" in unit.post(f"/viec/{number}/bao-cao", data=form).text
    (row,) = rows(web)
    assert row.report_id == web.world.do(lambda s: s.execute(select(col(Report.id))).scalar_one())
    page = web.signed_in("coordinator").get(f"/viec/{number}").text
    assert "Biên bản rà soát số 12/BB ngày 03/05/2024 (giữ tại: Trưởng thôn, Tủ số 2)" in page


@pytest.mark.parametrize(
    ("name", "content", "suffix"),
    [("quyet-dinh.pdf", PDF, ".pdf"), ("ảnh chụp.PNG", PNG, ".png"), ("a.jpg", b"\xff\xd8\xff\xe0" + b"\0" * 9, ".jpg"),
     ("bang.xlsx", workbook(), ".xlsx"), ("that-ra-la-anh.pdf", PNG, ".png")],
)  # fmt: skip
def test_a_file_is_kept_by_its_content_and_comes_back_the_same(
    web: WebWorld, unit: TestClient, name: str, content: bytes, suffix: str
) -> None:
    number = web.task("bc.thon-07")
    answer = unit.post(f"/viec/{number}/nhap", data=sent(unit, number), files={"mc_tep": (name, content)})
    assert "Đã lưu tạm" in answer.text
    (row,) = rows(web)
    assert (row.size, row.file_name.endswith(suffix), [one.name for one in kept(web)]) == (
        len(content), True, [row.sha256],
    )  # fmt: skip
    back = unit.get(f"/viec/{number}/minh-chung/{row.id}")
    assert (back.content, back.headers["content-type"], back.headers["x-content-type-options"]) == (
        content, row.media_type, "nosniff",
    )  # fmt: skip
    assert back.headers["content-disposition"].startswith("attachment")
    assert web.signed_in("operator").get(f"/viec/{number}/minh-chung/{row.id}").status_code == 403


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("virus.pdf", b"MZ\x90\0" + b"\0" * 99, "không thuộc loại nào"),
        ("page.png", b"<html><script>alert(1)</script>", "không thuộc loại nào"),
        ("cu.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "lưu lại thành PDF"),
        ("macro.docx", with_macro(), "có macro"),
        ("nen.docx", b"PK\x03\x04" + b"\0" * 40, "không thuộc loại nào"),
        ("rong.pdf", b"", "Tệp rỗng"),
        ("to.pdf", PDF + b"\0" * (10 * 1024 * 1024), "lớn hơn 10 MB"),
        ("cháu Nguyễn An.pdf", PDF, "một em cụ thể"),
    ],
)
def test_a_file_that_is_not_taken_is_told_beside_its_field_and_leaves_nothing(
    web: WebWorld, unit: TestClient, name: str, content: bytes, said: str
) -> None:
    number = web.task("bc.thon-07")
    form = sent(unit, number, ghi_chu="Giữ nguyên câu này.")
    answer = unit.post(f"/viec/{number}/bao-cao", data=form, files={"mc_tep": (name, content)})
    assert answer.status_code == 422
    assert said in answer.text.partition('id="mc_tep-sai"')[2].partition("</p>")[0]
    assert "Giữ nguyên câu này." in answer.text
    assert (rows(web), kept(web), web.world.task("bc.thon-07").state) == ([], [], "assigned")


def test_more_than_an_upload_may_hold_is_refused_before_it_is_read(web: WebWorld, unit: TestClient) -> None:
    number = web.task("bc.thon-07")
    answer = unit.post(
        f"/viec/{number}/nhap", data=sent(unit, number), files={"mc_tep": ("a.pdf", PDF + b"\0" * 12_000_000)}
    )
    assert (answer.status_code, "lớn quá mức" in answer.text) == (413, True)


def test_a_body_without_a_length_is_cut_off_at_the_limit(web: WebWorld, unit: TestClient) -> None:
    def endless():  # type: ignore[no-untyped-def]
        yield b'--x\r\nContent-Disposition: form-data; name="mc_tep"; filename="a.pdf"\r\n\r\n'
        for _ in range(200):
            yield b"\0" * 100_000

    headers = {"content-type": "multipart/form-data; boundary=x"}
    answer = unit.post(f"/viec/{web.task('bc.thon-07')}/nhap", content=endless(), headers=headers)
    assert (answer.status_code, kept(web)) == (413, [])


def test_the_name_of_a_file_keeps_no_path_and_no_hidden_letters(web: WebWorld, unit: TestClient) -> None:
    number = web.task("bc.thon-07")
    unit.post(
        f"/viec/{number}/nhap",
        data=sent(unit, number),
        files={"mc_tep": ("..\\..\\etc/\u202egpj.exe\u200b.pdf", PDF)},
    )
    assert rows(web)[0].file_name == "gpj.exe.pdf"


def test_a_restricted_criterion_takes_no_file(web: WebWorld) -> None:
    tasks = web.world.do(
        lambda s: s.execute(select(Task).where(col(Task.kind) == "criterion")).scalars().all()
    )
    rules = web.world.do(lambda s: rules_of(s, tasks[0].plan_id))
    task = next(one for one in tasks if rules.criterion(one.criterion_no).restricted_evidence)
    client = web.for_unit(task.unit_id)
    page = client.get(f"/viec/{task.id}").text
    assert 'type="file"' not in page
    assert "chỉ ghi số, ngày và nơi giữ văn bản" in page
    answer = client.post(
        f"/viec/{task.id}/nhap", data=sent(client, task.id), files={"mc_tep": ("a.pdf", PDF)}
    )
    assert (answer.status_code, "không gửi tệp" in answer.text, kept(web)) == (422, True, [])


def test_a_wrong_day_of_a_document_is_told_and_everything_typed_stays(
    web: WebWorld, unit: TestClient
) -> None:
    number = web.task("bc.thon-07")
    form = sent(unit, number, ghi_chu="Đã làm.", mc_ten="Báo cáo tháng", mc_ngay="31/02/2024")
    answer = unit.post(f"/viec/{number}/bao-cao", data=form)
    assert "theo mẫu ngày/tháng/năm" in answer.text.partition('id="mc_ngay-sai"')[2].partition("</p>")[0]
    assert all(words in answer.text for words in ("Đã làm.", 'value="Báo cáo tháng"', 'value="31/02/2024"'))
    assert web.world.task("bc.thon-07").state == "assigned"


def test_evidence_is_taken_back_until_a_report_rests_on_it(web: WebWorld, unit: TestClient) -> None:
    number = web.task("bc.thon-07")
    unit.post(f"/viec/{number}/nhap", data=sent(unit, number, mc_ten="Nhầm"))
    (row,) = rows(web)
    unit.post(f"/viec/{number}/nhap", data=sent(unit, number, bo=str(row.id)))
    assert "Nhầm" not in unit.get(f"/viec/{number}").text
    unit.post(f"/viec/{number}/bao-cao", data=sent(unit, number, ghi_chu="Xong.", mc_ten="Đúng"))
    coordinator = web.signed_in("coordinator")
    page = coordinator.get("/duyet").text
    report = page.partition('name="bao_cao" value="')[2].partition('"')[0]
    coordinator.post(
        f"/duyet/{number}", data={"csrf": csrf(page), "viec": "tra", "ly_do": "Thiếu.", "bao_cao": report}
    )
    answer = unit.post(f"/viec/{number}/nhap", data=sent(unit, number, bo=str(rows(web)[-1].id)))
    assert (answer.status_code, "được giữ lại" in answer.text) == (422, True)


def test_what_is_kept_for_later_is_there_when_the_page_is_opened_again(
    web: WebWorld, unit: TestClient
) -> None:
    number = web.task("bc.thon-07")
    saved = unit.post(f"/viec/{number}/nhap", data=sent(unit, number, ghi_chu="Mới được một nửa."))
    assert "Đã lưu tạm" in saved.text
    page = web.signed_in("unit").get(f"/viec/{number}").text
    assert "Mới được một nửa.</textarea>" in page
    assert "Bản nháp do" in page
    assert web.world.task("bc.thon-07").state == "assigned"
    unit.post(f"/viec/{number}/bao-cao", data=sent(unit, number, ghi_chu="Xong cả."))
    assert web.world.do(lambda s: s.execute(select(ReportDraft)).scalars().all()) == []


def test_of_two_people_who_keep_a_draft_the_second_sees_both(web: WebWorld, unit: TestClient) -> None:
    number, other = web.task("bc.thon-07"), web.signed_in("unit")
    late = sent(other, number, ghi_chu="Bản của người sau.")
    unit.post(f"/viec/{number}/nhap", data=sent(unit, number, ghi_chu="Bản của người trước."))
    answer = other.post(f"/viec/{number}/nhap", data=late)
    assert answer.status_code == 409
    assert "Bản của người trước." in answer.text
    assert "Bản của người sau.</textarea>" in answer.text
    (draft,) = web.world.do(lambda s: s.execute(select(ReportDraft)).scalars().all())
    assert "người trước" in draft.content


def test_a_returned_report_is_mended_rather_than_typed_again(web: WebWorld, unit: TestClient) -> None:
    number = web.task("bc.thon-07")
    unit.post(f"/viec/{number}/bao-cao", data=sent(unit, number, ghi_chu="Câu báo cáo lần đầu."))
    coordinator = web.signed_in("coordinator")
    page = coordinator.get("/duyet").text
    report = page.partition('name="bao_cao" value="')[2].partition('"')[0]
    coordinator.post(
        f"/duyet/{number}", data={"csrf": csrf(page), "viec": "tra", "ly_do": "Thiếu.", "bao_cao": report}
    )
    assert "Câu báo cáo lần đầu.</textarea>" in unit.get(f"/viec/{number}").text


def test_a_note_that_seems_to_name_a_child_is_asked_about_once(web: WebWorld, unit: TestClient) -> None:
    number = web.task("bc.thon-07")
    form = sent(unit, number, ghi_chu="Đã thăm cháu Nguyễn An.")
    asked = unit.post(f"/viec/{number}/bao-cao", data=form)
    assert (asked.status_code, "một em cụ thể" in asked.text) == (422, True)
    assert "Đã nộp báo cáo" in unit.post(f"/viec/{number}/bao-cao", data=form | {"da_xem": "1"}).text


def test_somebody_who_came_by_a_link_confirms_once_and_can_then_choose_a_file(web: WebWorld) -> None:
    client, number = web.stranger(), web.task("bc.thon-07")
    page = client.get(web.link("thon-07", "bc.thon-07")).text
    assert 'type="file"' not in page
    form = sent(client, number, ghi_chu="Có ảnh kèm theo.", xac_nhan="1")
    page = client.post(f"/viec/{number}/nhap", data=form).text
    assert 'type="file"' in page
    assert "Có ảnh kèm theo.</textarea>" in page


def test_another_unit_can_neither_add_nor_fetch(web: WebWorld, unit: TestClient) -> None:
    number = web.task("bc.thon-07")
    unit.post(f"/viec/{number}/nhap", data=sent(unit, number), files={"mc_tep": ("a.pdf", PDF)})
    (row,) = rows(web)
    other = web.for_unit(web.world.task("bc.thon-08").unit_id)
    page = other.get("/thiet-bi").text
    assert other.get(f"/viec/{number}/minh-chung/{row.id}").status_code == 404
    answer = other.post(f"/viec/{number}/nhap", data={"csrf": csrf(page), "mc_ten": "Của người khác"})
    assert (answer.status_code, len(rows(web))) == (404, 1)
