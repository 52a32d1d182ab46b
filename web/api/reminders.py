"""Reminders to come, holding them back, and reminding out of turn."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from db.errors import Outdated, Refusal
from notifications import holding, nudging
from tasks.clock import local_date
from web.api.callers import Calling, access
from web.api.problems import documented
from web.api.values import Day, Given, Number, RowNumber, ShortWords, Taken, Words
from web.coming.reading import FARTHEST, coming, find_coming
from web.visitor import TheSite

router = APIRouter(tags=["reminders"])
READERS = ("coordinator", "leadership")
WRITER = ("coordinator",)


class PartOut(Given):
    """What a message says of one kind of news."""

    title: str
    titles: list[str]


class ComingOut(Given):
    """One message to come; `at` is local time with its zone. `may_skip`: it tells reminders that may be let go."""

    at: datetime
    person_id: int
    person: str
    parts: list[PartOut]
    may_skip: bool


class HoldOut(Given):
    """Reminders held back on the local dates from `from_on` to before `until_on`; `person_id` null: of everybody."""

    id: int
    mode: str
    person_id: int | None
    from_on: date
    until_on: date
    reason: str
    by_name: str


class PauseIn(Taken):
    """No message on the days from `from_on` to `last_on`, both included; `person_id` null: to nobody."""

    person_id: RowNumber | None = None
    from_on: Day
    last_on: Day
    reason: Annotated[ShortWords, Field(min_length=1)]


class SkipIn(Taken):
    """Whose message, of which day, is let go, and why."""

    person_id: RowNumber
    on: Day
    reason: Annotated[ShortWords, Field(min_length=1)]


class NudgeIn(Taken):
    """The tasks to remind of, and words to add. `seal`: what the rehearsal gave; needed to send."""

    tasks: Annotated[list[RowNumber], Field(min_length=1, max_length=200)]
    words: Annotated[Words, Field(max_length=300)] = ""
    seal: Annotated[str, Field(max_length=100)] = ""


class LetterOut(Given):
    """One message word for word, with plain links; `addresses` in order, empty: it cannot arrive."""

    person_id: int
    name: str
    addresses: list[str]
    subject: str
    text: str


class RoundOut(Given):
    """All letters; `left_out`: task -> why it is not reminded of."""

    letters: list[LetterOut]
    left_out: dict[int, str]
    seal: str


@router.get("/reminders/coming", **access("read", *READERS), responses=documented())
def ahead(
    site: TheSite, visitor: Calling, days: Annotated[int, Query(ge=1, le=FARTHEST)] = 14
) -> list[ComingOut]:
    """The messages to come if nothing changes, in order."""
    with site.store.read() as session:
        seen = coming(session, site, visitor, days)
    return [ComingOut.model_validate(one) for day in seen.days.values() for one in day]


@router.post("/reminders/skip", **access("remind", *WRITER), responses=documented(409))
def skip(site: TheSite, visitor: Calling, body: SkipIn) -> list[HoldOut]:
    """Let the reminders of one coming message go. News in it is told all the same."""
    with site.store.write() as session:
        found = find_coming(session, site, visitor, body.person_id, body.on)
        if found is None:
            raise Outdated("Thư này vừa được gửi hoặc không còn trong lịch, nên không bỏ qua được.")
        by, now = visitor.actor_as(WRITER), site.clock.now()
        holding.skip(session, visitor.commune_id, found[0], reason=body.reason, by=by, now=now)
    return holds(site, visitor)


@router.get("/reminders/holds", **access("read", *READERS), responses=documented())
def holds(site: TheSite, visitor: Calling) -> list[HoldOut]:
    """What is held back now or later."""
    with site.store.read() as session:
        return [HoldOut.model_validate(one) for one in coming(session, site, visitor, 0).holds]


@router.post("/reminders/holds", **access("remind", *WRITER), responses=documented(), status_code=201)
def pause(site: TheSite, visitor: Calling, body: PauseIn) -> list[HoldOut]:
    """Pause one person or everybody for some days."""
    now = site.clock.now()
    with site.store.write() as session:
        holding.pause(
            session, visitor.commune_id, body.person_id, from_on=body.from_on, last_on=body.last_on,
            reason=body.reason, by=visitor.actor_as(WRITER), now=now, today=local_date(now, visitor.time_zone),
        )  # fmt: skip
    return holds(site, visitor)


@router.delete("/reminders/holds/{number}", **access("remind", *WRITER), responses=documented(409))
def lift(site: TheSite, visitor: Calling, number: Number) -> list[HoldOut]:
    """End a hold; what else is held back comes back."""
    now = site.clock.now()
    with site.store.write() as session:
        holding.lift(
            session, visitor.commune_id, number, by=visitor.actor_as(WRITER), now=now,
            today=local_date(now, visitor.time_zone),
        )  # fmt: skip
    return holds(site, visitor)


@router.post("/nudges/rehearsal", **access("remind", *WRITER), responses=documented())
def rehearse(site: TheSite, visitor: Calling, body: NudgeIn) -> RoundOut:
    """The letters as they would be sent now. Nothing is kept."""
    found = nudging.rehearse(
        site.store, visitor.commune_id, body.tasks, body.words, desk=site.desk(), by=visitor.actor_as(WRITER),
        now=site.clock.now(),
    )  # fmt: skip
    return _round(found)


@router.post("/nudges", **access("remind", *WRITER), responses=documented(409), status_code=202)
def nudge(site: TheSite, visitor: Calling, body: NudgeIn) -> RoundOut:
    """Send what was rehearsed; 409 when it would not be the same any more."""
    if not body.seal:
        raise Refusal("Xin xem trước (POST /nudges/rehearsal) rồi gửi kèm seal nhận được.")
    with site.store.write() as session:
        found = nudging.send(
            session, visitor.commune_id, body.tasks, body.words, seal=body.seal, desk=site.desk(),
            by=visitor.actor_as(WRITER), now=site.clock.now(),
        )  # fmt: skip
    return _round(found)


def _round(found: nudging.Round) -> RoundOut:
    letters = [
        LetterOut(
            person_id=one.person_id, name=one.name, addresses=list(one.addresses), subject=one.rendered.subject,
            text=one.rendered.text,
        )
        for one in found.letters
    ]  # fmt: skip
    return RoundOut(letters=letters, left_out=found.left_out, seal=found.seal)
