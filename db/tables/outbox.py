"""The ledger of reminders, the messages that carry them, each attempt to send, and the tick's heartbeat."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from db.tables.base import CommuneRow
from db.types import UtcDateTime, one_of, same_commune

MESSAGE_STATES = ("pending", "sending", "sent", "delivered", "failed", "unknown", "skipped", "missed")
REMINDER_STATES = ("wanted", "covered", "dropped")
OUTCOMES = ("started", "sent", "bounced", "permanent", "payload", "retry", "defer", "config", "unknown")


class Message(CommuneRow, table=True):
    """One digest for one person in one slot (an instant). At most one: the UNIQUE below says so.

    While `sending`, the lease says until when; `handed_over_at` is set right before the first byte that
    the receiver could act on, so a broken-off message is `unknown` only if it may have left.
    Attempts up to number `fresh_from` do not count any more: somebody decided to begin anew.
    """

    __table_args__ = (
        UniqueConstraint("commune_id", "id"),
        UniqueConstraint("commune_id", "person_id", "slot"),
        same_commune("person_id", "person"),
        one_of("state", MESSAGE_STATES),
        CheckConstraint("(state = 'sending') = (lease_until IS NOT NULL)", name="lease_only_sending"),
        CheckConstraint(
            "state NOT IN ('failed', 'unknown', 'skipped', 'missed') OR reason <> ''", name="reason_given"
        ),
        Index("ix_message_state_not_before", "state", "not_before"),
    )

    person_id: int
    slot: datetime = Field(sa_type=UtcDateTime)
    tracking_id: str = Field(unique=True)
    state: str = "pending"
    reason: str = ""
    subject: str = ""
    attempts: int = 0
    fresh_from: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    not_before: datetime = Field(sa_type=UtcDateTime)
    lease_owner: str | None = None
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    handed_over_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Attempt(CommuneRow, table=True):
    """One try to hand a message to one address, and how it ended.

    `provider_id` is the number that the receiving service gave it; it said later when the message was delivered and
    when it was seen, where it says so at all. `words`: what was said in a chat, without the secret part of its links;
    None where it is not kept.
    """

    __table_args__ = (
        UniqueConstraint("message_id", "number"),
        same_commune("message_id", "message"),
        one_of("outcome", OUTCOMES),
        Index("ix_attempt_provider_id", "provider_id"),
    )

    message_id: int
    number: int
    channel: str
    address: str
    started_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    outcome: str = "started"
    detail: str = ""
    provider_id: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    delivered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    seen_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    words: str | None = None


class Reminder(CommuneRow, table=True):
    """The ledger: a rung of a subject claimed for a person, once and for all. The insert is the claim.

    `person_id` is whom the rung is for; a substitute may be the message's receiver. `covered` rungs were
    missed and are spoken for by a later one in the same message; `dropped` ones were no longer wanted.
    """

    __table_args__ = (
        UniqueConstraint("commune_id", "person_id", "subject", "rung"),
        same_commune("person_id", "person"),
        same_commune("task_id", "task"),
        same_commune("message_id", "message"),
        one_of("state", REMINDER_STATES),
        Index("ix_reminder_message_id", "message_id"),
    )

    person_id: int
    subject: str
    rung: str
    kind: str
    task_id: int | None = None
    last_valid_on: date | None = None
    message_id: int
    state: str = "wanted"
    claimed_at: datetime = Field(sa_type=UtcDateTime)


class Heartbeat(SQLModel, table=True):
    """When a recurring piece of work of this installation last ran, and how it went."""

    name: str = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    owner: str
    detail: str = ""
