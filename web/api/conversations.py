"""What was said in chats, by us and to us."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import AwareDatetime

from notifications.bubbles import talk
from web.api.callers import Calling, access
from web.api.problems import documented
from web.api.values import Given
from web.visitor import TheSite

router = APIRouter(tags=["messages"])
EARLIEST, LATEST = datetime.fromisoformat("2000-01-01T00:00Z"), datetime.fromisoformat("2100-01-01T00:00Z")
Before = Annotated[AwareDatetime | None, Query(ge=EARLIEST, le=LATEST)]


class BubbleOut(Given):
    """One thing that was said. `text` null: what we said there is not kept; links are without what opens them.

    `tick`: how far ours came, "none" for theirs. `message_id`: the message it carried, null for answers and for theirs.
    `settled`: whether the coordinator has seen to what was said to us.
    """

    at: datetime
    ours: bool
    text: str | None
    place: str
    tick: Literal["none", "sending", "sent", "delivered", "seen", "unknown", "failed"]
    message_id: int | None
    settled: bool


class ConversationOut(Given):
    """One person's bubbles in order of time; `person_id` null: somebody who is linked to nobody."""

    person_id: int | None
    name: str
    bubbles: list[BubbleOut]


class TalkOut(Given):
    """Conversations, the liveliest first. `older`: what to send as `before` to see more, null when that is all."""

    conversations: list[ConversationOut]
    older: datetime | None


@router.get("/conversations", **access("read", "coordinator"), responses=documented())
def conversations(
    site: TheSite, visitor: Calling, person_id: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    before: Before = None, limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> TalkOut:  # fmt: skip
    """The newest bubbles, about `limit` of them; what left in the same instant is never parted."""
    with site.store.read() as session:
        found = talk(session, visitor.commune_id, limit, person_id=person_id, before=before)
    return TalkOut.model_validate(found)
