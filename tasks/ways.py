"""The ways in which somebody can be reached, and the order in which they are tried. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

Way = Literal[
    "bot_user", "bot_group", "oa_user", "oa_group", "email", "second_email", "oa_phone", "sms"
]  # fmt: skip
USUAL: tuple[Way, ...] = get_args(Way)
EVERY_WAY = frozenset(USUAL)
CHATS: frozenset[Way] = frozenset({"bot_user", "bot_group", "oa_user", "oa_group"})
PHONE = "phone:"
GROUP = "group:"


@dataclass(frozen=True)
class Point:
    """An address on a channel; see `db.tables.ContactPoint` for how addresses are written."""

    channel: str
    address: str

    @property
    def way(self) -> Way:
        """The way it is; of several mail addresses all are "email", see `ways_of`."""
        group = self.address.startswith(GROUP)
        if self.channel == "zalo_bot":
            return "bot_group" if group else "bot_user"
        if self.channel == "zalo_oa":
            return "oa_phone" if self.address.startswith(PHONE) else "oa_group" if group else "oa_user"
        return "sms" if self.channel == "sms" else "email"

    @property
    def is_chat(self) -> bool:
        """Whether the person linked it themself."""
        return self.way in CHATS


def points_of(emails: Iterable[str], phone: str) -> list[Point]:
    """What mail addresses and a number (`84…`, "" for none) amount to: a number is reached by Zalo and by SMS."""
    by_phone = [Point("zalo_oa", f"{PHONE}{phone}"), Point("sms", phone)] if phone else []
    return [*(Point("email", one) for one in emails if one), *by_phone]


def phone_in(points: Iterable[Point]) -> str:
    """The person's number; "" for none."""
    found = (one.address.removeprefix(PHONE) for one in points if one.way in {"oa_phone", "sms"})
    return next(found, "")


def ways_of(points: Iterable[Point]) -> Iterator[Way]:
    """The way of each; any mail address but the first is a second one."""
    mails = 0
    for one in points:
        mails += one.way == "email"
        yield "second_email" if one.way == "email" and mails > 1 else one.way


def usable(points: Iterable[Point], in_use: Collection[Way]) -> bool:
    """Whether a message can arrive. `in_use`: the ways that this installation has switched on."""
    return any(one.way in in_use for one in points)


def ordered(points: Sequence[Point], wanted: Sequence[Way] = ()) -> list[Point]:
    """The order in which somebody is tried.

    First the ways that were asked for, in that order. The others follow in the usual one: a chat that the person
    linked, since whoever does so reads it, and it is free; then mail, free but read more seldom; then Zalo by phone
    number, a template that costs and may be refused; SMS last, which costs most and says least. So mail comes first
    for whoever linked no chat. Among chats a bot comes before an OA, one's own chat before a group.
    """
    rank = {way: place for place, way in enumerate(dict.fromkeys((*wanted, *USUAL)))}
    ways = list(ways_of(points))
    return [points[place] for place in sorted(range(len(points)), key=lambda place: rank[ways[place]])]


def kept_order(present: Sequence[Point], points: Sequence[Point]) -> list[Point]:
    """`points` in the order of `present`: what is new takes the place of what it replaces.

    What replaces nothing stands before the first one that usually comes after it.
    """
    by_way = _by_way(points)
    found = [by_way[way].pop(0) for way in ways_of(present) if by_way.get(way)]
    for one in ordered([one for one in points if one not in found]):
        found.insert(_place(one, found), one)
    return found


def arranged(
    present: Sequence[Point], emails: Sequence[str], phone: str, wanted: Sequence[Way] | None
) -> list[Point]:
    """All addresses of a person whose mail addresses and number are these, in order; linked chats are never lost.

    `wanted`: None keeps the order there is, () is the usual one.
    """
    points = [*(one for one in present if one.is_chat), *points_of(emails, phone)]
    return kept_order(present, points) if wanted is None else ordered(points, wanted)


def _by_way(points: Sequence[Point]) -> dict[Way, list[Point]]:
    found: dict[Way, list[Point]] = {}
    for way, one in zip(ways_of(points), points, strict=True):
        found.setdefault(way, []).append(one)
    return found


def _place(new: Point, found: Sequence[Point]) -> int:
    ways = [one.way for one in found]
    # The second of two mail addresses never comes before the first.
    first = ways.index("email") + 1 if new.way == "email" and "email" in ways else 0
    later = (place for place in range(first, len(ways)) if USUAL.index(ways[place]) > USUAL.index(new.way))
    return next(later, len(ways))
