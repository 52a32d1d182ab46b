"""Sign-in links made at the terminal, for people who cannot get one by mail."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session

from db import journal
from db.errors import Refusal
from mangnon.house import House
from tasks import people
from tasks.actor import Actor
from web.links import TaskLinks, sign_in_link
from web.tokens import SIGN_IN


def make_link(
    session: Session,
    house: House,
    commune_id: int,
    key: str,
    *,
    lasting: timedelta,
    by: Actor,
    base_url: str | None = None,
) -> tuple[str, str, datetime]:
    """A link that signs the person with that key in once: name, address, aware end. Raises Refusal."""
    person, now = people.find_person(session, commune_id, key), house.clock.now()
    if not person.active or person.id is None:
        raise Refusal(f"{person.name} không còn trong danh bạ nên không đăng nhập được.")
    number = sign_in_link(session, commune_id, person.id, now + lasting, now)
    journal.append(
        session, commune_id, at=now, actor=by.name, action="sign_in.offered", subject=f"person:{person.id}",
        payload={"person": key, "role": by.role},
    )  # fmt: skip
    maker = TaskLinks(base_url or house.base_url, house.secret_key, lasting)
    return person.name, maker.url(SIGN_IN, number), now + lasting
