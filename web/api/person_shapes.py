"""People as the API takes and gives them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from tasks.contact_rows import ROLES as PARTS
from tasks.directory_list import Address, Entry
from tasks.person_facts import PersonFacts
from tasks.ways import PHONE
from web.api.values import Given, ShortWords, Taken
from web.site import Site

PartRole = Literal["contact", "coordinator", "leadership", "council", "superior", "operator"]
if set(PartRole.__args__) != set(PARTS.values()):  # type: ignore[attr-defined]
    raise ImportError("the API knows other parts than the directory has")


class PartIn(Taken):
    """A part in a unit; `role` as in the list of roles, "contact" for the one who reports."""

    role: PartRole
    unit: Annotated[str, Field(min_length=1, max_length=80)]


class PersonIn(Taken):
    """All that the directory says about a person. `quiet`: no reminders before a deadline.

    `phone` (a mobile number) and `ways` (the order in which addresses are tried, such as "zalo, thư, tin nhắn"; "" is
    the usual one) stay as they are when left out. One of `email`, `phone` and a linked chat is needed.
    """

    name: ShortWords
    greeting: ShortWords = ""
    parts: Annotated[list[PartIn], Field(max_length=30)]
    email: ShortWords = ""
    second_email: ShortWords = ""
    quiet: bool = False
    phone: ShortWords | None = None
    ways: ShortWords | None = None

    def facts(self, present: PersonFacts | None = None) -> PersonFacts:
        """As the service takes them; `present`: where what was left out comes from."""
        parts = tuple((one.role, one.unit) for one in self.parts)
        phone, ways = (present.phone, present.ways) if present else ("", "")
        return PersonFacts(
            self.name, self.greeting, parts, self.email, self.second_email, self.quiet,
            phone if self.phone is None else self.phone, ways if self.ways is None else self.ways,
        )  # fmt: skip


class PartOut(Given):
    """A part in a unit."""

    role: str
    unit: str


class AddressOut(Given):
    """An address. `way`: bot_user, bot_group, oa_user, oa_group, email, oa_phone or sms; of a chat the last digits only.

    Nothing is sent to one that was refused.
    """

    id: int
    way: str
    name: str
    address: str
    refused_at: datetime | None
    refused_reason: str


class PersonOut(Given):
    """A person. `addresses` in the order in which they are tried; `refused`: address and reason of those turned down.

    `ways` tells that order in words, "" for the usual one. `reachable`: whether a message can arrive by a channel that
    is switched on.
    """

    id: int
    key: str
    active: bool
    name: str
    greeting: str
    parts: list[PartOut]
    email: str
    second_email: str
    quiet: bool
    phone: str
    ways: str
    addresses: list[AddressOut]
    refused: list[tuple[str, str]]
    reachable: bool


def person_out(entry: Entry, site: Site) -> PersonOut:
    """An entry of the directory as it goes out."""
    facts = entry.facts
    addresses = [_address(one) for one in entry.addresses]
    return PersonOut(
        id=entry.person_id, key=entry.key, active=entry.active, name=facts.name, greeting=facts.greeting,
        parts=[PartOut(role=role, unit=unit) for role, unit in facts.parts], email=facts.email,
        second_email=facts.second_email, quiet=facts.quiet, phone=facts.phone, ways=facts.ways, addresses=addresses,
        refused=[(one.address, one.refused_reason) for one in addresses if one.refused_at],
        reachable=entry.active and entry.reached(site.ways),
    )  # fmt: skip


def _address(one: Address) -> AddressOut:
    return AddressOut(
        id=one.id, way=one.point.way, name=one.name,
        address=one.told if one.point.is_chat else one.point.address.removeprefix(PHONE),
        refused_at=one.refused_at, refused_reason=one.refused_reason,
    )  # fmt: skip
