"""Bringing a database to the newest schema, and telling whether it is there."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError

from db.errors import StorageRefusal
from db.store import explain


def upgrade(engine: Engine) -> None:
    """Run all migrations that are missing. Raises StorageRefusal."""
    config = _config()
    config.attributes["engine"] = engine
    try:
        command.upgrade(config, "head")
    except DatabaseError as error:
        raise StorageRefusal(explain(error)) from error


def newest() -> str:
    """The revision this program was written for."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    if head is None:
        raise RuntimeError("the package carries no migration")
    return head


def known() -> frozenset[str]:
    """Every revision that this program can bring to the newest."""
    return frozenset(one.revision for one in ScriptDirectory.from_config(_config()).walk_revisions())


def present(engine: Engine) -> str | None:
    """The revision the database stands at; None for one that was never set up. Raises StorageRefusal."""
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    except DatabaseError as error:
        raise StorageRefusal(explain(error)) from error


def require_newest(engine: Engine) -> None:
    """Refuse a database of another schema than this program's. Raises StorageRefusal."""
    revision = present(engine)
    if revision is None:
        raise StorageRefusal("Cơ sở dữ liệu chưa được tạo. Hãy chạy lệnh mangnon init trước.")
    if revision != newest():
        raise StorageRefusal(
            f"Cơ sở dữ liệu ở phiên bản {revision}, chương trình cần {newest()}. Hãy sao lưu rồi chạy mangnon init để nâng cấp."
        )


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "db:migrations")
    return config
