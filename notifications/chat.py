"""A digest as one chat message: plain text, short lines, at most 2,000 characters. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from notifications import digest as digests
from notifications.clean_text import one_line, shortened
from notifications.digest import Digest, Section
from notifications.kinds import WORDINGS
from notifications.rendering import behalf, line_view, one_unit, opening

LONGEST = 2_000
LONGEST_DETAIL = 300
HINT = "Nhắn lại NHAN để báo đã nhận, XONG để lấy liên kết báo cáo, GIAHAN 15/11 để xin lùi hạn."
"""What a unit may write back; see `notifications.commands`."""


def chat(digest: Digest) -> str:
    """The whole digest where it fits; otherwise the most urgent part of it, with the number of what was left out."""
    head, blocks, tail = _head(digest), list(_blocks(digest)), _tail(digest)
    for kept in range(len(blocks), -1, -1):
        more = [_more(digest, len(blocks) - kept)] if kept < len(blocks) else []
        text = "\n\n".join([head, *blocks[:kept], *more, tail])
        if len(text) <= LONGEST:
            return text
    return shortened(head, LONGEST)


def _head(digest: Digest) -> str:
    lines = [f"{one_line(digest.commune)}: {opening(digest)[:1].lower()}{opening(digest)[1:]},"]
    if digest.on_behalf_of:
        lines.append(behalf(digest))
    if digest.words:
        words = " ".join(one_line(one) for one in digest.words)
        lines.append(f"Lời nhắn của cán bộ điều phối: {_cut(words)}")
    return "\n".join(lines)


def _blocks(digest: Digest) -> Iterator[str]:
    """One block an item; the first one of a section carries its heading."""
    alone = one_unit(digest)
    for section in digests.sections(digest):
        heading = _heading(section)
        for number, item in enumerate(section.items, 1):
            view = line_view(item, one_unit=alone)
            mark = f"{number}." if len(section.items) > 1 else "•"
            lines = [f"{mark} {_cut(view.title)}", *(_cut(one_line(detail)) for detail in view.details)]
            if view.link:
                lines.append(f"{view.action}: {view.link}")
            yield "\n".join([*(heading if number == 1 else []), *lines])


def _heading(section: Section) -> list[str]:
    return [section.title.upper(), *([section.due] if section.due else [])]


def _more(digest: Digest, count: int) -> str:
    where = f" Xem tất cả: {digest.home}" if digest.home else ""
    return f"… và {count} nội dung nữa.{where}"


def _tail(digest: Digest) -> str:
    owes = any(item.task_key and not WORDINGS[item.kind].office for item in digest.items)
    name = one_line(digest.coordinator_name)
    who = f"Cần trao đổi, xin liên hệ {name}." if digest.person_name != digest.coordinator_name else ""
    return "\n".join(filter(None, (HINT if owes else "", who)))


def _cut(line: str) -> str:
    return line if len(line) <= LONGEST_DETAIL else shortened(line, LONGEST_DETAIL)
