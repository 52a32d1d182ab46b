"""Who a heading speaks of: one unit, several, or a counted group ("02 trường mầm non: A và B")."""

from __future__ import annotations

import re
from dataclasses import dataclass

from documents.grammar.letters import UPPER, fold, tidy
from documents.grammar.unit_names import VILLAGE_WORDS, Name, name_at
from tasks.planparts import UnitKind

_PROPER = rf"(?:\d{{1,2}}/\d{{1,2}}(?![/\d])|[{UPPER}0-9][\w'’]*(?:[ -]+(?:[{UPPER}][\w'’]*|\d+(?![/.\d])))*)"
_SCHOOL = r"trường\s+(?:mầm non|mẫu giáo|mn|tiểu học|th\s*&\s*thcs|thcs|th|trung học cơ sở)|trường(?=\s*(?::|\(|gồm))"
_GROUP = re.compile(
    rf"(?:(?:hiệu trưởng|ban giám hiệu|lãnh đạo)\s+)?(?:(?:các|toàn bộ|tất cả(?: các)?)\s+)?(?:(?P<count>\d{{1,2}}|hai|ba|bốn|năm|sáu)\s+)?(?P<head>{_SCHOOL}|(?:cơ sở giáo dục|nhóm trẻ)\s+mầm non|(?:trưởng (?:các )?)?(?:{VILLAGE_WORDS}))\b"
    r"(?P<where>\s+(?:trên địa bàn|trong|thuộc)(?:\s+(?:xã|phường))?(?:\s+toàn xã)?)?(?P<opens>\s*(?::|\(|,?\s*gồm(?: có)?\s*:?\s*\(?|,?\s*bao gồm\s*:?|,?\s*là\s*:?|-)\s*|\s+)"
)
_ITEM = re.compile(
    rf"(?P<own>(?:(?:Trường|trường|TRƯỜNG)\s+)?(?:(?:[Mm]ầm non|MẦM NON|MN|[Mm]ẫu giáo|[Tt]iểu học|PTDTBT(?: THCS| TH)?|TH&THCS|THCS|TH)\s+)?(?:(?:{VILLAGE_WORDS})\s+)?)[\"“]?(?P<name>{_PROPER})[\"”]?"
)
_AND = re.compile(r"\s*(?:,\s*(?:và\s+)?|;\s*(?:và\s+)?|và\s+|&\s*)")
_BETWEEN = re.compile(r"\s*(?:,\s*(?:và\s+|cùng\s+)?|;\s*|và\s+|cùng(?: với)?\s+|&\s*|/\s*|\+\s*|-\s+)")
_LEAD_IN = re.compile(
    r"^\W*(?:(?:đề nghị|yêu cầu|giao(?: cho)?|phân công(?: cho)?|đối với|trách nhiệm của|nhiệm vụ của|mời|đồng thời giao)\s+)+"
)
_PERSON = re.compile(
    rf"(?:[Đđ]ồng chí|[Đđ]/c|Ông|Bà|Anh|Chị)\s*:?\s*(?:[{UPPER}][\w'’]*\s+){{1,5}}?[{UPPER}][\w'’]*\s*(?:\s[-–—]|[,:(])\s*(?:chức vụ\s*:?\s*)?"
)
"""A person before the office: it is the office that owns the work, and the name is nobody's business here."""
WORDS = {"hai": 2, "ba": 3, "bốn": 4, "năm": 5, "sáu": 6}


@dataclass(frozen=True)
class Group:
    """A unit as a heading writes it; `count` None when units of a kind are meant without a number."""

    name: str
    kind: UnitKind
    count: int | None
    members: tuple[str, ...]
    end: int


def groups_at(text: str, at: int = 0) -> tuple[list[Group], int]:
    """The units named one after the other from a place on, and where they end. ([], at) for none."""
    found: list[Group] = []
    if lead_in := _LEAD_IN.match(fold(text)[at:]):
        at += lead_in.end()
    if person := _PERSON.match(text, at):
        at = person.end()
    while one := group_at(text, at):
        found.append(one)
        at = one.end
        between = _BETWEEN.match(fold(text), at)
        if not between or group_at(text, between.end()) is None:
            break
        at = between.end()
    return found, at


def group_at(text: str, at: int) -> Group | None:
    """The unit or counted group at a place of the text."""
    low = fold(text)
    if found := _GROUP.match(f"{low} ", at):
        members, end = _members(text, found.end(), whole=found["head"] == "trường")
        alone = bool(re.search(r"(?:,|;|\bvà|&)\s*trường\s", low[found.end() : end]))
        if members and (found["count"] or (len(members) > 1 and not alone)):
            return _group(text, found, members, end)
    name = name_at(text, at)
    return _single(low, name) if name else None


def _single(low: str, name: Name) -> Group:
    number = re.match(r"(\d{1,2}|hai|ba|bốn|năm|sáu)\s", low[name.start :])
    count = (WORDS.get(number[1]) or int(number[1])) if number else None
    many = re.match(
        r"(?:\S+\s+){0,2}?(?:các|trưởng (?:thôn|bản|khu|khối|tổ))\b", low[name.start : name.end]
    ) and name.kind in {"school", "village"}
    text = re.sub(r"^\d{1,2}\s+", "", name.text)
    generic = name.kind == "village" and not re.search(r"\s[A-ZĐ0-9]", text)
    return Group(text, name.kind, count if number else (None if many or generic else 1), (), name.end)


def _group(text: str, found: re.Match[str], members: list[str], end: int) -> Group:
    head = tidy(text[found.start("head") : found.end("head")])
    count = (WORDS.get(found["count"]) or int(found["count"])) if found["count"] else len(members)
    kind: UnitKind = "village" if re.search(rf"(?:{VILLAGE_WORDS})$", fold(head)) else "school"
    name = tidy(text[found.start("head") : end]).rstrip(" )")
    name += ")" if name.count("(") > name.count(")") else ""
    return Group(name, kind, count, tuple(_full(head, one) for one in members), end)


def _full(head: str, name: str) -> str:
    word = re.sub(r"^trưởng (?:các )?", "", head, flags=re.IGNORECASE)
    return f"{word[:1].upper()}{word[1:]} {name}"


def _members(text: str, at: int, *, whole: bool) -> tuple[list[str], int]:
    """Names in a row: "Hoa Hồng, Hoa Mai và trường mầm non Hoa Hướng Dương"."""
    found: list[str] = []
    end = at
    while one := _ITEM.match(text, at):
        if re.match(r"(?:UBND|HĐND|MTTQ|Công an|Trạm|Đoàn|Hội|Công chức|Phòng|Ban)\b", one["name"]):
            break
        found.append(tidy(one.group() if whole else one["name"]))
        end = one.end()
        between = _AND.match(text, end)
        if not between:
            break
        at = between.end()
    if end < len(text) and text[end] == ")":
        end += 1
    return found, end
