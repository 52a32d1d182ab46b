"""Where in the plan something stands: its own sections, never the lines that a reader of files counts. Pure."""

from __future__ import annotations

import re

_COUNTED = re.compile(
    r"(?:(?:trang|đoạn|bảng|hàng|dòng|ô) \d+(?:, )?)+|văn bản|chế độ báo cáo|cán bộ điều phối bổ sung"
)


def section_of(source: str) -> str:
    """The plan's own section; "" where only a place in the file is known."""
    return "" if _COUNTED.fullmatch(source.strip()) else source


def section_words(source: str) -> str:
    """«mục IV.1 của kế hoạch», or ""."""
    section = section_of(source)
    return f"mục {section} của kế hoạch" if section else ""
