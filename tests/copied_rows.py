"""Databases that many tests begin with are built once a process and copied, rows and all."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Hashable
from contextlib import closing
from typing import Any

from db.store import Store

_BUILT: dict[Hashable, tuple[bytes, Any]] = {}


def built_once(store: Store, key: Hashable, build: Callable[[], Any]) -> Any:
    """What `build` gives, and the rows it wrote in `store`: built the first time, copied afterwards.

    `key` must name all that `build` depends on, what `store` holds before included.
    """
    if key not in _BUILT:
        found = build()
        with closing(store.engine.raw_connection()) as pooled:
            _BUILT[key] = (_rollback_mode(_file(pooled).serialize()), found)
        return found
    rows, found = _BUILT[key]
    with closing(sqlite3.connect(":memory:")) as memory, closing(store.engine.raw_connection()) as pooled:
        memory.deserialize(rows)
        memory.backup(_file(pooled))
        _file(pooled).execute("PRAGMA journal_mode = WAL")
    return found


def _rollback_mode(image: bytes) -> bytes:
    """A database in memory has no write-ahead log, so its header must not ask for one (bytes 18 and 19)."""
    return image[:18] + b"\x01\x01" + image[20:]


def _file(pooled: Any) -> sqlite3.Connection:
    connection: sqlite3.Connection = pooled.driver_connection
    return connection
