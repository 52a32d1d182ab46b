"""The plan that a commune works on."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import Session, col

from db.errors import Missing
from db.tables import Plan


def current_plan(session: Session, commune_id: int) -> Plan:
    """The commune's newest plan. Raises Missing."""
    query = select(Plan).where(col(Plan.commune_id) == commune_id)
    newest = query.order_by(col(Plan.year).desc(), col(Plan.id).desc())
    row: Plan | None = session.execute(newest).scalars().first()
    if row is None:
        raise Missing("Chưa có kế hoạch nào. Người vận hành nhập bằng lệnh mangnon plan import TỆP.")
    return row
