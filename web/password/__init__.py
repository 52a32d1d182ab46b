"""An optional password for people of the office."""

from web.password import routes

__all__ = ["routes"]
