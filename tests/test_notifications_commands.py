"""What people write in chats: the four commands in every dress they may come in, and nothing else taken for one."""

from __future__ import annotations

import unicodedata
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.commands import Command, folded, understand
from tasks.deadline import short_date

TODAY = date(2024, 11, 1)
ACKNOWLEDGED = (
    "NHAN", "nhận", "Đã nhận", "đã nhận được ạ.", "#nhan", "NHẬN!!!", "Nhận 👍", "Vâng, em nhận rồi ạ", "OK đã nhận",
    "Thôn 7 đã nhận", "Thôn số 7 nhận ạ", "đã nhận được tin, cảm ơn", "  nhan  ", "@Bot Măng Non NHAN", "@bot nhận ạ", "đã nhận nhiệm vụ",
)  # fmt: skip
DONE = (
    "XONG",
    "xong",
    "Xong rồi",
    "đã xong ạ",
    "Em làm xong rồi!",
    "#XONG.",
    "Báo cáo xong",
    "@Bot Nhận Việc XONG",
)
NOTHING = (
    "", "?", "👍", "chưa nhận", "không nhận", "nhận rồi nhưng chưa làm", "nhắn tin", "nhân", "chưa xong", "xong chưa?",
    "gia hạnh phúc 15/11", "không gia hạn được à", "1234567", "12345", "thôn chưa nhận", "Đã nhận được chưa?", "hôm qua nhận quà",
    "@", "@Bot Măng Non", "NHAN XONG", "xin chào",
)  # fmt: skip
LATER = (
    ("GIAHAN 15/11", date(2024, 11, 15), ""),
    ("gia hạn đến 15/11", date(2024, 11, 15), ""),
    ("Xin gia hạn tới ngày 15-11-2024.", date(2024, 11, 15), ""),
    ("giahan 15.11", date(2024, 11, 15), ""),
    ("giahan 15.11.", date(2024, 11, 15), ""),
    ("GIAHAN15/11/24", date(2024, 11, 15), ""),
    ("gia hạn 2024-11-20", date(2024, 11, 20), ""),
    ("Gia hạn ngày 5 tháng 12 năm 2024", date(2024, 12, 5), ""),
    ("giahan 5 thang 12", date(2024, 12, 5), ""),
    ("giahan 31/10", date(2025, 10, 31), ""),
    ("giahan 1/11", date(2025, 11, 1), ""),
    ("giahan 2/11", date(2024, 11, 2), ""),
    ("giahan 29/2", date(2028, 2, 29), ""),
    ("GIAHAN 15/11 vì mưa lũ, đường sạt lở", date(2024, 11, 15), "vì mưa lũ, đường sạt lở"),
    ("Em xin gia hạn đến 15/11: chờ số liệu của trường.", date(2024, 11, 15), "chờ số liệu của trường"),
)  # fmt: skip
NO_DAY = (
    ("GIAHAN", "chưa ghi ngày"), ("gia hạn giúp em", "chưa ghi ngày"), ("giahan 31/11", "tháng 11 chỉ có 30 ngày"),
    ("giahan 5/13", "không có tháng 13"), ("giahan 0/0", "không có tháng 0"), ("giahan 1/1/1999", "năm phải từ 2000"),
)  # fmt: skip
CODES = (
    "123456",
    "LK 123456",
    "lk123456",
    "lk 123 456",
    "Liên kết: 123-456",
    "LIENKET 123456",
    "mã 123456",
    "#LK 123456.",
    "@Bot LK 123456",
)
SIGN_IN = (
    "VAO",
    "vao",
    "Vào",
    "vào ạ",
    "cho em vào với",
    "xin vào trang ạ",
    "cho tôi vào Măng Non",
    "Đăng nhập",
    "dang nhap",
    "@Bot vao",
)
NO_SIGN_IN = ("vào rồi ạ", "vão", "không vào được", "vào họp chưa", "chưa đăng nhập được", "vao 15/11")
DRESSES = (
    "{}",
    " {} ",
    "{}.",
    "{}...",
    "#{}",
    "👍 {}",
    "{} 👍",
    "“{}”",
    "@Bot Măng Non {}",
    "({})",
    "- {}!",
    "{}\u200b",
    "\n{}\n",
)


