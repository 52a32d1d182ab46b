"""Whether anything was written since the last look, told without reading a row."""

from __future__ import annotations

import sqlite3
from threading import Lock

from db.dialect import sqlite_file


class Watch:
    """Watches a SQLite database; another kind of database has no such sign, so `sign` is always None there.

    SQLite's `data_version` changes on a connection whenever any other connection, of this process or another,
    commits. This connection never writes, so every commit shows (sqlite.org, "PRAGMA data_version").
    """

    def __init__(self, url: str) -> None:
        self._path = sqlite_file(url)
        self._lock = Lock()
        self._connection: sqlite3.Connection | None = None

    def sign(self) -> int | None:
        """A number that stays the same as long as nothing is committed; None when that cannot be told."""
        if self._path is None:
            return None
        with self._lock:
            try:
                if self._connection is None:
                    self._connection = sqlite3.connect(
                        f"file:{self._path}?mode=ro", uri=True, check_same_thread=False, timeout=0
                    )
                return int(self._connection.execute("PRAGMA data_version").fetchone()[0])
            except sqlite3.Error:
                self._drop()
                return None

    def close(self) -> None:
        """Let go of the database."""
        with self._lock:
            self._drop()

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
