"""How people come in: links, sessions, passwords and tokens. Secrets are kept as hashes only."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from db.tables.base import CommuneRow
from db.types import UtcDateTime, one_of, same_commune

LINK_PURPOSES = ("task", "sign_in", "calendar")
SESSION_ORIGINS = ("task", "sign_in", "password")
_STANDING_TASK = text("revoked_at IS NULL AND purpose = 'task'")
_STANDING_CALENDAR = text("revoked_at IS NULL AND purpose = 'calendar'")


class AccessLink(CommuneRow, table=True):
    """What a signed link stands for. The link carries the row's number under a signature, so it can be revoked.

    `task`: opens one task for one person; at most one stands per pair. `sign_in`: good for one use.
    `calendar`: the person's iCalendar feed, without an end; at most one stands per person.
    """

    __tablename__ = "access_link"
    __table_args__ = (
        UniqueConstraint("commune_id", "id"),
        same_commune("person_id", "person"),
        same_commune("task_id", "task"),
        one_of("purpose", LINK_PURPOSES),
        CheckConstraint("(purpose = 'task') = (task_id IS NOT NULL)", name="task_named"),
        CheckConstraint("purpose = 'calendar' OR expires_at IS NOT NULL", name="end_given"),
        Index(
            "uq_access_link_task",
            "person_id",
            "task_id",
            unique=True,
            sqlite_where=_STANDING_TASK,
            postgresql_where=_STANDING_TASK,
        ),
        Index(
            "uq_access_link_calendar",
            "person_id",
            unique=True,
            sqlite_where=_STANDING_CALENDAR,
            postgresql_where=_STANDING_CALENDAR,
        ),
    )

    person_id: int
    task_id: int | None = None
    purpose: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class WebSession(CommuneRow, table=True):
    """A signed-in browser. One that came by a task link may do a unit's work only, and ends with that link."""

    __tablename__ = "web_session"
    __table_args__ = (
        same_commune("person_id", "person"),
        same_commune("link_id", "access_link"),
        one_of("origin", SESSION_ORIGINS),
        CheckConstraint("origin <> 'task' OR link_id IS NOT NULL", name="link_named"),
    )

    person_id: int = Field(index=True)
    link_id: int | None = None
    origin: str
    token_hash: str = Field(unique=True)
    device: str = ""
    created_at: datetime = Field(sa_type=UtcDateTime)
    last_seen_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class PasswordHash(CommuneRow, table=True):
    """The argon2 hash of a password somebody chose to have (mật khẩu, không bắt buộc)."""

    __tablename__ = "password_hash"
    __table_args__ = (same_commune("person_id", "person"),)

    person_id: int = Field(unique=True)
    hash: str
    set_at: datetime = Field(sa_type=UtcDateTime)


class ApiToken(CommuneRow, table=True):
    """A personal token for the JSON API; `scopes` are names separated by one space."""

    __tablename__ = "api_token"
    __table_args__ = (
        same_commune("person_id", "person"),
        CheckConstraint("name <> '' AND scopes <> ''", name="named_and_scoped"),
    )

    person_id: int = Field(index=True)
    name: str
    token_hash: str = Field(unique=True)
    scopes: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    last_used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
