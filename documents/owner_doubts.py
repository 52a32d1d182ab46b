"""Doubts about who has which criterion: none, several, or somebody in a sentence that could not be read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from documents.findings import FLAT_TABLE, Doubt, Source, UnitFound, Unread
from documents.grammar.criteria import mentions
from documents.grammar.letters import fold

CRITERIA = range(1, 14)


def owner_doubts(units: Sequence[UnitFound], whole: Source, unread: Sequence[Unread] = ()) -> Iterator[Doubt]:
    """Criteria without owner or with several; what stands in a sentence that could not be read may have one."""
    leads: dict[int, list[tuple[UnitFound, Source]]] = defaultdict(list)
    helped: dict[int, list[Source]] = defaultdict(list)
    for unit in units:
        for one in unit.owns:
            (
                leads[one.no].append((unit, one.source))
                if one.role == "lead"
                else helped[one.no].append(one.source)
            )
    hidden = _unread_criteria(unread)
    for no in CRITERIA:
        if not leads[no] and no in hidden:
            yield Doubt(
                "owner_unread", f"Chưa đọc được đơn vị chủ trì tiêu chí {no}; hãy xem câu này.", hidden[no]
            )
        elif not leads[no]:
            only = " (chỉ có đơn vị phối hợp)" if helped[no] else ""
            yield Doubt(
                "criterion_without_owner",
                f"Tiêu chí {no} chưa có đơn vị chủ trì{only}.",
                helped[no][0] if helped[no] else whole,
            )
        elif len(leads[no]) > 1 and {unit.kind for unit, _ in leads[no]} != {"school"}:
            who = ", ".join(unit.name for unit, _ in leads[no])
            yield Doubt(
                "several_owners",
                f"Tiêu chí {no} giao cho nhiều đơn vị ({who}) nhưng không ghi đơn vị nào chủ trì.",
                leads[no][1][1],
            )


def _unread_criteria(unread: Sequence[Unread]) -> dict[int, Source]:
    """The criteria that unread sentences name, each with the first of them."""
    found: dict[int, Source] = {}
    for one in unread:
        if one.source is None:
            continue
        told = [no for mention in mentions(fold(one.source.sentence)) for no in mention.numbers]
        for no in (*(CRITERIA if one.what == FLAT_TABLE else ()), *one.criteria, *told):
            found.setdefault(no, one.source)
    return found
