"""Contacts from a spreadsheet: read by content, checked row by row, bounded, shown first, brought in as shown."""

from __future__ import annotations

import io
import subprocess
import sys
import textwrap
import tracemalloc
import unicodedata
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hoang_dong import OFFICER, World, found
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from db import journal
from db.errors import Outdated, Refusal
from db.store import Store
from plans.toml_source import shipped
from tasks import contact_preview, directory, directory_list, directory_sheet, spreadsheet
from tasks.clock import ManualClock
from tasks.contact_rows import ContactRow
from tasks.contacts import COLUMNS, Checked, check_contacts
from tasks.membership import remove_person
from tasks.person_facts import PersonFacts

GOOD = ("Trạm Y tế", "đầu mối", "tram-moi", "Trần Thị Mới (ví dụ)", "chị Mới", "moi@xa.example", "")


@pytest.fixture
def world(store: Store, clock: ManualClock) -> World:
    return found(store, clock)


def book(*rows: Sequence[object], header: Sequence[object] = COLUMNS) -> bytes:
    made = Workbook()
    sheet = made.active
    assert isinstance(sheet, Worksheet)
    for row in (header, *rows):
        sheet.append(list(row))
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def packed(raw: bytes, name: str, content: bytes) -> bytes:
    """A workbook with one part more, or another one in its place."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return stream.getvalue()


def checked(world: World, raw: bytes, name: str = "danh-ba.xlsx") -> Checked:
    with world.store.read() as session:
        units = directory_list.unit_names(session, world.commune_id)
    return check_contacts(spreadsheet.read_table(raw, name), name, units)


def refusal_of(world: World, raw: bytes) -> str:
    with pytest.raises(Refusal) as caught:
        checked(world, raw)
    return str(caught.value)


def look(world: World, rows: Sequence[ContactRow]) -> contact_preview.Preview:
    with world.store.read() as session:
        return contact_preview.preview(session, world.commune_id, rows)


def template(world: World) -> bytes:
    with world.store.read() as session:
        rows = list(directory_list.present_rows(session, world.commune_id))
        units = list(directory_list.unit_names(session, world.commune_id).values())
    return directory_sheet.directory_file(rows, units)


def test_the_template_filled_with_the_present_contacts_comes_back_unchanged(world: World) -> None:
    read = checked(world, template(world))
    assert read.problems == ()
    seen = look(world, list(read.rows.values()))
    assert seen.is_empty
    assert seen.count("unchanged") == 27
    assert len(read.rows) == 28, "one person has two parts"


def test_the_template_offers_units_and_roles_to_pick_from_and_holds_no_formula(world: World) -> None:
    number = world.do(
        lambda s: directory.add_person(
            s, world.commune_id,
            PersonFacts("+1+2 Nguyễn", "@anh", (("contact", "thon-03"),), "a@xa.example"),
            by=OFFICER, now=world.clock.now(),
        )
    )  # fmt: skip
    assert number
    made = load_workbook(io.BytesIO(template(world)))
    sheet = made[directory_sheet.SHEET]
    assert [cell.value for cell in sheet[1]] == list(COLUMNS)
    assert {str(rule.sqref).partition(":")[0] for rule in sheet.data_validations.dataValidation} == {
        "A2",
        "B2",
    }
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}
    assert made[directory_sheet.LISTS]["A2"].value == "Công chức Văn hóa - Xã hội"


def test_csv_and_xlsx_are_told_apart_by_content_and_read_alike(world: World) -> None:
    raw = shipped("contacts-example.csv").read_bytes()
    assert (
        checked(world, raw, "danh-ba.xlsx").rows.keys()
        == checked(world, template(world), "x.csv").rows.keys()
    )


def test_each_wrong_cell_is_told_with_row_column_and_reason_and_sound_rows_are_kept(world: World) -> None:
    wrong = [
        (*GOOD[:5], "khong phai thu", ""),
        ("Trạm Z", *GOOD[1:]),
        ('=HYPERLINK("http://x.example","Trạm Y tế")', *GOOD[1:]),
        (*GOOD, "", "", "thừa"),
    ]
    read = checked(world, book(GOOD, *wrong))
    told = [(one.line, one.column, one.reason) for one in read.problems]
    assert [line for line, _, _ in told] == [3, 4, 5, 6]
    assert [column for _, column, _ in told] == ["thư điện tử", "đơn vị", "đơn vị", ""]
    assert "không phải địa chỉ thư" in told[0][2]
    assert "là công thức" in told[2][2]
    assert [row.person for row in read.rows.values()] == ["tram-moi"]


def test_decomposed_letters_and_numbers_typed_as_numbers_are_understood(world: World) -> None:
    row = [unicodedata.normalize("NFD", cell) for cell in GOOD]
    read = checked(world, book((*row[:2], 12, *row[3:])))
    assert read.problems == ()
    assert [(row.person, row.name) for row in read.rows.values()] == [("12", "Trần Thị Mới (ví dụ)")]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "tệp trống"),
        (b"PK\x03\x04 and then nothing", "tệp hỏng"),
        (b"\xd0\xcf\x11\xe0 old", "đời cũ"),
        (b"\xff\xfe\x00x", "không phải bảng mã UTF-8"),
        (b"a" * 2_000_001, "lớn quá 2 MB"),
        (book(GOOD, header=("Họ và tên", *COLUMNS[1:])), "hàng tiêu đề: không có cột «họ và tên»"),
        (book(), "chưa có người nào"),
        (packed(book(GOOD), "xl/worksheets/sheet1.xml", b"<worksheet"), "không đọc được bảng tính"),
        (packed(book(GOOD), "xl/media/big.bin", b"\0" * 21_000_000), "giải nén ra quá lớn"),
        (packed(book(GOOD), "xl/styles.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), "nội dung lạ"),
        (packed(book(GOOD), "xl/vbaProject.bin", b"\xd0\xcf\x11\xe0"), "có macro"),
        (packed(book(GOOD), "xl/macrosheets/sheet1.xml", b"<a/>"), "có macro"),
        (packed(book(GOOD), "xl/sharedStrings.xml", b"<si/>" * 300_000), "quá nhiều ô"),
        (packed(book(GOOD), "xl/styles.xml", b"<a>" + b"<font/>" * 40_000 + b"</a>"), "quá nhiều ô"),
        (
            packed(book(GOOD), "xl/styles.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a/>'.encode("utf-16")),
            "nội dung lạ",
        ),
    ],
)  # fmt: skip
def test_a_file_that_is_none_or_means_harm_is_refused_in_one_sentence(
    world: World, raw: bytes, words: str
) -> None:
    said = refusal_of(world, raw)
    assert words in said
    assert said.startswith("danh-ba.xlsx")


def test_an_archive_that_is_no_workbook_is_refused(world: World) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("hello.txt", "xin chào")
    assert "không phải bảng tính" in refusal_of(world, stream.getvalue())


def test_too_many_rows_are_refused_and_empty_ones_do_not_count(world: World) -> None:
    assert "nhiều quá 1000 dòng" in refusal_of(world, book(*[GOOD] * 1001))
    far = book(*[("",) * 7] * 3000, GOOD)
    assert list(checked(world, far).rows) == [3002]


def test_a_row_that_claims_to_stand_below_the_last_line_ends_the_reading(world: World) -> None:
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="999999999"><c r="A999999999" t="inlineStr"><is><t>x</t></is></c></row></sheetData></worksheet>'
    )
    assert "tệp trống" in refusal_of(world, packed(book(GOOD), "xl/worksheets/sheet1.xml", sheet.encode()))


SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'


@pytest.mark.parametrize(
    "rows",
    [
        b"<row/>" * 290_000,
        b"<row>" + b"<c/>" * 290_000 + b"</row>",
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="A1048576"><v>1</v></c></row>',
        b"<a>" * 290_000,
        b'<row><c t="inlineStr"><is><t>' + b"x" * 18_000_000 + b"</t></is></c></row>",
        b"<row/>" * 3_000_000,
    ],
    ids=["empty rows", "cells of one row", "a gap", "depth", "one long text", "a bomb of rows"],
)
def test_a_workbook_that_wants_memory_or_time_gets_little_of_either(tmp_path: Path, rows: bytes) -> None:
    path = tmp_path / "bom.xlsx"
    path.write_bytes(packed(book(GOOD), "xl/worksheets/sheet1.xml", SHEET % rows))
    script = textwrap.dedent("""
        import resource, sys, time
        from pathlib import Path
        from db.errors import Refusal
        from tasks.spreadsheet import read_table_file
        before, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
        try:
            read_table_file(Path(sys.argv[1]))
        except Refusal as refusal:
            assert len(str(refusal).splitlines()) == 1
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, time.process_time() - begun)
    """)
    ran = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, timeout=60, check=True
    )
    kilobytes, seconds = map(float, ran.stdout.split())
    assert kilobytes < 150_000
    assert seconds < 10


def test_one_long_text_shared_by_many_cells_is_refused_before_it_is_copied_into_each(world: World) -> None:
    names = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    long = "e\u0302\u0301" * 1_000_000
    shared = f"<sst {names}><si><t>{long}</t></si></sst>"
    rows = "<row>" + '<c t="s"><v>0</v></c>' * 30 + "</row>"
    sheet = f"<worksheet {names}><sheetData>{rows * 900}</sheetData></worksheet>"
    raw = packed(book(), "xl/sharedStrings.xml", shared.encode())
    raw = packed(raw, "xl/worksheets/sheet1.xml", sheet.encode())
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        types = archive.read("[Content_Types].xml").decode()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    more = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
    raw = packed(raw, "[Content_Types].xml", types.replace("</Types>", more).encode())
    assert len(raw) < 100_000
    tracemalloc.start()
    try:
        said = refusal_of(world, raw)
        assert tracemalloc.get_traced_memory()[1] < 40_000_000
    finally:
        tracemalloc.stop()
    assert "quá nhiều chữ" in said


def test_the_largest_honest_table_is_read(world: World) -> None:
    rows = [(*GOOD[:2], f"nguoi-{number}", *GOOD[3:]) for number in range(1_000)]
    assert len(checked(world, book(*rows)).rows) == 1_000


def test_the_preview_tells_new_returning_changed_and_unchanged_people_apart(world: World) -> None:
    read = list(checked(world, template(world)).rows.values())
    now = world.clock.now()
    gone = next(row for row in read if row.person == "thon-01")
    world.do(lambda s: remove_person(s, world.commune_id, gone.person, by=OFFICER, now=now))
    rows = [
        replace(row, email="khac@xa.example") if row.person == "tram-y-te" else row for row in read
    ] + list(checked(world, book(GOOD)).rows.values())
    seen = look(world, rows)
    assert [seen.count(one) for one in ("new", "returning", "changed", "unchanged")] == [1, 1, 1, 25]
    changed = next(line for line in seen.lines if line.standing == "changed")
    assert changed.changes == ("thư điện tử: «tram-y-te@hoang-dong.example» → «khac@xa.example»",)
    count = world.do(
        lambda s: contact_preview.apply_contacts(
            s, world.commune_id, rows, seal=seen.seal, by=OFFICER, now=now
        )
    )
    assert count == 28
    assert look(world, rows).is_empty


def test_what_was_not_shown_is_not_brought_in(world: World) -> None:
    rows = list(checked(world, book(GOOD)).rows.values())
    seen, now = look(world, rows), world.clock.now()
    other = [replace(rows[0], email="ke-gian@xa.example")]

    def apply(given: Sequence[ContactRow]) -> None:
        world.do(
            lambda s: contact_preview.apply_contacts(
                s, world.commune_id, given, seal=seen.seal, by=OFFICER, now=now
            )
        )

    with world.store.read() as session:
        head = journal.head_of(session, world.commune_id)
    with pytest.raises(Outdated):
        apply(other)
    with world.store.read() as session:
        assert journal.head_of(session, world.commune_id) == head
    apply(rows)
    with pytest.raises(Outdated, match="không còn đúng"):
        apply(rows)


def test_an_import_that_would_leave_nobody_to_coordinate_is_refused_whole(world: World) -> None:
    rows = [
        row for row in checked(world, template(world)).rows.values()
        if row.person == "vhxh" and row.role != "coordinator"
    ]  # fmt: skip
    seen = look(world, rows)
    with pytest.raises(Refusal, match="không còn cán bộ điều phối"):
        world.do(
            lambda s: contact_preview.apply_contacts(
                s, world.commune_id, rows, seal=seen.seal, by=OFFICER, now=world.clock.now()
            )
        )
    assert look(world, rows).seal == seen.seal
