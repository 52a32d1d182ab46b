"""The board and the scores as spreadsheets."""

from web.sheets import routes

__all__ = ["routes"]
