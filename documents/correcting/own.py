"""What a commune has already: its name, its plans' keys, its units' keys. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from documents.correcting.numbers import whole
from documents.correcting.present import Present
from documents.findings import PlanFindings
from documents.grammar.letters import bare, fold, tidy
from documents.grammar.unit_names import key_of

RULE_SET = "decision-06"
_SUPERIOR = re.compile(
    r"(?:UBND|Ủy ban nhân dân|Uỷ ban nhân dân)\s+(?:thành phố|huyện|thị xã|quận|tỉnh)\s+\S.*"
)

_OFFICE = re.compile(
    r"^(?:UBND|Ủy ban nhân dân|Uỷ ban nhân dân)\s+(?:(?:xã|phường|thị trấn|đặc khu)\s+)?", re.IGNORECASE
)
LONGEST_KEY = 35
"""Characters; a plan's key, of at most 40, is this one with a year."""


@dataclass(frozen=True)
class Own:
    """What a plan file must say as before, so that known units keep their contacts and known tasks their reports.

    `plan_keys`: by year. `units`: a name as `said` gives it -> key. `duties`: (unit's key, words) -> key.
    `wordings`: what the plan of `year` says of a unit's criterion, by (unit's key, number, part), and of the report, by ("", 0, ""):
    words that the document's reader does not give better. `plan`: the plan of `year`. `issuer`: the commune's name.
    `newest`: the number of the newest plan, 0 for none. `asked`: of `commune` what somebody types, as there is no commune yet.
    """

    commune: Mapping[str, str]
    rule_set: str = RULE_SET
    plan_keys: Mapping[int, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    duties: Mapping[tuple[str, str], str] = field(default_factory=dict)
    year: str = ""
    wordings: Mapping[tuple[str, int, str], Mapping[str, str]] = field(default_factory=dict)
    plan: Present = field(default_factory=Present)
    issuer: str = ""
    newest: int = 0
    asked: frozenset[str] = frozenset()

    def wording(self, year: str, unit: str = "", no: int = 0, part: str = "") -> dict[str, str]:
        """The words kept for a criterion or the report of that year's plan; {} for none."""
        return dict(self.wordings.get((unit, no, part), {})) if year == self.year else {}

    def present(self, year: str) -> Present:
        """The plan of that year, where it is there."""
        return self.plan if year == self.year else Present()

    @property
    def names(self) -> dict[str, str]:
        """The units' names by their keys."""
        return {one["key"]: one["name"] for one in self.plan.rows("unit")}

    def unit_key(self, *names: str) -> str | None:
        """The key of a known unit: by one of its names letter for letter, else by what a name means."""
        keys = (self.units.get(key(name)) for key in (said, key_of) for name in names)
        return next(filter(None, keys), None)

    def knows(self, year: str) -> bool:
        """Whether there is a plan of that year already."""
        return whole(year) in self.plan_keys

    def plan_key(self, year: str) -> str:
        """The key of that year's plan."""
        known = self.plan_keys[int(year)] if self.knows(year) else None
        return known or (slug(f"{self.commune['key']} {year}") if year and self.commune["key"] else "")


def own_of_document(found: PlanFindings) -> Own:
    """Where nothing is known but the document."""
    name = found.issuer_name.value if found.issuer_name else ""
    based_on = (one.issuer for one in found.bases if _SUPERIOR.fullmatch(one.issuer))
    superior = found.superior.value if found.superior else next(based_on, "")
    return Own({"key": slug(name), "place": found.place.value if found.place else name, "superior": superior})


def own_at_first(issuer: str, asked: Mapping[str, str]) -> Own:
    """Where there is no commune yet. `issuer`: as the draft has it; `asked`: what was typed for the commune's `place` and `superior`."""
    # A key of some kind there must be: what is wrong then is the name, and not the key made of it.
    key = slug(_OFFICE.sub("", issuer))[:LONGEST_KEY].strip("-") or "xa"
    return Own({"key": key, **asked}, asked=frozenset(asked))


def own_of_plan(
    commune: Mapping[str, str], plan_keys: Mapping[int, str], source: Mapping[str, Any] | None
) -> Own:
    """`source`: a plan's file as it is kept beside the plan. `commune`: its key, place and so on; its `name` is not kept."""
    given = {name: value for name, value in commune.items() if name != "name"}
    issuer = commune.get("name", "")
    if source is None:
        return Own(given, plan_keys=plan_keys, issuer=issuer)
    return Own(
        given,
        source["rule_set"],
        plan_keys,
        _by_name(source["unit"]),
        {(one["unit"], said(one["wording"])): one["key"] for one in source["duty"]},
        str(source["year"]),
        dict(_wordings(source)),
        Present(source),
        issuer,
    )


def _wordings(source: Mapping[str, Any]) -> Iterator[tuple[tuple[str, int, str], dict[str, str]]]:
    for one in source["criterion"]:
        # The basis belongs to the deadline: it stays only where that is the report's, as it will be.
        names = ("wording", "source", "basis") if one["deadline"] == "report" else ("wording", "source")
        yield (one["unit"], one["no"], one["part"]), {name: one[name] for name in names}
    for one in [rule for rule in source["report"] if not rule["kinds"]]:
        yield ("", 0, ""), {name: one[name] for name in ("title", "wording", "source", "basis")}


def _by_name(units: list[Mapping[str, Any]]) -> dict[str, str]:
    """Names and what they mean, those of the plan too; what two units share says nothing."""
    names = [(name, one["key"]) for one in units for name in {one["name"], one["plan_name"] or one["name"]}]
    said_so = [(key(name), unit) for key in (key_of, said) for name, unit in names]
    owners: dict[str, set[str]] = {}
    for name, unit in said_so:
        owners.setdefault(name, set()).add(unit)
    return {name: unit for name, unit in said_so if len(owners[name]) == 1}


def said(text: str) -> str:
    """A text by which it is known again."""
    return fold(tidy(text))


def slug(text: str) -> str:
    """«Hoàng Đồng 2024» -> hoang-dong-2024."""
    return re.sub(r"[^a-z0-9]+", "-", bare(text)).strip("-")
