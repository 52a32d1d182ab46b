"""Paragraphs led by criteria and not by units: "Tiêu chí 3: Công an xã chủ trì", "Nhóm tiêu chí về y tế (5, 7, 8, 9)"."""

from __future__ import annotations

import re

from documents.findings import Role
from documents.grammar.criteria import Mention, mentions, numbers_alone
from documents.grammar.letters import fold
from documents.grammar.lines import Line
from documents.grammar.roles import roles_of
from documents.grammar.unit_names import Name, names_in

_LED_BY_CRITERION = re.compile(r"^\W*(?:nhóm\s+|các\s+)?(?:tiêu chí|tc)\s*(?:số\s*)?:?\s*\d")
_ROLE_LINE = re.compile(
    r"^\W*(?:(?:đơn vị|cơ quan|bộ phận|người)\s+)?(?:chủ trì|phụ trách|phối hợp|thực hiện|theo dõi|chịu trách nhiệm|đầu mối)[^:]{0,50}:"
)
_ROLE_WORD = re.compile(
    r"chủ trì|phụ trách|giao|\bdo\b|chịu trách nhiệm|theo dõi|phối hợp|đầu mối|:\s*(?:công|trạm|đoàn|hội|trường|tư pháp|phòng|\d)"
)
_LED_BY_GROUP = re.compile(
    r"^\W*(?:nhóm|các|những)\s+(?:các\s+)?tiêu chí\s+[^\d():;.]{3,100}\((?P<numbers>[^()]{1,120})\)"
)
_OWN_NUMBERS = re.compile(r"\s*\((?P<numbers>[^()]{1,80})\)")


def leading_criteria(line: Line) -> Mention | None:
    """The criteria that a paragraph begins with; `end` counts in the line's text."""
    body = fold(line.body)
    offset = len(line.text) - len(line.body)
    if _LED_BY_CRITERION.match(body):
        return mentions(line.low)[0]
    found = _LED_BY_GROUP.match(body)
    numbers = numbers_alone(found["numbers"]) if found else ()
    return Mention(numbers, offset, offset + found.end()) if found and numbers else None


def gives_roles(line: Line, start: int) -> bool:
    """Whether units and what they do in the criteria follow from there on."""
    return bool(names_in(line.text, start) and _ROLE_WORD.search(line.low, max(start - 1, 0)))


def is_role_line(line: Line) -> bool:
    """ "Đơn vị chủ trì: …", "Phối hợp: …" below a heading of criteria."""
    return _ROLE_LINE.match(fold(line.body)) is not None


def hands_over(line: Line) -> bool:
    """ "Giao …", "do … thực hiện" below a heading of criteria."""
    body = fold(line.body)
    return is_role_line(line) or bool(_ROLE_WORD.search(body) and re.match(r"giao|do ", body))


def assigned(line: Line, numbers: tuple[int, ...], start: int) -> list[tuple[Name, Role, tuple[int, ...]]]:
    """Unit, role and criteria for each unit of the line; "Công an phường (tiêu chí 3, 4)" has only those behind it."""
    names = names_in(line.text, start)
    return [
        (name, role, _own_numbers(line, name) or numbers)
        for name, role in roles_of(line.text, names, _role_of_label(line))
    ]


def _role_of_label(line: Line) -> Role:
    """The role that stands before the colon holds for the whole line."""
    found = _ROLE_LINE.match(fold(line.body))
    return "coop" if found and "phối hợp" in found.group() and "chủ trì" not in found.group() else "lead"


def _own_numbers(line: Line, name: Name) -> tuple[int, ...]:
    found = _OWN_NUMBERS.match(line.low, name.end)
    return numbers_alone(found["numbers"]) if found and "tiêu chí" in found["numbers"] else ()
