"""The form of a criterion's score: what was typed, and what it means. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tasks.council_findings import Ballot, Finding

POINTS, REACHED, REASON, VOTE, REMARK = "diem", "ket_luan", "ly_do", "phieu", "nhan_xet"
ANSWERS = {"dat": True, "chua-dat": False}
_NOT_WHOLE = "Xin ghi số điểm bằng chữ số, không có phần lẻ, ví dụ 45."


@dataclass(frozen=True)
class Filled:
    """What was typed, by field."""

    typed: Mapping[str, str] = field(default_factory=dict)


def names(members: Iterable[int]) -> list[str]:
    """The form's fields. `members`: whose votes it asks for."""
    votes = [f"{part}.{one}" for one in members for part in (VOTE, REMARK)]
    return [POINTS, REACHED, REASON, *votes]


def of_finding(finding: Finding, members: Iterable[int]) -> Filled:
    """The form as it opens."""
    typed = dict.fromkeys(names(members), "")
    typed |= {POINTS: _shown(finding.points), REASON: finding.reason}
    typed[REACHED] = next((word for word, said in ANSWERS.items() if said is finding.reached), "")
    for one in finding.ballots:
        typed |= {f"{VOTE}.{one.member_id}": _shown(one.points), f"{REMARK}.{one.member_id}": one.remark}
    return Filled(typed)


def read(filled: Filled, members: Iterable[int]) -> tuple[Finding, dict[str, str]]:
    """What the form means; sentences for what is no number, by the names that `tasks.council_scores` gives to fields."""
    typed, wrong = filled.typed, {}
    if _unreadable(typed[POINTS]):
        wrong["points"] = _NOT_WHOLE
    ballots = []
    for one in members:
        given = typed[f"{VOTE}.{one}"]
        if _unreadable(given):
            wrong[f"points.{one}"] = _NOT_WHOLE
        ballots.append(Ballot(one, _number(given), typed[f"{REMARK}.{one}"]))
    reached = ANSWERS.get(typed[REACHED])
    return Finding(_number(typed[POINTS]), reached, typed[REASON], tuple(ballots)), wrong


def votes_words(typed: Mapping[str, str], names: Mapping[int, str]) -> str:
    """The votes that were typed, as they are told where they cannot stand in the form; "" for none."""
    given = {
        name: [said for part in (VOTE, REMARK) if (said := typed.get(f"{part}.{one}", ""))]
        for one, name in names.items()
    }
    return "; ".join(f"{name}: {', '.join(said)}" for name, said in given.items() if said)


def assumptions(given: Mapping[str, str]) -> tuple[dict[int, int], dict[int, str]]:
    """Criterion -> points of the scenario box (`tc8=40`); sentences by criterion for what is no number."""
    typed = {
        no: said.strip()
        for name, said in given.items()
        if name[:2] == "tc" and (no := _number(name[2:])) is not None
    }
    wrong = {no: f"Tiêu chí {no}: {_NOT_WHOLE}" for no, said in typed.items() if _unreadable(said)}
    found = {no: _number(said) for no, said in typed.items() if no not in wrong}
    return {no: points for no, points in sorted(found.items()) if points is not None}, wrong


def _shown(points: int | None) -> str:
    return "" if points is None else str(points)


def _unreadable(given: str) -> bool:
    return bool(given) and _number(given) is None


def _number(given: str) -> int | None:
    return int(given) if given.isascii() and given.isdigit() and len(given) < 7 else None
