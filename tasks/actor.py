"""Who is doing something, as it is written into rows and the journal."""

from __future__ import annotations

from dataclasses import dataclass

ROLES = ("operator", "coordinator", "leadership", "unit", "council", "superior", "system")

STRENGTH = ("leadership", "coordinator", "superior", "council", "operator", "unit")
"""In which of several roles somebody acts when nothing says otherwise: the first that applies."""


@dataclass(frozen=True)
class Actor:
    """A person (or the system itself) by display name and role; see `ROLES`."""

    name: str
    role: str


SYSTEM = Actor("Măng Non", "system")
