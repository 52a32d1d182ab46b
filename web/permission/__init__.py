"""Permission to act for the OA, given on Zalo's own page and brought back by the browser."""

from web.permission import routes

__all__ = ["routes"]
