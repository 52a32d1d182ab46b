"""A mail made from the serialised skeleton reads back as what was put in, whatever that was."""

from __future__ import annotations

import email
import unicodedata
from dataclasses import replace
from datetime import datetime, timedelta
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import compat32, default
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.clean_text import one_line
from notifications.mime import Envelope, build, is_address

ENVELOPE = Envelope(
    tracking_id="mn-202411050100-0123456789abcdef",
    sender="nhac-viec@mangnon.example",
    sender_name="Măng Non",
    to_address="tram-y-te@xa.example",
    to_name="Bà Nguyễn Thị Ví Dụ, Trạm trưởng Trạm Y tế xã Hoàng Đồng",
    reply_to="vhxh+nhac@xa.example",
    subject="[Măng Non] 3 việc cần báo cáo, hạn thứ Sáu 08/11/2024 (còn 3 ngày làm việc)",
    text="Kính gửi bà,\n\n.\nXin báo cáo.\n",
    html="<p>Kính gửi bà,</p>\n",
    at=datetime(2024, 11, 5, 8, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")),
    optional=True,
)


def parsed(envelope: Envelope) -> EmailMessage:
    message = email.message_from_bytes(build(envelope), policy=default)
    assert isinstance(message, EmailMessage)
    return message


def header(envelope: Envelope, name: str) -> str:
    """A header decoded by the older parser: the newer one leaves spaces inside folded display names."""
    raw = email.message_from_bytes(build(envelope), policy=compat32)[name]
    return str(make_header(decode_header(str(raw).replace("\r\n", ""))))


def body(message: EmailMessage, subtype: str) -> str:
    part = message.get_body((subtype,))
    assert part is not None
    assert part["Content-Transfer-Encoding"] == "base64"
    return str(part.get_content())


def test_every_part_of_a_mail_reads_back() -> None:
    mail = parsed(ENVELOPE)
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert mail["Subject"] == ENVELOPE.subject
    assert mail["From"].addresses[0].addr_spec == "nhac-viec@mangnon.example"
    assert mail["From"].addresses[0].display_name == "Măng Non"
    assert mail["To"].addresses[0].addr_spec == "tram-y-te@xa.example"
    assert header(ENVELOPE, "To") == f"{ENVELOPE.to_name} <tram-y-te@xa.example>"
    assert mail["Reply-To"] == "vhxh+nhac@xa.example"
    assert mail["Date"].datetime == ENVELOPE.at
    assert mail["Date"].datetime.utcoffset() == timedelta(hours=7)
    assert body(mail, "plain") == ENVELOPE.text.replace("\n", "\r\n")
    assert body(mail, "html") == ENVELOPE.html.replace("\n", "\r\n")
    assert [defect for part in mail.walk() for defect in part.defects] == []


def test_the_message_id_is_the_tracking_id_so_that_a_copy_is_recognised() -> None:
    assert parsed(ENVELOPE)["Message-ID"] == "<mn-202411050100-0123456789abcdef@mangnon.example>"
    assert build(ENVELOPE) == build(ENVELOPE)


def test_machines_are_asked_not_to_answer_but_bounces_still_come() -> None:
    mail = parsed(ENVELOPE)
    assert mail["Auto-Submitted"] == "auto-generated"
    suppressed = {word.strip() for word in mail["X-Auto-Response-Suppress"].split(",")}
    assert "OOF" in suppressed
    assert not suppressed & {"NDR", "All"}
    assert mail["Precedence"] is None


def test_only_what_may_be_declined_offers_to_stop() -> None:
    stop = "<mailto:vhxh%2Bnhac@xa.example?subject=Ng%E1%BB%ABng%20nh%E1%BA%AFc>"
    assert parsed(ENVELOPE)["List-Unsubscribe"] == stop
    assert parsed(replace(ENVELOPE, optional=False))["List-Unsubscribe"] is None
    assert parsed(replace(ENVELOPE, reply_to=None))["List-Unsubscribe"] is None


@pytest.mark.parametrize(
    "reply_to", [None, "", "trả-lời@xa.example", "a@xa.example\r\nBcc: b@xa.example", "a, b@xa.example"]
)
def test_an_odd_answer_address_is_left_out_rather_than_losing_the_mail(reply_to: str | None) -> None:
    mail = parsed(replace(ENVELOPE, reply_to=reply_to))
    assert (mail["Reply-To"], mail["Bcc"], mail["List-Unsubscribe"]) == (None, None, None)


def test_a_receiver_without_an_address_is_named_all_the_same() -> None:
    mail = parsed(replace(ENVELOPE, to_address="", to_name="Thôn 7"))
    assert (mail["To"].groups[0].display_name, mail["To"].addresses) == ("Thôn 7", ())
    assert "To: undisclosed-recipients:;" in build(replace(ENVELOPE, to_address="", to_name="")).decode()


def test_two_senders_do_not_share_a_skeleton() -> None:
    other = parsed(replace(ENVELOPE, sender="khac@xa.example", sender_name='UBND "xã\\" X'))
    assert other["From"].addresses[0].addr_spec == "khac@xa.example"
    assert other["From"].addresses[0].display_name == "UBND xã X"
    assert str(other["Message-ID"]).endswith("@xa.example>")
    assert parsed(ENVELOPE)["From"].addresses[0].addr_spec == "nhac-viec@mangnon.example"


@pytest.mark.parametrize(
    "change",
    [
        {"to_address": "a@x.example>\r\nBcc: b@x.example"}, {"to_address": "a b@x.example"}, {"to_address": "a@x.example,b@x.example"},
        {"sender": "không phải thư"}, {"tracking_id": "../x"}, {"tracking_id": "a\r\nX: y"}, {"tracking_id": ""}, {"tracking_id": "x" * 49},
        {"at": datetime(2024, 11, 5, 8)},  # noqa: DTZ001 - naive on purpose
    ],
)  # fmt: skip
def test_what_cannot_stand_in_a_header_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"not a (mail address|tracking id)|time zone"):
        build(replace(ENVELOPE, **change))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "address", ["a@x.example", "a.b+c@x-y.example", "trạm@xã.example", "o'neil@x.example"]
)
def test_ordinary_addresses_are_addresses(address: str) -> None:
    assert is_address(address)


