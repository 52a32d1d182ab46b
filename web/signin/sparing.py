"""How many sign-in links leave: counted in the database, so over every address of a person, every process and restart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

import structlog
from sqlalchemy import select
from sqlmodel import Session, col

from db.tables import AccessLink
from notifications.routes import Address
from web.site import Limits
from web.tokens import SIGN_IN

DAY = timedelta(days=1)
PAID = frozenset({"sms", "zalo_oa"})
"""Channels whose messages may cost money. Anybody may have a link sent to anybody, so a day has its limits there."""
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class LatelyMade:
    """Sign-in links that were made lately, by person: within the window, within a day; and within a day by commune."""

    in_window: Counter[int]
    in_a_day: Counter[int]
    of_communes: Counter[int]
    limits: Limits

    @classmethod
    def read(cls, session: Session, limits: Limits, now: datetime) -> Self:
        """As the database has it at `now` (aware)."""
        names = (col(AccessLink.person_id), col(AccessLink.commune_id), col(AccessLink.created_at))
        made = (col(AccessLink.purpose) == SIGN_IN) & (col(AccessLink.created_at) > now - DAY)
        rows = session.execute(select(*names).where(made)).all()
        return cls(
            Counter(row.person_id for row in rows if row.created_at > now - limits.window),
            Counter(row.person_id for row in rows),
            Counter(row.commune_id for row in rows),
            limits,
        )

    def enough(self, person_id: int) -> bool:
        """Whether the person has as many good links as anybody needs, by whatever address they were asked for."""
        return self.in_window[person_id] >= self.limits.sign_ins_per_address

    def affordable(self, commune_id: int, person_id: int, ways: Sequence[Address]) -> tuple[Address, ...]:
        """The ways that may still be used today: those that cost nothing always."""
        person, commune = self.in_a_day[person_id], self.of_communes[commune_id]
        if person < self.limits.paid_sign_ins and commune < self.limits.paid_sign_ins_of_commune:
            return tuple(ways)
        log.warning("sign-in links no longer go by paid ways today", person=person_id, links=person)
        return tuple(one for one in ways if one.channel not in PAID)
