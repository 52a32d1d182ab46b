"""Which ways of reaching people an installation's settings open. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from mangnon.settings import Settings
from tasks.ways import EVERY_WAY, Way


def ways_in_use(settings: Settings) -> frozenset[Way]:
    """The ways that a message can take. The channel "file" stands in for all of them.

    An OA writes to a person or to a number only by a registered template, so without one that way is shut; groups need none.
    """
    open_by: dict[str, Iterable[Way]] = {
        "file": EVERY_WAY,
        "email": ("email", "second_email"),
        "zalo_bot": ("bot_user", "bot_group"),
        "zalo_oa": _ways_of_oa(settings),
        "sms": ("sms",),
    }
    return frozenset(way for channel in settings.delivery.channels for way in open_by[channel])


def _ways_of_oa(settings: Settings) -> Iterable[Way]:
    yield "oa_group"
    if settings.zalo_oa.template_user:
        yield "oa_user"
    if settings.zalo_oa.template_phone:
        yield "oa_phone"
