"""Both bodies say the same, open the right task, and nothing typed by anybody can act in them."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_notifications_digest import ITEM, digest

from notifications.digest import Digest, DigestItem
from notifications.kinds import KINDS, WORDINGS
from notifications.rendering import opening, render

VOID = {"meta", "br"}
ALLOWED = {"html", "head", "meta", "title", "body", "div", "p", "h2", "b", "br", "a"}
LINKS = ("https://mangnon.example/viec/1", "https://mangnon.example/viec/2")


class Page(HTMLParser):
    """What a mail program sees: tags, links, text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.text = ""
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name == "href"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def squeezed(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_names_its_tasks_in_both_bodies_with_one_link_each(kind: str) -> None:
    one, two = (
        replace(ITEM, kind=kind, title=f"Việc thứ {n}", link=LINKS[n], note="Bổ sung biểu 2") for n in (0, 1)
    )
    rendered = render(digest(one, two))
    page = Page(rendered.html)
    assert page.links == list(LINKS)
    for body in (rendered.text, page.text):
        assert [body.count(title) for title in ("Việc thứ 0", "Việc thứ 1", "Bổ sung biểu 2")] == [1, 1, 2]
        assert WORDINGS[kind].intro in squeezed(body)
        assert body.count(WORDINGS[kind].action) == 2
    assert [rendered.text.count(link) for link in LINKS] == [1, 1]


def test_the_two_bodies_say_the_same_words() -> None:
    rendered = render(digest(ITEM, replace(ITEM, kind="returned", note="Thiếu số liệu\nThiếu chữ ký")))
    page = Page(rendered.html)
    for said in ("Kính gửi bà Trạm trưởng Trạm Y tế,", "75/KH-UBND", "đến Trạm Y tế", "thứ Ba, 05/11/2024", "Công chức VHXH",
                 "vhxh@xa.example", "UBND xã Hoàng Đồng", "Lý do: Thiếu số liệu", "còn 3 ngày làm việc"):  # fmt: skip
        assert said in squeezed(rendered.text), said
        assert said in squeezed(page.text), said


@pytest.mark.parametrize(
    ("greeting", "said"),
    [
        ("Kính gửi ông Trưởng thôn số 7,", "Kính gửi ông Trưởng thôn số 7"),
        ("đồng chí Bí thư Đoàn xã", "Kính gửi đồng chí Bí thư Đoàn xã"),
        ("Kính thưa bà Hiệu trưởng:", "Kính thưa bà Hiệu trưởng"),
        ("  ", "Kính gửi Trạm trưởng"),
    ],
)
def test_people_are_addressed_as_the_commune_wrote_it(greeting: str, said: str) -> None:
    assert opening(replace(digest(ITEM), greeting=greeting)) == said


def test_a_substitute_is_told_for_whom_the_message_is() -> None:
    rendered = render(replace(digest(ITEM), on_behalf_of=("Ông An", "Bà Bình")))
    for body in (rendered.text, rendered.html):
        assert "được phân công thay Ông An và Bà Bình." in body
    assert "phân công thay" not in render(digest(ITEM)).text


def test_only_reminders_may_be_stopped_and_the_message_says_what_goes_on() -> None:
    optional, formal = render(digest(ITEM)), render(digest(replace(ITEM, kind="assigned")))
    for body in (optional.text, optional.html):
        assert "«Ngừng nhắc»" in body
        assert "Văn bản giao việc, thông báo trả lại và quá hạn thì vẫn được gửi." in body
    for body in (formal.text, formal.html):
        assert "«Ngừng nhắc»" not in body
        assert "vẫn được gửi cả khi đã ngừng nhận thư nhắc trước hạn" in body


def test_without_a_coordinators_address_nobody_is_asked_to_reply() -> None:
    lonely = replace(digest(ITEM), coordinator_name="UBND xã Hoàng Đồng", coordinator_email="")
    text = render(lonely).text
    assert "trả lời thư này" not in text
    assert "xin liên hệ UBND xã Hoàng Đồng." in text
    assert "Trân trọng,\nUBND xã Hoàng Đồng\n\n" in text


def test_units_are_named_where_a_reader_could_mix_them_up() -> None:
    other = replace(ITEM, unit="Công an xã")
    assert "Đơn vị:" not in render(digest(ITEM, ITEM)).text
    assert "Đơn vị: Công an xã" in render(digest(ITEM, other)).text
    assert "Đơn vị: Trạm Y tế" in render(digest(replace(ITEM, kind="review"))).text


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "data:text/html,x", "", "https://x.example/ a", 'https://x.example/"onclick="x'],
)
def test_a_link_that_is_no_plain_web_address_is_left_out(link: str) -> None:
    rendered = render(digest(replace(ITEM, link=link)))
    assert Page(rendered.html).links == []
    assert ITEM.title in rendered.text


