"""What a unit sees and does: its tasks, one task, the report."""

from web.unit import routes

__all__ = ["routes"]
