"""How somebody is reached: numbers as people type them, the usual order, the order somebody wished for."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.tables.people import CHANNELS
from tasks.phones import national, phone_of, spoken
from tasks.way_words import NAMES, address_line, masked, read_ways, ways_told
from tasks.ways import (
    CHATS,
    EVERY_WAY,
    USUAL,
    Point,
    arranged,
    kept_order,
    ordered,
    phone_in,
    points_of,
    ways_of,
)

PHONE = "84900001234"
BOT, BOT_GROUP = Point("zalo_bot", "user:5550123"), Point("zalo_bot", "group:777")
OA, OA_GROUP = Point("zalo_oa", "user:5550456"), Point("zalo_oa", "group:g-99")
MAIL, SECOND = Point("email", "a@xa.example"), Point("email", "b@xa.example")
OA_PHONE, SMS = Point("zalo_oa", f"phone:{PHONE}"), Point("sms", PHONE)
ALL = [BOT, BOT_GROUP, OA, OA_GROUP, MAIL, SECOND, OA_PHONE, SMS]


@pytest.mark.parametrize(
    "typed",
    [
        "0900001234", "0900 001 234", "0900.001.234", "090-000-1234", "(090) 000 1234", "+84900001234", "+84 90 000 12 34",
        "84900001234", "0084900001234", "+84 (0)900 001 234", "900001234", "\u00a00900\u00a0001\u00a0234 ",
    ],
)  # fmt: skip
def test_a_mobile_number_is_known_however_it_is_typed(typed: str) -> None:
    assert phone_of(typed) == PHONE


@pytest.mark.parametrize(
    "typed",
    ["", "0243825123", "024 3825 1234", "09000012345", "090000123", "1800 1234", "+85290001234", "٠٩٠٠٠٠١٢٣٤", "0900001234a"],
)  # fmt: skip
def test_what_is_no_vietnamese_mobile_number_is_none(typed: str) -> None:
    assert phone_of(typed) is None


def test_a_number_whose_own_prefix_is_84_is_not_taken_for_a_country_code() -> None:
    # 084 is a mobile prefix; a spreadsheet that ate the 0 leaves nine digits that begin with 84.
    assert phone_of("0845678901") == phone_of("845678901") == "84845678901"


@given(st.from_regex(r"84[35789][0-9]{8}", fullmatch=True))
def test_a_number_comes_back_from_every_way_it_is_shown(phone: str) -> None:
    assert phone_of(phone) == phone_of(national(phone)) == phone_of(spoken(phone)) == phone
    assert re.fullmatch(r"0\d{3} \d{3} \d{3}", spoken(phone))


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading_of_numbers(text: str) -> None:
    found = phone_of(text)
    assert found is None or re.fullmatch(r"84[35789][0-9]{8}", found)
    assert spoken(text) == text or re.fullmatch(r"84[0-9]{9}", text)


def test_the_usual_order_is_chats_then_mail_then_what_costs() -> None:
    assert ordered(list(reversed([BOT, OA, MAIL, OA_PHONE, SMS]))) == [BOT, OA, MAIL, OA_PHONE, SMS]
    assert ordered([SMS, OA_GROUP, OA, BOT_GROUP, BOT]) == [BOT, BOT_GROUP, OA, OA_GROUP, SMS]


def test_mail_comes_first_for_whoever_linked_no_chat() -> None:
    assert ordered([SMS, OA_PHONE, MAIL, SECOND]) == [MAIL, SECOND, OA_PHONE, SMS]


def test_every_address_is_of_a_way_with_a_name_and_every_channel_has_one() -> None:
    assert list(ways_of(ALL)) == list(USUAL)
    assert set(NAMES) == EVERY_WAY
    assert {one.channel for one in ALL} == set(CHANNELS) - {"file"}
    assert {one.way for one in ALL if one.is_chat} == CHATS


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("", ALL),
        ("zalo, thư, tin nhắn", [BOT, BOT_GROUP, OA, OA_GROUP, OA_PHONE, MAIL, SECOND, SMS]),
        ("Thư; ZALO", [MAIL, SECOND, BOT, BOT_GROUP, OA, OA_GROUP, OA_PHONE, SMS]),
        ("tin nhan > e-mail", [SMS, MAIL, SECOND, BOT, BOT_GROUP, OA, OA_GROUP, OA_PHONE]),
        ("zalo oa, thư, zalo bot", [OA, OA_GROUP, OA_PHONE, MAIL, SECOND, BOT, BOT_GROUP, SMS]),
        ("zalo, tin nhắn, zalo số điện thoại", [BOT, BOT_GROUP, OA, OA_GROUP, SMS, OA_PHONE, MAIL, SECOND]),
        ("thư dự phòng, bot, thư", [SECOND, BOT, BOT_GROUP, MAIL, OA, OA_GROUP, OA_PHONE, SMS]),
        ("nhom zalo oa/sms", [OA_GROUP, SMS, BOT, BOT_GROUP, OA, MAIL, SECOND, OA_PHONE]),
    ],
)
def test_what_is_asked_for_comes_first_and_the_rest_as_usual(text: str, order: list[Point]) -> None:
    assert ordered(ALL, read_ways(text)) == order
    assert ordered(ALL, read_ways(unicodedata.normalize("NFD", text))) == order


@given(st.permutations(ALL), st.integers(0, len(ALL)))
def test_an_order_told_in_words_is_read_as_that_order(points: list[Point], count: int) -> None:
    points = points[:count]
    # The first of the mail addresses is the first one, wherever it stands.
    assert ordered(points, read_ways(ways_told(points))) == points
    assert (ways_told(points) == "") == (ordered(points) == points)


@given(st.permutations(ALL), st.permutations(ALL), st.integers(0, 8), st.integers(0, 8))
def test_nothing_is_lost_and_nothing_moves_when_no_order_is_asked_for(
    before: list[Point], wanted: list[Point], few: int, many: int
) -> None:
    before, wanted = before[:few], wanted[:many]
    found = kept_order(before, wanted)
    assert sorted(found, key=repr) == sorted(wanted, key=repr)
    stay = [one for one in before if one in wanted and one.way != "email"]
    assert [one for one in found if one in stay] == stay
    mails = [one for one in wanted if one.way == "email"]
    assert [one for one in found if one.way == "email"] == mails


def test_a_new_address_takes_the_place_of_the_one_it_replaces() -> None:
    new = Point("email", "moi@xa.example")
    assert kept_order([SMS, MAIL, BOT], [new, BOT, SMS]) == [SMS, new, BOT]
    other = points_of([], "84900009999")
    assert kept_order([SMS, MAIL, OA_PHONE], [*other, MAIL]) == [other[1], MAIL, other[0]]


def test_a_second_mail_address_never_comes_before_the_first() -> None:
    assert kept_order([SMS, MAIL], [MAIL, SECOND, SMS]) == [SMS, MAIL, SECOND]


def test_a_linked_chat_is_never_lost_and_keeps_its_place() -> None:
    present = [MAIL, BOT, OA_PHONE, SMS]
    assert arranged(present, ["moi@xa.example"], "", None) == [Point("email", "moi@xa.example"), BOT]
    assert arranged(present, [], "", ()) == [BOT]
    assert arranged(present, [MAIL.address], PHONE, None) == present


def test_a_number_is_reached_in_two_ways_and_read_back_from_either() -> None:
    assert points_of(["a@xa.example", ""], PHONE) == [MAIL, OA_PHONE, SMS]
    assert phone_in([MAIL, SMS]) == phone_in([OA_PHONE]) == PHONE
    assert phone_in([MAIL, OA, BOT]) == ""


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("user:5550123", "…123"),
        ("phone:84900001234", "…234"),
        ("84900001234", "…234"),
        ("user:12", "…"),
        ("", "…"),
    ],
)
def test_numbers_and_chats_are_told_by_their_last_three_digits(address: str, told: str) -> None:
    assert masked(address) == told


def test_an_address_in_one_line_says_which_way_it_is_and_never_a_chats_number() -> None:
    assert [address_line(one) for one in (BOT, OA_PHONE, SMS, MAIL)] == [
        "Zalo (đã liên kết) …123", "Zalo theo số điện thoại 0900 001 234", "Tin nhắn SMS 0900 001 234", "a@xa.example",
    ]  # fmt: skip
