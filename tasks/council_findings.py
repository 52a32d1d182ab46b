"""What the council finds of one criterion, and what may be wrong with it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from db.errors import Refusal
from tasks import council_desk as desk
from tasks.council import Agreed, tells_a_village, unfounded
from tasks.privacy import VILLAGES_UNTOLD
from tasks.scoring import CriterionSheet, ScoreSheet
from tasks.verdict import suppose

HIGHEST = 10_000


@dataclass(frozen=True)
class Ballot:
    """What one member would give. `points` None: nothing given, which a remark may not go with."""

    member_id: int
    points: int | None = None
    remark: str = ""


@dataclass(frozen=True)
class Finding:
    """What the council finds of a criterion; None: not yet. `reason`: why it is not the self-assessment's score."""

    points: int | None = None
    reached: bool | None = None
    reason: str = ""
    ballots: tuple[Ballot, ...] = ()


def tidied(finding: Finding) -> Finding:
    """Without blanks and empty ballots, ballots by member."""
    tidy = (replace(one, remark=desk.line(one.remark)) for one in finding.ballots)
    given = sorted(
        (one for one in tidy if one.points is not None or one.remark), key=lambda one: one.member_id
    )
    return replace(finding, reason=desk.line(finding.reason), ballots=tuple(given))


def wrong_fields(
    sheet: CriterionSheet,
    whole: ScoreSheet,
    finding: Finding,
    agreed: Mapping[int, int],
    voters: Collection[int],
) -> dict[str, str | None]:
    """Sentences by field, None where nothing is wrong: "points", "reason", "points.<member>", "remark.<member>".

    `agreed`: what other criteria got; `voters`: whose ballots are taken.
    """
    no, most = sheet.criterion.no, sheet.score.max_points
    wrong = {"points": _impossible(finding.points, most)}
    if finding.points is not None and not wrong["points"]:
        wrong["points"] = _too_much(whole, {**agreed, no: finding.points})
        wrong["reason"] = _unexplained(whole, no, finding.points, finding.reason)
    return wrong | _wrong_ballots(finding.ballots, most, voters) | _wrong_places(sheet, finding)


def _wrong_places(sheet: CriterionSheet, finding: Finding) -> dict[str, str | None]:
    texts = {"reason": finding.reason} | {f"remark.{one.member_id}": one.remark for one in finding.ballots}
    return {name: VILLAGES_UNTOLD for name, text in texts.items() if tells_a_village(sheet, text)}


def _impossible(points: int | None, most: int) -> str | None:
    if points is None or 0 <= points <= (most or HIGHEST):
        return None
    return f"{points} điểm không thể có; hãy ghi từ 0 đến {most or HIGHEST}."


def _unexplained(sheet: ScoreSheet, no: int, points: int, reason: str) -> str | None:
    return next(iter(unfounded(sheet, [Agreed(no, points, reason)], ())), None)


def _too_much(sheet: ScoreSheet, agreed: Mapping[int, int]) -> str | None:
    try:
        suppose(sheet.projection, agreed)
    except Refusal as refusal:
        return str(refusal)
    return None


def _wrong_ballots(ballots: Sequence[Ballot], most: int, voters: Collection[int]) -> dict[str, str | None]:
    """Sentences by field."""
    voted = [one.member_id for one in ballots]
    twice = {one for one in voted if voted.count(one) > 1}
    told = {f"points.{one.member_id}": _wrong_ballot(one, most, voters) for one in ballots}
    return told | {f"points.{one}": "Thành viên này có hai phiếu; hãy giữ một." for one in twice}


def _wrong_ballot(one: Ballot, most: int, voters: Collection[int]) -> str | None:
    if one.member_id not in voters:
        return "Người này không phải thành viên Hội đồng."
    if one.points is None:
        return "Có nhận xét mà chưa có điểm. Xin ghi điểm, hoặc xoá nhận xét."
    return _impossible(one.points, most)
