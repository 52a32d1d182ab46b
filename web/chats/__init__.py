"""Being reminded in Zalo (nhận nhắc qua Zalo): one's own chats, and the code that links one."""

from web.chats import offering, routes

__all__ = ["offering", "routes"]
