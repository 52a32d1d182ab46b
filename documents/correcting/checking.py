"""Whether a draft can become a plan: each problem a sentence at its field. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from db.errors import Refusal
from documents.correcting.draft import PlanDraft, UnitRow, texts
from documents.correcting.entries import MOST_NUMBERED, count_of, members_of
from documents.correcting.numbers import is_list, numbers_in, whole
from documents.correcting.own import Own
from documents.correcting.tables import Table, tables_of
from documents.findings import PlanFindings
from documents.grammar.dates import date_mentions
from documents.grammar.letters import fold
from documents.plan_file import toml_text
from plans.toml_source import Loc, faults_of, parse_toml
from tasks.deadline import parse_date
from tasks.planfile import PlanFile

REMARK = "Lập từ văn bản đã ký trên trang «Tạo từ văn bản»."
EMPTY = "Xin điền mục này; máy không thấy trong văn bản nên để trống."
ADDED = "Xin điền mục này."
MOST_TASKS = 10_000
"""Far more than a commune gives; each costs a tenth of a millisecond and some kilobytes."""
_WHOLE = {
    "unit": ("units", "Kế hoạch cần ít nhất một đơn vị. Hãy thêm đơn vị."),
    "legal_basis": ("bases", "Kế hoạch cần ít nhất một căn cứ. Hãy thêm căn cứ."),
}


@dataclass(frozen=True)
class Checked:
    """The draft as a plan file's text, and as a plan where nothing is wrong. `problems`: a field's path -> sentences.

    `text` "": it would be far too long.
    """

    text: str
    plan: PlanFile | None
    problems: Mapping[str, Sequence[str]]


def checked(draft: PlanDraft, found: PlanFindings, own: Own, criteria: Collection[int]) -> Checked:
    """`criteria`: the numbers that there are."""
    if (meant := sum(map(_tasks_meant, draft.units))) > MOST_TASKS:
        said = f"Có tới {meant} việc, quá nhiều so với một kế hoạch. Xin xem lại số đơn vị và các tiêu chí đã ghi."
        return Checked("", None, {"units": [said]})
    tables = tables_of(draft, found, own)
    text = toml_text(tables, REMARK)
    problems: dict[str, list[str]] = defaultdict(list)
    for path, sentence in _typed(draft, criteria):
        problems[path].append(sentence)
    plan = None
    try:
        plan = PlanFile.model_validate(parse_toml(text, "plan.toml"))
    except ValidationError as error:
        empty = dict(_empty(draft)) | {name: EMPTY for name in own.asked if not own.commune[name]}
        for path, sentence in _faults(error, tables, empty):
            if path not in problems or (sentence not in problems[path] and path in {"units", "bases"}):
                problems[path].append(sentence)
    return Checked(text, None if problems else plan, dict(problems))


def _tasks_meant(row: UnitRow) -> int:
    """How many tables a row of units stands for."""
    units = max(min(count_of(row) or 1, MOST_NUMBERED), len(members_of(row)))
    return units * (1 + len(numbers_in(row.lead)) + len(numbers_in(row.coop)) + len(row.duties))


def _faults(
    error: ValidationError, tables: Sequence[Table], empty: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    for fault in faults_of(error):
        if len(fault.loc) == 1 and fault.loc[0] in _WHOLE:
            yield _WHOLE[str(fault.loc[0])]
            continue
        path = _path(fault.loc, tables)
        yield path, empty.get(path) or f"{fault.reason[:1].upper()}{fault.reason[1:]}."


def _empty(draft: PlanDraft) -> Iterator[tuple[str, str]]:
    """What to say of each empty field; in rows that somebody added, nothing was to be read."""
    given = dict(texts(draft))
    for path, value in given.items():
        if not value:
            yield path, EMPTY if given.get(f"{path.rpartition('.')[0]}.origin", "0") else ADDED


def _path(loc: Loc, tables: Sequence[Table]) -> str:
    """The field that a place of the plan file comes from; "" for none."""
    name = str(loc[0]) if loc else ""
    own = [one for one in tables if one.name == name]
    if not own:
        return tables[0].fields.get(name, "")
    place, rest = (loc[1], loc[2:]) if len(loc) > 1 and isinstance(loc[1], int) else (0, loc[1:])
    fields = own[place].fields if place < len(own) else {}
    return fields.get(str(rest[0]) if rest else "", fields.get("", ""))


def _typed(draft: PlanDraft, criteria: Collection[int]) -> Iterator[tuple[str, str]]:
    """What only the form can have wrong."""
    if not (draft.signer or draft.capacity):
        yield "signer", EMPTY
    yield from _wording(draft)
    for row in draft.units:
        yield from _counted(row)
        for name in ("lead", "coop"):
            yield from _numbers(f"units.{row.id}.{name}", getattr(row, name), criteria)
        both = sorted({*numbers_in(row.lead)} & {*numbers_in(row.coop)})
        if both:
            said = ", ".join(map(str, both))
            yield f"units.{row.id}.coop", f"Tiêu chí {said} đã ghi ở ô chủ trì; hãy bỏ một chỗ."


def _numbers(path: str, text: str, criteria: Collection[int]) -> Iterator[tuple[str, str]]:
    if not is_list(text):
        yield path, "Chỉ ghi số của tiêu chí, ví dụ: 5, 7-9."
        return
    unknown = [str(no) for no in numbers_in(text) if no not in criteria]
    if unknown:
        yield path, f"Không có tiêu chí {', '.join(unknown)}; chỉ có từ {min(criteria)} đến {max(criteria)}."


def _counted(row: UnitRow) -> Iterator[tuple[str, str]]:
    count, members = count_of(row), members_of(row)
    path = f"units.{row.id}.count"
    if row.count and (count is None or not 1 <= count <= MOST_NUMBERED):
        yield path, f"Số đơn vị là số từ 1 đến {MOST_NUMBERED}."
    elif members and count is not None and count != len(members):
        yield path, f"Ghi {count} đơn vị nhưng kể tên {len(members)}; hãy sửa số hoặc bổ sung tên."


def _wording(draft: PlanDraft) -> Iterator[tuple[str, str]]:
    """The words of the deadline name its day; the day may have been corrected, and the words not."""
    try:
        day = parse_date(draft.report_on)
    except Refusal:
        return
    mentions = [one for one in date_mentions(fold(draft.report_wording), whole(draft.year)) if one.first]
    if mentions and day not in {one for mention in mentions for one in (mention.first, mention.last)}:
        yield (
            "report_wording",
            f"Lời văn không khớp với ngày {draft.report_on}. Hãy sửa, hoặc để trống để ghi theo ngày.",
        )
