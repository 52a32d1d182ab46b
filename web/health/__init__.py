"""For machines that watch: is it well, and how busy is it? No personal data."""

from web.health import routes

__all__ = ["routes"]
