"""A unit's figures as a spreadsheet: out to be filled in, shown, and brought in."""

from web.figures import routes

__all__ = ["routes"]
