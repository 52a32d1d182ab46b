"""Waiting for a fact instead of for a while: a busy machine takes its time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any


def until(seen: Callable[[], Any], seconds: float = 30.0) -> Any:
    """Wait for something to be true; what it was. Fails when it never was."""
    end = time.monotonic() + seconds
    while not (found := seen()):
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.02)
    return found
