"""Where a document is corrected: whose forms these are, where they lead, and what is known beside the document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from documents.correcting.draft import PlanDraft
from documents.correcting.own import Own, own_at_first
from tasks.actor import Actor
from web.fromdoc.saving import own_of
from web.site import Site
from web.visitor import Visitor

PLACE = "/ke-hoach/tu-van-ban"
ASKED = {"place": "Địa danh ghi trên văn bản", "superior": "Cơ quan cấp trên nhận hồ sơ"}
"""What a plan file says of the commune and the draft does not: asked for where there is no commune yet."""


@dataclass(frozen=True)
class Bench:
    """`commune_id`: 0 while there is no commune. `place`: the address at which a document is chosen.

    `kept`: fields that the forms carry along unseen. `asked`: what was typed for each of `ASKED`, {} where the
    commune is known.
    """

    commune_id: int
    time_zone: str
    by: Actor
    csrf: str = ""
    place: str = PLACE
    kept: Mapping[str, str] = field(default_factory=dict)
    asked: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, visitor: Visitor) -> Self:
        """That of somebody who is signed in."""
        return cls(visitor.commune_id, visitor.time_zone, visitor.actor(), visitor.csrf)

    @property
    def saving(self) -> str:
        """The address that what was typed is sent to."""
        return f"{self.place}/sua"

    def own(self, site: Site, draft: PlanDraft) -> Own:
        """What the commune has already, seen from that draft's year."""
        if not self.commune_id:
            return own_at_first(draft.issuer, self.asked)
        with site.store.read() as session:
            return own_of(session, self.commune_id, draft.year)

    def carried(self) -> list[tuple[str, str]]:
        """Everything that is no part of the draft, for a page that shows none of it."""
        return [*self.kept.items(), *self.asked.items()]
