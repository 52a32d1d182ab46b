"""The unit × criterion board, the coordinator's review queue, and the printable overview behind them."""

from web.board import routes

__all__ = ["routes"]
