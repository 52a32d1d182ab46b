"""What Zalo and eSMS call: their events are kept and answered at once, and handled afterwards."""

from web.webhooks import routes

__all__ = ["routes"]
