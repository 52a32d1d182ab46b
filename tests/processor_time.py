"""The processor time that a piece of work needs, whatever else the process has loaded or left behind."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """The work inside needs no more seconds of this thread's processor time.

    A full round of the collector goes through all that the tests before have loaded, a second's work at the end of
    a long run; it is not counted.
    """
    full: list[float] = []

    def watch(phase: str, info: dict[str, int]) -> None:
        if info["generation"] == 2:
            full.append(time.thread_time() * (1 if phase == "stop" else -1))

    gc.callbacks.append(watch)
    begun = time.thread_time()
    try:
        yield
        needed = time.thread_time() - begun - sum(full)
    finally:
        gc.callbacks.remove(watch)
    assert needed < seconds, f"{needed:.2f} s of processor time"