def test_forty_tasks_fit_into_twenty_kilobytes() -> None:
    title = "Theo dõi, đánh giá tiêu chí 5 và báo cáo kết quả thực hiện năm 2024 về Ủy ban nhân dân xã"
    items = [replace(ITEM, title=title, link=f"https://mangnon.example/viec/{n}") for n in range(40)]
    assert len(render(digest(*items)).html.encode()) <= 20_000


def test_the_page_is_vietnamese_for_phones_and_safe_in_the_dark() -> None:
    html = render(digest(ITEM)).html
    assert html.startswith('<!DOCTYPE html>\n<html lang="vi">')
    assert 'name="viewport" content="width=device-width' in html
    assert 'content="light dark"' in html
    # A colour without its own background would vanish where the background turns dark.
    assert html.count("color:#") == html.count("background:#1b6e3c;color:#ffffff")


def test_the_text_keeps_the_lines_of_a_reason_under_its_task() -> None:
    text = render(
        digest(replace(ITEM, kind="returned", note="Thiếu:\r\n- biểu 1\r\n\r\n\r\n\r\n- biểu 2"))
    ).text
    assert "   Lý do: Thiếu:\n   - biểu 1\n\n   - biểu 2\n" in text


typed = st.text(max_size=80) | st.sampled_from(
    [
        "<script>alert(1)</script>", "</title><img src=x onerror=alert(1)>", "{{ 7 * 7 }}{% raw %}", "a\r\nBcc: b@x.example",
        "\u202egnol\u202c", "שלום", "👩\u200d👩\u200d👧 ✓", "\x00\x08\x1b[31m", "\ud800", "Tie\u0302\u0301ng Vie\u0323\u0302t", "\u2028x",
    ]
)  # fmt: skip
items = st.builds(
    DigestItem,
    kind=st.sampled_from(KINDS), task_key=st.none() | typed, title=typed, unit=typed, source=typed, due_wording=typed,
    last_valid_on=st.none() | st.just(date(2024, 11, 9)), last_working_day=st.none() | st.just(date(2024, 11, 8)),
    days_left=st.none() | st.integers(-40, 200), link=st.just("https://mangnon.example/viec/1") | typed, note=typed,
)  # fmt: skip
digests = st.builds(
    Digest,
    commune=typed, plan_number=typed, person_name=typed, greeting=typed, on_behalf_of=st.lists(typed, max_size=3).map(tuple),
    today=st.dates(date(2024, 1, 1), date(2025, 12, 31)), items=st.lists(items, min_size=1, max_size=5).map(tuple),
    coordinator_name=typed, coordinator_email=typed,
)  # fmt: skip


@given(digests)
def test_whatever_people_typed_stays_text(typed_in: Digest) -> None:
    rendered = render(typed_in)
    page = Page(rendered.html)
    assert set(page.tags) <= ALLOWED
    assert page.open == []
    assert page.attributes <= {"lang", "charset", "name", "content", "style", "href"}
    assert all(link.startswith(("https://", "http://")) for link in page.links)
    assert len(rendered.subject) <= 78
    assert "\n" not in rendered.subject
    for said in (rendered.subject, rendered.text, rendered.html):
        assert unicodedata.is_normalized("NFC", said)
        assert not [
            c for c in said if (unicodedata.category(c) in {"Cc", "Cs"} and c != "\n") or c in "\u202e\u2028"
        ]
    for item in typed_in.items:
        assert rendered.text.count("{{ 7 * 7 }}{% raw %}") >= ("{{ 7 * 7 }}{% raw %}" in item.title)


def test_a_very_long_reason_does_not_swamp_the_message() -> None:
    assert len(render(digest(replace(ITEM, kind="returned", note="dài " * 10_000))).text) < 4_000
