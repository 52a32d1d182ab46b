"""Who is doing something, as it is written into rows and the journal."""

from __future__ import annotations

from dataclasses import dataclass

ROLES = ("operator", "coordinator", "leadership", "unit", "council", "superior", "system")


@dataclass(frozen=True)
class Actor:
    """A person (or the system itself) by display name and role; see `ROLES`."""

    name: str
    role: str


SYSTEM = Actor("Măng Non", "system")
