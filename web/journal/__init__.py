"""The journal (nhật ký): who did what when, and the proof that nothing was changed."""

from web.journal import routes

__all__ = ["routes"]
