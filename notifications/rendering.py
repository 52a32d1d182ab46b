"""From a digest to the two texts of a message. Nothing that people typed can act: it is cleaned and escaped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template, select_autoescape

from notifications import digest as digests
from notifications.clean_text import block, one_line
from notifications.digest import Digest, DigestItem, Section
from notifications.kinds import WORDINGS
from tasks.deadline import weekday_date

LONGEST_NOTE = 2_000
URGENT = frozenset({"returned", "overdue", "escalated", "undelivered", "extension_refused"})
# Both are readable on white and on black, so a mail program in dark mode may leave them alone.
RED, GREEN = "#c0392b", "#2e8b57"
_LINK = re.compile(r"https?://[^\s<>\"'\\^`{|}]+")
_POLITE = ("kính", "thưa")
_SALUTATION = re.compile(r"(kính )?(gửi|thưa)( quý)? ", re.IGNORECASE)


@dataclass(frozen=True)
class Rendered:
    """A message's subject line and its two bodies, NFC, lines ending in "\\n"."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class LineView:
    """One item as the templates show it; `link` is "" where there is nothing safe to open."""

    title: str
    details: tuple[str, ...]
    link: str
    action: str

    @property
    def broken(self) -> list[str]:
        """The details line by line. Here, because a call inside a template costs as much as the rest of it."""
        return [part for detail in self.details for part in detail.splitlines()]


@dataclass(frozen=True)
class SectionView:
    """One section as the templates show it."""

    title: str
    intro: str
    due: str
    accent: str
    lines: tuple[LineView, ...]


def render(digest: Digest) -> Rendered:
    """Subject, text and HTML of a digest with at least one item."""
    subject = digests.subject(digest)
    shown = {
        "subject": subject,
        "opening": opening(digest),
        "lead": _lead(digest),
        "behalf": behalf(digest),
        "words": " ".join(one_line(one) for one in digest.words),
        "sections": [_section(section, digest) for section in digests.sections(digest)],
        "reply": _reply(digest),
        "signature": list(dict.fromkeys((one_line(digest.coordinator_name), one_line(digest.commune)))),
        "footer": _footer(digest),
    }
    return Rendered(
        subject, _template("digest.txt.j2").render(shown), _template("digest.html.j2").render(shown)
    )


def opening(digest: Digest) -> str:
    """ "Kính gửi ông Trưởng thôn số 7": the person's form of address, or the name where none is known."""
    greeting = one_line(digest.greeting).rstrip(" ,.;:!") or one_line(digest.person_name)
    return greeting if greeting.casefold().startswith(_POLITE) else f"Kính gửi {greeting}"


def addressee(digest: Digest) -> str:
    """ "ông Trưởng thôn số 7": the same without the salutation, for forms that begin with one of their own."""
    greeting = one_line(digest.greeting).rstrip(" ,.;:!") or one_line(digest.person_name)
    return _SALUTATION.sub("", greeting, count=1) if _SALUTATION.match(greeting) else greeting


@cache
def _template(name: str) -> Template:
    environment = Environment(
        loader=PackageLoader("notifications"),
        autoescape=select_autoescape(("html.j2",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template(name)


def _lead(digest: Digest) -> str:
    plan = one_line(digest.plan_number)
    units = _own_units(digest)
    start = f"Thực hiện Kế hoạch số {plan}, {one_line(digest.commune)}" if plan else one_line(digest.commune)
    to = f" đến {units.pop()}" if len(units) == 1 else ""
    return f"{start} xin thông báo{to} như sau (tính đến {weekday_date(digest.today)})."


def _own_units(digest: Digest) -> set[str]:
    """The units that the receiver reports for, as far as this digest speaks of them."""
    own = (item.unit for item in digest.items if item.task_key and not WORDINGS[item.kind].office)
    return {one_line(unit) for unit in own if unit.strip()}


def behalf(digest: Digest) -> str:
    """The sentence about whom the receiver stands in for, "" for nobody."""
    *names, last = (one_line(name) for name in digest.on_behalf_of or ("",))
    if not last:
        return ""
    absent = f"{', '.join(names)} và {last}" if names else last
    return f"Thư này được gửi đến người đang được phân công thay {absent}."


def _section(section: Section, digest: Digest) -> SectionView:
    accent = RED if section.kind in URGENT else GREEN
    alone = one_unit(digest)
    lines = tuple(line_view(item, one_unit=alone) for item in section.items)
    return SectionView(section.title, section.intro, section.due, accent, lines)


def one_unit(digest: Digest) -> bool:
    """Whether no item has to say which unit it is for."""
    return len(_own_units(digest)) <= 1


def line_view(item: DigestItem, *, one_unit: bool) -> LineView:
    """An item in words; with `one_unit` only the office's items name theirs."""
    link = item.link.strip() if _LINK.fullmatch(item.link.strip()) else ""
    title = one_line(item.title) or one_line(item.task_key or "")
    return LineView(
        title, tuple(filter(None, _details(item, one_unit=one_unit))), link, WORDINGS[item.kind].action
    )


def _details(item: DigestItem, *, one_unit: bool) -> Iterator[str]:
    wording = WORDINGS[item.kind]
    if item.unit.strip() and (wording.office or not one_unit):
        yield f"Đơn vị: {one_line(item.unit)}"
    if item.kind == "assigned" and item.source.strip():
        yield f"Căn cứ: {one_line(item.source)}"
    if note := block(item.note[:LONGEST_NOTE]):
        yield f"{wording.note}: {note}" if wording.note else note


def _reply(digest: Digest) -> str:
    name, address = one_line(digest.coordinator_name), one_line(digest.coordinator_email)
    if digest.person_name == digest.coordinator_name:
        return ""
    if not address:
        return f"Nếu cần trao đổi, xin liên hệ {name}."
    return f"Nếu cần trao đổi, chỉ cần trả lời thư này là đến {name} ({address})."


def _footer(digest: Digest) -> str:
    sent = f"Thư do phần mềm Măng Non gửi thay {one_line(digest.commune)}."
    if not digest.optional:
        return f"{sent} Đây là thông báo công việc, nên vẫn được gửi cả khi đã ngừng nhận thư nhắc trước hạn."
    way = (
        "trả lời thư này và ghi «Ngừng nhắc»"
        if digest.coordinator_email
        else f"báo {one_line(digest.coordinator_name)}"
    )
    return (
        f"{sent} Nếu không muốn nhận thư nhắc trước hạn nữa, xin {way}. "
        "Văn bản giao việc, thông báo trả lại và quá hạn thì vẫn được gửi."
    )
