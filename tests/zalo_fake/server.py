"""The process: one event loop, one port on 127.0.0.1, all hosts side by side."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import threading
from datetime import datetime

from aiohttp import web

from zalo_fake.bot_sends import BotSends
from zalo_fake.bot_updates import BotUpdates
from zalo_fake.control import Control
from zalo_fake.dialects import BOT
from zalo_fake.oa_reads import OaReads
from zalo_fake.oa_sends import OaSends
from zalo_fake.oauth import OAuth
from zalo_fake.page import Page
from zalo_fake.sms import Sms
from zalo_fake.template_reads import TemplateReads
from zalo_fake.template_sends import TemplateSends
from zalo_fake.wire import Refused
from zalo_fake.world import World

HOST = "127.0.0.1"
BACKLOG = 1_024


def application(world: World) -> web.Application:
    """All doors."""
    app = web.Application()
    for subject in (TemplateSends, OaSends, Sms, OAuth, TemplateReads, OaReads, Control, Page):
        app.router.add_routes(subject(world).routes())
    methods = BotSends(world).methods() | BotUpdates(world).methods()

    async def bot(request: web.Request) -> web.StreamResponse:
        endpoint = methods.get(request.match_info["method"])
        if endpoint is None:
            return web.json_response(BOT.say(Refused(404)), status=404)
        return await endpoint(request)

    app.router.add_post("/bot{token}/{method}", bot)
    return app


async def serve(port: int, start: datetime | None, *, with_parent: bool) -> None:
    """Serve until a signal, or until standard input closes; prints the port as a line of JSON once it is open."""
    world, stop = World(start), asyncio.Event()
    _heed_signals(stop, with_parent)
    runner = web.AppRunner(application(world), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, HOST, port, backlog=BACKLOG)
        await site.start()
        print(json.dumps({"port": runner.addresses[0][1]}), flush=True)
        await stop.wait()
    finally:
        world.bot.close()
        await world.courier.close()
        await runner.cleanup()


def _heed_signals(stop: asyncio.Event, with_parent: bool) -> None:
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, stop.set)
    if with_parent:
        threading.Thread(target=_watch_input, args=(loop, stop), daemon=True).start()


def _watch_input(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    while os.read(0, 4_096):
        pass
    loop.call_soon_threadsafe(stop.set)
