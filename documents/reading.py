"""Reading a signed plan: a document's blocks in, everything found out. No clock, no files, no session."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from db.errors import Refusal
from documents import doubts
from documents.findings import DateFound, PlanFindings, UnitFound, Unread
from documents.grammar import bases, heading, sentences
from documents.grammar.book import VILLAGES, UnitBook
from documents.grammar.cells import settled
from documents.grammar.criteria import mentions
from documents.grammar.dates import date_mentions
from documents.grammar.flat_tables import without_flat_tables
from documents.grammar.letters import fold
from documents.grammar.lines import Line, lines_of
from documents.grammar.owners import walk
from documents.grammar.tables import read_tables
from documents.grammar.unit_names import names_in
from documents.grammar.villages import (
    Counted,
    counted_villages,
    main_count,
    two_kinds,
    village_words,
    words_joined,
)
from documents.owner_doubts import CRITERIA, owner_doubts
from documents.parts import Parts, cut, preamble
from documents.sources.blocks import Block

_SUBJECT = re.compile(r"phù hợp\s+(?:với\s+)?trẻ em|thân thiện với trẻ em")
_IN_TEXT = re.compile(r"(?:xã|phường|thị trấn|đặc khu)\b[^.;]{0,60}phù hợp\s+(?:với\s+)?trẻ em")


def read_plan_document(blocks: Sequence[Block], criteria: Mapping[int, str]) -> PlanFindings:
    """What a commune's plan says; `criteria`: the rule set's names by number. Raises Refusal for any other document."""
    lines = lines_of(settled(blocks))
    parts = cut(lines)
    _require_plan(parts)
    found = PlanFindings()
    _read_head(found, parts)
    _read_units(found, parts, criteria)
    dates = _read_dates(found, parts)
    _look_for_doubts(found, parts, dates)
    _list_missing(found, parts)
    return found


def _require_plan(parts: Parts) -> None:
    if parts.head.type not in {"", "kế hoạch"}:
        raise Refusal(f"Đây là {parts.head.type}, không phải kế hoạch của xã, phường về phù hợp với trẻ em.")
    number, blank = heading.number_of(parts.all)
    if not (parts.head.type or number or blank) or not _is_about_children(parts):
        raise Refusal("Văn bản này không phải kế hoạch đánh giá xã, phường phù hợp với trẻ em.")
    place, _ = heading.place_of(parts.all)
    if heading.issuer_of(parts.all, place) is None and heading.is_of_superior(parts.all):
        raise Refusal("Đây là kế hoạch của cấp trên; hãy chọn kế hoạch do xã, phường ban hành.")


def _is_about_children(parts: Parts) -> bool:
    """By its title, or by criteria that it hands out; many plans mention the programme in passing."""
    if parts.head.title and _SUBJECT.search(fold(parts.head.title.value)):
        return True
    said = any(_IN_TEXT.search(line.low) for line in parts.all)
    return said and any(mentions(line.low) for line in parts.body)


def _read_head(found: PlanFindings, parts: Parts) -> None:
    found.number, _ = heading.number_of(parts.all)
    found.place, dated = heading.place_of(parts.all)
    found.title = parts.head.title
    found.year = heading.year_of(found.title, parts.body)
    found.issued = _issued(dated)
    issuer = heading.issuer_of(parts.all, found.place)
    if issuer:
        found.issuer_kind, found.issuer_name = issuer
        found.superior = heading.superior_of(parts.all)
    found.signer, found.capacity = parts.end.signer, parts.end.capacity
    found.recipients = list(parts.end.recipients)
    found.bases = bases.bases_of(preamble(parts.body))


def _issued(line: Line | None) -> DateFound | None:
    found = [one for one in date_mentions(line.low, None) if one.first] if line else []
    if not found or line is None:
        return None
    wording = line.text[found[0].start : found[0].end]
    return DateFound(found[0].first, found[0].last, wording, "issued", line.source)


def _read_units(found: PlanFindings, parts: Parts, criteria: Mapping[int, str]) -> None:
    book = UnitBook()
    tables = {line.place.table for row in parts.rows for lines in row.cells.values() for line in lines}
    plain = [line for line in parts.body if not line.in_table or line.place.table not in tables]
    found.unread += [*parts.unread, *walk(plain, book, criteria)]
    found.unread += read_tables(parts.rows, book, criteria)
    for line in parts.body:
        for name in names_in(line.text):
            book.note_spelling(name, line)
    _add_villages(book, parts)
    found.units = [_sound(unit) for unit in book.units.values()]


def _sound(unit: UnitFound) -> UnitFound:
    """Only criteria that exist are a unit's; the others are doubts."""
    unit.owns = sorted((one for one in unit.owns if one.no in CRITERIA), key=lambda one: one.no)
    return unit


