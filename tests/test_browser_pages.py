"""Every page in Chromium, on a phone and at a desk, light and dark: axe finds nothing, nothing sticks out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browser_world import Screen, launched, served
from playwright.sync_api import Browser, sync_playwright
from web_world import WebWorld

from db.store import Store
from tasks.clock import ManualClock

pytestmark = pytest.mark.slow
LOOKS = [(size, scheme) for size in ("phone", "desk") for scheme in ("light", "dark")]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = launched(playwright)
        yield chromium
        chromium.close()


@pytest.fixture
def web(store: Store, clock: ManualClock) -> WebWorld:
    return WebWorld.build(store, clock)


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_the_pages_of_a_unit(browser: Browser, web: WebWorld, size: str, scheme: str) -> None:
    with served(web) as base, Screen.opened(browser, web, base, "don-vi", size=size, scheme=scheme) as screen:
        screen.go("/vao")
        screen.go("/vao/mat-khau")
        screen.sign_in("unit")
        for path in ("/viec-cua-toi", f"/viec/{web.task('bc.thon-07')}", "/nguoi-thay", "/thiet-bi"):
            screen.go(path)
