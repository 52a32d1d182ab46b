"""The plan in ten seconds, for those who lead (lãnh đạo)."""

from web.leadership import routes

__all__ = ["routes"]
