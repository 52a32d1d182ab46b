"""Lines that break: resets, silence, gateway pages, answers cut short."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from http.client import responses

from aiohttp import web

from zalo_fake.fates import Fate
from zalo_fake.wire import Dialect, Refused

AN_HOUR = 3_600.0
PAGE = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n"
    "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
)
_AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER with no time: closing sends a reset instead of a farewell


async def instead(fate: Fate, request: web.Request, dialect: Dialect) -> web.StreamResponse:
    """The answer to a request that is not carried out, or whose answer is lost."""
    kind = fate.kind.partition("_")[0]
    if kind == "reset":
        return reset(request)
    if kind == "hang":
        await asyncio.sleep(AN_HOUR)
    if kind == "html":
        return web.Response(status=502, text=PAGE, content_type="text/html")
    if kind == "status":
        return with_status(fate.number, dialect)
    return web.Response(content_type="application/json")


async def after(
    fate: Fate, request: web.Request, dialect: Dialect, carry_out: Callable[[], Awaitable[web.Response]]
) -> web.StreamResponse:
    """Carry the request out, then lose or damage its answer."""
    answer = await carry_out()
    if fate.kind not in {"truncated", "cut"}:
        return await instead(fate, request, dialect)
    whole = answer.body if isinstance(answer.body, bytes) else b""
    if fate.kind == "truncated":
        return web.Response(body=whole[: len(whole) // 2], content_type="application/json")
    return await cut(request, whole)


def reset(request: web.Request) -> web.Response:
    """Reset the TCP connection; nobody reads what is returned."""
    transport = request.transport
    if transport is not None:
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        transport.abort()
    return web.Response()


async def cut(request: web.Request, whole: bytes) -> web.StreamResponse:
    """Promise the whole body, write half of it and close the connection."""
    answer = web.StreamResponse(
        headers={"Content-Type": "application/json", "Content-Length": str(len(whole))}
    )
    await answer.prepare(request)
    await answer.write(whole[: len(whole) // 2])
    if request.transport is not None:
        request.transport.close()
    return answer


def with_status(status: int, dialect: Dialect) -> web.Response:
    """A bare HTTP status: the bot wraps even that in its own JSON, other hosts' gateways say it in plain words."""
    body = dialect.say(Refused(status))
    if "error_code" in body:
        return web.json_response(body, status=status)
    return web.Response(status=status, text=responses.get(status, "Error"))
