"""Where the plan stands, what comes next, and what stands in the way (giai đoạn)."""

from web.stage import routes

__all__ = ["routes"]
