"""The bytes of a mail. The skeleton is built and serialised once per sender; each message fills in the rest.

Building an EmailMessage for every mail costs more than sending it. Pure, apart from the cache of skeletons.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime
from functools import lru_cache
from urllib.parse import quote

from notifications.channels.base import Outgoing, require_tracking_id
from notifications.clean_text import one_line

LONGEST_HEADER = 2_000
LONGEST_ADDRESS = 254
STOP_SUBJECT = "Ngừng nhắc"
# "_" is no base64 letter, so no line of a body can look like a boundary.
_BOUNDARY = "_mangnon_alternative_"
_MARKERS = ("text", "html")
_ADDRESS = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*@[\w-]+(\.[\w-]+)*")
_PLAIN_WORDS = re.compile(r"[A-Za-z0-9]+( [A-Za-z0-9]+)*")
_PLAIN_LINE = re.compile(r"[!-~]+( [!-~]+)*")


@dataclass(frozen=True)
class Envelope:
    """All that a mail is made of. `at` is aware; `to_address` "" stands for a receiver without an address."""

    tracking_id: str
    sender: str
    sender_name: str
    to_address: str
    to_name: str
    reply_to: str | None
    subject: str
    text: str
    html: str
    at: datetime
    optional: bool


@dataclass(frozen=True)
class _Skeleton:
    """What lies around the two bodies, and the part of the Message-ID that all mails share."""

    before_text: bytes
    before_html: bytes
    end: bytes
    domain: str


def enclosed(message: Outgoing, *, sender: str, sender_name: str, to_address: str) -> Envelope:
    """An outgoing message as mail from `sender`."""
    return Envelope(
        tracking_id=message.tracking_id,
        sender=sender,
        sender_name=sender_name,
        to_address=to_address,
        to_name=message.recipient_name,
        reply_to=message.reply_to,
        subject=message.subject,
        text=message.text,
        html=message.html,
        at=message.at,
        optional=message.optional,
    )


def build(envelope: Envelope) -> bytes:
    """The mail as it travels: CRLF, no line over 998 octets, ASCII unless an address is not.

    Raises ValueError for a sender, receiver or tracking id that could not stand in a header, or a naive `at`.
    """
    skeleton = _skeleton(envelope.sender, envelope.sender_name)
    headers = "".join(f"{name}: {value}\r\n" for name, value in _headers(envelope, skeleton.domain))
    return b"".join(
        (
            headers.encode(),
            skeleton.before_text,
            _encoded(envelope.text),
            skeleton.before_html,
            _encoded(envelope.html),
            skeleton.end,
        )
    )


def is_address(address: str) -> bool:
    """Whether this is one plain mail address (letters of any script) that can stand in a header as it is."""
    return len(address) <= LONGEST_ADDRESS and _ADDRESS.fullmatch(address) is not None


def _headers(envelope: Envelope, domain: str) -> list[tuple[str, str]]:
    if envelope.at.tzinfo is None:
        raise ValueError("a mail needs an instant with a time zone")
    found = [
        ("To", _receiver(envelope)),
        ("Subject", _words(envelope.subject, "Subject", _PLAIN_LINE)),
        ("Date", format_datetime(envelope.at)),
        ("Message-ID", f"<{require_tracking_id(envelope.tracking_id)}@{domain}>"),
    ]
    # Where to answer is not worth losing the mail: an odd address, or one that few servers take, is left out.
    if envelope.reply_to and envelope.reply_to.isascii() and is_address(envelope.reply_to):
        found.append(("Reply-To", envelope.reply_to))
        if envelope.optional:
            found.append(
                (
                    "List-Unsubscribe",
                    f"<mailto:{quote(envelope.reply_to, safe='@')}?subject={quote(STOP_SUBJECT)}>",
                )
            )
    return found


def _receiver(envelope: Envelope) -> str:
    name = _words(envelope.to_name, "To", _PLAIN_WORDS)
    if not envelope.to_address:
        return f"{name or 'undisclosed-recipients'}:;"
    address = _checked(envelope.to_address)
    return f"{name}\r\n <{address}>" if name else address


@lru_cache(maxsize=4096)
def _words(text: str, header: str, plain: re.Pattern[str]) -> str:
    """Text for a header: as it is where that is safe and short, otherwise RFC 2047 words, folded."""
    line = one_line(text, LONGEST_HEADER)
    if not line or (len(line) <= 60 and plain.fullmatch(line) and "=?" not in line):
        return line
    return Header(line, "utf-8", header_name=header).encode(linesep="\r\n")


def _checked(address: str) -> str:
    if not is_address(address):
        raise ValueError(f"not a mail address: {address[:80]!r}")
    return address


def _encoded(text: str) -> bytes:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")
    return base64.encodebytes(lines.encode("utf-8", "replace")).replace(b"\n", b"\r\n")


@lru_cache(maxsize=64)
def _skeleton(sender: str, sender_name: str) -> _Skeleton:
    domain = _checked(sender).rpartition("@")[2].encode("idna").decode()
    serialised = _message(sender, sender_name).as_bytes()
    text, html = (_encoded(f"{marker}\r\n") for marker in _MARKERS)
    before_text, _, rest = serialised.partition(text)
    before_html, _, end = rest.partition(html)
    return _Skeleton(before_text, before_html, end, domain)


def _message(sender: str, sender_name: str) -> EmailMessage:
    message = EmailMessage(policy=SMTP if sender.isascii() else SMTPUTF8)
    name = one_line(sender_name, 200)
    message["From"] = f'"{name.translate({34: None, 92: None})}" <{sender}>' if name else sender
    message["Auto-Submitted"] = "auto-generated"
    # Everything but NDR: a bounce is how we learn that an address is wrong.
    message["X-Auto-Response-Suppress"] = "DR, RN, NRN, OOF, AutoReply"
    text, html = _MARKERS
    message.set_content(f"{text}\n", cte="base64")
    message.add_alternative(f"{html}\n", subtype="html", cte="base64")
    message.set_boundary(_BOUNDARY)
    return message
