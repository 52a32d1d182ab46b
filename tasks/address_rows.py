"""The rows behind somebody's addresses: read in order, and put into another. No rules, no journal."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, insert, select, update
from sqlmodel import Session, col

from db.tables import ContactPoint
from tasks.ways import Point


def load_points(session: Session, person_id: int) -> list[ContactPoint]:
    """A person's addresses in the order in which they are tried."""
    query = select(ContactPoint).where(col(ContactPoint.person_id) == person_id)
    return list(session.execute(query.order_by(col(ContactPoint.position))).scalars())


def point_of(row: ContactPoint) -> Point:
    """The address alone."""
    return Point(row.channel, row.address)


def put_points(session: Session, commune_id: int, person_id: int, points: Sequence[Point]) -> None:
    """Give a person these addresses, in this order, and no others.

    One that stays keeps its row: its number, which a message under way may hold, and that it was refused.
    """
    present = {point_of(row): row.id for row in load_points(session, person_id)}
    if list(present) == list(points):
        return
    mine = col(ContactPoint.person_id) == person_id
    gone = [number for point, number in present.items() if point not in points]
    session.execute(delete(ContactPoint).where(mine, col(ContactPoint.id).in_(gone)))
    # Out of each other's way first: no two may stand at one position, even for a moment.
    session.execute(update(ContactPoint).where(mine).values(position=-col(ContactPoint.position)))
    for position, point in enumerate(points, start=1):
        if point in present:
            moved = update(ContactPoint).where(col(ContactPoint.id) == present[point])
            session.execute(moved.values(position=position))
        else:
            session.execute(insert(ContactPoint).values(_new(commune_id, person_id, position, point)))


def _new(commune_id: int, person_id: int, position: int, point: Point) -> dict[str, object]:
    return {
        "commune_id": commune_id, "person_id": person_id, "position": position, "channel": point.channel,
        "address": point.address,
    }  # fmt: skip
