"""Whether the commune meets the conditions of recognition, as far as anybody can know; and what if. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from db.errors import Refusal
from tasks.projection import CriterionScore, Projection, Reach
from tasks.ruleset import Bar
from tasks.worth import Range

Answer = Literal["yes", "no", "unknown"]
ANSWERS: dict[Answer, str] = {"yes": "Đạt", "no": "Chưa đạt", "unknown": "Chưa xác định"}
_REACHED: dict[Reach, Answer] = {"reached": "yes", "missed": "no"}


@dataclass(frozen=True)
class CommuneClass:
    """The recognition bar of the commune's class, and the document that says so ("" while nobody named it)."""

    bar: Bar
    document: str = ""


@dataclass(frozen=True)
class Condition:
    """One condition of recognition, its answer, and why in one sentence."""

    name: str
    answer: Answer
    why: str

    @property
    def words(self) -> str:
        """The answer as it is printed."""
        return ANSWERS[self.answer]


@dataclass(frozen=True)
class Verdict:
    """All conditions; each must be met."""

    conditions: tuple[Condition, ...]

    @property
    def answer(self) -> Answer:
        """No as soon as one condition fails; yes only when all are met."""
        answers = {one.answer for one in self.conditions}
        return "no" if "no" in answers else "unknown" if "unknown" in answers else "yes"

    @property
    def words(self) -> str:
        """The answer as it is printed."""
        return ANSWERS[self.answer]


def judge(projection: Projection, of_class: CommuneClass | None, reached: Mapping[int, bool]) -> Verdict:
    """The verdict. `reached`: what the council found of each criterion; the rule set does not say when one is reached."""
    return Verdict(
        (_all_reached(projection, reached), _none_at_zero(projection), _total(projection, of_class))
    )


def suppose(projection: Projection, assumed: Mapping[int, int]) -> Projection:
    """The projection if these criteria got these points. Raises Refusal for points that cannot be."""
    known = {one.no for one in projection.criteria}
    if strange := sorted(set(assumed) - known):
        raise Refusal(f"Không có tiêu chí {strange[0]} trong bộ quy tắc này.")
    criteria = tuple(
        _supposed(one, assumed[one.no]) if one.no in assumed else one for one in projection.criteria
    )
    guessed = sum(assumed[one.no] for one in projection.criteria if one.no in assumed and not one.max_points)
    return Projection(criteria, _hidden(projection, criteria, guessed))


def scenario(
    projection: Projection, assumed: Mapping[int, int], agreed: Mapping[int, int] | None = None
) -> str:
    """«Nếu tiêu chí 8 đạt 40 điểm thì tổng từ 255 đến 315 điểm …». Raises Refusal as `suppose`.

    `agreed`: what the council gave already; it counts where nothing else is assumed.
    """
    found = suppose(projection, {**(agreed or {}), **assumed})
    wishes = ", ".join(f"tiêu chí {no} đạt {points} điểm" for no, points in sorted(assumed.items()))
    span = found.total
    total = f"{span.low} điểm" if span.exact else f"từ {span.words} điểm"
    beyond = "chưa kể" if found.hidden is None else "kể cả phần của"
    rest = f", {beyond} {len(found.unscored)} tiêu chí chưa xác nhận điểm" if found.unscored else ""
    return f"Nếu {wishes} thì tổng {total}{rest}."


def bar_sentence(projection: Projection, of_class: CommuneClass | None) -> str:
    """Whether the total reaches the bar of the commune's class, does not, or nobody can know yet, and why."""
    if of_class is None or not of_class.document or not of_class.bar.verified:
        return f"Chưa biết có đạt mức quy định hay không. {_total(projection, of_class).why}"
    points, reach = of_class.bar.points, projection.reach(of_class.bar)
    if reach == "reached":
        return f"Đạt mức {points} điểm của loại xã đã chọn."
    if reach == "missed":
        return f"Không đạt mức {points} điểm của loại xã đã chọn: nhiều nhất {projection.total.high} điểm."
    why = (
        f"còn thiếu điểm của tiêu chí {number_list(projection.unscored)}"
        if reach == "unknown"
        else _still_open(projection)
    )
    return f"Chưa biết có đạt mức {points} điểm của loại xã đã chọn hay không: {why}."


