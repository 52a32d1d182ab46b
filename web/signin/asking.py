"""A sign-in link for whoever owns an address or a telephone number."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session, col

from db.tables import Commune, ContactPoint, Person
from notifications.first_way import own_ways
from notifications.sign_in_message import Entry
from tasks.phones import phone_of
from tasks.ways import PHONE
from web.links import TaskLinks
from web.signin.sparing import LatelyMade
from web.site import SignInLetter, Site


def sought(typed: str) -> str:
    """What was typed, as the directory would have it: a mail address, or a number `84…`; "" for neither."""
    clean = unicodedata.normalize("NFC", typed)
    return clean if "@" in clean else phone_of(clean) or ""


def letters(site: Site, address: str) -> list[SignInLetter]:
    """One letter for each active person with that mail address or number (`sought`); none for an unknown one.

    None either for whoever was just sent as many as anybody needs, by whatever address.
    """
    now = site.clock.now()
    maker = TaskLinks(site.base_url, site.secret_key, site.limits.task_link, site.limits.sign_in_link)
    with site.store.write() as session:
        lately = LatelyMade.read(session, site.limits, now)
        people = [one for one in _owners(session, address) if not lately.enough(one.id)]
        ways = own_ways(session, [one.id for one in people], site.channels, now)
        made = []
        for one in people:
            url = maker.sign_in(session, one.commune_id, one.id, now)
            entry = Entry(one.name, one.greeting, one.commune, url, now + site.limits.sign_in_link)
            open_ways = lately.affordable(one.commune_id, one.id, ways.get(one.id, ()))
            made.append(SignInLetter(one.id, entry, open_ways))
        return made


def _owners(session: Session, address: str) -> Sequence[Row[Any]]:
    by_mail = "@" in address
    channels = ("email",) if by_mail else ("sms", "zalo_oa")
    points = select(col(ContactPoint.person_id), col(ContactPoint.address)).where(
        col(ContactPoint.channel).in_(channels)
    )
    if not by_mail:
        points = points.where(col(ContactPoint.address).in_((address, f"{PHONE}{address}")))
    return _people(
        session, {row[0] for row in session.execute(points) if not by_mail or _same(row[1], address)}
    )


def _people(session: Session, numbers: Iterable[int]) -> Sequence[Row[Any]]:
    columns = (getattr(Person, name) for name in ("id", "commune_id", "name", "greeting"))
    query = select(*columns, col(Commune.name).label("commune")).join(
        Commune, col(Commune.id) == col(Person.commune_id)
    )
    mine = query.where(col(Person.id).in_(numbers), col(Person.active))
    return session.execute(mine.order_by(col(Person.id))).all()


def _same(one: str, other: str) -> bool:
    """SQLite folds ASCII letters only, so addresses are compared here."""
    return one.casefold() == other.casefold()
