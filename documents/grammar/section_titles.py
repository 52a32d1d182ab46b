"""The headings of a plan's body: how high they stand, and whether one opens the work of units."""

from __future__ import annotations

import re

from documents.grammar.criteria import mentions
from documents.grammar.groups import groups_at
from documents.grammar.letters import fold
from documents.grammar.lines import Line

LONGEST_TITLE = 140
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
_COLLECTIVE = re.compile(
    r"^(?:đề nghị |yêu cầu )?(?:các (?:cơ quan|đơn vị|ban|ngành|bộ phận|thành viên|cán bộ|công chức)|thủ trưởng|cán bộ,? công chức|các đồng chí|ubnd|ủy ban nhân dân|hội đồng nhân dân)"
)
_RESTATED = re.compile(r"^(?:trên đây|yêu cầu|đề nghị các|trong quá trình|nếu có)")


def level_of(line: Line) -> float | None:
    """The smaller, the higher; None for a paragraph that is no heading or list item."""
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


def is_organising(line: Line, level: float) -> bool:
    """Whether it is the title of a section that hands out the work."""
    return level < 3 and len(line.body) < LONGEST_TITLE and _ORGANISING.search(line.low) is not None


def closes_units(line: Line) -> bool:
    """Whether a paragraph speaks of everybody, or of the plan itself: no longer of the unit above."""
    return bool(_COLLECTIVE.match(line.low) or _RESTATED.match(line.low))


def is_of_everybody(line: Line) -> bool:
    """Whether a heading gives work to all units together."""
    return _COLLECTIVE.match(fold(line.body)) is not None


def after_where(text: str, at: int) -> int:
    """Where a heading goes on after "trên địa bàn xã", "ngoài công lập", "(…)"."""
    found = _WHERE_OR_WHO.match(text, at)
    return found.end() if found else at


def opens_work(line: Line, rest: str) -> bool:
    """Whether the text after the units' names says what they have to do."""
    if _RESTATED.match(line.low) or re.match(r"\s*(?:gửi|nộp) ", fold(rest)):
        return False
    return bool(_VERB.match(fold(rest[after_where(rest, 0) :])) or rest.lstrip().startswith(":"))


def is_bare(rest: str) -> bool:
    """Whether nothing but a place follows the units' names."""
    return not rest[after_where(rest, 0) :].strip(" .:;-")


def has_criteria(rest: str) -> bool:
    """Whether criteria are named in it."""
    return bool(mentions(fold(rest)))
