"""The contacts file: a spreadsheet that is read whole or refused with every problem in it."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.errors import Refusal
from db.tables.people import MEMBER_ROLES
from plans.toml_source import shipped
from tasks.contacts import COLUMNS, ROLES, load_contacts, read_contacts
from tasks.planfile import load_plan

PLAN, _ = load_plan(shipped("hoang-dong-2024.toml"))
UNITS = {unit.key: unit.name for unit in PLAN.units}
HEADER = ",".join(COLUMNS)
GOOD = "tram-y-te,đầu mối,tram-y-te,Trưởng Trạm Y tế,đồng chí Trưởng Trạm Y tế,tram-y-te@xa.example,"


def refusal_of(*rows: str, header: str = HEADER) -> str:
    with pytest.raises(Refusal) as caught:
        read_contacts("\n".join([header, *rows]), "lien-he.csv", UNITS)
    return str(caught.value)


def test_the_example_reaches_all_units_the_coordinator_and_both_leaders() -> None:
    rows = load_contacts(shipped("contacts-example.csv"), UNITS)
    contacts = [row.unit for row in rows if row.role == "contact"]
    assert contacts == [unit.key for unit in PLAN.assignable_units]
    assert [row.person for row in rows if row.role == "coordinator"] == ["vhxh"]
    assert [row.person for row in rows if row.role == "leadership"] == ["chu-tich", "pho-chu-tich"]
    assert [row.person for row in rows if row.second_email] == ["thon-07"]


def test_the_example_is_plainly_invented() -> None:
    for row in load_contacts(shipped("contacts-example.csv"), UNITS):
        assert row.name.endswith("(ví dụ)")
        assert row.email.endswith("@hoang-dong.example")


def test_the_example_opens_in_spreadsheets_with_its_letters_right() -> None:
    raw = shipped("contacts-example.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert unicodedata.is_normalized("NFC", raw.decode("utf-8-sig"))


def test_all_roles_of_the_database_have_a_vietnamese_name() -> None:
    assert set(ROLES.values()) == set(MEMBER_ROLES)


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_a_unit_is_known_by_key_or_name_whatever_the_spreadsheet_separates_with(sign: str) -> None:
    text = (
        "\ufeff"
        + HEADER
        + "\r\n"
        + GOOD
        + "\r\n\r\n"
        + GOOD.replace("tram-y-te,đầu mối", "TRẠM y tế,Lãnh đạo")
    )
    rows = read_contacts(unicodedata.normalize("NFD", text).replace(",", sign), "x.csv", UNITS)
    assert [(row.unit, row.role) for row in rows] == [("tram-y-te", "contact"), ("tram-y-te", "leadership")]
    assert rows[0].greeting == "đồng chí Trưởng Trạm Y tế"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("tram-y-te@xa.example", "tram-y-te.xa.example", "cột «thư điện tử»: «tram-y-te.xa.example» không phải địa chỉ thư"),
        ("tram-y-te@xa.example", "trạm@xa.example", "cột «thư điện tử»"),
        ("tram-y-te@xa.example", "a@xa.example b@xa.example", "cột «thư điện tử»"),
        ("tram-y-te@xa.example,", "a@xa.example,hai", "cột «thư dự phòng»: «hai»"),
        ("tram-y-te@xa.example,", "a@xa.example,a@XA.example", "cột «thư dự phòng»: trùng với thư điện tử"),
        ("tram-y-te,đầu", "tram-yte,đầu", "cột «đơn vị»: không có đơn vị «tram-yte» trong kế hoạch; có phải «tram-y-te» không?"),
        ("đầu mối", "trưởng nhóm", "cột «vai trò»: không có vai trò «trưởng nhóm»; chỉ có đầu mối, điều phối, lãnh đạo, hội đồng, cấp trên, vận hành"),
        ("mối,tram-y-te,", "mối,Trạm Y tế,", "cột «mã người»: «Trạm Y tế» chỉ được gồm chữ thường"),
        (",Trưởng Trạm Y tế,", ",,", "cột «họ tên»: còn trống"),
        (",Trưởng Trạm Y tế,", ",A\x07B,", "cột «họ tên»: dài quá 200 ký tự hoặc có ký tự lạ"),
        (",Trưởng Trạm Y tế,", f",{'a' * 201},", "cột «họ tên»: dài quá 200 ký tự"),
        ("chí Trưởng Trạm Y tế,tram-y-te@xa.example,", "chí, Trưởng,a@xa.example,,,zalo", "thừa ô so với hàng tiêu đề"),
        ("tram-y-te@xa.example,", ",,", "cột «thư điện tử»: còn trống; cần ít nhất một cách liên lạc: thư điện tử, điện thoại, hoặc Zalo đã liên kết"),
        ("tram-y-te@xa.example,", ",a@xa.example", "cột «thư điện tử»: còn trống; hãy ghi địa chỉ đang ở ô thư dự phòng"),
        ("tram-y-te@xa.example,", "a@xa.example,,024 3825 1234,", "cột «điện thoại»: «024 3825 1234» không phải số di động Việt Nam"),
        ("tram-y-te@xa.example,", "a@xa.example,,,zallo", "cột «kênh»: không có kênh «zallo»; có phải «zalo» không?"),
        ("tram-y-te@xa.example,", "a@xa.example,,,bồ câu", "cột «kênh»: không có kênh «bồ câu»; chỉ có zalo, zalo bot, zalo oa"),
        ("tram-y-te@xa.example,", "a@xa.example,,,thư > zalo > email", "cột «kênh»: «thư» ghi hai lần"),
    ],
)  # fmt: skip
def test_a_wrong_cell_is_told_with_line_column_and_reason(old: str, new: str, problem: str) -> None:
    assert old in GOOD
    said = refusal_of("", GOOD.replace(old, new, 1))
    assert said.startswith("lien-he.csv, dòng 3")
    assert problem in said


def test_all_wrong_rows_are_told_at_once() -> None:
    said = refusal_of(
        GOOD.replace("@", "#"), GOOD, GOOD.replace("tram-y-te,đầu", "abc,đầu"), GOOD.replace("@", "@@")
    )
    assert [line.split(",")[1] for line in said.splitlines()] == [" dòng 2", " dòng 4", " dòng 5"]


def test_one_person_cannot_be_two() -> None:
    said = refusal_of(GOOD, GOOD.replace("tram-y-te@", "khac@"))
    assert said == ("lien-he.csv, dòng 3, cột «mã người»: «tram-y-te» đã có ở dòng 2 với thư điện tử khác")
    assert refusal_of(GOOD, GOOD) == "lien-he.csv, dòng 3: lặp lại dòng 2"


def test_the_header_must_have_the_known_columns() -> None:
    said = refusal_of(GOOD, header=HEADER.replace("vai trò", "vai tro").replace("họ tên", "xưng hô"))
    assert "hàng tiêu đề: không có cột «vai tro»; có phải «vai trò» không?" in said
    assert "hàng tiêu đề: thiếu cột «họ tên»" in said
    assert "hàng tiêu đề: cột «xưng hô» ghi hai lần" in said
    short = HEADER.removesuffix(",thư dự phòng,điện thoại,kênh")
    row = read_contacts(f"{short}\n{GOOD.removesuffix(',')}", "x.csv", UNITS)[0]
    assert (row.second_email, row.phone, row.ways) == (None, None, None)


def test_a_number_stands_for_mail_and_an_empty_cell_says_that_there_is_none() -> None:
    text = GOOD.replace("tram-y-te@xa.example,", ',,+84 912 345 678,"Zalo, tin nhan"')
    row = read_contacts(f"{HEADER}\n{text}", "x.csv", UNITS)[0]
    assert (row.email, row.phone, row.ways) == ("", "84912345678", "Zalo, tin nhan")
    row = read_contacts(f"{HEADER}\n{GOOD}", "x.csv", UNITS)[0]
    assert (row.phone, row.ways) == ("", "")


def test_who_linked_a_chat_needs_no_other_address() -> None:
    text = f"{HEADER}\n" + GOOD.replace("tram-y-te@xa.example", "")
    assert read_contacts(text, "x.csv", UNITS, {"tram-y-te"})[0].emails == []
    with pytest.raises(Refusal, match="ít nhất một cách liên lạc"):
        read_contacts(text, "x.csv", UNITS, {"tu-phap"})


def test_an_empty_file_or_an_unclosed_quote_is_refused() -> None:
    assert refusal_of(header="").startswith("lien-he.csv: tệp trống. Hàng đầu phải là: đơn vị, vai trò")
    assert refusal_of() == "lien-he.csv: chưa có người nào."
    assert "dòng 3: không đọc được hàng này" in refusal_of(GOOD, 'mttq,"đầu mối')


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="Không có tệp"):
        load_contacts(tmp_path / "x.csv", UNITS)


@given(st.text(max_size=60) | st.text('",;\n\r\t@.a ', max_size=60), st.booleans())
def test_no_text_makes_the_reader_fail_in_another_way(text: str, headed: bool) -> None:
    try:
        read_contacts(f"{HEADER}\n{text}" if headed else text, "x.csv", UNITS)
    except Refusal as refusal:
        assert str(refusal).startswith("x.csv")
