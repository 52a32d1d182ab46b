"""What was sent to whom, by which way, and what did not arrive (thư)."""

from web.messages import routes

__all__ = ["routes"]
