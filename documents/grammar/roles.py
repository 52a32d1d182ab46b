"""Who leads and who helps: "chủ trì, phối hợp với …", "(phối hợp)", "A chủ trì, B và C phối hợp". Over folded text."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from documents.findings import Role
from documents.grammar.criteria import Mention, mentions
from documents.grammar.letters import fold
from documents.grammar.unit_names import Name, names_in

_LEAD = re.compile(r"chủ trì|chịu trách nhiệm|phụ trách|đầu mối|trực tiếp|chính")
_HELP = re.compile(
    r"phối hợp|hỗ trợ|tham gia|cung cấp (?:số liệu|thông tin|tài liệu|hồ sơ)|giúp (?=công an|trạm|công chức|đoàn|hội|trường)"
)
_WITH = re.compile(r"(?:phối hợp(?: chặt chẽ)?|cùng)\s*(?:với|cùng|:)?\s")
_OWN = re.compile(
    r"chủ trì|theo dõi|đánh giá|phụ trách|chịu trách nhiệm|thực hiện|đảm bảo|bảo đảm|tham mưu|đảm nhận|đầu mối|thu thập|tự chấm|chấm điểm|xây dựng|triển khai|rà soát|hoàn thành"
)
_OVERSEE = re.compile(
    r"tổng hợp|đôn đốc|giám sát|kiểm tra|thẩm định|hướng dẫn|tuyên truyền|phổ biến|quán triệt|báo cáo (?:kết quả|chung)|gửi (?:công chức|cán bộ|phòng|bộ phận)|theo biểu|căn cứ"
)
_OF_OTHERS = re.compile(
    r"(?:các|những)\s+(?:đơn vị|ngành|cơ quan|bộ phận|thành viên)[^;,.]{0,30}?(?:thực hiện|triển khai)"
)
"""What the others do: "đôn đốc các đơn vị thực hiện"."""
_ALONGSIDE = re.compile(r"\W*(?:và\s+)?cùng với\s")
"""Whoever works beside another, with no word of leading, is not given the lead."""
_ASIDE = re.compile(r"^\s*\(\s*(chủ trì|phối hợp|đơn vị chủ trì|đơn vị phối hợp)[^()]*\)")
_JUST_HELPS = re.compile(r"\s*(?:cùng\s+)?phối hợp(?:\s+thực hiện)?\W*")
_AND_ALSO = re.compile(r"\s*(?:,|và|,\s*và)\s*")
_CLAUSE = re.compile(r";|\.\s+(?=\S)|\.$")
ALL = frozenset(range(1, 14))


@dataclass
class Part:
    """Criteria with a role; `start`, `end`: the clause. `helpers`: units named after "phối hợp với"."""

    numbers: tuple[int, ...]
    role: Role
    start: int
    end: int
    helpers: list[Name] = field(default_factory=list)


def parts_of(text: str, start: int = 0, named: Sequence[Mention] = ()) -> list[Part]:
    """What a unit's own sentence says it does: its criteria with its role in them. `named`: without their numbers."""
    low = fold(text)
    said = sorted([*mentions(low), *named], key=lambda one: one.start)
    found: list[Part] = []
    for first, last in clauses(low, start):
        here = [one for one in said if first <= one.start < last and one.numbers]
        found.extend(_in_clause(text, low, first, last, here))
        if found:
            found[-1].helpers += _joining(
                text, low, max(first, *(one.end for one in said if one.start < last)), last
            )
    return found


def clauses(low: str, start: int) -> list[tuple[int, int]]:
    """The clauses from `start` on, but a ";" between the numbers of one mention does not cut it."""
    inside = {at for one in mentions(low) for at in range(one.start, one.end)}
    cuts = [one.end() for one in _CLAUSE.finditer(low, start) if one.start() not in inside]
    edges = [start, *cuts, len(low)]
    return [(first, last) for first, last in itertools.pairwise(edges) if low[first:last].strip()]


def _in_clause(text: str, low: str, start: int, end: int, here: Sequence[Mention]) -> list[Part]:
    role: Role | None = None
    made: list[Part] = []
    at = start
    for one in here:
        segment = low[at : one.start]
        if _is_oversight(segment, one):
            at = one.end
            continue
        role = _said_after(low, one) or _role(segment) or role or "lead"
        beside = role == "lead" or _ALONGSIDE.match(segment)
        made.append(Part(one.numbers, role, start, end, _helpers(text, low, at, one.start) if beside else []))
        at = one.end
    if made and made[-1].role == "lead" and re.match(r"[\s,]*(?:và\s+)?phối hợp", low[at:end]):
        made[-1].helpers += _helpers(text, low, at, end)
    return made


