"""Messages with their fate, and the journal."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from db import journal
from db.tables.outbox import MESSAGE_STATES
from db.tables.people import CHANNELS
from notifications import desk_work
from notifications.kinds import WORDINGS
from notifications.message_list import Sought, newest_messages
from notifications.message_story import Story, message_story
from web.api.callers import Calling, access
from web.api.problems import documented
from web.api.values import Given, Number, ShortWords, Taken
from web.visitor import TheSite, Visitor

router = APIRouter(tags=["messages"])
READERS = ("coordinator", "operator")
State = Literal["pending", "sending", "sent", "delivered", "failed", "unknown", "skipped", "missed"]
if set(State.__args__) != set(MESSAGE_STATES):  # type: ignore[attr-defined]
    raise ImportError("the API knows other states than messages have")
ChannelName = Literal["email", "file", "zalo_bot", "zalo_oa", "sms"]
if set(ChannelName.__args__) != set(CHANNELS):  # type: ignore[attr-defined]
    raise ImportError("the API knows other channels than addresses have")
Before = Annotated[int | None, Query(ge=1, le=2**31 - 1)]
Limit = Annotated[int, Query(ge=1, le=200)]


class MessageOut(Given):
    """One message; `items`: how many things it says; `channel`: where it was tried last, "" for nowhere yet.

    While it is pending it waits until `not_before`. Tries up to number `fresh_from` do not count any more.
    """

    id: int
    slot: datetime
    person: str
    state: str
    reason: str
    attempts: int
    sent_at: datetime | None
    items: int
    channel: str
    not_before: datetime
    fresh_from: int


class ItemOut(Given):
    """One thing that a message says."""

    kind: str
    title: str
    state: str


class AttemptOut(Given):
    """One try to send. `address`: mail as it is, a number or a chat by its last digits.

    The receiving service's number `provider_id`, and when it said that the message was delivered and seen. `words`: what
    was said in a chat, null where that is not kept.
    """

    number: int
    channel: str
    address: str
    started_at: datetime
    ended_at: datetime | None
    outcome: str
    detail: str
    provider_id: str
    delivered_at: datetime | None
    seen_at: datetime | None
    words: str | None


class DeedOut(Given):
    """What somebody decided: `action` is "message.retried" or "message.bounced"."""

    at: datetime
    actor: str
    action: str
    reason: str


class StoryOut(Given):
    """A message with all it says, all that was tried and all that was decided."""

    message: MessageOut
    items: list[ItemOut]
    attempts: list[AttemptOut]
    deeds: list[DeedOut]


class BounceIn(Taken):
    """What the mail server said."""

    reason: Annotated[ShortWords, Field(min_length=1)]


class EntryOut(Given):
    """One journal entry; `hash` covers it and the one before."""

    seq: int
    at: datetime
    actor: str
    action: str
    subject: str
    payload: dict[str, Any]
    hash: str


@router.get("/messages", **access("read", *READERS), responses=documented())
def listed(
    site: TheSite, visitor: Calling, state: State | None = None,
    person_id: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    kind: Annotated[str | None, Query(max_length=40)] = None, channel: ChannelName | None = None,
    before: Before = None, limit: Limit = 50,
) -> list[MessageOut]:  # fmt: skip
    """Messages, the newest first; `before` goes on where the last answer ended. `channel`: those tried there."""
    sought = Sought(state or "", person_id, kind if kind in WORDINGS else "", before, channel or "")
    with site.store.read() as session:
        return [
            MessageOut.model_validate(one)
            for one in newest_messages(session, visitor.commune_id, sought, limit)
        ]


@router.get("/messages/{number}", **access("read", *READERS), responses=documented())
def one(site: TheSite, visitor: Calling, number: Number) -> StoryOut:
    """One message."""
    return _story(site, visitor, number)


@router.post("/messages/{number}/retry", **access("remind", *READERS), responses=documented())
def retry(site: TheSite, visitor: Calling, number: Number) -> StoryOut:
    """Send a failed or unknown message once more."""
    by, now = visitor.actor_as(READERS), site.clock.now()
    with site.store.write() as session:
        message_story(session, visitor.commune_id, number)
        desk_work.retry(session, visitor.commune_id, number, by=by, now=now)
    return _story(site, visitor, number)


@router.post("/messages/{number}/bounce", **access("remind", *READERS), responses=documented())
def bounce(site: TheSite, visitor: Calling, number: Number, body: BounceIn) -> StoryOut:
    """Note that a message came back; the next address is tried, if there is one."""
    by, now = visitor.actor_as(READERS), site.clock.now()
    with site.store.write() as session:
        message_story(session, visitor.commune_id, number)
        desk_work.bounced(session, visitor.commune_id, number, reason=body.reason, by=by, now=now)
    return _story(site, visitor, number)


@router.get(
    "/journal",
    **access("read", "coordinator", "leadership", "operator"),
    responses=documented(),
    tags=["journal"],
)
def entries(site: TheSite, visitor: Calling, before: Before = None, limit: Limit = 50) -> list[EntryOut]:
    """Journal entries, the newest first."""
    with site.store.read() as session:
        found = journal.newest_entries(session, visitor.commune_id, limit, before=before)
        return [
            EntryOut(
                seq=it.seq, at=it.at, actor=it.actor, action=it.action, subject=it.subject,
                payload=json.loads(it.payload), hash=it.hash,
            )
            for it in found
        ]  # fmt: skip


def _story(site: TheSite, visitor: Visitor, number: int) -> StoryOut:
    with site.store.read() as session:
        story: Story = message_story(session, visitor.commune_id, number)
    return StoryOut.model_validate(story)
