"""A report as it was filled in, field by field: read into figures, with each problem beside its field. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from db.errors import Refusal
from tasks.figures import Figure, check, fits, parse_figure
from tasks.privacy import SENTENCE, names_a_child
from tasks.reporting import LONGEST_NOTE
from tasks.ruleset import Criterion, Indicator

NOTE = "ghi_chu"
PART, WHOLE, ONE = "tu", "mau", "so"


@dataclass(frozen=True)
class Filled:
    """What was typed (by field name), the figures it means, and sentences by indicator key (or `NOTE`)."""

    typed: Mapping[str, str] = field(default_factory=dict)
    figures: tuple[Figure, ...] = ()
    note: str = ""
    problems: Mapping[str, list[str]] = field(default_factory=dict)
    doubts: Mapping[str, list[str]] = field(default_factory=dict)


def fields_of(criterion: Criterion | None) -> list[str]:
    """The names of the form's fields."""
    names = [NOTE]
    for one in criterion.indicators if criterion else ():
        parts = (PART, WHOLE) if one.kind == "share" else (ONE,)
        names += [f"{part}.{one.key}" for part in parts]
    return names


def labels_of(criterion: Criterion | None) -> dict[str, str]:
    """What people call the form's fields."""
    labels = {NOTE: "Ghi chú" if criterion else "Kết quả thực hiện"}
    for one in criterion.indicators if criterion else ():
        labels |= {f"{PART}.{one.key}": f"{one.name}, đạt", f"{WHOLE}.{one.key}": f"{one.name}, tổng số"}
        labels[f"{ONE}.{one.key}"] = one.name
    return labels


def how_told(indicator: Indicator) -> str:
    """How a figure is told, in words: what is counted, or which answers there are."""
    if indicator.kind == "yes_no":
        return "có hoặc không"
    if indicator.kind == "share":
        return f"đạt trên tổng số{f' ({indicator.unit})' if indicator.unit else ''}"
    return indicator.unit or ("số đếm" if indicator.kind == "count" else "số đo")


def typed_figure(
    indicator: Indicator, part: int | None, whole: int | None, value: float | None
) -> dict[str, str]:
    """A figure as it would be typed."""
    if indicator.kind == "share":
        return {f"{PART}.{indicator.key}": str(part), f"{WHOLE}.{indicator.key}": str(whole)}
    if indicator.kind == "yes_no":
        return {f"{ONE}.{indicator.key}": "có" if value else "không"}
    return {f"{ONE}.{indicator.key}": f"{value:.15g}".replace(".", ",")}


def plainly(criterion: Criterion, typed: Mapping[str, str]) -> dict[str, str]:
    """What was typed with each sound figure as we would type it ("97.5" is "97,5"), so that it can be compared."""
    plain = dict(typed)
    for one in criterion.indicators:
        with suppress(Refusal):
            for figure in (figure for figure in _figure(one, typed) if fits(one, figure)):
                plain |= typed_figure(one, figure.numerator, figure.denominator, figure.value)
    return plain


def amount_typed(indicator: Indicator, typed: Mapping[str, str]) -> str:
    """An indicator's fields as one text: "45/50", "3", "có"; "" when they are empty."""
    if indicator.kind != "share":
        return typed.get(f"{ONE}.{indicator.key}", "")
    part, whole = (typed.get(f"{name}.{indicator.key}", "") for name in (PART, WHOLE))
    return f"{part}/{whole}" if part or whole else ""


def fill(criterion: Criterion | None, typed: Mapping[str, str]) -> Filled:
    """Read what was typed. Nothing is refused here: every problem is told beside its field."""
    note = typed.get(NOTE, "")
    problems: dict[str, list[str]] = defaultdict(list)
    doubts: dict[str, list[str]] = defaultdict(list)
    if len(note) > LONGEST_NOTE:
        problems[NOTE].append(f"Ghi chú dài {len(note)} ký tự, tối đa {LONGEST_NOTE}. Xin rút gọn.")
    if names_a_child(note):
        doubts[NOTE].append(SENTENCE)
    if criterion is None:
        if not note:
            problems[NOTE].append("Xin ghi ít nhất một câu về kết quả.")
        return Filled(typed, (), note, problems, doubts)
    figures: list[Figure] = []
    for one in criterion.indicators:
        try:
            figures += _figure(one, typed)
        except Refusal as refusal:
            problems[one.key].append(_bare(str(refusal), one.key))
    result = check(criterion, figures, note)
    for sentences, sorted_out in ((result.problems, problems), (result.doubts, doubts)):
        _sort_out(criterion, sentences, sorted_out, skip=set(problems))
    return Filled(typed, tuple(figures), note, problems, doubts)


def _figure(indicator: Indicator, typed: Mapping[str, str]) -> list[Figure]:
    """The indicator's figure; none when its fields are empty. Raises Refusal."""
    if indicator.kind != "share":
        given = typed.get(f"{ONE}.{indicator.key}", "")
        return [parse_figure(f"{indicator.key}={given}")] if given else []
    part, whole = (typed.get(f"{name}.{indicator.key}", "") for name in (PART, WHOLE))
    if not part and not whole:
        return []
    if not part or not whole:
        raise Refusal("Xin ghi cả tử số và mẫu số.")
    return [parse_figure(f"{indicator.key}={part}/{whole}")]


def _sort_out(criterion: Criterion, sentences: list[str], into: dict[str, list[str]], skip: set[str]) -> None:
    for sentence in sentences:
        key = next((one.key for one in criterion.indicators if f"«{one.key}»" in sentence), NOTE)
        if key not in skip or key == NOTE:
            into[key].append(_bare(sentence, key))


def _bare(sentence: str, key: str) -> str:
    """The sentence without the indicator's name: it stands beside its field."""
    text = sentence.removeprefix(f"Chỉ tiêu «{key}»: ").replace(f"Chỉ tiêu «{key}» ", "")
    return text[:1].upper() + text[1:]
