"""The council as it goes in and out."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from db.tables import CouncilMember
from db.tables.council import COUNCIL_PARTS
from tasks.council_meetings import Meeting, MeetingFacts
from tasks.council_members import MemberFacts
from tasks.council_standing import Standing, verdict_or_why
from web.api.values import Given, RowNumber, ShortWords, Taken

CouncilPart = Literal["chair", "deputy", "secretary", "member"]
if set(CouncilPart.__args__) != set(COUNCIL_PARTS):  # type: ignore[attr-defined]
    raise ImportError("the API knows other parts than members have")
EARLIEST, LATEST = datetime.fromisoformat("2000-01-01T00:00Z"), datetime.fromisoformat("2100-01-01T00:00Z")
Instant = Annotated[AwareDatetime, Field(ge=EARLIEST, le=LATEST)]


class CouncilMemberOut(Given):
    """A member; `left_at` null while they are one. `person_id`: in the directory, null where they are not.

    `joined_at`: the beginning of the local day from which they are one; null for a member from the beginning.
    """

    id: int
    name: str
    position: str
    part: CouncilPart
    person_id: int | None
    joined_at: datetime | None
    left_at: datetime | None
    version: int


class CouncilMemberIn(Taken):
    """A member with position and part. `joined_at` is needed for a new one once a meeting is over."""

    name: Annotated[ShortWords, Field(min_length=1)]
    position: ShortWords = ""
    part: CouncilPart = "member"
    person_id: RowNumber | None = None
    joined_at: Instant | None = None

    def facts(self) -> MemberFacts:
        """For the service."""
        return MemberFacts(self.name, self.position, self.part, self.person_id, self.joined_at)


class CouncilMeetingOut(Given):
    """A meeting; `present`: numbers of members. `quorum_met` null while nobody said how many are needed."""

    id: int
    held_at: datetime | None
    place: str
    agenda: list[str]
    closed_at: datetime | None
    present: list[int]
    quorum_met: bool | None
    version: int


class CouncilMeetingIn(Taken):
    """A meeting as it shall be."""

    held_at: Instant | None = None
    place: ShortWords = ""
    agenda: Annotated[tuple[ShortWords, ...], Field(max_length=60)] = ()
    closed_at: Instant | None = None
    present: Annotated[tuple[RowNumber, ...], Field(max_length=200)] = ()

    def facts(self) -> MeetingFacts:
        """For the service."""
        return MeetingFacts(self.held_at, self.place, self.agenda, self.closed_at, frozenset(self.present))


class ConditionOut(Given):
    """One condition of recognition."""

    name: str
    answer: Literal["yes", "no", "unknown"]
    why: str


class VerdictOut(Given):
    """All conditions together; `trouble`: why there is no answer, when what is stored no longer fits the rules."""

    answer: Literal["yes", "no", "unknown"]
    conditions: list[ConditionOut]
    trouble: str


class CouncilOut(Given):
    """The council of the newest plan. `members`: also those who left."""

    members: list[CouncilMemberOut]
    meetings: list[CouncilMeetingOut]
    class_bar: str
    class_document: str
    quorum: int | None
    quorum_source: str
    total: str
    verdict: VerdictOut


def member_out(row: CouncilMember) -> CouncilMemberOut:
    """One member."""
    return CouncilMemberOut.model_validate(row)


def meeting_out(standing: Standing, one: Meeting) -> CouncilMeetingOut:
    """One meeting."""
    row = one.row
    return CouncilMeetingOut(
        id=row.id or 0, held_at=row.held_at, place=row.place, agenda=row.agenda, closed_at=row.closed_at,
        present=sorted(one.present), quorum_met=standing.met(one), version=row.version,
    )  # fmt: skip


def verdict_out(standing: Standing) -> VerdictOut:
    """What it comes to."""
    verdict, trouble = verdict_or_why(standing)
    if verdict is None:
        return VerdictOut(answer="unknown", conditions=[], trouble=trouble)
    conditions = [ConditionOut.model_validate(one) for one in verdict.conditions]
    return VerdictOut(answer=verdict.answer, conditions=conditions, trouble="")
