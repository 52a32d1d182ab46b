"""Copies of a SQLite database: made while it is in use, proved sound, put back in one transaction.

A copy comes with `<name>.sha256`, in the form of `sha256sum -c`: SQLite's own check sees a broken page, but not
a letter that changed inside a text.
"""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from db.dialect import BUSY_TIMEOUT_MS, refuse_foreign_file, sentence
from db.errors import StorageRefusal, reason_of

_WAIT = BUSY_TIMEOUT_MS / 1000
_SIDES = ("-wal", "-shm", "-journal")


def copy_online(source: Path, target: Path) -> None:
    """Copy a live database with SQLite's own backup, then prove the copy sound. `target` must not exist.

    Raises StorageRefusal, leaving no `target` behind.
    """
    try:
        with closing(_opened(source)) as live, closing(_opened(target)) as copy:
            live.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
        check_sound(target)
    except (sqlite3.Error, OSError) as error:
        _remove(target)
        raise StorageRefusal(f"Không sao chép được {source} sang {target}: {_reason(error)}") from error
    except StorageRefusal:
        _remove(target)
        raise


def check_sound(path: Path) -> None:
    """Read the whole file: page structure, indexes, foreign keys. Raises StorageRefusal when damaged."""
    refuse_foreign_file(path)
    try:
        with closing(_opened(path)) as connection:
            problems = [row[0] for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
            problems += [
                f"khoá ngoại ở bảng {row[0]}" for row in connection.execute("PRAGMA foreign_key_check")
            ]
    except sqlite3.Error as error:
        raise _damaged(path) from error
    if problems:
        raise _damaged(path)


def check_backup(path: Path, known_revisions: frozenset[str]) -> None:
    """Refuse what is not a whole copy of a database of this program. Raises StorageRefusal."""
    if path.stat().st_size == 0:
        raise StorageRefusal(f"Tệp {path} trống. Hãy dùng một bản sao lưu khác.")
    refuse_foreign_file(path)
    _check_digest(path)
    check_sound(path)
    revision = _revision(path)
    if revision is None:
        raise StorageRefusal(f"Tệp {path} không phải bản sao lưu của Măng Non. Hãy chọn tệp khác.")
    if revision not in known_revisions:
        raise StorageRefusal(
            f"Tệp {path} ở phiên bản {revision}, chương trình này chưa biết. Hãy cài bản Măng Non mới hơn."
        )


def write_digest(path: Path) -> None:
    """Write the copy's checksum beside it. Raises StorageRefusal."""
    try:
        digest_file(path).write_text(f"{_digest(path)}  {path.name}\n", encoding="utf-8")
    except OSError as error:
        _remove(digest_file(path))
        raise StorageRefusal(f"Không ghi được {digest_file(path)}: {reason_of(error)}.") from error


def digest_file(path: Path) -> Path:
    """Where a copy's checksum lies."""
    return path.with_name(f"{path.name}.sha256")


def put_back(source: Path, target: Path) -> Path | None:
    """Make `target` hold what the sound copy `source` holds; return where its old content is kept, if it had any.

    The content is replaced in one transaction of SQLite, so that whoever has the database open sees the old or
    the new one. A target too damaged for that is set aside as it is. Raises StorageRefusal with the old data in
    place.
    """
    if not target.exists():
        copy_online(source, target)
        return None
    kept = _free_name(target)
    try:
        copy_online(target, kept)
    except StorageRefusal as refusal:
        if not _is_damaged(target):
            raise
        return _swap(source, target, kept, refusal)
    try:
        with closing(_opened(source)) as fresh, closing(_opened(target)) as live:
            fresh.backup(live)
    except sqlite3.Error as error:
        raise StorageRefusal(f"Không phục hồi được vào {target}: {_reason(error)}") from error
    return kept


def _swap(source: Path, target: Path, kept: Path, why: StorageRefusal) -> Path:
    """Set a damaged database aside with all that belongs to it, and put a copy in its place."""
    fresh = target.with_name(f"{target.name}.moi")
    _remove(fresh)
    copy_online(source, fresh)
    try:
        for side in ("", *_SIDES):
            with suppress(FileNotFoundError):
                target.with_name(target.name + side).rename(kept.with_name(kept.name + side))
        fresh.rename(target)
    except OSError as error:
        raise StorageRefusal(f"Không thay được {target}: {reason_of(error)}. {why}") from error
    return kept


def _is_damaged(path: Path) -> bool:
    try:
        check_sound(path)
    except StorageRefusal:
        return path.is_file()
    return False


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=_WAIT)


def _revision(path: Path) -> str | None:
    with closing(_opened(path)) as connection, suppress(sqlite3.Error):
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        return str(row[0]) if row else None
    return None


def _check_digest(path: Path) -> None:
    try:
        noted = digest_file(path).read_text(encoding="utf-8").split()
    except FileNotFoundError:
        return
    except (OSError, UnicodeDecodeError):
        noted = []
    if noted[:1] != [_digest(path)]:
        raise StorageRefusal(
            f"Tệp {path} không còn nguyên như lúc sao lưu (khác {digest_file(path).name}). Hãy dùng bản khác."
        )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _reason(error: sqlite3.Error | OSError) -> str:
    return f"{reason_of(error)}." if isinstance(error, OSError) else sentence(str(error))


def _damaged(path: Path) -> StorageRefusal:
    return StorageRefusal(f"Tệp {path} bị hỏng. Hãy dùng một bản sao lưu khác.")


def _free_name(target: Path) -> Path:
    number = 1
    while (name := target.with_name(f"{target.name}.cu-{number}")).exists():
        number += 1
    return name


def _remove(path: Path) -> None:
    for side in ("", *_SIDES):
        with suppress(OSError):
            path.with_name(path.name + side).unlink(missing_ok=True)
