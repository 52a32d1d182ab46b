"""The same news as a chat message, a text message, and the facts of a registered template."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_notifications_digest import ITEM, digest

from notifications.chat import HINT, LONGEST, chat
from notifications.digest import Digest
from notifications.facts import FACTS, facts
from notifications.forms import outgoing
from notifications.kinds import KINDS, WORDINGS
from notifications.short import LONGEST as LONGEST_SHORT
from notifications.short import short
from tasks.deadline import short_date

_AT = datetime(2024, 11, 5, 8, tzinfo=UTC)
PERSONAL, PLAIN = "https://mangnon.example/l/bi-mat", "https://mangnon.example/viec/5"


def mine(count: int = 1, **changes: str) -> Digest:
    item = replace(ITEM, link=PERSONAL, plain_link=PLAIN, **changes)  # type: ignore[arg-type]
    return replace(
        digest(*[replace(item, title=f"Việc thứ {number}") for number in range(count)]),
        home="https://mangnon.example/viec-cua-toi",
    )


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_names_its_task_its_deadline_and_its_link(kind: str) -> None:
    said = chat(mine(kind=kind, note="Bổ sung biểu 2"))
    assert [said.count(part) for part in ("Việc thứ 0", PERSONAL, "Bổ sung biểu 2")] == [1, 1, 1]
    assert ("thứ Sáu, 08/11/2024" in said) == bool(WORDINGS[kind].due)
    assert (HINT in said) == (not WORDINGS[kind].office), "only who owes the work is told what to write back"


def test_it_begins_with_who_writes_to_whom() -> None:
    assert chat(mine()).startswith("UBND xã Hoàng Đồng: kính gửi bà Trạm trưởng Trạm Y tế,\n")


def test_what_does_not_fit_is_counted_and_can_be_opened() -> None:
    said = chat(mine(40))
    shown = sum(f"Việc thứ {number}\n" in said for number in range(40))
    assert 3 < shown < 40
    assert f"… và {40 - shown} nội dung nữa. Xem tất cả: https://mangnon.example/viec-cua-toi" in said
    assert len(said) <= LONGEST
    assert said.endswith("xin liên hệ Công chức VHXH.")


@given(st.lists(st.text(max_size=3_000), min_size=1, max_size=12), st.text(max_size=500))
def test_whatever_people_typed_it_fits_is_composed_and_hides_nothing(
    titles: list[str], greeting: str
) -> None:
    items = [replace(ITEM, title=title, note=title, kind="returned") for title in titles]
    said = chat(replace(digest(*items), greeting=greeting))
    assert 0 < len(said) <= LONGEST
    assert unicodedata.is_normalized("NFC", said)
    assert not any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in said.replace("\n", ""))


def test_a_chat_of_several_people_never_holds_a_personal_link() -> None:
    alone, together = (
        outgoing(mine(3), tracking_id="x", address=address, forms={"chat"}, at=_AT)
        for address in ("user:7", "group:7")
    )
    assert alone.chat.count(PERSONAL) == 3
    assert PERSONAL not in together.chat
    assert together.chat.count(PLAIN) == 3


def test_only_the_forms_that_a_channel_speaks_are_made() -> None:
    made = outgoing(mine(), tracking_id="x", address="8490000001", forms={"short", "facts"}, at=_AT)
    assert made.short
    assert made.facts
    assert (made.subject, made.text, made.html, made.chat) == ("", "", "", "")


@given(st.text(max_size=400), st.integers(1, 30), st.sampled_from(KINDS))
def test_a_text_message_is_plain_short_and_ends_in_its_link(title: str, count: int, kind: str) -> None:
    said = short(replace(mine(count, kind=kind), commune=title or "UBND"))
    assert said.isascii()
    assert said.isprintable()
    assert len(said) <= LONGEST_SHORT
    assert said.endswith(f"Xem: {PERSONAL}")


def test_a_text_message_reads_as_people_write_without_accents() -> None:
    assert short(mine(3)) == (
        "UBND xa Hoang Dong: 3 viec can bao cao, han thu Sau 08/11/2024 (con 3 ngay lam viec). "
        f"Xem: {PERSONAL}"
    )


def test_a_template_gets_every_fact_that_the_settings_may_name() -> None:
    found = facts(mine(3))
    assert set(found) == set(FACTS)
    assert found == {
        "name": "bà Trạm trưởng Trạm Y tế", "unit": "Trạm Y tế", "count": "3", "what": "Việc thứ 0",
        "due": "08/11/2024", "date": "08/11/2024", "days_left": "3", "commune": "UBND xã Hoàng Đồng", "status": "Việc sắp đến hạn",
        "link_path": "l/bi-mat",
    }  # fmt: skip


def test_news_without_a_deadline_has_facts_too() -> None:
    item = replace(
        ITEM,
        kind="announcement",
        unit="",
        due_wording="",
        last_valid_on=None,
        last_working_day=None,
        days_left=None,
    )
    found = facts(digest(item))
    assert (found["due"], found["days_left"], found["unit"]) == ("", "0", "UBND xã Hoàng Đồng")
    # A template's date must be filled, so news without a deadline has the day on which it is sent.
    assert found["date"] == short_date(digest(item).today)