def _said_after(low: str, one: Mention) -> Role | None:
    found = _ASIDE.match(low[one.end : one.end + 60])
    return None if not found else "coop" if "phối hợp" in found[1] else "lead"


def _role(segment: str) -> Role | None:
    if re.search(r"chủ trì|chịu trách nhiệm|đầu mối", segment):
        return "lead"
    if _HELP.search(segment) or _ALONGSIDE.match(segment):
        return "coop"
    return "lead" if _LEAD.search(segment) else None


def _is_oversight(segment: str, one: Mention) -> bool:
    """Gathering or checking what others do is no part of a criterion."""
    if not _OVERSEE.search(segment):
        return False
    segment = _OF_OTHERS.sub("", segment)
    return set(one.numbers) >= ALL or not _OWN.search(_OVERSEE.sub("", segment).replace("việc thực hiện", "").replace("kết quả thực hiện", "").replace("tổ chức thực hiện", ""))  # fmt: skip


def _joining(text: str, low: str, start: int, end: int) -> list[Name]:
    """Who is said to help after the criteria: "…; Đoàn Thanh niên xã và Hội Phụ nữ xã phối hợp."."""
    found: list[Name] = []
    for name in reversed(names_in(text, start, end)):
        follows = low[name.end : found[0].start] if found else low[name.end : end]
        if not (_AND_ALSO if found else _JUST_HELPS).fullmatch(follows):
            break
        found.insert(0, name)
    return found


def _helpers(text: str, low: str, start: int, end: int) -> list[Name]:
    found = _WITH.search(low, start, end)
    return [] if not found else names_in(text, found.end(), end)


_LEADS_AFTER = re.compile(
    r"\W*(?:là\s+)?(?:đơn vị |cơ quan )?(?:chủ trì|phụ trách|chịu trách nhiệm|đầu mối|theo dõi|đánh giá|thực hiện|tham mưu)"
)
_HELPS_AFTER = re.compile(r"\W*(?:cùng\s+|là đơn vị\s+)?(?:phối hợp|hỗ trợ|tham gia)(?!\s*(?:với|cùng|:))")
_HELPS_BEFORE = re.compile(
    r"(?:phối hợp|hỗ trợ|tham gia)(?:\s+thực hiện)?\s*(?:với|cùng|của|là|gồm)?\s*(?:các đơn vị|các cơ quan|các)?\s*:?\W*$"
)
_LEADS_BEFORE = re.compile(
    r"(?:chủ trì|phụ trách|giao|\bdo|đầu mối|chịu trách nhiệm|thực hiện|theo dõi)(?: cho| là| chính)?\s*:?\W*$"
)


_AMONG_THEM = re.compile(r"trong đó,?\s*(?:giao\s+)?")


def leader_within(text: str, start: int, end: int) -> Name | None:
    """The one unit of several that is in the lead: "trong đó Trường Mầm non Hoa Ban chủ trì"."""
    low = fold(text)
    for found in _AMONG_THEM.finditer(low, start, end):
        for name in names_in(text, found.end())[:1]:
            if name.start == found.end() and _LEADS_AFTER.match(low, name.end):
                return name
    return None


def roles_of(text: str, names: Sequence[Name], usual: Role = "lead") -> list[tuple[Name, Role]]:
    """The roles of units that stand in a sentence about given criteria; `usual`: of those that it says nothing about."""
    low = fold(text)
    roles: list[Role] = []
    open_from = 0
    carried: Role = usual
    for at, name in enumerate(names):
        before = low[names[at - 1].end if at else 0 : name.start]
        after = low[name.end : names[at + 1].start if at + 1 < len(names) else len(low)]
        if ";" in before or ". " in before:
            open_from, carried = at, usual
        if _AMONG_THEM.search(before):
            roles[open_from:] = ["coop"] * (len(roles) - open_from)
        if _HELPS_BEFORE.search(before):
            carried = "coop"
        elif _LEADS_BEFORE.search(before) or _LEADS_AFTER.match(after):
            carried, open_from = "lead", at + 1 if _LEADS_AFTER.match(after) else open_from
        roles.append(carried)
        if _HELPS_AFTER.match(after):
            roles[open_from:] = ["coop"] * (len(roles) - open_from)
    return list(zip(names, roles, strict=True))
