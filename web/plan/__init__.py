"""The plan (kế hoạch), and changed plans that wait for a yes."""

from web.plan import routes

__all__ = ["routes"]
