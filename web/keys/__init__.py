"""Personal tokens for the JSON API (mã truy cập): made, listed, taken back."""

from web.keys import routes

__all__ = ["routes"]
