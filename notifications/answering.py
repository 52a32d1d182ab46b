"""Answers on their way to the chats: each at most once, soon or not at all.

    waiting -> sending -> sent, failed, unknown
                       -> waiting (surely not sent; at most three tries within a quarter of an hour)

`sending` is committed before the first byte leaves, so an answer that a killed process left there may have arrived: it is `unknown`
and never sent again. Personal links are put in at the last moment; no row keeps them.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog
from sqlalchemy import select, update
from sqlmodel import Session, col

from db.errors import StorageRefusal
from db.store import changed
from db.tables import IncomingMessage
from notifications.channels.base import ChannelError, Receipt
from notifications.chat_words import LONGEST, to_sign_in
from notifications.chats import person_of
from notifications.hearing import Ear, handle_events
from notifications.links import LinkMaker
from notifications.talking import Loose

MOST_TRIES = 3
AGAIN_AFTER = timedelta(seconds=45)
IN_VAIN_AFTER = timedelta(minutes=15)
GIVEN_UP_AFTER = timedelta(minutes=5)
"""How long an answer may be under way before its process is taken for dead."""
AT_ONCE = 3
NO_CHANNEL = "Kênh này không được bật."
CUT_OFF = "Chương trình dừng giữa lúc gửi, chưa rõ tin đã đi hay chưa."
_TRY = re.compile(r"Lần (\d+): ")
log = structlog.get_logger(__name__)


class Answerer(Protocol):
    """Answers in the chats of one channel."""

    async def answer(self, address: str, text: str) -> Receipt:
        """Send `text` (at most 2,000 characters) to the chat of a contact point's `address`. Raises ChannelError.

        A failure before the first byte left is never "unknown".
        """


@dataclass(frozen=True)
class Voice:
    """What answering needs. `answerers`: by channel. `links` make personal ones; they lead below the ear's `base_url`."""

    ear: Ear
    links: LinkMaker
    answerers: Mapping[str, Answerer]


@dataclass(frozen=True)
class Answer:
    """An answer that is ours to send. `tries`: this one included."""

    id: int
    channel: str
    address: str
    text: str
    tries: int
    received_at: datetime


async def converse(voice: Voice) -> None:
    """Handle what came in, and send what is to be answered. Raises StorageRefusal."""
    # The database may be busy for a while; meanwhile whoever else is in this loop goes on.
    loose = await asyncio.to_thread(handle_events, voice.ear)
    await send_loose(voice, loose)
    await send_waiting(voice)


async def send_waiting(voice: Voice) -> None:
    """Send all answers that are due. Raises StorageRefusal."""
    await asyncio.gather(*(_send_in_turn(voice) for _ in range(AT_ONCE)))


async def _send_in_turn(voice: Voice) -> None:
    while one := await asyncio.to_thread(take_answer, voice):
        state, detail = await _sent(voice.answerers, one.channel, one.address, one.text)
        await asyncio.to_thread(_note, voice, one, state, detail)


def take_answer(voice: Voice) -> Answer | None:
    """Claim the answer that is due next; those that a dead process left under way are settled. Raises StorageRefusal."""
    now = voice.ear.clock.now()
    with voice.ear.store.read() as session:
        if not session.execute(_due(now)).first():
            return None
    with voice.ear.store.write() as session:
        _settle_lost(session, now)
        waiting = _due(now).where(col(IncomingMessage.answer_state) == "waiting")
        row = session.execute(waiting.with_for_update(skip_locked=True)).scalars().first()
        return _claimed(session, voice, row, now) if row else None


async def send_loose(voice: Voice, answers: Sequence[Loose]) -> None:
    """Send answers that no row remembers, once, whatever comes of it."""
    for one in answers:
        state, _ = await _sent(voice.answerers, one.channel, one.address, one.text)
        if state != "sent":
            log.warning("an answer did not leave", incoming=None, channel=one.channel, state=state)


async def _sent(answerers: Mapping[str, Answerer], channel: str, address: str, text: str) -> tuple[str, str]:
    """How it ended: "sent", "failed", "unknown", or "retry"; and why."""
    answerer = answerers.get(channel)
    if answerer is None:
        return "failed", NO_CHANNEL
    try:
        receipt = await answerer.answer(address, text)
    except ChannelError as error:
        state = {"retry": "retry", "defer": "retry", "unknown": "unknown"}.get(error.kind, "failed")
        return state, error.detail
    except StorageRefusal:
        raise
    except Exception as error:  # nobody knows how far it came
        log.exception("answering broke", channel=channel)
        return "unknown", f"Lỗi chương trình: {type(error).__name__}."
    return "sent", receipt.detail


