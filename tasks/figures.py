"""The figures of a criterion report: read from text, and checked against what the criterion asks. Pure."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from db.errors import Refusal
from plans.toml_source import suggestion
from tasks.ruleset import Criterion, Indicator

LARGEST = 10_000_000
UNUSUAL = 20_000
"""More people than a commune has as a rule."""

YES_NO = {"có": 1.0, "co": 1.0, "yes": 1.0, "không": 0.0, "khong": 0.0, "chưa": 0.0, "chua": 0.0, "no": 0.0}
_SHARE = re.compile(r"(-?[0-9]{1,40})\s*/\s*(-?[0-9]{1,40})")
_NUMBER = re.compile(r"-?[0-9]{1,40}(?:[.,][0-9]{1,10})?")
_AMBIGUOUS = re.compile(r"-?[0-9]{1,3}(?:[.,][0-9]{3})+")


@dataclass(frozen=True)
class Figure:
    """One figure: a share (numerator of denominator), or a value; yes and no are 1 and 0."""

    indicator: str
    numerator: int | None = None
    denominator: int | None = None
    value: float | None = None
    note: str = ""


@dataclass(frozen=True)
class FigureCheck:
    """Vietnamese sentences: `problems` must be mended, `doubts` should be looked at."""

    problems: list[str]
    doubts: list[str]


def parse_figure(text: str) -> Figure:
    """`ty-le=45/50`, `so-vu=0`, `diem=97,5`, `co-phan-cong=có`. Raises Refusal for anything else."""
    key, sign, given = unicodedata.normalize("NFC", text).partition("=")
    key, given = key.strip(), given.strip()
    if not sign or not key or not given:
        raise Refusal(
            f"Số liệu «{_short(text)}» phải có dạng chỉ-tiêu=số, ví dụ khai-sinh=45/50 hoặc bi-xam-hai=0."
        )
    if given.casefold() in YES_NO:
        return Figure(key, value=YES_NO[given.casefold()])
    if share := _SHARE.fullmatch(given):
        return Figure(key, int(share[1]), int(share[2]))
    return Figure(key, value=_number(key, given))


def _number(key: str, given: str) -> float:
    if given.endswith("%"):
        raise Refusal(
            f"Chỉ tiêu «{_short(key)}»: hãy ghi tử số/mẫu số, ví dụ 45/50, thay cho {_short(given)}."
        )
    if _AMBIGUOUS.fullmatch(given):
        plain = given.replace(".", "").replace(",", "")
        raise Refusal(
            f"Chỉ tiêu «{_short(key)}»: {_short(given)} có thể hiểu hai cách. Hãy ghi liền, ví dụ {_short(plain)}."
        )
    if not _NUMBER.fullmatch(given):
        raise Refusal(
            f"Chỉ tiêu «{_short(key)}»: «{_short(given)}» không phải số; hãy ghi 45/50, 3, 97,5, có hoặc không."
        )
    return float(given.replace(",", "."))


def check(criterion: Criterion, figures: Sequence[Figure], note: str | None = None) -> FigureCheck:
    """Whether these figures answer a criterion's indicators.

    A share of nobody has no rate: it must be left out, with `note` saying why, and the council decides what it
    scores. Where the indicator says that may happen, leaving it out is a doubt; with an empty `note` (None: the
    caller does not know it) it is a problem.
    """
    problems: list[str] = []
    doubts: list[str] = []
    seen: set[str] = set()
    for figure in figures:
        indicator = criterion.indicator(figure.indicator)
        if indicator is None:
            problems.append(_unknown(criterion, figure.indicator))
        elif figure.indicator in seen:
            problems.append(f"Chỉ tiêu «{figure.indicator}»: ghi hai lần; hãy giữ một.")
        elif wrong := next(_wrong(indicator, figure), None):
            problems.append(f"Chỉ tiêu «{figure.indicator}»: {wrong}")
        else:
            doubts.extend(f"Chỉ tiêu «{figure.indicator}»: {doubt}" for doubt in _odd(indicator, figure))
        seen.add(figure.indicator)
    for indicator in criterion.indicators:
        if indicator.key not in seen:
            (doubts if indicator.may_be_empty and note != "" else problems).append(_missing(indicator))
    return FigureCheck(problems, doubts)


def fits(indicator: Indicator, figure: Figure) -> bool:
    """Whether a figure answers its indicator."""
    return next(_wrong(indicator, figure), None) is None


def _unknown(criterion: Criterion, key: str) -> str:
    keys = [one.key for one in criterion.indicators]
    hint = suggestion(key, keys).removeprefix("; ") or f"chỉ có {', '.join(keys)}."
    return f"Tiêu chí {criterion.no} không có chỉ tiêu «{_short(key)}»; {hint}"


def _missing(indicator: Indicator) -> str:
    if indicator.may_be_empty:
        return (
            f"Chỉ tiêu «{indicator.key}» để trống: nếu trong kỳ không có trường hợp nào, hãy ghi rõ ở ghi chú; "
            "hội đồng quyết định cách chấm."
        )
    return f"Thiếu chỉ tiêu «{indicator.key}» ({indicator.name})."


def _wrong(indicator: Indicator, figure: Figure) -> Iterator[str]:
    """What makes a figure unusable, the weightiest first."""
    if indicator.kind == "share":
        yield from _wrong_share(indicator, figure)
    elif figure.numerator is not None or figure.denominator is not None or figure.value is None:
        asked = "có hoặc không" if indicator.kind == "yes_no" else "một số, ví dụ 3"
        yield f"hãy ghi {asked}, không ghi tỷ lệ."
    else:
        yield from _wrong_value(indicator, figure.value)


def _wrong_share(indicator: Indicator, figure: Figure) -> Iterator[str]:
    part, whole = figure.numerator, figure.denominator
    if (
        not _whole_number(part)
        or not _whole_number(whole)
        or part is None
        or whole is None
        or figure.value is not None
    ):
        yield "hãy ghi tử số/mẫu số bằng số nguyên, ví dụ 45/50."
        return
    if part < 0 or whole < 0:
        yield "không được là số âm."
    if whole == 0:
        yield _no_rate(indicator)
    if part > whole:
        yield f"tử số {part} lớn hơn mẫu số {whole}; hãy kiểm tra lại, có thể ghi ngược."
    if whole > LARGEST:
        yield f"số lớn quá mức {LARGEST}; hãy kiểm tra lại."


def _no_rate(indicator: Indicator) -> str:
    if indicator.may_be_empty:
        return "mẫu số 0 thì không có tỷ lệ. Hãy bỏ chỉ tiêu này và ghi rõ ở ghi chú là trong kỳ không có trường hợp nào."
    return "mẫu số 0 thì không có tỷ lệ; hãy kiểm tra lại số được tính."


def _wrong_value(indicator: Indicator, value: float) -> Iterator[str]:
    if not math.isfinite(value):
        yield "phải là một số."
    elif value < 0:
        yield "không được là số âm."
    elif value > LARGEST:
        yield f"số lớn quá mức {LARGEST}; hãy kiểm tra lại."
    elif indicator.kind == "count" and value != int(value):
        yield "phải là số nguyên."
    elif indicator.kind == "yes_no" and value not in {0, 1}:
        yield "hãy ghi có hoặc không."


def _whole_number(given: object) -> bool:
    return isinstance(given, int) and not isinstance(given, bool)


def _odd(indicator: Indicator, figure: Figure) -> Iterator[str]:
    """What is possible but seldom true."""
    part, whole = figure.numerator, figure.denominator
    if part is None or whole is None:
        if indicator.kind == "count" and (figure.value or 0) > UNUSUAL:
            yield f"{figure.value:.0f} là nhiều bất thường với một xã; xin kiểm tra lại."
        return
    if whole > UNUSUAL:
        yield f"mẫu số {whole} là lớn bất thường với một xã; xin kiểm tra lại."
    if whole < 5 and not indicator.may_be_empty:
        yield f"mẫu số chỉ có {whole}; xin kiểm tra đã tính đủ toàn xã chưa."
    if part == 0 and whole >= 20:
        yield f"0 trên {whole}; xin kiểm tra có phải chưa thống kê không."


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"
