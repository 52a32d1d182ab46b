"""The report of channels as rows of a table, and closed channels in sentences. Pure."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from notifications.channel_report import ChannelLine, ChannelReport
from notifications.words import CHANNEL_NAMES


def report_rows(report: ChannelReport) -> list[tuple[str, ...]]:
    """One row a channel, and the sums."""
    rows = [
        (_name(line), *_figures(line), "" if line.quota_left is None else str(line.quota_left))
        for line in report.lines
    ]
    return [*rows, ("Cộng", *_figures(report), "")]


def closed_words(line: ChannelLine, time_zone: str) -> str:
    """Since when a channel is closed, and why; "" for one that is open."""
    if line.closed_at is None:
        return ""
    since = line.closed_at.astimezone(ZoneInfo(time_zone))
    return f"Kênh {_name(line)} đang dừng từ {since:%H:%M %d/%m/%Y}: {line.closed_because}"


def _name(line: ChannelLine) -> str:
    return CHANNEL_NAMES.get(line.name, "chưa thử kênh nào")


def _figures(line: ChannelLine | ChannelReport) -> tuple[str, ...]:
    counts = (line.tries, line.sent, line.delivered, line.taken_over, line.failed, line.unknown, line.waiting)
    return tuple(str(one) for one in counts)