def _add_villages(book: UnitBook, parts: Parts) -> None:
    kinds = two_kinds(parts.body)
    counted = main_count(kinds or counted_villages(parts.body))
    if counted is None:
        return
    unit = book.units.setdefault(VILLAGES, _village_unit(counted))
    unit.count = counted.number
    unit.members = unit.members or counted.members
    if kinds and all(one.word in fold(unit.name) for one in kinds):
        unit.count = sum(one.number for one in kinds)
        return
    for one in kinds:
        if one is not counted:
            book.units[one.word] = _village_unit(one)


def _village_unit(counted: Counted) -> UnitFound:
    return UnitFound(
        counted.word[:1].upper() + counted.word[1:], "village", counted.number, (), counted.source
    )


def _read_dates(found: PlanFindings, parts: Parts) -> list[sentences.Found]:
    year = int(found.year.value) if found.year else None
    plain = [line for line in parts.flat if not line.repeated and not line.in_table]
    title = [Line(found.title.value, found.title.source.place)] if found.title else []
    in_rows = sentences.dates_in_rows(parts.rows, year)
    all_found = [
        *sentences.dates_in_lines(title, year),
        *sentences.dates_in_lines(plain, year),
        *in_rows,
    ]
    found.row_dates = [
        sentences.as_finding(one)
        for one in in_rows
        if one.dated.meaning == "deadline" and one.dated.last_valid_on
    ]
    report = sentences.report_of(all_found)
    if report:
        found.report, found.report_to = (
            sentences.as_finding(report, "report_deadline"),
            sentences.receiver_of(report),
        )
    issued = [found.issued] if found.issued else []
    found.dates = _once([*issued, *_wanted(all_found, found, report)])
    return all_found


def _wanted(
    dates: Sequence[sentences.Found], found: PlanFindings, report: sentences.Found | None
) -> list[DateFound]:
    """All dates but those that recur before the plan was there."""
    issued = found.issued.first if found.issued else None
    made: list[DateFound] = []
    for one in dates:
        mention = one.dated.mention
        if mention.recurs and issued and mention.last and mention.last < issued:
            continue
        if mention.first or mention.recurs:
            made.append(sentences.as_finding(one, "report_deadline" if one is report else None))
    return made


def _once(dates: Sequence[DateFound]) -> list[DateFound]:
    """Each day with each meaning once; the report's day is not listed again as a mere deadline."""
    kept: dict[tuple[object, ...], DateFound] = {}
    strong = {(one.first, one.last) for one in dates if one.meaning != "other"}
    reported = {(one.first, one.last) for one in dates if one.meaning == "report_deadline"}
    for one in dates:
        days = (one.first, one.last)
        if (one.meaning == "other" and days in strong) or (one.meaning == "deadline" and days in reported):
            continue
        kept.setdefault((*days, one.meaning, "" if one.first else one.wording), one)
    return list(kept.values())


def _look_for_doubts(found: PlanFindings, parts: Parts, dates: Sequence[sentences.Found]) -> None:
    whole = found.title.source if found.title else doubts.nowhere()
    searched = [line for line in parts.all if not line.repeated]
    found.doubts = [
        *owner_doubts(found.units, whole, found.unread),
        *doubts.number_doubts(searched),
        *doubts.date_doubts(found, dates),
        *doubts.village_doubts(
            counted_villages(without_flat_tables(searched)[0]),
            village_words(parts.body),
            words_joined(parts.body),
        ),
        *doubts.group_doubts(found.units),
        *doubts.spelling_doubts(found.units),
    ]


def _list_missing(found: PlanFindings, parts: Parts) -> None:
    _, blank = heading.number_of(parts.all)
    if blank:
        found.unread.insert(0, Unread("số của kế hoạch còn để trống", blank.source))
    missing = (
        (found.number or blank, "số và ký hiệu"), (found.issued, "ngày ban hành"), (found.issuer_name, "cơ quan ban hành"), (found.title, "tên kế hoạch"),
        (found.year, "năm của kế hoạch"), (found.signer, "người ký"), (found.bases, "căn cứ"), (found.report, "hạn báo cáo của các đơn vị"),
    )  # fmt: skip
    found.unread[:0] = [Unread(f"không thấy {what}", None) for value, what in missing if not value]
    found.unread += [
        Unread(f"thời gian «{wording}» không cho biết ngày", source)
        for wording, source in sentences.vague_dates(parts.body)
    ]
