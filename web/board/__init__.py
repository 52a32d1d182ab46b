"""The unit × criterion board, and what waits for the coordinator's decision."""

from web.board import review, routes

__all__ = ["review", "routes"]
