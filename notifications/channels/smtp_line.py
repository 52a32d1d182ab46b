"""One SMTP connection: one message after another, one recipient a message, each failure put in its class."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

import aiosmtplib
from aiosmtplib import SMTPException, SMTPSenderRefused, SMTPServerDisconnected
from email_validator import EmailNotValidError, validate_email

from notifications.channels import smtp_verdicts as verdicts
from notifications.channels.base import ChannelError, HandOver, Outgoing, Receipt
from notifications.mime import build, enclosed, is_address

Security = Literal["starttls", "tls", "none"]
GOODBYE_SECONDS = 3.0
# After a connection that could not be made, a line does not knock again for so long: a whole batch of messages
# would otherwise wait for the same time-out one after another, longer than their lease.
REST_SECONDS = 20.0
_UTF8 = ("SMTPUTF8", "BODY=8BITMIME")


@dataclass(frozen=True)
class SmtpServer:
    """Where and how to connect; `timeout` in seconds, an empty `username` means no log-in."""

    host: str
    port: int
    security: Security
    username: str
    password: str = field(repr=False)
    timeout: float
    tls_context: ssl.SSLContext | None

    def client(self) -> aiosmtplib.SMTP:
        """A client that is not connected yet."""
        return aiosmtplib.SMTP(
            hostname=self.host,
            port=self.port,
            username=self.username or None,
            password=self.password if self.username else None,
            timeout=self.timeout,
            use_tls=self.security == "tls",
            # None would mean "if offered", and then whoever strips the offer reads the mail.
            start_tls=self.security == "starttls",
            tls_context=self.tls_context,
        )


class EmailLine:
    """One SMTP connection, made anew when the server has dropped it."""

    def __init__(self, server: SmtpServer, sender: str, sender_name: str) -> None:
        self._server = server
        self._sender = sender
        self._sender_name = sender_name
        self._client: aiosmtplib.SMTP | None = None
        self._closed_until = 0.0
        self._closed_because: ChannelError | None = None

    async def send(self, message: Outgoing, handing_over: HandOver) -> Receipt:
        """Deliver one message. Raises ChannelError; what `handing_over` raises passes unchanged."""
        recipient = deliverable(message.address)
        mail = build(
            enclosed(message, sender=self._sender, sender_name=self._sender_name, to_address=recipient)
        )
        client = await self._enveloped(recipient)
        try:
            await handing_over()
            await _catch_up()
        except Exception:
            await self._reset(client)
            raise
        except BaseException:
            self._drop()
            raise
        if not client.is_connected:
            # The server left meanwhile. Not a byte of the message was written, so this is no unknown outcome.
            raise verdicts.before_content(SMTPServerDisconnected("closed before DATA"))
        return await self._content(client, mail)

    async def check(self) -> None:
        """Connect, secure and log in as for a message. Raises ChannelError."""
        client = await self._connected()
        try:
            await client.noop()
        except (SMTPException, OSError) as error:
            self._drop()
            raise verdicts.before_content(error) from error

    async def close(self) -> None:
        """Say goodbye, but do not wait long for the answer."""
        client, self._client = self._client, None
        if client is None:
            return
        try:
            if client.is_connected:
                with suppress(SMTPException, OSError):
                    await client.quit(timeout=GOODBYE_SECONDS)
        finally:
            client.close()

    async def _enveloped(self, recipient: str) -> aiosmtplib.SMTP:
        """A connection on which the server took sender and recipient; a dropped one is made anew once."""
        used_before = self._client is not None and self._client.is_connected
        client = await self._connected()
        try:
            await self._envelope(client, recipient)
        except (SMTPException, OSError) as error:
            if not (used_before and _went_away(error)):
                await self._refused(client, error)
                raise verdicts.before_content(error) from error
            self._drop()
            return await self._enveloped(recipient)
        except ChannelError:
            raise
        except BaseException:
            self._drop()
            raise
        return client

    async def _envelope(self, client: aiosmtplib.SMTP, recipient: str) -> None:
        options, encoding = await self._options(client, recipient)
        await client.mail(self._sender, options=options, encoding=encoding)
        await client.rcpt(recipient, encoding=encoding)

    async def _options(self, client: aiosmtplib.SMTP, recipient: str) -> tuple[tuple[str, ...], str]:
        """Bodies and names travel in ASCII; only an address beyond ASCII needs the server's consent."""
        if recipient.isascii() and self._sender.isascii():
            return (), "ascii"
        if client.is_ehlo_or_helo_needed:
            await client.ehlo()
        if not client.supports_extension("smtputf8"):
            raise verdicts.no_utf8(recipient)
        return _UTF8, "utf-8"

    async def _content(self, client: aiosmtplib.SMTP, mail: bytes) -> Receipt:
        try:
            response = await client.data(mail)
        except (SMTPException, OSError) as error:
            await self._refused(client, error)
            raise verdicts.after_content(error) from error
        except BaseException:
            self._drop()
            raise
        return Receipt(verdicts.said(response.code, response.message))

    async def _connected(self) -> aiosmtplib.SMTP:
        if self._client is not None and self._client.is_connected:
            return self._client
        now = asyncio.get_running_loop().time()
        if self._closed_because is not None and now < self._closed_until:
            raise ChannelError(self._closed_because.kind, self._closed_because.detail)
        client = self._server.client()
        try:
            await client.connect()
        except (SMTPException, OSError, ValueError) as error:
            refusal = verdicts.connecting(error, self._server.host, self._server.port)
            self._closed_until = asyncio.get_running_loop().time() + REST_SECONDS
            self._closed_because = refusal
            raise refusal from error
        self._client, self._closed_because = client, None
        return client

    async def _refused(self, client: aiosmtplib.SMTP, error: Exception) -> None:
        """Make the connection fit for the next message: reset it, or drop it where it may be out of step."""
        if verdicts.in_step(error) and client.is_connected:
            await self._reset(client)
        else:
            self._drop()

    async def _reset(self, client: aiosmtplib.SMTP) -> None:
        try:
            await client.rset()
        except (SMTPException, OSError):
            self._drop()

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()


@lru_cache(maxsize=4096)
def deliverable(address: str) -> str:
    """The address as SMTP wants it, an international domain in its ASCII form. Raises ChannelError (permanent)."""
    try:
        checked = validate_email(
            address, check_deliverability=False, globally_deliverable=False, test_environment=True
        )
    except EmailNotValidError as error:
        raise verdicts.no_address(address) from error
    plain = checked.ascii_email or f"{checked.local_part}@{checked.ascii_domain}"
    if not is_address(plain):
        raise verdicts.no_address(address)
    return plain


async def _catch_up() -> None:
    """Let the loop see what came in while a callback blocked it: the next round reads it, the one after acts."""
    await asyncio.sleep(0)
    await asyncio.sleep(0)


def _went_away(error: Exception) -> bool:
    """The server let go of an idle connection: it closed it, or says 421 to the first command on it."""
    return isinstance(error, SMTPServerDisconnected) or (
        isinstance(error, SMTPSenderRefused) and error.code == 421
    )
