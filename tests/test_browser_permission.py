"""The way to Zalo's page and back in Chromium: no policy of ours blocks it, and the pages on it are as all others."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest
from browser_world import LOOKS, Screen
from installed_world import Installed, installed
from playwright.sync_api import Browser
from smtp_sink import Sink
from zalo_fake import defaults
from zalo_fake.running import ZaloFake

from db.store import Store
from db.tables import ZaloToken
from tasks.clock import ManualClock

pytestmark = pytest.mark.slow


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def here(store: Store, clock: ManualClock, fake: ZaloFake) -> Iterator[Installed]:
    """Under a name of its own, so that Zalo, a number, is another site to the browser."""
    port = free_port()
    with ExitStack() as stack:
        sink = stack.enter_context(Sink())
        own = {"base_url": f"http://localhost:{port}"}
        made = stack.enter_context(installed(store, clock, fake, sink, port=port, web=own))
        made.lose_permission()
        yield Installed(made.house, made.web, own["base_url"])


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_the_coordinator_goes_to_zalo_agrees_and_is_back_with_the_channel_open(
    browser: Browser, here: Installed, fake: ZaloFake, size: str, scheme: str
) -> None:
    fake.set_tokens(echo_state=True)
    with Screen.opened(browser, here.web, here.base, "quyen-oa", size=size, scheme=scheme) as screen:
        page = screen.page
        screen.sign_in("coordinator")
        screen.go("/kenh")
        page.get_by_role("button", name="Cấp quyền lại").click()
        page.get_by_role("button", name="Từ chối").click()
        page.wait_for_url(f"{here.base}/kenh/zalo-oa/ve**")
        assert "Zalo chưa trao mã" in page.get_by_role("alert").inner_text()
        screen.look("tu-choi")
        page.get_by_role("button", name="Cấp quyền lại").click()
        page.get_by_role("button", name="Cho phép").click()
        page.wait_for_url(f"{here.base}/kenh?xong=cap-quyen")
        assert "Zalo OA đã được cấp quyền" in page.get_by_role("status").inner_text()
        screen.look("duoc-cap")
        assert {urlsplit(one).netloc for one in screen.foreign} == {f"127.0.0.1:{fake.port}"}
        screen.foreign.clear()
    with here.web.site.store.read() as session:
        assert session.get_one(ZaloToken, defaults.APP_ID).access_token == fake.tokens()["access"]


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_the_way_in_by_number(browser: Browser, here: Installed, size: str, scheme: str) -> None:
    with Screen.opened(browser, here.web, here.base, "vao-so", size=size, scheme=scheme) as screen:
        screen.go("/vao")
        screen.page.get_by_label("Địa chỉ thư hoặc số").fill("0912 345")
        screen.page.get_by_role("button", name="Gửi").click()
        screen.look("vao-so-sai")
        assert screen.page.get_by_label("Địa chỉ thư hoặc số").input_value() == "0912 345"
        screen.page.get_by_label("Địa chỉ thư hoặc số").fill("0912 345 678")
        screen.page.get_by_role("button", name="Gửi").click()
        screen.look("vao-so-da-gui")
        assert "một liên kết đăng nhập vừa được gửi" in screen.page.get_by_role("status").inner_text()
