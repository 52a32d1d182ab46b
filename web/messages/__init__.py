"""What was sent to whom, by which way, and what did not arrive (thư)."""

from web.messages import channels, outbox, routes, undelivered

__all__ = ["channels", "outbox", "routes", "undelivered"]
