"""The council's scores (Hội đồng xét duyệt): votes, what was agreed and why, and whether enough members were there. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tasks.privacy import VILLAGES_UNTOLD, names_a_village
from tasks.scoring import CriterionSheet, ScoreSheet
from tasks.worth import Range


@dataclass(frozen=True)
class Vote:
    """What one member would give, with a remark."""

    member: str
    points: int
    remark: str = ""


@dataclass(frozen=True)
class Agreed:
    """What the council agreed on for a criterion. `reason`: why it is not what the self-assessment says."""

    no: int
    points: int
    reason: str = ""
    votes: tuple[Vote, ...] = ()

    @property
    def words(self) -> str:
        """Reason and members' remarks as they stand in the minutes; without votes of the same mind."""
        others = [one for one in self.votes if one.points != self.points or one.remark]
        said = [f"{one.member}: {one.points} điểm{f', {one.remark}' if one.remark else ''}" for one in others]
        reason = self.reason.rstrip(".") if said else self.reason
        return "; ".join([*([reason] if reason else []), *said])


def tells_a_village(sheet: CriterionSheet, text: str) -> bool:
    """Whether a text says where in the commune something sensitive happened."""
    return sheet.criterion.restricted_evidence and names_a_village(text)


def agreed_total(sheet: ScoreSheet, agreed: Sequence[Agreed]) -> str:
    """The council's sum with how many criteria it covers: "215 điểm (13/13 tiêu chí)"."""
    if not agreed:
        return "chưa thống nhất điểm"
    return f"{sum(one.points for one in agreed)} điểm ({len(agreed)}/{len(sheet.criteria)} tiêu chí)"


def unfounded(sheet: ScoreSheet, agreed: Sequence[Agreed], members: Collection[str]) -> list[str]:
    """What is wrong with the council's scores, a sentence each."""
    sheets = {one.criterion.no: one for one in sheet.criteria}
    return [fault for one in agreed for fault in _faults(one, sheets, agreed, members)]


def quorum(members: int, attending: int, needed: int | None) -> str:
    """Whether the meeting could decide. `needed`: the least number of members, None while nobody has said it."""
    there = f"Có mặt {attending:02d}/{members:02d} thành viên"
    if needed is None:
        return f"{there}; số thành viên tối thiểu chưa được xác định."
    enough = "đủ" if attending >= needed else "không đủ"
    return f"{there}, {enough} số lượng để họp (tối thiểu {needed:02d})."


def _faults(
    one: Agreed, sheets: Mapping[int, CriterionSheet], agreed: Sequence[Agreed], members: Collection[str]
) -> Iterator[str]:
    sheet = sheets.get(one.no)
    if sheet is None:
        yield f"Hội đồng chấm tiêu chí {one.no} không có trong bộ quy tắc."
        return
    if sum(other.no == one.no for other in agreed) > 1:
        yield f"Tiêu chí {one.no}: Hội đồng có hai mức điểm."
    most = sheet.score.max_points
    for points in (one.points, *(vote.points for vote in one.votes)):
        if most and points > most:
            yield f"Tiêu chí {one.no}: {points} điểm quá điểm tối đa {most}."
    if sheet.points != Range(one.points, one.points) and not one.reason:
        yield f"Tiêu chí {one.no}: Hội đồng chấm {one.points} điểm khác điểm tự chấm ({sheet.points_words}); cần ghi lý do."
    if tells_a_village(sheet, one.words):
        yield f"Tiêu chí {one.no}: lý do hoặc nhận xét nêu tên thôn nên không in ra. {VILLAGES_UNTOLD}"
    strangers = (vote.member for vote in one.votes if vote.member not in members)
    yield from (f"Tiêu chí {one.no}: «{name}» không phải thành viên Hội đồng." for name in strangers)
