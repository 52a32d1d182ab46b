"""The heartbeat that the watchdog, `doctor` and the health page look at."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert, update
from sqlmodel import Session, col

from db.store import changed
from db.tables import Heartbeat

HEARTBEAT = "tick"


def beat(session: Session, owner: str, now: datetime, detail: str | None = None) -> None:
    """Write that work goes on. `detail`: what is wrong, "" for nothing; None leaves what the last tick said."""
    values: dict[str, Any] = {"at": now, "owner": owner} | ({} if detail is None else {"detail": detail})
    if not changed(session, update(Heartbeat).where(col(Heartbeat.name) == HEARTBEAT).values(**values)):
        session.execute(insert(Heartbeat).values({"name": HEARTBEAT, "detail": "", **values}))
