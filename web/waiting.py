"""An installation without a commune: nobody can sign in yet, and every page says so but the one that makes the first plan."""

from __future__ import annotations

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import select
from sqlmodel import Session, col

from db.errors import Refusal
from db.store import Store
from db.tables import Commune


class NotBegun(Refusal):
    """There is no commune yet, so there is nothing to show."""

    status = 503

    def __init__(self) -> None:
        super().__init__(
            "Chào đồng chí, máy này chưa có kế hoạch nào nên chưa ai đăng nhập được; xin mở liên kết bắt đầu mà người "
            "vận hành nhìn thấy trên màn hình lệnh khi chạy mangnon serve."
        )


class Waiting:
    """Whether the first plan is still awaited. Once there is a commune the database is not asked again."""

    def __init__(self, store: Store) -> None:
        self._store, self._over = store, False

    async def here(self) -> bool:
        """Raises StorageRefusal."""
        return not self._over and await run_in_threadpool(self._look)

    def _look(self) -> bool:
        with self._store.read() as session:
            self._over = commune_there(session)
        return not self._over


def commune_there(session: Session) -> bool:
    """Whether there is a commune."""
    return session.execute(select(col(Commune.id)).limit(1)).first() is not None


async def begun(request: Request) -> None:
    """A dependency of every page that is about a commune. Raises NotBegun."""
    waiting: Waiting = request.app.state.waiting
    if await waiting.here():
        raise NotBegun