@pytest.mark.parametrize("text", ACKNOWLEDGED)
def test_that_it_was_received_is_understood(text: str) -> None:
    assert understand(text, TODAY) == Command("acknowledge")


@pytest.mark.parametrize("text", DONE)
def test_that_it_is_done_is_understood(text: str) -> None:
    assert understand(text, TODAY) == Command("done")


@pytest.mark.parametrize("text", SIGN_IN)
def test_that_somebody_wants_to_sign_in_is_understood(text: str) -> None:
    assert understand(text, TODAY) == Command("sign_in")


@pytest.mark.parametrize("text", [*NOTHING, *NO_SIGN_IN])
def test_what_says_more_or_less_than_a_command_is_left_to_a_person(text: str) -> None:
    assert understand(text, TODAY) == Command("unknown")


@pytest.mark.parametrize(("text", "on", "reason"), LATER)
def test_a_date_is_read_as_people_write_it_and_without_a_year_is_the_next_one(
    text: str, on: date, reason: str
) -> None:
    assert understand(text, TODAY) == Command("more_time", on=on, reason=reason)


@pytest.mark.parametrize(("text", "said"), NO_DAY)
def test_a_day_that_is_none_is_told_in_one_sentence(text: str, said: str) -> None:
    found = understand(text, TODAY)
    assert (found.kind, found.on) == ("more_time", None)
    assert said in found.wrong
    assert found.wrong[0].isupper()
    assert found.wrong.endswith(".")


@pytest.mark.parametrize("text", CODES)
def test_six_digits_are_a_code_however_they_are_set(text: str) -> None:
    assert understand(text, TODAY) == Command("link", code="123456")


@pytest.mark.parametrize("text", ["LK", "lk 12345", "LK 1234567"])
def test_what_is_meant_for_a_code_but_is_none_is_answered_as_a_wrong_one(text: str) -> None:
    assert understand(text, TODAY) == Command("link")


dressed = st.tuples(
    st.sampled_from(DRESSES), st.booleans(), st.sampled_from([str, str.upper, str.lower, str.title])
)


@given(st.sampled_from(ACKNOWLEDGED + DONE), dressed)
def test_capitals_accents_and_trimmings_change_nothing(text: str, dress: tuple[str, bool, type[str]]) -> None:
    frame, decomposed, cased = dress
    worn = cased(frame.format(text))
    worn = unicodedata.normalize("NFD", worn) if decomposed else worn
    plain = understand(text, TODAY)
    if not text.startswith("@"):
        assert understand(folded(text), TODAY) == plain
    assert understand(worn, TODAY) == plain


@given(
    st.dates(TODAY + timedelta(days=1), TODAY + timedelta(days=365)),
    st.sampled_from("/-."),
    st.booleans(),
    dressed,
)
def test_every_day_of_the_coming_year_is_found_with_and_without_its_year(
    on: date, mark: str, with_year: bool, dress: tuple[str, bool, type[str]]
) -> None:
    frame, decomposed, cased = dress
    parts = [str(on.day), str(on.month), *([str(on.year)] if with_year else [])]
    worn = cased(frame.format(f"gia hạn đến {mark.join(parts)}"))
    worn = unicodedata.normalize("NFD", worn) if decomposed else worn
    assert understand(worn, TODAY).on == on, (worn, short_date(on))


@given(st.text(max_size=300))
def test_no_text_trips_it_and_hardly_any_is_a_command(text: str) -> None:
    found = understand(text, TODAY)
    if found.kind in {"acknowledge", "done"}:
        assert ("nhan" if found.kind == "acknowledge" else "xong") in folded(
            unicodedata.normalize("NFC", text)
        )
    if found.on is not None:
        assert found.on > date(2000, 1, 1)
    assert len(found.reason) <= 300


@given(st.text(alphabet="nhaậxogi đ0123456789/.-@#lkLK \u0323", max_size=60))
def test_texts_made_of_the_commands_own_letters_do_not_trip_it(text: str) -> None:
    assert understand(text, TODAY).kind in {"acknowledge", "done", "more_time", "link", "unknown"}


@given(st.text(max_size=50))
def test_folding_keeps_every_letter_in_its_place(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    assert len(folded(composed)) == len(composed)
