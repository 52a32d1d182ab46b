"""Communes, units, people and how to reach them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from db.tables.base import CommuneRow
from db.types import UtcDateTime, one_of, same_commune

UNIT_KINDS = ("office", "station", "school", "union", "village", "leadership", "superior")
MEMBER_ROLES = ("contact", "coordinator", "leadership", "council", "superior", "operator")
CHANNELS = ("email", "file", "zalo_bot", "zalo_oa", "sms")


class Commune(SQLModel, table=True):
    """A commune or ward (xã, phường): the tenant that all other rows belong to."""

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    name: str
    place: str
    superior: str
    time_zone: str


class Unit(CommuneRow, table=True):
    """An office, station, school, union or village (đơn vị) that can owe work; also leadership and superior.

    `plan_name` is the plan's wording; `name` is what people see and may be changed by the commune.
    """

    __table_args__ = (
        UniqueConstraint("commune_id", "id"),
        UniqueConstraint("commune_id", "key"),
        one_of("kind", UNIT_KINDS),
        CheckConstraint("name <> ''", name="name_given"),
    )

    key: str
    name: str
    plan_name: str
    kind: str
    source: str
    position: int
    active: bool = True


class Person(CommuneRow, table=True):
    """Somebody who receives messages. `digest_opt_out` stops early reminders, never a formal assignment."""

    __table_args__ = (
        UniqueConstraint("commune_id", "id"),
        UniqueConstraint("commune_id", "key"),
        CheckConstraint("name <> ''", name="name_given"),
    )

    key: str
    name: str
    greeting: str
    digest_opt_out: bool = False
    active: bool = True


class Member(CommuneRow, table=True):
    """A person's part in a unit."""

    __table_args__ = (
        UniqueConstraint("unit_id", "person_id", "role"),
        same_commune("unit_id", "unit"),
        same_commune("person_id", "person"),
        one_of("role", MEMBER_ROLES),
    )

    unit_id: int
    person_id: int = Field(index=True)
    role: str


class ContactPoint(CommuneRow, table=True):
    """One address of a person; the lowest `position` that was not refused is tried first.

    `address` by channel: "email": a mail address. "zalo_bot": `user:<chat id>` or `group:<chat id>`. "zalo_oa":
    `user:<id>`, `group:<id>` or `phone:84…`. "sms": `84…`.
    """

    __tablename__ = "contact_point"
    __table_args__ = (
        UniqueConstraint("person_id", "channel", "address"),
        UniqueConstraint("person_id", "position"),
        same_commune("person_id", "person"),
        one_of("channel", CHANNELS),
        CheckConstraint("address <> ''", name="address_given"),
    )

    person_id: int
    position: int
    channel: str
    address: str
    refused_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    refused_reason: str | None = None


class Substitution(CommuneRow, table=True):
    """While away in `[from_on, until_on)`, a person's messages go to the substitute (người thay)."""

    __table_args__ = (
        same_commune("person_id", "person"),
        same_commune("substitute_id", "person"),
        CheckConstraint("from_on < until_on", name="window_open"),
        CheckConstraint("person_id <> substitute_id", name="somebody_else"),
    )

    person_id: int = Field(index=True)
    substitute_id: int
    from_on: date
    until_on: date
    reason: str