@pytest.mark.parametrize(
    "address",
    ["", "a", "a@", "@b", "a..b@x", "a@x@y", "a@x\n", "<a@x>", "a\u202e@x", f"{'a' * 250}@xa.example"],
)
def test_other_things_are_not(address: str) -> None:
    assert not is_address(address)


anything = st.text(max_size=300) | st.sampled_from(
    [
        "Tie\u0302\u0301ng Vie\u0323\u0302t", "👩\u200d👩\u200d👧" * 40, "a\r\nBcc: b@x.example\r\n\r\nx", "dài " * 2_000, "x" * 5_000, "=?utf-8?q?a?=",
        '"quoted" <a@x.example>', " hai  đầu ", "--_mangnon_alternative_", ".\r\n.\n\n", "a" * 61, "\ud800", "Ông A, bà B; (cụ C)",
    ]
)  # fmt: skip


@given(name=anything, subject=anything, text=anything, html=anything, optional=st.booleans())
def test_any_words_come_back_and_none_of_them_become_headers(
    name: str, subject: str, text: str, html: str, optional: bool
) -> None:
    envelope = replace(ENVELOPE, to_name=name, subject=subject, text=text, html=html, optional=optional)
    raw = build(envelope)
    assert raw.isascii()
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"") and b"\r" not in raw.replace(b"\r\n", b"")
    mail = parsed(envelope)
    expected = {
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "Reply-To",
        "From",
        "Auto-Submitted",
        "X-Auto-Response-Suppress",
    }
    expected |= {"MIME-Version", "Content-Type"} | ({"List-Unsubscribe"} if optional else set())
    assert set(mail.keys()) == expected
    assert len(mail.keys()) == len(expected)
    assert header(envelope, "Subject") == one_line(subject, 2_000)
    assert [one.addr_spec for one in mail["To"].addresses] == ["tram-y-te@xa.example"]
    shown = one_line(name, 2_000)
    assert header(envelope, "To") == (f"{shown} <tram-y-te@xa.example>" if shown else "tram-y-te@xa.example")
    for subtype, given_text in (("plain", text), ("html", html)):
        want = given_text.encode("utf-8", "replace").decode().replace("\r\n", "\n").replace("\r", "\n")
        assert body(mail, subtype) == want.replace("\n", "\r\n")


def test_headers_are_composed_unicode() -> None:
    decomposed = unicodedata.normalize("NFD", ENVELOPE.subject)
    assert parsed(replace(ENVELOPE, subject=decomposed))["Subject"] == ENVELOPE.subject
