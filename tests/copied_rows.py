"""Databases that many tests begin with are built once a process and copied, rows and all."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Hashable
from contextlib import closing
from typing import Any

from db.store import Store

_BUILT: dict[Hashable, tuple[bytes, Any]] = {}


def built_once(store: Store, key: Hashable, build: Callable[[], Any]) -> Any:
    """What `build` gives, and the rows it wrote in `store`: built the first time, copied afterwards.

    `key` must name all that `build` depends on besides what `store` holds, the hour above all. What `build` gives is
    the same object each time.
    """
    whole = (key, hashlib.sha256(_image(store)).digest())
    if whole not in _BUILT:
        found = build()
        _BUILT[whole] = (_rollback_mode(_image(store)), found)
        return found
    rows, found = _BUILT[whole]
    with closing(sqlite3.connect(":memory:")) as memory, closing(store.engine.raw_connection()) as pooled:
        memory.deserialize(rows)
        memory.backup(_file(pooled))
        _file(pooled).execute("PRAGMA journal_mode = WAL")
    return found


def _image(store: Store) -> bytes:
    with closing(store.engine.raw_connection()) as pooled:
        return _file(pooled).serialize()


def _rollback_mode(image: bytes) -> bytes:
    """A database in memory has no write-ahead log, so its header must not ask for one (bytes 18 and 19)."""
    return image[:18] + b"\x01\x01" + image[20:]


def _file(pooled: Any) -> sqlite3.Connection:
    connection: sqlite3.Connection = pooled.driver_connection
    return connection
