"""The reminder calendar (lịch nhắc): messages to come by day, pausing, letting one go."""

from web.coming import routes

__all__ = ["routes"]
