"""What the channels remember: their state, Zalo's tokens, codes that link a chat to a person, what came in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from db.tables.base import CommuneRow
from db.types import UtcDateTime, one_of, same_commune

ANSWER_STATES = ("none", "waiting", "sending", "sent", "failed", "unknown")
UNDERSTOOD = ("acknowledge", "done", "more_time", "link", "sign_in", "unknown")
_UNHANDLED = text("handled_at IS NULL")


class ChannelState(SQLModel, table=True):
    """One channel of this installation. Closed (`closed_at`) it carries nothing until `try_again_at`.

    `outage_at` names the trouble that people were told of: one that comes back for the same reason within a day is
    the same trouble.

    `next_free_at` is the pace: the instant at which the channel's rate allows the next message.
    `quota_left`: messages that the provider still allows, as it said at `quota_at`; None when it never said.
    """

    __tablename__ = "channel_state"

    name: str = Field(primary_key=True)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_because: str = ""
    outage_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    try_again_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    next_free_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    quota_left: int | None = None
    quota_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ZaloToken(SQLModel, table=True):
    """The OA's pair of tokens (mã truy cập, mã làm mới). A refresh token is good for one use.

    `version` grows with every new pair. Whoever refreshes holds `refreshing_by` until `refreshing_until`;
    `asked_at` is set right before the request leaves, so that one whose answer was lost is known.
    `trouble`: why a person has to give permission again, "" while all is well.
    """

    __tablename__ = "zalo_token"

    app_id: str = Field(primary_key=True)
    access_token: str
    refresh_token: str
    expires_at: datetime = Field(sa_type=UtcDateTime)
    version: int = 1
    refreshing_by: str | None = None
    refreshing_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    asked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    trouble: str = ""
    changed_at: datetime = Field(sa_type=UtcDateTime)


class ChatCode(CommuneRow, table=True):
    """A code that a person types in a chat, once, so that the chat becomes an address of theirs (mã liên kết)."""

    __tablename__ = "chat_code"
    __table_args__ = (
        same_commune("person_id", "person"),
        Index("ix_chat_code_code", "code"),
        CheckConstraint("created_at < expires_at", name="window_open"),
    )

    person_id: int = Field(index=True)
    channel: str
    code: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ChannelEvent(SQLModel, table=True):
    """Something a provider told us, kept before it is answered. `key` is its own number: a second copy is not kept.

    `body` is the JSON as it came, emptied once handled: it may hold personal text.
    """

    __tablename__ = "channel_event"
    __table_args__ = (
        UniqueConstraint("channel", "key"),
        Index("ix_channel_event_unhandled", "id", sqlite_where=_UNHANDLED, postgresql_where=_UNHANDLED),
    )

    id: int | None = Field(default=None, primary_key=True)
    channel: str
    key: str
    body: str
    received_at: datetime = Field(sa_type=UtcDateTime)
    handled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    trouble: str = ""


class IncomingMessage(CommuneRow, table=True):
    """What somebody wrote to us in a chat, how it was understood and what was answered (tin đến).

    `person_id` None: a chat that is linked to nobody. `settled_at`: the coordinator has seen to it.
    """

    __tablename__ = "incoming_message"
    __table_args__ = (
        UniqueConstraint("commune_id", "id"),
        UniqueConstraint("event_id"),
        same_commune("person_id", "person"),
        one_of("understood", UNDERSTOOD),
        one_of("answer_state", ANSWER_STATES),
    )

    event_id: int = Field(foreign_key="channel_event.id")
    person_id: int | None = Field(default=None, index=True)
    channel: str
    address: str
    sender_name: str = ""
    text: str
    understood: str
    answer: str = ""
    answer_state: str = "none"
    answer_detail: str = ""
    received_at: datetime = Field(sa_type=UtcDateTime)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    settled_by: str = ""
