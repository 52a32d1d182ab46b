"""The walk through a plan's body: which unit each paragraph speaks of, its criteria and its duties."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from documents.findings import Read, Source, UnitFound, Unread
from documents.grammar.book import UnitBook
from documents.grammar.criteria import mentions
from documents.grammar.groups import Group, groups_at
from documents.grammar.letters import UPPER, fold, tidy
from documents.grammar.lines import Line
from documents.grammar.roles import parts_of, roles_of
from documents.grammar.unit_names import names_in

_ORGANISING = re.compile(
    r"tổ chức thực hiện|phân công|trách nhiệm|giao nhiệm vụ|nhiệm vụ (?:của |cụ thể|các )|đơn vị thực hiện|tổ chức triển khai"
)
_VERB = re.compile(
    r"\s*(?:[:,-]\s*)?(?:\([^()]{0,80}\)\s*)?(?:có trách nhiệm|có nhiệm vụ|chịu trách nhiệm|chủ trì|chủ động|phối hợp|tham mưu|theo dõi|thực hiện|phụ trách|đảm nhận|tổ chức|hướng dẫn|tổng hợp|báo cáo|là (?:đơn vị|cơ quan|đầu mối)|làm đầu mối|triển khai|đánh giá|bố trí|rà soát|lồng ghép|cung cấp|tuyên truyền|tham gia|giám sát|trong phạm vi|căn cứ|tự|cử|đẩy mạnh|được giao|đôn đốc|giúp|tiêu chí|các tiêu chí|đầu mối|cùng|trực tiếp|tăng cường)"
)
_WHERE_OR_WHO = re.compile(
    r"\s*(?:(?:ngoài )?công lập(?:,?\s*(?:và\s+)?(?:ngoài công lập|tư thục))?\s*|tư thục\s*|trên địa bàn(?: (?:xã|phường|thị trấn|toàn xã|toàn phường))?|thuộc xã|trong xã|\([^()]{0,120}\)|và các (?:đơn vị|cơ quan|bộ phận)[^:.;]{0,40})+",
    re.IGNORECASE,
)
_LED_BY_CRITERION = re.compile(r"^\W*(?:nhóm\s+|các\s+)?(?:tiêu chí|tc)\s*(?:số\s*)?:?\s*\d")
_ROLE_LINE = re.compile(
    r"^\W*(?:(?:đơn vị|cơ quan|bộ phận|người)\s+)?(?:chủ trì|phụ trách|phối hợp|thực hiện|theo dõi|chịu trách nhiệm|đầu mối)[^:]{0,50}:"
)
_ROLE_WORD = re.compile(
    r"chủ trì|phụ trách|giao|\bdo\b|chịu trách nhiệm|theo dõi|phối hợp|đầu mối|:\s*(?:công|trạm|đoàn|hội|trường|tư pháp|phòng|\d)"
)
_COLLECTIVE = re.compile(
    r"^(?:đề nghị |yêu cầu )?(?:các (?:cơ quan|đơn vị|ban|ngành|bộ phận|thành viên|cán bộ|công chức)|thủ trưởng|cán bộ,? công chức|các đồng chí|ubnd|ủy ban nhân dân|hội đồng nhân dân)"
)
_RESTATED = re.compile(r"^(?:trên đây|yêu cầu|đề nghị các|trong quá trình|nếu có)")


SHORTEST_DUTY = 15


@dataclass
class Walk:
    """Where the reading stands. `units`: whom the paragraphs below speak of; `numbers`: criteria of a heading above."""

    book: UnitBook
    organised: bool
    unread: list[Unread] = field(default_factory=list)
    units: list[UnitFound] = field(default_factory=list)
    level: float = 9.0
    numbers: tuple[int, ...] = ()
    numbers_level: float = 9.0
    organising_level: float | None = None

    def read(self, line: Line) -> None:
        """Take in one paragraph."""
        level = _level(line)
        self._enter(line, level)
        if level is None and (_COLLECTIVE.match(line.low) or _RESTATED.match(line.low)):
            self.units = []
        groups, end = groups_at(line.body)
        offset = len(line.text) - len(line.body)
        if groups and self._is_heading(line, groups, end):
            self._of_units(line, level, groups, offset + end)
        elif self._by_criterion(line, level):
            return
        elif self.units:
            self._note(line, offset, self.units)
        elif mentions(line.low):
            self._loose(line)

    def _enter(self, line: Line, level: float | None) -> None:
        if level is None:
            return
        title = _is_title(line, level)
        if self.organising_level is not None and level <= self.organising_level:
            self.organising_level = None
        if title and _ORGANISING.search(line.low) and self.organising_level is None:
            self.organising_level = level
        if self.units and level <= self.level:
            self.units = []
            if (
                level == self.level
                and self.organising_level is not None
                and not groups_at(line.body)[0]
                and not _COLLECTIVE.match(fold(line.body))
            ):
                self.unread.append(Unread("chưa rõ mục này giao cho đơn vị nào", line.source))
        if level <= self.numbers_level:
            self.numbers = ()

    def _is_heading(self, line: Line, groups: list[Group], end: int) -> bool:
        rest = line.body[end:]
        bare_rest = (
            _WHERE_OR_WHO.sub("", rest, count=1).strip(" .:;-")
            if _WHERE_OR_WHO.match(rest)
            else rest.strip(" .:;-")
        )
        has_criteria = bool(mentions(fold(rest)))
        if not (self.organising_level is not None or not self.organised or has_criteria):
            return False
        if not bare_rest:
            return (
                line.label is not None
                or line.text.rstrip().endswith(":")
                or line.text.isupper()
                or not self.units
            )
        if _RESTATED.match(line.low) or re.match(r"\s*(?:gửi|nộp) ", fold(rest)):
            return False
        after = _WHERE_OR_WHO.match(rest)
        return bool(_VERB.match(fold(rest[after.end() if after else 0 :])) or rest.lstrip().startswith(":"))

    def _of_units(self, line: Line, level: float | None, groups: list[Group], end: int) -> None:
        units = [self.book.of_group(one, line.source) for one in groups]
        inside = bool(self.units) and level is not None and level > self.level
        if not inside:
            self.units, self.level = units, level if level is not None else 1.0
        after = _WHERE_OR_WHO.match(line.text, end)
        start = after.end() if after else end
        if line.text[start:].strip(" .:;-"):
            self._note(line, start, units)

    def _note(self, line: Line, start: int, units: list[UnitFound]) -> None:
        """A paragraph of these units: criteria if it names any, else a duty; other units may take over in it."""
        if _ROLE_LINE.match(fold(line.body)) and self.numbers:
            self._assign(line, self.numbers)
            return
        stretches = _stretches(line.text, start)
        read = False
        for first, last in stretches:
            text = line.text[:last]
            groups, end = groups_at(text, first) if first > start else ([], first)
            own = [self.book.of_group(one, line.source) for one in groups] or units
            read |= self._take(line, text, end, own)
        if read:
            self._rest(line, start, units)
        if not read and (text := tidy(line.text[start:]).strip(" :;.-")):
            for unit in units:
                unit.duties.append(Read(text, line.source))

    @staticmethod
    def _rest(line: Line, start: int, units: list[UnitFound]) -> None:
        """Sentences of the paragraph that name no criterion are duties of their own."""
        for sentence in re.split(rf"\.\s+(?=[{UPPER}])", line.text[start:]):
            said = tidy(sentence).strip(" :;.-")
            if len(said) > SHORTEST_DUTY and not mentions(fold(said)) and not groups_at(said)[0]:
                for unit in units:
                    unit.duties.append(Read(said, line.source))

    def _take(self, line: Line, text: str, start: int, units: list[UnitFound]) -> bool:
        parts = parts_of(text, start)
        for part in parts:
            source = line.said(max(part.start, start), part.end - 1)
            for no in part.numbers:
                for unit in units:
                    unit.take(no, part.role, source)
                self._help(part.helpers, no, units, source)
        return bool(parts)

    def _help(self, helpers: Sequence[object], no: int, units: list[UnitFound], source: Source) -> None:
        for name in helpers:
            helper = self.book.of_name(name, source)  # type: ignore[arg-type]
            if helper not in units:
                helper.take(no, "coop", source)

    def _by_criterion(self, line: Line, level: float | None) -> bool:
        body = fold(line.body)
        if _LED_BY_CRITERION.match(body):
            found = mentions(line.low)[0]
            if names_in(line.text, found.end) and _ROLE_WORD.search(line.low, found.end - 1):
                self._assign(line, found.numbers, found.end)
            else:
                self.numbers, self.numbers_level = found.numbers, level if level is not None else 1.9
            return not self.units
        if self.numbers and (
            _ROLE_LINE.match(body) or (_ROLE_WORD.search(body) and re.match(r"giao|do ", body))
        ):
            self._assign(line, self.numbers)
            return True
        return False

    def _assign(self, line: Line, numbers: tuple[int, ...], start: int = 0) -> None:
        names = names_in(line.text, start)
        source = line.said(start, len(line.text))
        for name, role in roles_of(line.text, names):
            unit = self.book.of_name(name, source)
            for no in numbers:
                unit.take(no, role, source)
        if not names:
            self.unread.append(Unread("chưa rõ đơn vị nào được giao", line.source))

    def _loose(self, line: Line) -> None:
        """A sentence that gives criteria to units without a heading, in the middle of a text."""
        taken = False
        for first, last in _stretches(line.text, 0):
            text = line.text[:last]
            names = names_in(text, first)
            here = [one for one in mentions(fold(text)) if one.start >= first]
            if (
                names
                and here
                and names[0].start < here[0].start
                and re.search(r"giao|chủ trì|phụ trách|chịu trách nhiệm|theo dõi", fold(text)[first:])
            ):
                taken |= self._take(line, text, names[0].end, [self.book.of_name(names[0], line.source)])
        if not taken and self.organising_level is not None:
            self.unread.append(Unread("có tiêu chí nhưng chưa rõ đơn vị nào được giao", line.source))


def _stretches(text: str, start: int) -> list[tuple[int, int]]:
    """A text cut where another unit takes over: "Công an xã … tiêu chí 3, 4, Trạm Y tế … tiêu chí 5"."""
    low = fold(text)
    edges = [start]
    for name in names_in(text, start):
        before = low[edges[-1] : name.start]
        if not mentions(before) or re.search(
            r"(?:phối hợp|cùng|với|cho|của|gửi|về|qua|giúp)(?:\s+với)?\s*$", before
        ):
            continue
        if re.search(r"[;,.]\s*(?:và\s+)?(?:giao\s+)?(?:các\s+)?$|\bgiao\s+$|\bcòn\s+$", before) and _owns(
            low, name.end
        ):
            edges.append(name.start)
    return list(zip(edges, [*edges[1:], len(text)], strict=True))


def _owns(low: str, at: int) -> bool:
    """Whether a mention of criteria follows in the same clause."""
    end = min((one for one in (low.find(";", at), low.find(". ", at)) if one >= 0), default=len(low))
    return any(at <= one.start < end for one in mentions(low))


def _level(line: Line) -> float | None:
    if line.label:
        return (
            1.0
            if line.body.isupper()
            and len(line.body) > 8
            and line.label.level > 1
            and not groups_at(line.body)[0]
            else line.label.level
        )
    if re.match(r"(?:PHẦN|PHỤ LỤC|CHƯƠNG)\b", line.text):
        return 1.0
    return 1.0 if line.text.isupper() and len(line.text) > 8 and not groups_at(line.text)[0] else None


def _is_title(line: Line, level: float) -> bool:
    return level < 3 and len(line.body) < 140


def walk(lines: Sequence[Line], book: UnitBook) -> list[Unread]:
    """Read a body; what the units own and owe is noted in `book`."""
    organised = any(
        _is_title(line, level) and _ORGANISING.search(line.low)
        for line in lines
        if (level := _level(line)) is not None
    )
    state = Walk(book, organised)
    for line in lines:
        if not line.repeated:
            state.read(line)
    return state.unread
