"""The dossier's own words, and the council (Hội đồng xét duyệt): members, meetings, scores.

`version` counts the saves of a row and of what hangs on it: attendance on its meeting, votes on their score. A save
names the version it was made from, so that two people never overwrite each other unseen.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, UniqueConstraint
from sqlmodel import Field

from db.tables.base import CommuneRow
from db.types import UtcDateTime, one_of, same_commune

COUNCIL_PARTS = ("chair", "deputy", "secretary", "member")


class Dossier(CommuneRow, table=True):
    """What a plan's dossier (hồ sơ trình) needs and the plan does not say. Lists hold texts.

    `class_bar`: the key of a recognition bar of the rule set, "" while nobody chose; `class_document` says why.
    `quorum`: the least number of members that must be there, null while nobody knows; `quorum_source` says who said so.
    """

    __table_args__ = (
        UniqueConstraint("plan_id"),
        same_commune("plan_id", "plan"),
        CheckConstraint("quorum IS NULL OR quorum BETWEEN 1 AND 99", name="quorum_counts"),
        CheckConstraint("version >= 1", name="version_counts"),
    )

    plan_id: int
    signer_name: str = ""
    drafting: str = ""
    recipients: list[str] = Field(default_factory=list, sa_type=JSON)
    bases: list[str] = Field(default_factory=list, sa_type=JSON)
    strengths: list[str] = Field(default_factory=list, sa_type=JSON)
    gaps: list[str] = Field(default_factory=list, sa_type=JSON)
    class_bar: str = ""
    class_document: str = ""
    quorum: int | None = None
    quorum_source: str = ""
    version: int = 1
    by_name: str
    updated_at: datetime = Field(sa_type=UtcDateTime)


class CouncilMember(CommuneRow, table=True):
    """A member with position and part; `person_id` where the directory knows them. Who left stays, for the minutes.

    `joined_at`: the beginning of the local day from which they are one, null for a member from the beginning.
    """

    __tablename__ = "council_member"
    __table_args__ = (
        UniqueConstraint("commune_id", "id"),
        same_commune("plan_id", "plan"),
        same_commune("person_id", "person"),
        one_of("part", COUNCIL_PARTS),
        CheckConstraint("name <> ''", name="name_given"),
        CheckConstraint("version >= 1", name="version_counts"),
    )

    plan_id: int = Field(index=True)
    name: str
    position: str = ""
    part: str = "member"
    person_id: int | None = None
    joined_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    left_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    version: int = 1
    by_name: str
    updated_at: datetime = Field(sa_type=UtcDateTime)


class CouncilMeeting(CommuneRow, table=True):
    """A meeting; `held_at` is null until the time is known, `closed_at` until it is over. `agenda` holds texts."""

    __tablename__ = "council_meeting"
    __table_args__ = (
        UniqueConstraint("commune_id", "id"),
        same_commune("plan_id", "plan"),
        CheckConstraint("closed_at IS NULL OR held_at IS NOT NULL", name="closing_follows_opening"),
        CheckConstraint("closed_at IS NULL OR held_at <= closed_at", name="closed_after_opening"),
        CheckConstraint("version >= 1", name="version_counts"),
    )

    plan_id: int = Field(index=True)
    held_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    place: str = ""
    agenda: list[str] = Field(default_factory=list, sa_type=JSON)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    version: int = 1
    by_name: str
    updated_at: datetime = Field(sa_type=UtcDateTime)


class CouncilAttendance(CommuneRow, table=True):
    """A member was at a meeting."""

    __tablename__ = "council_attendance"
    __table_args__ = (
        UniqueConstraint("meeting_id", "member_id"),
        same_commune("meeting_id", "council_meeting"),
        same_commune("member_id", "council_member"),
    )

    meeting_id: int
    member_id: int = Field(index=True)
    by_name: str
    noted_at: datetime = Field(sa_type=UtcDateTime)


class CouncilScore(CommuneRow, table=True):
    """What the council agreed on for a criterion; null: not yet. `reason`: why it is not the self-assessment's score."""

    __tablename__ = "council_score"
    __table_args__ = (
        UniqueConstraint("commune_id", "id"),
        UniqueConstraint("plan_id", "criterion_no"),
        same_commune("plan_id", "plan"),
        CheckConstraint("points IS NULL OR points BETWEEN 0 AND 10000", name="points_count"),
        CheckConstraint("version >= 1", name="version_counts"),
    )

    plan_id: int
    criterion_no: int
    points: int | None = None
    reached: bool | None = None
    reason: str = ""
    version: int = 1
    by_name: str
    updated_at: datetime = Field(sa_type=UtcDateTime)


class CouncilVote(CommuneRow, table=True):
    """What one member would give the criterion of a score, with a remark."""

    __tablename__ = "council_vote"
    __table_args__ = (
        UniqueConstraint("score_id", "member_id"),
        same_commune("score_id", "council_score"),
        same_commune("member_id", "council_member"),
        CheckConstraint("points BETWEEN 0 AND 10000", name="points_count"),
    )

    score_id: int
    member_id: int = Field(index=True)
    points: int
    remark: str = ""
    by_name: str
    noted_at: datetime = Field(sa_type=UtcDateTime)