def _due(now: datetime) -> Any:
    """Answers to be sent, and those under way for so long that nobody sends them any more."""
    state, last = col(IncomingMessage.answer_state), col(IncomingMessage.answered_at)
    ready = (state == "waiting") & (last.is_(None) | (last <= now - AGAIN_AFTER))
    lost = (state == "sending") & (last <= now - GIVEN_UP_AFTER)
    return select(IncomingMessage).where(ready | lost).order_by(col(IncomingMessage.id)).limit(1)


def _settle_lost(session: Session, now: datetime) -> None:
    lost = update(IncomingMessage).where(
        col(IncomingMessage.answer_state) == "sending",
        col(IncomingMessage.answered_at) <= now - GIVEN_UP_AFTER,
    )
    if count := changed(session, lost.values(answer_state="unknown", answer_detail=CUT_OFF)):
        log.warning("answers were cut off", answers=count)


def _claimed(session: Session, voice: Voice, row: IncomingMessage, now: datetime) -> Answer:
    tried = _TRY.match(row.answer_detail)
    text = _personal_or_plain(session, voice, row, now)
    row.answer_state, row.answered_at = "sending", now
    number, tries = row.id or 0, (int(tried[1]) if tried else 0) + 1
    return Answer(number, row.channel, row.address, text, tries, row.received_at)


def _personal_or_plain(session: Session, voice: Voice, row: IncomingMessage, now: datetime) -> str:
    """One that trips the program leaves as it is kept, and holds up no other."""
    try:
        with session.begin_nested():
            return personal(session, voice, row, now)
    except StorageRefusal:
        raise
    except Exception:
        log.exception("personal links broke", incoming=row.id)
        return row.answer


def personal(session: Session, voice: Voice, row: IncomingMessage, now: datetime) -> str:
    """The answer with the person's own links, after XONG and VAO: not in a group, nor in a chat that is the person's no more."""
    if row.person_id is None or not row.address.startswith("user:"):
        return row.answer
    person = person_of(session, row.channel, row.address)
    if person is None or person.id != row.person_id:
        return row.answer
    if row.understood == "sign_in":
        return _with_entrance(session, voice, row, row.person_id, now)
    return _with_tasks(session, voice, row, row.person_id, now) if row.understood == "done" else row.answer


def _with_entrance(
    session: Session, voice: Voice, row: IncomingMessage, person_id: int, now: datetime
) -> str:
    base_url = voice.ear.base_url
    if row.answer != to_sign_in(base_url):
        return row.answer
    url = voice.links.sign_in(session, row.commune_id, person_id, now)
    return row.answer.replace(f"{base_url}/vao", url) if url else row.answer


def _with_tasks(session: Session, voice: Voice, row: IncomingMessage, person_id: int, now: datetime) -> str:
    # A line of its own, as no title can be.
    place = re.compile(rf"(?m)^(  ){re.escape(voice.ear.base_url)}/viec/(\d+)$")
    pairs = [(person_id, int(found[2])) for found in place.finditer(row.answer)]
    voice.links.ensure(session, row.commune_id, pairs, now)
    urls = voice.links.urls(session, row.commune_id, pairs)
    own = {str(number): url for (_, number), url in urls.items()}
    text = place.sub(lambda found: f"{found[1]}{own[found[2]]}" if found[2] in own else found[0], row.answer)
    return text if len(text) <= LONGEST else row.answer


def _note(voice: Voice, one: Answer, state: str, detail: str) -> None:
    now = voice.ear.clock.now()
    if state == "retry":
        soon = one.tries < MOST_TRIES and now < one.received_at + IN_VAIN_AFTER
        state, detail = ("waiting", f"Lần {one.tries}: {detail}") if soon else ("failed", detail)
    if state != "sent":
        log.warning("an answer did not leave", incoming=one.id, channel=one.channel, state=state)
    ours = update(IncomingMessage).where(
        col(IncomingMessage.id) == one.id, col(IncomingMessage.answer_state) == "sending"
    )
    with voice.ear.store.write() as session:
        session.execute(ours.values(answer_state=state, answer_detail=detail, answered_at=now))
