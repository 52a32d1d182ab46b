"""Who is late (trễ hạn), and reminding them out of turn (đôn đốc)."""

from web.late import routes

__all__ = ["routes"]
