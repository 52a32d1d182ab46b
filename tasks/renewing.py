"""A plan's snapshot of its rule set, renewed from the file without losing what the commune confirmed. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from tasks.appendix import carried_over, restored
from tasks.headings import HeaderChange
from tasks.ruleset import Bar, Criterion, RuleSet

_KNOWN_ELSEWHERE = {"criteria", "bars", "procedure"}


def renewed(old: RuleSet, new: RuleSet) -> RuleSet:
    """`new` with the confirmations of `old` whose criterion or bar still asks the same."""
    criteria = {one.no: one for one in old.criteria}
    bars = {one.key: one for one in old.bars}
    return new.model_copy(
        update={
            "criteria": tuple(_criterion(criteria.get(one.no), one) for one in new.criteria),
            "bars": tuple(_bar(bars.get(one.key), one) for one in new.bars),
        }
    )


def rule_changes(old: RuleSet, new: RuleSet) -> Iterator[HeaderChange]:
    """What a renewed snapshot would change, in words. `new`: as `renewed` gives it."""
    before, after = {one.no: one for one in old.criteria}, {one.no: one for one in new.criteria}
    for no in sorted({*before, *after}):
        if before.get(no) != after.get(no):
            yield HeaderChange(f"quy tắc tiêu chí {no}", _told(before.get(no)), _told(after.get(no)))
    bars = {one.key: one for one in old.bars}, {one.key: one for one in new.bars}
    for key in dict.fromkeys([*bars[0], *bars[1]]):
        if bars[0].get(key) != bars[1].get(key):
            yield HeaderChange(f"mức công nhận {key}", _told(bars[0].get(key)), _told(bars[1].get(key)))
    if old.procedure != new.procedure:
        yield HeaderChange("thủ tục trong bộ quy tắc", "như đã nhập", "như tệp mới")
    if old.model_dump(exclude=_KNOWN_ELSEWHERE) != new.model_dump(exclude=_KNOWN_ELSEWHERE):
        yield HeaderChange("phần chung của bộ quy tắc", "như đã nhập", "như tệp mới")


def has_stage(rules: RuleSet, stage: str) -> bool:
    """Whether the procedure knows a stage; rules without a procedure are not asked."""
    stages = rules.procedure.get("stage", ())
    return not rules.procedure or any(one.get("key") == stage for one in stages)


def _criterion(old: Criterion | None, new: Criterion) -> Criterion:
    return (old and carried_over(old, new)) or new


def _bar(old: Bar | None, new: Bar) -> Bar:
    if old is None or old.confirmed is None or _asked(restored(old)) != _asked(new):
        return new
    confirmed = old.confirmed.model_copy(update={"instead_of": new.model_dump(mode="json")})
    return new.model_copy(
        update={"points": old.points, "verified": True, "source": old.source, "confirmed": confirmed}
    )


def _asked(bar: Bar) -> object:
    return bar.key, bar.points, bar.wording


def _told(statement: Criterion | Bar | None) -> str:
    if statement is None:
        return "không có"
    points = statement.points if isinstance(statement, Bar) else statement.max_points
    words = "chưa biết điểm" if points is None else f"{points} điểm"
    if statement.confirmed:
        return f"{words}, xã đã xác nhận"
    return f"{words}, {'đã xác minh' if statement.verified else 'chưa xác nhận'}"
