"""The directory (danh bạ): units, people, and the spreadsheet that brings them in."""

from web.directory import bringing, routes, ways

__all__ = ["bringing", "routes", "ways"]
