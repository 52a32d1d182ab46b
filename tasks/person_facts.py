"""What the directory says about one person: checked, compared, and told. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from tasks.contact_rows import (
    EMAIL,
    GREETING,
    KEY,
    NAME,
    PHONE,
    ROLE,
    ROLES,
    SECOND,
    UNIT,
    WAYS,
    ContactRow,
    entry,
    entry_problems,
)
from tasks.phones import spoken

ROLE_WORDS = {role: word for word, role in ROLES.items()}
LABELS = {
    "name": NAME, "greeting": GREETING, "parts": ROLE, "email": EMAIL, "second_email": SECOND,
    "phone": PHONE, "ways": WAYS, "quiet": "thôi nhắc sớm",
}  # fmt: skip
_COLUMN_FIELDS = {
    NAME: "name", GREETING: "greeting", EMAIL: "email", SECOND: "second_email", PHONE: "phone", WAYS: "ways",
    UNIT: "parts", ROLE: "parts",
}  # fmt: skip
LONGEST_KEY = 40


@dataclass(frozen=True)
class PersonFacts:
    """A person as the directory has them. `parts`: (role, unit key), in no particular order.

    `quiet`: early reminders are stopped. Of the mail addresses `email` is tried first; "" for none. `phone`: `84…` or
    "". `ways`: the order in which the addresses are tried, see `tasks.way_words`; "" for the usual one. Linked chats
    are no part of this: they come and go by the person's own hand.
    """

    name: str
    greeting: str
    parts: tuple[tuple[str, str], ...]
    email: str
    second_email: str = ""
    quiet: bool = False
    phone: str = ""
    ways: str = ""

    def as_json(self) -> dict[str, Any]:
        """For a page to carry and give back; see `facts_from`."""
        return asdict(self)


def facts_from(raw: Mapping[str, Any]) -> PersonFacts:
    """The inverse of `PersonFacts.as_json`. Raises TypeError or ValueError for anything else."""
    parts = tuple((str(role), str(unit)) for role, unit in raw["parts"])
    return PersonFacts(**{**raw, "parts": parts})


def problems_of(facts: PersonFacts, units: Mapping[str, str], *, linked: bool = False) -> dict[str, str]:
    """What is wrong with a person, by field; the rules are those of the contacts file.

    `units`: key -> name. `linked`: the person linked a chat, so that no other address is needed.
    """
    found: dict[str, str] = {}
    if not facts.parts:
        found["parts"] = "Hãy chọn ít nhất một vai trò ở một đơn vị."
    for role, unit in facts.parts or (("contact", next(iter(units), "")),):
        for column, reason in entry_problems(_cells(facts, role, unit), units, linked=linked).items():
            field = _COLUMN_FIELDS[column]
            # One field of the form stands for two columns of the file.
            told = f"{column}: {reason}" if field == "parts" else reason
            found.setdefault(field, f"{told[:1].upper()}{told[1:]}.")
    return found


def rows_of(facts: PersonFacts, key: str, units: Mapping[str, str]) -> list[ContactRow]:
    """The rows that a contacts file would have for a person without problems."""
    return [entry(_cells(facts, role, unit) | {KEY: key}, units) for role, unit in facts.parts]


def differences(before: PersonFacts, after: PersonFacts, units: Mapping[str, str]) -> Iterator[str]:
    """What differs, each in words: "họ tên: «A» → «B»"."""
    old, new = _told(before, units), _told(after, units)
    for field, label in LABELS.items():
        if old[field] != new[field]:
            yield f"{label}: {_shown(old[field])} → {_shown(new[field])}"


def changed_labels(before: PersonFacts, after: PersonFacts) -> list[str]:
    """Which things differ, without saying how: fit for the journal, which keeps no addresses."""
    old, new = _told(before, {}), _told(after, {})
    return [label for field, label in LABELS.items() if old[field] != new[field]]


def fresh_key(name: str, taken: Collection[str]) -> str:
    """A key made of a name: "Nguyễn Thị Đào" -> "nguyen-thi-dao", numbered when that one is taken."""
    plain = unicodedata.normalize("NFD", name.casefold().replace("đ", "d")).encode("ascii", "ignore").decode()
    base = "-".join(re.findall(r"[a-z0-9]+", plain))[:LONGEST_KEY].strip("-") or "nguoi"
    numbered = (base if number == 1 else f"{base}-{number}" for number in range(1, len(taken) + 2))
    return next(key for key in numbered if key not in taken)


def _cells(facts: PersonFacts, role: str, unit: str) -> dict[str, str]:
    return {
        UNIT: unit, ROLE: ROLE_WORDS.get(role, role), KEY: "x", NAME: facts.name, GREETING: facts.greeting,
        EMAIL: facts.email, SECOND: facts.second_email, PHONE: facts.phone, WAYS: facts.ways,
    }  # fmt: skip


def _told(facts: PersonFacts, units: Mapping[str, str]) -> dict[str, str]:
    parts = sorted(f"{ROLE_WORDS.get(role, role)} {units.get(unit, unit)}" for role, unit in facts.parts)
    return {
        "name": facts.name, "greeting": facts.greeting, "parts": ", ".join(parts), "email": facts.email,
        "second_email": facts.second_email, "phone": spoken(facts.phone), "ways": facts.ways,
        "quiet": "có" if facts.quiet else "không",
    }  # fmt: skip


def _shown(said: str) -> str:
    return f"«{said}»" if said else "trống"
