"""The channels of the installation: open or closed, and what each carried in the last 30 days."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter

from notifications.channel_report import channel_report
from web.api.callers import Calling, access
from web.api.messages import READERS
from web.api.problems import documented
from web.api.values import Given
from web.visitor import TheSite

router = APIRouter(tags=["messages"])


class ChannelOut(Given):
    """One channel; `name` "": messages that no channel was tried for.

    Messages count where they were sent; those that were not, where they were tried last. `taken_over`: sent here after
    another channel was tried first. `closed_at`: since when the channel carries nothing, null while it does.
    `quota_left`: how many the provider still allows, as it said at `quota_at`.
    """

    name: str
    in_use: bool
    tries: int
    sent: int
    delivered: int
    taken_over: int
    failed: int
    unknown: int
    waiting: int
    closed_at: datetime | None
    closed_because: str
    try_again_at: datetime | None
    quota_left: int | None
    quota_at: datetime | None


class ChannelReportOut(Given):
    """The lines add up to the sums; messages = sent + failed + unknown + waiting + dropped."""

    since: datetime
    until: datetime
    lines: list[ChannelOut]
    messages: int
    tries: int
    sent: int
    delivered: int
    taken_over: int
    failed: int
    unknown: int
    waiting: int
    dropped: int


@router.get("/channels", **access("read", *READERS), responses=documented())
def channels(site: TheSite, visitor: Calling) -> ChannelReportOut:
    """Every channel that is switched on or was used."""
    with site.store.read() as session:
        report = channel_report(session, visitor.commune_id, site.clock.now(), site.channels)
    return ChannelReportOut.model_validate(report)
