"""Opening the database, and the two kinds of transaction: reading and writing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import Connection, Engine, Update, create_engine
from sqlalchemy.exc import ArgumentError, DatabaseError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session

from db import dialect
from db.errors import StorageRefusal
from db.watching import Watch


class Store:
    """An opened database. `read()` and `write()` each give one session in one transaction.

    Inside them SQLAlchemy's errors about the storage itself become StorageRefusal; IntegrityError passes,
    for it means a rule was broken, not the disk.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        if path := dialect.sqlite_file(url):
            dialect.refuse_foreign_file(path)
            if not path.parent.is_dir():
                raise StorageRefusal(
                    f"Không có thư mục {path.parent} để đặt cơ sở dữ liệu. Hãy tạo thư mục này trước."
                )
        self.engine = _engine(url)
        dialect.prepare(self.engine)
        self._watch = Watch(url)
        self._writing = self.engine.execution_options(**{dialect.WRITES: True})

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session on one consistent state; whatever it changed is thrown away."""
        with self._open(self.engine) as session:
            yield session

    @contextmanager
    def write(self, patience: timedelta | None = None) -> Iterator[Session]:
        """A session that commits when the block ends, and rolls back when it raises.

        `patience`: how long another writer is waited for, where somebody waits for the answer; 15 s otherwise.
        """
        engine = self._writing
        if patience is not None:
            engine = engine.execution_options(**{dialect.PATIENCE: round(patience.total_seconds() * 1000)})
        with self._open(engine) as session:
            yield session
            session.commit()

    @contextmanager
    def statements(self) -> Iterator[Connection]:
        """The same without a session around it, for those who write so often that a session costs more than the rows."""
        with self._told(), self._writing.begin() as connection:
            yield connection

    @contextmanager
    def _open(self, engine: Engine) -> Iterator[Session]:
        with self._told(), Session(engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except IntegrityError:
            raise
        except DatabaseError as error:
            raise StorageRefusal(explain(error)) from error
        except PoolTimeout as error:
            raise StorageRefusal(dialect.sentence("locked")) from error

    def sign(self) -> int | None:
        """A number that stays the same as long as nothing is committed; None when that cannot be told."""
        return self._watch.sign()

    def close(self) -> None:
        """Close all connections."""
        self._watch.close()
        self.engine.dispose()


def _engine(url: str) -> Engine:
    try:
        # Parameters may be personal, and errors end up in the log.
        return create_engine(url, hide_parameters=True)
    except (ArgumentError, ImportError) as error:
        scheme = url.partition(":")[0]
        raise StorageRefusal(
            f"Không dùng được cơ sở dữ liệu kiểu «{scheme}». Hãy sửa url trong mục [database], ví dụ sqlite:///mangnon.db."
        ) from error


def explain(error: DatabaseError) -> str:
    """One Vietnamese sentence for a storage error."""
    return dialect.sentence(str(error.orig))


def changed(session: Session, statement: Update) -> int:
    """How many rows a conditional UPDATE changed; 0 means somebody else was first."""
    session.flush()
    return session.connection().execute(statement).rowcount
