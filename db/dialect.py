"""The one place that knows SQLite: connection settings, write locks, append-only triggers, backup.

Everything else speaks to any database; another dialect gets its branch here and nowhere else.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from db.errors import StorageRefusal, reason_of

WRITES = "mangnon_writes"
PATIENCE = "mangnon_patience_ms"
BUSY_TIMEOUT_MS = 15_000
_HEADER = b"SQLite format 3\x00"


def prepare(engine: Engine) -> None:
    """Set each new connection's pragmas and let a writing transaction take the write lock when it begins.

    Without the early lock a transaction that reads and then writes fails at once under another writer,
    whatever the busy timeout (SQLITE_BUSY_SNAPSHOT).
    """
    if engine.dialect.name != "sqlite":
        return
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)


def _on_connect(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _on_begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if PATIENCE not in options:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get(WRITES, False) else "BEGIN")
        return
    # Only beginning waits for others: whoever has the write lock keeps it to the end.
    connection.exec_driver_sql(f"PRAGMA busy_timeout={int(options[PATIENCE])}")
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")


def append_only(dialect: str, table: str) -> list[str]:
    """The statements that make `table` refuse UPDATE and DELETE."""
    if dialect != "sqlite":
        raise NotImplementedError(dialect)
    return [
        f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for verb in ("update", "delete")
    ]


def sqlite_file(url: str) -> Path | None:
    """The database file of a SQLite URL; None for another database or one in memory."""
    prefix = "sqlite:///"
    name = url.removeprefix(prefix)
    return Path(name) if url.startswith(prefix) and name not in ("", ":memory:") else None


def refuse_foreign_file(path: Path) -> None:
    """Refuse a file that exists but is not a SQLite database, before SQLite writes to it.

    Raises StorageRefusal.
    """
    try:
        with path.open("rb") as file:
            head = file.read(len(_HEADER))
    except FileNotFoundError:
        return
    except OSError as error:
        raise StorageRefusal(
            f"Không mở được cơ sở dữ liệu {path}: {reason_of(error)}. "
            "Hãy kiểm tra mục [database] trong config.toml và quyền đọc."
        ) from error
    if head and head != _HEADER:
        raise StorageRefusal(
            f"Tệp {path} không phải cơ sở dữ liệu của Măng Non. "
            "Hãy kiểm tra mục [database] trong config.toml hoặc phục hồi từ bản sao lưu."
        )


def sentence(cause: str) -> str:
    """One Vietnamese sentence for SQLite's own message."""
    for sign, says in _SENTENCES.items():
        if sign in cause:
            return says
    return f"Cơ sở dữ liệu báo lỗi: {cause}. Chưa có gì được lưu."


_SENTENCES = {
    "full": "Ổ đĩa đã đầy nên chưa ghi được gì. Hãy giải phóng dung lượng rồi làm lại.",
    "disk I/O error": "Ổ đĩa không ghi được (đầy hoặc hỏng) nên chưa lưu gì. Hãy kiểm tra ổ đĩa rồi làm lại.",
    "locked": "Cơ sở dữ liệu đang bận quá lâu. Hãy chờ một phút rồi làm lại.",
    "readonly": "Cơ sở dữ liệu chỉ cho đọc. Hãy cấp quyền ghi vào tệp và thư mục chứa nó.",
    "unable to open": "Không mở được cơ sở dữ liệu. Hãy kiểm tra đường dẫn và quyền truy cập trong mục [database].",
    "not a database": "Tệp cơ sở dữ liệu bị hỏng. Hãy phục hồi từ bản sao lưu bằng lệnh mangnon restore.",
    "malformed": "Tệp cơ sở dữ liệu bị hỏng. Hãy phục hồi từ bản sao lưu bằng lệnh mangnon restore.",
    "no such table": "Cơ sở dữ liệu chưa được tạo. Hãy chạy lệnh mangnon init trước.",
    "no such column": "Cơ sở dữ liệu thuộc phiên bản cũ hơn. Hãy chạy lệnh mangnon init để nâng cấp.",
}
