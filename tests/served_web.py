"""The pages over real HTTP, on a port of their own, in a thread of this process."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from mangnon.serving import Pages, listen, pages
from web.app import create_app
from web.site import Site


@contextmanager
def served_site(site: Site, port: int = 0) -> Iterator[str]:
    """The address at which a site answers; `port` 0: any free one."""
    listening = listen("127.0.0.1", port)
    server: Pages = pages(create_app(site))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listening])))
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=30)
        listening.close()
