"""A sign-in link for whoever owns an address."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlmodel import col

from db.tables import ContactPoint, Person
from web.links import TaskLinks, sign_in_link
from web.site import SignInLetter, Site
from web.tokens import SIGN_IN


def letters(site: Site, address: str) -> list[SignInLetter]:
    """One letter for each active person with that e-mail address; none for an unknown one."""
    now = site.clock.now()
    expires_at = now + site.limits.sign_in_link
    maker = TaskLinks(site.base_url, site.secret_key, site.limits.task_link)
    with site.store.write() as session:
        query = (
            select(
                col(Person.id),
                col(Person.commune_id),
                col(Person.name),
                col(Person.greeting),
                col(ContactPoint.address),
            )
            .join(ContactPoint, col(ContactPoint.person_id) == col(Person.id))
            .where(col(Person.active), col(ContactPoint.channel) == "email")
        )

        def made() -> Iterator[SignInLetter]:
            for row in session.execute(query).all():
                # SQLite folds ASCII letters only, so addresses are compared here.
                if row.address.casefold() == address.casefold():
                    number = sign_in_link(session, row.commune_id, row.id, expires_at, now)
                    yield SignInLetter(
                        row.id, row.name, row.greeting, row.address, maker.url(SIGN_IN, number), expires_at
                    )

        return list(made())
