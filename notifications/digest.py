"""A digest: all that one person is told in one message, its subject and its sections. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from notifications.clean_text import one_line, shortened
from notifications.kinds import KINDS, WORDINGS
from tasks.deadline import is_overdue, weekday_date

SUBJECT_TAG = "[Măng Non]"
SUBJECT_LENGTH = 78
SPOKEN = frozenset({"announcement", "weekly"})
"""Kinds whose title is itself the news."""


@dataclass(frozen=True)
class DigestItem:
    """One piece of news; `kind` is one of `notifications.kinds.KINDS`.

    `last_valid_on` is the last local date in time, `last_working_day` the working day on or before it;
    `days_left` counts working days to that one, negative after `last_valid_on`. `note` depends on the kind:
    the reason, the old date, who asks for what. `link` opens the task for its reader; `plain_link` leads anybody
    there who signs in.
    """

    kind: str
    task_key: str | None
    title: str
    unit: str
    source: str
    due_wording: str
    last_valid_on: date | None
    last_working_day: date | None
    days_left: int | None
    link: str
    note: str = ""
    plain_link: str = ""


@dataclass(frozen=True)
class Digest:
    """One message's content. `today` is the commune's local date; `on_behalf_of` are people who are away.

    `words` are what the coordinator adds to a reminder out of turn. `home` is the address of all the reader's tasks.
    """

    commune: str
    plan_number: str
    person_name: str
    greeting: str
    on_behalf_of: tuple[str, ...]
    today: date
    items: tuple[DigestItem, ...]
    coordinator_name: str
    coordinator_email: str
    words: tuple[str, ...] = ()
    home: str = ""

    @property
    def optional(self) -> bool:
        """Whether the receiver may decline messages like this: reminders before a deadline, nothing formal."""
        return bool(self.items) and all(item.kind == "before" for item in self.items)

    def without_personal_links(self) -> Digest:
        """The same for a chat that others read too: whoever opens a task from there signs in first."""
        return replace(
            self, items=tuple(replace(item, link=item.plain_link or item.link) for item in self.items)
        )


@dataclass(frozen=True)
class Section:
    """Items of one kind with one deadline; `due` is the sentence about it, "" where none belongs."""

    kind: str
    title: str
    intro: str
    due: str
    items: tuple[DigestItem, ...]


def sections(digest: Digest) -> list[Section]:
    """The items by kind, most urgent first, and within a kind by deadline."""
    return [_section(digest, tuple(group)) for _, group in groupby(ordered(digest), key=_order)]


def ordered(digest: Digest) -> list[DigestItem]:
    """The items, the most urgent kind first, and within a kind by deadline."""
    return sorted(digest.items, key=_order)


def subject(digest: Digest) -> str:
    """One line with the most urgent kind first, at most 78 characters; details that do not fit are left out.

    The digest has at least one item.
    """
    first, *others = (list(group) for _, group in groupby(sorted(digest.items, key=_order), key=_kind_order))
    rest = sum(len(group) for group in others)
    tail = f" và {rest} nội dung khác" if rest else ""
    room = SUBJECT_LENGTH - len(SUBJECT_TAG) - len(tail) - 1
    tellings = _tellings(first, digest.today)
    fitting = next((told for told in tellings if len(told) <= room), None) or shortened(tellings[-1], room)
    return f"{SUBJECT_TAG} {fitting}{tail}"


def due_sentence(item: DigestItem, label: str, today: date) -> str:
    """ "Hạn: trước ngày 10/11/2024 (ngày làm việc cuối cùng là thứ Sáu, 08/11/2024; còn 3 ngày làm việc)"."""
    wording = one_line(item.due_wording)
    wording = wording.removeprefix("gia hạn ")
    if item.last_valid_on is None:
        return f"{label}: {wording}" if wording else ""
    last = item.last_working_day or item.last_valid_on
    told = [_last_day(last, item.last_valid_on, today), _distance(item, today)]
    return (
        f"{label}: {wording or f'hết {weekday_date(item.last_valid_on)}'} ({'; '.join(filter(None, told))})"
    )


def _section(digest: Digest, items: tuple[DigestItem, ...]) -> Section:
    first = items[0]
    wording = WORDINGS[first.kind]
    due = due_sentence(first, wording.due, digest.today) if wording.due else ""
    return Section(first.kind, wording.title, wording.intro, due, items)


def _kind_order(item: DigestItem) -> int:
    return KINDS.index(item.kind)


def _order(item: DigestItem) -> tuple[int, date, str]:
    """What is told together is equal here: the sort is stable, so items keep the order they came in."""
    if not WORDINGS[item.kind].due:
        return (_kind_order(item), date.max, "")
    return (_kind_order(item), item.last_valid_on or date.max, item.due_wording)


def _last_day(last: date, last_valid_on: date, today: date) -> str:
    if is_overdue(last_valid_on, today):
        return ""
    if today == last:
        return "hôm nay là ngày làm việc cuối cùng"
    if today > last:
        return f"ngày làm việc cuối cùng đã qua; vẫn nhận đến hết {weekday_date(last_valid_on)}"
    name = "ngày làm việc cuối cùng" if last < last_valid_on else "ngày cuối cùng"
    return f"{name} là {weekday_date(last)}"


def _distance(item: DigestItem, today: date) -> str:
    days = item.days_left
    if item.last_valid_on is not None and is_overdue(item.last_valid_on, today):
        return f"đã quá hạn {-days} ngày làm việc" if days else "đã hết hạn"
    return f"còn {days} ngày làm việc" if days else ""


def _tellings(items: Sequence[DigestItem], today: date) -> list[str]:
    """The same news in words that get fewer."""
    first = items[0]
    if first.kind in SPOKEN and len(items) == 1:
        return [one_line(first.title).rstrip(".")]
    bare = WORDINGS[first.kind].subject.format(n=len(items))
    if first.kind == "escalated" and len({item.unit for item in items}) == 1:
        return [f"{one_line(first.unit)}: {len(items)} việc đã quá hạn", bare]
    when, left = _when(items, today)
    return [f"{bare}{when}{left}", f"{bare}{when}", bare]


def _when(items: Sequence[DigestItem], today: date) -> tuple[str, str]:
    """The nearest deadline in a subject, as the working day to be done by, and how far away it is."""
    first = items[0]
    if first.kind == "overdue" and first.days_left and len({item.days_left for item in items}) == 1:
        return f" {-first.days_left} ngày làm việc", ""
    last = first.last_working_day or first.last_valid_on
    if last is None or first.kind not in {"before", "assigned", "moved", "extension_granted"} or last < today:
        return "", ""
    if last == today:
        return ": hôm nay là ngày làm việc cuối cùng", ""
    name = (
        WORDINGS[first.kind].due.lower() if len({item.last_valid_on for item in items}) == 1 else "sớm nhất"
    )
    left = f" (còn {first.days_left} ngày làm việc)" if first.days_left else ""
    return f", {name} {weekday_date(last).replace(',', '')}", left
