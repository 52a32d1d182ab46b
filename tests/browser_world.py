"""Pages over real HTTP in Debian's Chromium: the application in a thread, a browser that reaches no other host."""

from __future__ import annotations

import asyncio
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Playwright
from web_world import PEOPLE, WebWorld, path_of

from mangnon.serving import Pages, listen, pages
from web.app import create_app
from web.links import sign_in_link
from web.tokens import SIGN_IN

SIZES = {"phone": (360, 740), "desk": (1280, 800)}
LOOKS = [(size, scheme) for size in SIZES for scheme in ("light", "dark")]
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
SHOTS = Path(os.environ.get("MANGNON_SHOTS", "test-artifacts/screens"))
_RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}


def launched(playwright: Playwright) -> Browser:
    """Debian's Chromium; the test fails where it is not installed, for then nothing was looked at."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.fail("Chromium is missing: apt-get install chromium")
    return playwright.chromium.launch(executable_path=path, args=list(FLAGS))


@contextmanager
def served(web: WebWorld) -> Iterator[str]:
    """The address at which the pages answer."""
    listening = listen("127.0.0.1", 0)
    server: Pages = pages(create_app(web.site))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listening])))
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=30)
        listening.close()


@dataclass
class Screen:
    """One window of one person. Every page it shows is looked at by axe and kept as a picture."""

    web: WebWorld
    base: str
    page: Page
    name: str
    scripts: bool = True
    foreign: list[str] = field(default_factory=list)
    pictures: Iterator[int] = field(default_factory=lambda: count(1))

    @classmethod
    @contextmanager
    def opened(
        cls,
        browser: Browser,
        web: WebWorld,
        base: str,
        name: str,
        *,
        size: str,
        scheme: str,
        script: bool = True,
    ) -> Iterator[Screen]:
        """A fresh window. Fails afterwards when it asked another host for anything, or a script broke."""
        width, height = SIZES[size]
        context: BrowserContext = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme="dark" if scheme == "dark" else "light",
            locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", java_script_enabled=script,
        )  # fmt: skip
        screen = cls(web, base, context.new_page(), f"{name}-{size}-{scheme}", script)
        broken: list[str] = []
        screen.page.on(
            "request", lambda one: screen.foreign.append(one.url) if not one.url.startswith(base) else None
        )
        screen.page.on(
            "console",
            lambda one: (
                broken.append(one.text) if one.type == "error" and "status of" not in one.text else None
            ),
        )
        screen.page.on("pageerror", lambda error: broken.append(str(error)))
        try:
            yield screen
        finally:
            context.close()
        assert (screen.foreign, broken) == ([], [])

    def sign_in(self, role: str) -> None:
        """Come in by a sign-in link, as the person who holds a role."""
        self.sign_in_as(PEOPLE[role])

    def sign_in_as(self, key: str) -> None:
        """Come in by a sign-in link, as the person with that key."""
        now = self.web.site.clock.now()
        person, commune = self.web.person(key), self.web.world.commune_id
        number = self.web.world.do(
            lambda s: sign_in_link(s, commune, person, now + self.web.site.limits.sign_in_link, now)
        )
        self.page.goto(self.base + path_of(self.web.maker.url(SIGN_IN, number)))
        self.look("vao-bang-lien-ket")
        self.page.get_by_role("button", name="Đăng nhập").click()

    def go(self, path: str, status: int = 200) -> None:
        """Open an address of ours and look at the page."""
        answer = self.page.goto(self.base + path)
        assert answer is not None
        assert answer.status == status, (path, answer.status)
        self.look(path)

    def look(self, what: str) -> None:
        """Keep a picture; nothing sticks out sideways, and axe, which is a script itself, finds nothing."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        parts = [part for part in what.partition("?")[0].split("/") if part] or ["dau"]
        # A link's token has no place in a file's name.
        label = "-".join(parts[:1] if parts[0] in {"l", "vao"} else parts)
        self.page.screenshot(path=SHOTS / f"{self.name}-{next(self.pictures):02}-{label}.png", full_page=True)
        if not self.scripts:
            return
        wide = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"{what} scrolls sideways by {wide} px"
        found = Axe().run(self.page, options=_RULES)
        assert found.violations_count == 0, f"{what}\n{found.generate_report()}"
