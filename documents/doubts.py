"""What in a plan is worth a look before it becomes assignments: each doubt a sentence with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import combinations

from documents.findings import Doubt, PlanFindings, Source, UnitFound
from documents.grammar.criteria import mentions
from documents.grammar.letters import fold
from documents.grammar.lines import Line
from documents.grammar.sentences import Found
from documents.grammar.unit_names import rough_key
from documents.grammar.villages import Counted, Word
from documents.owner_doubts import CRITERIA
from documents.sources.blocks import Place
from tasks.deadline import short_date

_OLD_FORM = re.compile(
    r"(?<![\d/.,])(15|25)\s+(?:tiêu chí|chỉ tiêu|chỉ số)(?!\s+(?:phụ|nhỏ))|mười lăm tiêu chí|hai mươi lăm (?:tiêu chí|chỉ tiêu)"
)
_OLD_RULES = re.compile(r"\b(34/2014/qđ\s*-\s*ttg|37/2010/qđ\s*-\s*ttg|25/2014/tt\s*-\s*blđtbxh)")
_TAIL = re.compile(r"\s+(?:xã(?! hội)|phường|thị trấn|đặc khu)\b.*$")


def number_doubts(lines: Sequence[Line]) -> Iterator[Doubt]:
    """Criteria outside 1 to 13, and the forms and decisions of the older regimes."""
    seen: set[str] = set()
    for line in lines:
        for one in mentions(line.low):
            for no in one.numbers:
                if no not in CRITERIA and f"no{no}" not in seen:
                    seen.add(f"no{no}")
                    yield Doubt(
                        "unknown_criterion",
                        f"Không có tiêu chí {no}: Quyết định số 06/QĐ-TTg có 13 tiêu chí, từ 1 đến 13.",
                        line.said(one.start, one.end),
                    )
        for rule, code in ((_OLD_FORM, "old_form"), (_OLD_RULES, "old_decision")):
            if (found := rule.search(line.low)) and found.group() not in seen:
                seen.add(found.group())
                yield Doubt(
                    code,
                    _OLD[code].format(line.text[found.start() : found.end()]),
                    line.said(found.start(), found.end()),
                )


_OLD = {
    "old_form": "Văn bản nói đến «{}», là biểu mẫu của quy định cũ; Quyết định số 06/QĐ-TTg năm 2019 có 13 tiêu chí.",
    "old_decision": "Văn bản dẫn {}, là quy định cũ đã được thay bằng Quyết định số 06/QĐ-TTg năm 2019.",
}  # fmt: skip


def date_doubts(found: PlanFindings, dates: Sequence[Found]) -> Iterator[Doubt]:
    """Days that the calendar does not have, deadlines before the plan was issued, years that were not written."""
    issued = found.issued.first if found.issued else None
    for one in dates:
        mention, last = one.dated.mention, one.dated.last_valid_on
        if mention.impossible:
            yield Doubt("impossible_date", f"«{one.wording}» không có trong lịch.", one.source)
        elif mention.assumed and mention.first:
            yield Doubt(
                "year_missing",
                f"«{one.wording}» không ghi năm; tạm hiểu là năm {mention.first.year} của kế hoạch.",
                one.source,
            )
        if last and issued and last < issued and not mention.recurs and one.dated.meaning == "deadline":
            yield Doubt(
                "deadline_before_issue",
                f"Thời hạn «{one.wording}» sớm hơn ngày ban hành kế hoạch ({short_date(issued)}).",
                one.source,
            )
        if (
            last
            and found.year
            and one.dated.meaning == "deadline"
            and last.year - int(found.year.value) not in {0, 1}
        ) and not (issued and last < issued):
            yield Doubt(
                "deadline_outside_year",
                f"Thời hạn «{one.wording}» không thuộc năm {found.year.value} của kế hoạch.",
                one.source,
            )


def village_doubts(
    counted: Sequence[Counted], words: Sequence[Word], joined: AbstractSet[str]
) -> Iterator[Doubt]:
    """Villages announced and villages named, different counts, different words."""
    for one in counted:
        if one.members and len(one.members) != one.number:
            yield Doubt(
                "count_mismatch", f"Ghi {one.number} {one.word} nhưng kể tên {len(one.members)}.", one.source
            )
    numbers: dict[int, Counted] = {}
    for one in counted:
        numbers.setdefault(one.number, one)
    by_word = {one.word for one in counted}
    if len(numbers) > 1 and len(by_word) == 1:
        said = ", ".join(f"{one.number} {one.word}" for one in numbers.values())
        yield Doubt(
            "count_conflict",
            f"Số {next(iter(by_word))} không thống nhất trong văn bản: {said}.",
            list(numbers.values())[1].source,
        )
    yield from _mixed(words, joined)


def _mixed(words: Sequence[Word], joined: AbstractSet[str]) -> Iterator[Doubt]:
    alone: dict[str, Source] = {}
    for one in words:
        if one.alone:
            alone.setdefault(one.word, one.source)
    if len(alone) > 1 and not set(alone) <= joined:
        said = ", ".join(f"«{word}»" for word in alone)
        first, *others = alone.values()
        yield Doubt(
            "mixed_village_terms",
            f"Văn bản dùng lẫn {said} để chỉ địa bàn dân cư; hãy thống nhất một cách gọi.",
            first if len(others) == 0 else min((first, *others), key=lambda one: len(one.sentence)),
        )


def group_doubts(units: Sequence[UnitFound]) -> Iterator[Doubt]:
    """Schools announced and schools named."""
    for unit in units:
        if unit.kind != "village" and unit.members and unit.count != len(unit.members):
            yield Doubt(
                "count_mismatch",
                f"«{unit.name}» ghi {unit.count} đơn vị nhưng kể tên {len(unit.members)}.",
                unit.source,
            )


def spelling_doubts(units: Sequence[UnitFound]) -> Iterator[Doubt]:
    """One unit written in two ways."""
    for unit in units:
        written: dict[str, str] = {}
        for spelling in unit.spellings:
            written.setdefault(_plain(spelling), spelling)
        if unit.kind != "village" and len(written) > 1:
            first, second, *_ = written.values()
            yield Doubt(
                "two_spellings",
                f"Một đơn vị được viết hai cách: «{first}» và «{second}».",
                unit.spellings[second],
            )
    for one, other in combinations([unit for unit in units if unit.kind != "village"], 2):
        if _alike(one, other):
            yield Doubt(
                "two_spellings",
                f"«{one.name}» và «{other.name}» có thể là một đơn vị được viết hai cách.",
                other.source,
            )


def _plain(spelling: str) -> str:
    low = re.sub(r"^(?:(?:các|\d{1,2}|công chức|cán bộ|bộ phận)\s+)+", "", fold(spelling))
    return re.sub(r"\W+", " ", _TAIL.sub("", low)).strip()


def _alike(one: UnitFound, other: UnitFound) -> bool:
    first, second = rough_key(one.name), rough_key(other.name)
    if one.kind != other.kind or first == "" or second == "":
        return False
    return first == second or (min(len(first), len(second)) > 8 and _one_letter_apart(first, second))


def _one_letter_apart(first: str, second: str) -> bool:
    """Whether one letter was changed, added, left out, or two neighbours changed places."""
    if abs(len(first) - len(second)) > 1 or re.search(r"\d", first + second):
        return False
    start = next(
        (at for at, pair in enumerate(zip(first, second, strict=False)) if pair[0] != pair[1]),
        min(len(first), len(second)),
    )
    rest, other = first[start:], second[start:]
    return (
        rest[1:] == other[1:]
        or rest[1:] == other
        or rest == other[1:]
        or (rest[:2] == other[1::-1] and rest[2:] == other[2:])
    )


def nowhere() -> Source:
    """The place of what is missing from the document as a whole."""
    return Source(Place(), "")
