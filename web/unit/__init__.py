"""What a unit sees and does: its tasks, one task, the report with its evidence, who stands in."""

from web.unit import download, report, routes

__all__ = ["download", "report", "routes"]
