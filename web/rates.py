"""How often somebody may ask for something: counted per key over a sliding window, in this process's memory."""

from __future__ import annotations

from collections import OrderedDict, deque
from datetime import datetime, timedelta
from threading import Lock

MOST_KEYS = 10_000


class Rate:
    """At most `times` in `window` for each key. Old keys are forgotten first when there are too many."""

    def __init__(self, times: int, window: timedelta) -> None:
        self._times, self._window = times, window
        self._seen: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._lock = Lock()

    def wait(self, key: str, now: datetime) -> timedelta | None:
        """Count one more for `key`; how long to wait when that is too many (then it is not counted)."""
        with self._lock:
            instants = self._seen.setdefault(key, deque())
            self._seen.move_to_end(key)
            while instants and instants[0] <= now - self._window:
                instants.popleft()
            if len(instants) >= self._times:
                return instants[0] + self._window - now
            instants.append(now)
            while len(self._seen) > MOST_KEYS:
                self._seen.popitem(last=False)
            return None
