"""The rule set (quy tắc): its points, and the commune's confirmation of them."""

from web.rules import routes

__all__ = ["routes"]