def _still_open(projection: Projection) -> str:
    moving = [one.no for one in projection.criteria if one.standing == "unscored" or not one.points.exact]
    return f"điểm của tiêu chí {number_list(moving)} còn thay đổi được"


def _supposed(one: CriterionScore, points: int) -> CriterionScore:
    if points < 0 or (one.max_points and points > one.max_points):
        span = f"từ 0 đến {one.max_points}" if one.max_points else "từ 0 trở lên"
        raise Refusal(f"Tiêu chí {one.no}: {points} điểm không thể có; hãy ghi {span}.")
    return replace(one, standing="assumed", points=Range(points, points))


def _hidden(before: Projection, criteria: tuple[CriterionScore, ...], guessed: int) -> int | None:
    if before.hidden is not None and guessed > before.hidden:
        raise Refusal(
            f"Các tiêu chí chưa xác nhận điểm chỉ còn {before.hidden} điểm, không thể có {guessed} điểm."
        )
    if all(one.standing != "unscored" for one in criteria):
        return 0
    return None if before.hidden is None else before.hidden - guessed


def _all_reached(projection: Projection, reached: Mapping[int, bool]) -> Condition:
    name = f"Đạt cả {len(projection.criteria)} tiêu chí"
    if failed := [one.no for one in projection.criteria if reached.get(one.no) is False]:
        return Condition(name, "no", f"Tiêu chí {number_list(failed)} chưa đạt theo kết luận của Hội đồng.")
    if waiting := [one.no for one in projection.criteria if one.no not in reached]:
        return Condition(name, "unknown", f"Hội đồng chưa kết luận tiêu chí {number_list(waiting)}.")
    return Condition(name, "yes", "Hội đồng kết luận tất cả các tiêu chí đều đạt.")


def _none_at_zero(projection: Projection) -> Condition:
    name = "Không có tiêu chí nào 0 điểm"
    scored = [one for one in projection.criteria if one.standing != "unscored"]
    if failed := [one.no for one in scored if one.points.high == 0]:
        return Condition(name, "no", f"Tiêu chí {number_list(failed)} được 0 điểm.")
    open_ones = [one.no for one in projection.criteria if one.standing == "unscored" or one.points.low == 0]
    if open_ones:
        return Condition(name, "unknown", f"Điểm của tiêu chí {number_list(open_ones)} chưa được xác nhận.")
    return Condition(name, "yes", "Các tiêu chí đều có điểm.")


def _total(projection: Projection, of_class: CommuneClass | None) -> Condition:
    if of_class is None:
        return Condition(
            "Tổng điểm đạt mức quy định",
            "unknown",
            "Chưa chọn loại xã kèm văn bản làm căn cứ nên chưa biết mức phải đạt.",
        )
    bar = of_class.bar
    name, total = f"Tổng điểm từ {bar.points} điểm trở lên", projection.total
    if not of_class.document or not bar.verified:
        why = "Chưa có văn bản xác định loại xã." if bar.verified else "Mức điểm này chưa được xác nhận."
        return Condition(name, "unknown", why)
    reach = projection.reach(bar)
    why = f"Tổng điểm {'đã biết ' if projection.unscored else ''}{total.words}; loại xã: {bar.wording} ({of_class.document})."
    return Condition(name, _REACHED.get(reach, "unknown"), why)


def number_list(numbers: Sequence[int]) -> str:
    """Rising numbers in words: "1", "2, 4", "2 đến 5, 8"."""
    runs: list[list[int]] = []
    for one in numbers:
        if runs and runs[-1][-1] == one - 1:
            runs[-1].append(one)
        else:
            runs.append([one])
    return ", ".join(f"{run[0]} đến {run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs)
