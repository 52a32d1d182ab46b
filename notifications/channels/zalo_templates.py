"""What a registered template takes, and a message's facts made to fit it. Pure.

Zalo tells each parameter's limits; lengths count code points of NFC text. Words may be cut short, but neither a date nor
a number nor a link.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from notifications.channels.base import ChannelError
from notifications.clean_text import one_line, shortened

WORDS = frozenset({"name", "unit", "what", "commune", "status"})
"""Facts that still say something when they are cut short."""
# Types as Zalo writes them, in words or by its numbers; every other type is free text.
_DATES = re.compile(r"DATE|TIME|^11$")
_NUMBERS = re.compile(r"NUMBER|QUANTITY|AMOUNT|CURRENCY|MONEY|VND|^(10|13)$")
_WHOLE = re.compile(r"PHONE|CODE|OTP|URL|LINK|CONTACT|^(2|4|7|12|14)$")
_DAY = r"(0[1-9]|[12]\d|3[01])/(0[1-9]|1[0-2])/\d{4}"
_HOUR = r"([01]\d|2[0-3]):[0-5]\d"
_DATE = re.compile(rf"{_HOUR}:[0-5]\d|{_HOUR}|{_HOUR} {_DAY}|{_DAY}|(0[1-9]|1[0-2])/\d{{4}}")
_NUMBER = re.compile(r"-?[0-9][0-9.,]*")
_NO = frozenset({"false", "0", "no", "none", ""})


@dataclass(frozen=True)
class OaTemplates:
    """The numbers of the templates by user id and by telephone number, "" for none; parameter -> the name of a fact.

    `development`: only the OA's administrators are reached. `sign_in`: the template of sign-in links, by either.
    """

    user: str = ""
    phone: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    development: bool = False
    sign_in: str = ""


@dataclass(frozen=True)
class Parameter:
    """One parameter of a template. `longest` 0: Zalo sets no limit."""

    name: str
    kind: str = "STRING"
    required: bool = True
    longest: int = 0
    shortest: int = 0
    may_be_empty: bool = False


def parameters(data: Any) -> tuple[Parameter, ...]:
    """From what Zalo says about a template; numbers and truths may come as text. Raises ValueError if it says nothing."""
    listed = data.get("listParams") if isinstance(data, dict) else None
    if not isinstance(listed, list):
        raise ValueError("no list of parameters")
    return tuple(_parameter(one) for one in listed if isinstance(one, dict) and one.get("name"))


def filled(
    template: Iterable[Parameter], fields: Mapping[str, str], facts: Mapping[str, str]
) -> dict[str, str]:
    """The template's data. `fields`: parameter -> the name of a fact. Raises ChannelError (payload) for what cannot fit."""
    values = {one.name: _fitted(one, fields.get(one.name, ""), facts) for one in template}
    return {name: value for name, value in values.items() if value is not None}


def _fitted(one: Parameter, fact: str, facts: Mapping[str, str]) -> str | None:
    """A parameter's value; None where it can be left out."""
    value = unicodedata.normalize("NFC", one_line(facts.get(fact, "")))
    if not value:
        return _nothing(one)
    if one.longest and len(value) > one.longest:
        value = _cut(one, fact, value)
    if len(value) < one.shortest:
        raise _misfit(one, f"cần ít nhất {one.shortest} ký tự")
    kind = one.kind.upper()
    if _DATES.search(kind) and not _DATE.fullmatch(value):
        raise _misfit(one, "phải là ngày giờ, ví dụ 20/11/2026")
    if _NUMBERS.search(kind) and not _NUMBER.fullmatch(value):
        raise _misfit(one, "phải là số")
    return value


def _nothing(one: Parameter) -> str | None:
    if one.may_be_empty:
        return ""
    if one.required or one.shortest:
        raise _misfit(one, "không có nội dung")
    return None


def _cut(one: Parameter, fact: str, value: str) -> str:
    kind = one.kind.upper()
    strict = any(pattern.search(kind) for pattern in (_DATES, _NUMBERS, _WHOLE))
    if strict or fact not in WORDS:
        raise _misfit(one, f"dài quá {one.longest} ký tự")
    return shortened(value, one.longest)


def _misfit(one: Parameter, why: str) -> ChannelError:
    return ChannelError(
        "payload", f"Tham số «{one.name}» của mẫu tin Zalo {why}. Hãy kiểm tra fields ở mục [zalo_oa]."
    )


def _parameter(said: Mapping[str, Any]) -> Parameter:
    return Parameter(
        name=str(said["name"]),
        kind=str(said.get("type", "STRING")),
        required=_yes(said.get("require", True)),
        longest=_count(said.get("maxLength")),
        shortest=_count(said.get("minLength")),
        may_be_empty=_yes(said.get("acceptNull", False)),
    )


def _yes(said: Any) -> bool:
    return str(said).strip().lower() not in _NO


def _count(said: Any) -> int:
    text = str(said).strip()
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) else 0
