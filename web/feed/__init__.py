"""A person's deadlines as an iCalendar feed (lịch hạn nộp)."""

from web.feed import routes

__all__ = ["routes"]
