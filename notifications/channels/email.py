"""The channel "email": SMTP by aiosmtplib."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from notifications.channels.base import Form
from notifications.channels.smtp_line import EmailLine, Security, SmtpServer, deliverable


class EmailChannel:
    """Mail through one SMTP server. Times in seconds. Raises ChannelError when `sender` is no mail address.

    `security`: "starttls" demands STARTTLS, "tls" is implicit TLS (port 465), "none" is plain. Without a
    `tls_context` the system's authorities are trusted. An empty `username` means no log-in.
    """

    name = "email"
    forms: frozenset[Form] = frozenset({"mail"})
    repeatable = False

    def __init__(
        self,
        *,
        host: str,
        port: int,
        sender: str,
        sender_name: str,
        security: Security = "starttls",
        username: str = "",
        password: str = "",
        timeout: float = 30.0,
        tls_context: ssl.SSLContext | None = None,
    ) -> None:
        context = None if security == "none" else tls_context or ssl.create_default_context()
        self._server = SmtpServer(host, port, security, username, password, timeout, context)
        self._sender = deliverable(sender)
        self._sender_name = sender_name

    @asynccontextmanager
    async def line(self) -> AsyncIterator[EmailLine]:
        """A connection that is made for the first message and closed politely at the end."""
        line = EmailLine(self._server, self._sender, self._sender_name)
        try:
            yield line
        finally:
            await line.close()

    def already_sent(self, tracking_id: str) -> None:
        """SMTP cannot tell."""
