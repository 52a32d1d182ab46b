"""What came in is handled, each event once: whoever wrote is understood and given an answer to be sent, our messages' fates are noted.

One transaction an event: either all of it happened and the event is settled, or nothing did and it waits for the next look.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session

from db.errors import StorageRefusal
from db.store import Store
from notifications.arrivals import note_arrival, note_following, note_return
from notifications.event_rows import Event, note_trouble, settle_event, waiting_events
from notifications.events import Arrived, CameBack, Changed, Fact, Followed, Spoken, read_event
from notifications.talking import Loose, note_as_is, talk
from tasks.clock import Clock

PATIENCE = timedelta(minutes=10)
"""How long a report about a message that is not known waits: our own note of sending it may be on its way."""
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Ear:
    """What handling needs. `base_url`: where the pages are, without a slash at its end."""

    store: Store
    clock: Clock
    base_url: str


class NotYet(Exception):
    """The event speaks of a message that we have not noted yet."""


def handle_events(ear: Ear) -> list[Loose]:
    """Handle all that waits; the answers that no row remembers, to be sent at most once. Raises StorageRefusal."""
    answers = (_handle_safely(ear, event) for event in waiting_events(ear.store))
    return [one for one in answers if one is not None]


def _handle_safely(ear: Ear, event: Event) -> Loose | None:
    """One event that trips the program holds up no other; what somebody wrote is still shown to a person."""
    fact: Fact = None
    try:
        fact = read_event(event.channel, event.body)
        with ear.store.write() as session:
            if settle_event(session, event.id, ear.clock.now()):
                return _handle(session, ear, event, fact)
    except NotYet:
        pass
    except StorageRefusal:
        raise
    except Exception as error:
        log.exception("event broke", number=event.id, channel=event.channel)
        _give_up(ear, event, fact, type(error).__name__)
    return None


def _handle(session: Session, ear: Ear, event: Event, fact: Fact) -> Loose | None:
    now, at = ear.clock.now(), event.received_at
    if isinstance(fact, Spoken):
        return talk(session, event, fact, ear.base_url, now)
    if isinstance(fact, Followed):
        note_following(session, event.channel, fact, at)
    elif isinstance(fact, Changed):
        _warn(session, event, fact)
    elif fact is not None and not _noted(session, event.channel, fact, at):
        if now < at + PATIENCE:
            raise NotYet
        note_trouble(session, event.id, "unmatched")
    return None


def _noted(session: Session, channel: str, fact: Arrived | CameBack, at: datetime) -> bool:
    if isinstance(fact, Arrived):
        return note_arrival(session, channel, fact, at)
    return note_return(session, channel, fact, at)


def _warn(session: Session, event: Event, fact: Changed) -> None:
    log.warning("the provider changed what we may send", channel=event.channel, code=fact.code)
    note_trouble(session, event.id, fact.code)


def _give_up(ear: Ear, event: Event, fact: Fact, why: str) -> None:
    try:
        with ear.store.write() as session:
            if settle_event(session, event.id, ear.clock.now()):
                note_trouble(session, event.id, f"broke: {why}")
                if isinstance(fact, Spoken):
                    note_as_is(session, event, fact)
    except StorageRefusal:
        raise
    except Exception:
        log.exception("event broke again", number=event.id, channel=event.channel)
        with ear.store.write() as session:
            if settle_event(session, event.id, ear.clock.now()):
                note_trouble(session, event.id, f"lost: {why}")
