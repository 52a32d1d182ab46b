"""What people wrote in chats (tin đến), how it was understood and what was answered."""

from web.inbox import routes

__all__ = ["routes"]
