"""The dossier as its page and the API show it: documents, criteria, evidence, what is missing, what was made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from sqlmodel import Session

from documents.dossier.entries import Entry, lost_files
from documents.dossier.issuing import Issued, newest_issued, planned
from documents.dossier.making import Plan
from documents.dossier.texts import left_blank
from documents.writing.contexts import signer_name
from documents.writing.reminding import late_units
from tasks.clock import local_date
from tasks.current import current_plan
from tasks.scoring import CriterionSheet
from web.dossier.places import Mending, mending
from web.numbers import whole
from web.site import Site
from web.visitor import Visitor

READ = ("coordinator", "leadership")
WRITER = ("coordinator",)
SHOWN = 20


@dataclass(frozen=True)
class Document:
    """One Word document. `blank`: what would stay blank in it, in words."""

    key: str
    title: str
    name: str
    blank: list[str]


@dataclass(frozen=True)
class Row:
    """One criterion: its score, what the council agreed on, and its evidence by number.

    `files` go in, `papers` are listed and stay with their holder, `withheld` are only counted, `lost` are gone.
    """

    sheet: CriterionSheet
    state: str
    agreed: int | None
    files: int
    papers: int
    withheld: int
    lost: int

    @property
    def restricted(self) -> bool:
        """Whether its evidence may tell about one child, so that none of it leaves."""
        return self.sheet.criterion.restricted_evidence


@dataclass(frozen=True)
class DossierView:
    """All of it. `size`: bytes of the evidence that goes in; `late`: key and name of each late unit."""

    plan: Plan
    gaps: list[Mending]
    documents: list[Document]
    rows: list[Row]
    size: int
    late: dict[str, str]
    issued: list[Issued]

    @property
    def asks_for(self) -> str:
        """What an address adds for the papers of the meeting that was chosen; "" for the newest."""
        chosen, newest = self.plan.meeting_number, self.plan.meetings[-1:]
        return f"?hop={chosen}" if newest and newest[0].row.id != chosen else ""

    @property
    def signer(self) -> str:
        """Who signs; "" for nobody known."""
        return signer_name(self.plan.facts, self.plan.details)

    @property
    def files(self) -> int:
        """How many evidence files go in."""
        return sum(one.files for one in self.rows)

    @property
    def withheld(self) -> int:
        """How many pieces of evidence are only counted."""
        return sum(one.withheld for one in self.rows)


def meeting_asked(given: str) -> int | None:
    """The number of the meeting that an address or a form asks for; None: the newest."""
    return whole(given) or None


def plan_now(session: Session, site: Site, visitor: Visitor, meeting: int | None = None) -> Plan:
    """The dossier of the newest plan as it would be made today. `meeting`: the number of the one its papers tell of,
    None for the newest. Raises Missing, Refusal."""
    number = current_plan(session, visitor.commune_id).id or 0
    today = local_date(site.clock.now(), visitor.time_zone)
    return planned(session, number, today, site.calendar, site.evidence_folder, meeting=meeting)


def dossier_view(session: Session, site: Site, visitor: Visitor, meeting: int | None = None) -> DossierView:
    """Read it. Raises Missing, and Refusal for a class or points that the rules no longer have."""
    plan, may_write = plan_now(session, site, visitor, meeting), bool(visitor.roles & set(WRITER))
    facts, whole = plan.facts, plan.whole
    gaps = mending(plan.gaps, facts.live, may_write=may_write)
    return DossierView(
        plan, gaps, _documents(plan, whole), _rows(plan), _size(whole), late_units(facts),
        newest_issued(session, visitor.commune_id, SHOWN),
    )  # fmt: skip


def _documents(plan: Plan, whole: Sequence[Entry]) -> list[Document]:
    blank = left_blank(plan.facts, plan.details, whole)
    return [
        Document(one.template.key, one.title, one.name, blank[one.template.key])
        for one in whole
        if one.template
    ]


def _rows(plan: Plan) -> list[Row]:
    facts = plan.facts
    lost = Counter(one.criterion_no for one in lost_files(plan.entries))
    sent = Counter(one.criterion_no for one in facts.proofs if one.sha256)
    listed = Counter(one.criterion_no for one in facts.proofs if not one.sha256)
    agreed = {one.no: one.points for one in plan.details.council.agreed}
    return [
        Row(
            one, facts.state_of(no), agreed.get(no), sent[no] - lost[no], listed[no], facts.withheld.get(no, 0), lost[no]
        )
        for one in facts.scores.criteria
        for no in (one.criterion.no,)
    ]  # fmt: skip


def _size(whole: Sequence[Entry]) -> int:
    found = 0
    for one in whole:
        # A file that went away meanwhile is told when the dossier is made.
        with suppress(OSError):
            found += one.source.stat().st_size if one.source else 0
    return found
