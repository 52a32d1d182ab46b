"""The form of one person: what was typed, what it was filled from, what is wrong with it. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tasks.person_facts import PersonFacts, facts_from

FIELDS = {
    "name": "ho_ten",
    "greeting": "xung_ho",
    "email": "thu",
    "second_email": "thu_du_phong",
    "phone": "dien_thoai",
    "ways": "kenh",
}
QUIET, SHOWN, ROLE, UNIT = "thoi_nhac", "dang_co", "vai_tro", "don_vi"
MOST_PARTS = 8
SPARE_PARTS = 2


@dataclass(frozen=True)
class Filled:
    """`facts`: as typed; `shown`: what the form was filled from, None for a new person; `wrong` by field of facts."""

    facts: PersonFacts
    shown: PersonFacts | None = None
    wrong: Mapping[str, str] = field(default_factory=dict)

    @property
    def part_rows(self) -> Sequence[tuple[str, str]]:
        """(role, unit key) for each row of the form, empty ones at the end."""
        spare = min(SPARE_PARTS, MOST_PARTS - len(self.facts.parts))
        return [*self.facts.parts, *[("", "")] * spare]

    @property
    def carried(self) -> str:
        """What the form carries so that nobody's change is lost."""
        return json.dumps(self.shown.as_json(), ensure_ascii=False) if self.shown else ""


def names() -> list[str]:
    """The form's fields."""
    parts = [f"{name}.{place}" for place in range(MOST_PARTS) for name in (ROLE, UNIT)]
    return [*FIELDS.values(), QUIET, SHOWN, *parts]


def facts_in(typed: Mapping[str, str]) -> PersonFacts:
    """What was typed; rows of parts with neither role nor unit fall out."""
    pairs = [(typed[f"{ROLE}.{place}"], typed[f"{UNIT}.{place}"]) for place in range(MOST_PARTS)]
    given = {name: typed[field] for name, field in FIELDS.items()}
    return PersonFacts(**given, parts=tuple(pair for pair in pairs if any(pair)), quiet=typed[QUIET] == "1")


def shown_in(typed: Mapping[str, str]) -> PersonFacts | None:
    """What the form was filled from; None when that was lost on the way."""
    try:
        return facts_from(json.loads(typed[SHOWN]))
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
