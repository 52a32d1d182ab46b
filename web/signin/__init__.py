"""Coming in: by the link in a reminder, or by a sign-in link sent to a known address."""

from web.signin import routes

__all__ = ["routes"]
