"""The first coordinator, as the form has them; the rules are those of the directory. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from tasks.person_facts import PersonFacts, problems_of
from web.directory.filled import FIELDS

ROLE = "coordinator"
ASKED = ("name", "email", "phone")
_ANY = {"xa": "Xã"}
"""A unit, before the plan names any."""


def names() -> list[str]:
    """The form's fields."""
    return [FIELDS[one] for one in ASKED]


def facts_in(typed: Mapping[str, str], unit: str = "xa") -> PersonFacts:
    """What was typed, as a coordinator at `unit` (a key)."""
    name, email, phone = (" ".join(typed[field].split()) for field in names())
    return PersonFacts(name, f"đồng chí {name}".strip(), ((ROLE, unit),), email, phone=phone)


def problems_in(typed: Mapping[str, str]) -> dict[str, str]:
    """What is wrong, by the form's field."""
    found = problems_of(facts_in(typed), _ANY)
    # How the person is addressed is made of the name: what is wrong with the one is wrong with the other.
    return {FIELDS["name" if one == "greeting" else one]: said for one, said in reversed(found.items())}
