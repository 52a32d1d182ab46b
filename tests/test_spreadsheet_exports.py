"""Board, scores and contacts as spreadsheets: by page and by command, right to the type, opened by LibreOffice."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import textwrap
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from cli_runner import ready
from full_commune import live
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from paper import sheets_of
from sqlalchemy import update
from sqlmodel import col
from web_world import WebWorld

from db.store import Store
from db.tables import Task
from tasks import spreadsheet
from tasks.clock import ManualClock
from tasks.lifecycle import STATE_NAMES
from tasks.sheets import MEDIA_TYPE

CALC = Path("/usr/lib/libreoffice/program/libsclo.so")
RISKY = '=HYPERLINK("http://x.example";"Xem")'


@pytest.fixture
def web(store: Store, clock: ManualClock) -> WebWorld:
    return live(WebWorld.build(store, clock))


def saved(web: WebWorld, path: str, role: str = "coordinator") -> Workbook:
    answer = web.signed_in(role).get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, MEDIA_TYPE), answer.text
    assert answer.headers["content-disposition"].startswith('attachment; filename="')
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        for name in archive.namelist():
            assert b"<f>" not in archive.read(name), name
    return load_workbook(io.BytesIO(answer.content))


def rows_of(book: Workbook, sheet: str) -> list[dict[str, Any]]:
    head, *rows = book[sheet].iter_rows(values_only=True)
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]


def test_the_board_is_saved_with_real_days_numbers_and_the_hours_of_the_communes_clock(web: WebWorld) -> None:
    rows = rows_of(saved(web, "/bang.xlsx"), "Bảng theo dõi")
    assert len(rows) == 50
    assert {row["Trạng thái"] for row in rows} <= set(STATE_NAMES.values())
    due = {type(row["Ngày cuối còn hạn"]) for row in rows}
    assert due == {datetime, type(None)}, "a day nobody set is an empty cell, not a text"
    late = [row for row in rows if row["Trễ hạn"] == "có"]
    assert late
    assert all(type(row["Số ngày làm việc trễ"]) is int for row in rows)
    saturday = [row for row in late if row["Ngày cuối còn hạn"] == datetime(2024, 11, 9)]  # noqa: DTZ001
    assert {row["Ngày làm việc cuối"] for row in saturday} == {datetime(2024, 11, 8)}  # noqa: DTZ001
    assert {row["Số ngày làm việc trễ"] for row in saturday} == {2}, "looked at on Tuesday: Monday, Tuesday"
    reviewed = [row for row in rows if row["Trạng thái"] == STATE_NAMES["accepted"]]
    # The first report came 40 days before 12 November 9:00 in Vietnam, and was accepted three hours later.
    assert reviewed[0]["Nộp lúc"] == datetime(2024, 10, 3, 9)  # noqa: DTZ001
    assert reviewed[0]["Duyệt hoặc trả lại lúc"] == datetime(2024, 10, 3, 12)  # noqa: DTZ001


def test_the_board_is_saved_as_it_is_filtered(web: WebWorld) -> None:
    page = web.signed_in("superior").get("/bang?don_vi=thon-07&tieu_chi=").text
    assert 'href="/bang.xlsx?don_vi=thon-07"' in page
    rows = rows_of(saved(web, "/bang.xlsx?don_vi=thon-07", "superior"), "Bảng theo dõi")
    assert {row["Đơn vị"] for row in rows} == {"Thôn số 7"}
    assert 'href="/bang.xlsx"' in web.signed_in("superior").get("/bang").text


def test_a_title_that_begins_like_a_formula_reaches_the_sheet_as_text(web: WebWorld) -> None:
    web.world.do(lambda s: s.execute(update(Task).where(col(Task.id) == 1).values(title=RISKY)))
    cells = [cell for row in saved(web, "/bang.xlsx")["Bảng theo dõi"].iter_rows() for cell in row]
    risky = next(cell for cell in cells if cell.value == RISKY)
    assert (risky.data_type, risky.quotePrefix) == ("s", True)


def test_scores_are_numbers_where_points_are_confirmed_and_words_where_they_are_not(web: WebWorld) -> None:
    book = saved(web, "/bang-diem.xlsx", "leadership")
    criteria = rows_of(book, "Điểm")
    *rows, total = criteria
    assert [row["Tiêu chí"] for row in rows] == list(range(1, 14))
    for row in rows:
        kinds = {type(row[name]) for name in ("Điểm tối đa", "Điểm thấp nhất", "Điểm cao nhất")}
        assert kinds == ({str} if row["Điểm thấp nhất"] == "chưa xác nhận" else {int}), row
        assert row["Cách tính"]
    known = [row for row in rows if isinstance(row["Điểm thấp nhất"], int)]
    assert known
    assert len(known) < 13
    for name in ("Điểm tối đa", "Điểm thấp nhất", "Điểm cao nhất"):
        assert total[name] == sum(row[name] for row in known)
    assert f"mới tính {len(known)}/13 tiêu chí" in total["Cách tính"]
    assert book["Điểm"].auto_filter.ref == "A1:H14", "the total is not sorted with the others"
    figures = rows_of(book, "Chỉ tiêu")
    shares = [row for row in figures if row["Tỷ lệ"] is not None]
    assert shares
    assert all(row["Tỷ lệ"] == row["Tử số"] / row["Mẫu số"] for row in shares)
    assert {row["Giá trị"] for row in figures if row["Cách ghi"] == "có hoặc không"} <= {"có", "không", None}


def test_the_buttons_stand_on_the_pages_of_those_who_may_use_them(web: WebWorld) -> None:
    for role in ("coordinator", "leadership", "council", "superior"):
        client = web.signed_in(role)
        assert 'href="/bang-diem.xlsx"' in client.get("/quy-tac").text
        assert 'href="/bang-diem.xlsx"' in client.get("/lanh-dao").text
    assert 'href="/danh-ba/mau.xlsx"' in web.signed_in("coordinator").get("/danh-ba").text
    for path in ("/bang.xlsx", "/bang-diem.xlsx", "/danh-ba/mau.xlsx"):
        assert web.signed_in("unit").get(path).status_code == 403
    assert web.signed_in("superior").get("/danh-ba/mau.xlsx").status_code == 403


@pytest.mark.parametrize("path", ["/bang.xlsx", "/bang-diem.xlsx"])
def test_a_spreadsheet_needs_few_queries_however_many_tasks_there_are(web: WebWorld, path: str) -> None:
    client = web.signed_in("coordinator")
    with web.counted() as statements:
        assert client.get(path).status_code == 200
    assert len(statements) <= 14, statements


def test_the_command_line_writes_the_same_and_never_over_a_file(tmp_path: Path) -> None:
    folder = ready(tmp_path)
    for what, sheet in (("board", "Bảng theo dõi"), ("scores", "Điểm"), ("contacts", "Danh bạ")):
        folder.run("export", what, f"{what}.xlsx").done()
        assert load_workbook(folder.path / f"{what}.xlsx").sheetnames[0] == sheet
    before = (folder.path / "board.xlsx").read_bytes()
    folder.run("export", "board", "board.xlsx").refused("Đã có tệp board.xlsx")
    assert (folder.path / "board.xlsx").read_bytes() == before
    folder.run("export", "board", "bang.csv").refused("đuôi .xlsx")
    folder.run("export", "board", "khong-co/bang.xlsx").refused("khong-co/bang.xlsx", "không có thư mục")
    folder.run("export", "figures", "x.xlsx", "--unit", "tram").refused("Không có đơn vị «tram»")
    assert not list(folder.path.glob("x.xlsx"))


def test_a_full_disk_leaves_no_half_a_spreadsheet(tmp_path: Path) -> None:
    script = textwrap.dedent("""
        import resource, signal
        from pathlib import Path
        from mangnon.cli.export import write_new
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
        try:
            write_new(Path("bang.xlsx"), b"x" * 10_000)
        except OSError:
            print("full")
    """)
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True
    )
    assert (ran.stdout, list(tmp_path.iterdir())) == ("full\n", [])


def test_contacts_that_go_out_and_come_in_again_change_nothing(tmp_path: Path) -> None:
    folder = ready(tmp_path)
    people = ("SELECT * FROM person ORDER BY id", "SELECT unit_id, person_id, role FROM member ORDER BY 1, 2, 3", "SELECT person_id, channel, address, position FROM contact_point ORDER BY id")  # fmt: skip
    before = [folder.rows(query) for query in people]
    folder.run("export", "contacts", "danh-ba.xlsx").done()
    again = folder.run("contacts", "import", "danh-ba.xlsx").done()
    assert "Danh bạ không có gì thay đổi" in again.out and "như cũ" in again.out
    assert [folder.rows(query) for query in people] == before


def test_contacts_are_looked_at_before_they_are_brought_in(tmp_path: Path) -> None:
    folder = ready(tmp_path)
    folder.run("export", "contacts", "danh-ba.xlsx").done()
    book = load_workbook(folder.path / "danh-ba.xlsx")
    sheet = book.worksheets[0]
    name = next(cell for cell in sheet[1] if cell.value == "họ tên").column
    # The first person has several rows; the last one has this.
    last = max(cell.row for cell in sheet["C"] if cell.value)
    sheet.cell(last, name).value = "Người mang tên mới"
    book.save(folder.path / "danh-ba.xlsx")
    before = folder.dump()
    seen = folder.run("contacts", "import", "danh-ba.xlsx", "--preview").done()
    assert "→ «Người mang tên mới»" in seen.out
    assert "1 thay đổi" in seen.err and "Chưa ghi gì" in seen.err
    assert folder.dump() == before
    assert "1 thay đổi" in folder.run("contacts", "import", "danh-ba.xlsx").done().out


def test_a_huge_contacts_file_is_refused_by_the_command_line_in_one_sentence(tmp_path: Path) -> None:
    folder = ready(tmp_path)
    with (folder.path / "lon.xlsx").open("wb") as file:
        file.truncate(200_000_000)
    ran = folder.run("contacts", "import", "lon.xlsx")
    ran.refused("lon.xlsx: tệp lớn quá 2 MB")
    assert len(ran.err.strip().splitlines()) == 1


def test_a_phone_number_leaves_as_a_text_with_its_nought(web: WebWorld) -> None:
    sheet = saved(web, "/danh-ba/mau.xlsx")["Danh bạ"]
    column = [cell.value for cell in sheet[1]].index("điện thoại")
    numbers = [row[column] for row in sheet.iter_rows(min_row=2) if row[column].value]
    assert numbers
    assert all((str(one.value)[0], one.data_type, one.number_format) == ("0", "s", "@") for one in numbers)


@pytest.mark.slow
@pytest.mark.skipif(not CALC.exists(), reason="needs libreoffice-calc-nogui")
def test_libreoffice_opens_every_spreadsheet_and_shows_what_was_meant(web: WebWorld, tmp_path: Path) -> None:
    client = web.signed_in("coordinator")
    places = {
        "bang": "/bang.xlsx", "diem": "/bang-diem.xlsx", "danh-ba": "/danh-ba/mau.xlsx",
        "so-lieu": "/viec-cua-toi/so-lieu.xlsx?don_vi=tram-y-te",
    }  # fmt: skip
    for name, path in places.items():
        (tmp_path / f"{name}.xlsx").write_bytes(client.get(path).content)
    texts = sheets_of(tmp_path)
    assert set(texts) == {
        "bang-Bảng theo dõi", "diem-Điểm", "diem-Chỉ tiêu", "danh-ba-Danh bạ", "danh-ba-Danh mục", "so-lieu-Số liệu",
        "so-lieu-Cách điền",
    }  # fmt: skip
    head, *board = csv.reader(io.StringIO(texts["bang-Bảng theo dõi"]), delimiter=";")
    assert len(board) == 50
    assert {row[head.index("Ngày cuối còn hạn")] for row in board} == {"09/11/2024", ""}
    shares = [row[5] for row in csv.reader(io.StringIO(texts["diem-Chỉ tiêu"]), delimiter=";")][1:]
    assert "95.0%" in shares
    for text in texts.values():
        assert "#NAME?" not in text
        assert "Err:" not in text
    back = spreadsheet.read_table(texts["danh-ba-Danh bạ"].encode(), "danh-ba.csv")
    assert len(back) == len(spreadsheet.read_table((tmp_path / "danh-ba.xlsx").read_bytes(), "danh-ba.xlsx"))
