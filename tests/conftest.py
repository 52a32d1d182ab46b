"""Fixtures shared by all rooms' tests: real database files, a clock that is set by hand."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from db.migrate import upgrade
from db.store import Store
from tasks.clock import ManualClock

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from season_world import Lived
    from zalo_caller import Caller, Hook
    from zalo_fake.running import ZaloFake

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def pytest_collection_finish() -> None:
    """What was loaded by now stays to the end; the collector need not look through it again at every turn."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file at the newest schema, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "mangnon.db"
    store = Store(f"sqlite:///{path}")
    upgrade(store.engine)
    store.close()
    return path


@pytest.fixture
def store(tmp_path: Path, migrated: Path) -> Iterator[Store]:
    """A migrated database file of its own."""
    path = tmp_path / "mangnon.db"
    shutil.copyfile(migrated, path)
    store = Store(f"sqlite:///{path}")
    yield store
    store.close()


@pytest.fixture
def clock() -> ManualClock:
    """Stands at the plan's first morning: 16 April 2024, 08:00 in Vietnam."""
    return ManualClock(datetime(2024, 4, 16, 8, tzinfo=VIETNAM))


@pytest.fixture(scope="module")
def process() -> Iterator[ZaloFake]:
    """The fake of Zalo and eSMS, running for the tests of a file."""
    from zalo_fake.running import ZaloFake  # noqa: PLC0415

    with ZaloFake() as fake:
        yield fake


@pytest.fixture
def fake(process: ZaloFake) -> ZaloFake:
    """The same, with nothing left of the test before."""
    process.reset()
    return process


@pytest.fixture
def caller(fake: ZaloFake) -> Iterator[Caller]:
    """Somebody who calls the fake as our channels would."""
    from zalo_caller import Caller  # noqa: PLC0415

    with Caller(fake) as caller:
        yield caller


@pytest.fixture
def hook() -> Iterator[Hook]:
    """A server that listens to the fake's webhooks."""
    from zalo_caller import Hook  # noqa: PLC0415

    with Hook() as hook:
        yield hook


@pytest.fixture(scope="session")
def channel_season(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    """A season over all channels, lived once for all who look at it; it takes half a minute."""
    # Imported here so that only tests that look at it pay for it.
    from season_world import lived  # noqa: PLC0415

    with lived(tmp_path_factory.mktemp("channels")) as season:
        yield season


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, for the tests that look at pages.

    Closed with each file: while Playwright stands, no other test of the process can run a loop of its own.
    """
    # Imported here so that only tests that look at pages pay for it.
    from browser_world import launched  # noqa: PLC0415
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    with sync_playwright() as playwright:
        chromium = launched(playwright)
        yield chromium
        chromium.close()
