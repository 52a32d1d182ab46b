"""What is wrong with a value or with the syntax of a TOML file, said in Vietnamese."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

_LONGEST_ECHO = 40

_Says = Callable[[Any, Mapping[str, Any]], str]


def reason(error: ErrorDetails, siblings: Iterable[str] = ()) -> str:
    """Why pydantic refused a value. `siblings`: the keys that its table may have, for a suggestion.

    Texts and unknown keys are never echoed: they could be a password.
    """
    kind, given, context = error["type"], error.get("input"), error.get("ctx", {})
    if kind == "extra_forbidden":
        return f"không có khoá này{suggestion(str(error['loc'][-1]), siblings)}"
    if kind in {"value_error", "assertion_error"}:
        return str(context.get("error", error["msg"]))
    if kind in _REASONS:
        return _REASONS[kind](given, context)
    for ending, says in _BY_ENDING.items():
        if kind.endswith(ending):
            return says(given, context)
    return error["msg"]


def known_keys(model: type[BaseModel], loc: tuple[str | int, ...]) -> list[str]:
    """The keys of the table at `loc` in a file of that model; none when it is not a table of fixed keys."""
    inner: type[BaseModel] | None = model
    for part in loc:
        if inner is None:
            return []
        if isinstance(part, str):
            fields = {field.alias or name: field for name, field in inner.model_fields.items()}
            inner = _model_in(fields[part].annotation) if part in fields else None
    return [field.alias or name for name, field in inner.model_fields.items()] if inner else []


def _model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_model_in, get_args(annotation))), None)


def suggestion(word: str, known: Iterable[str]) -> str:
    """`; có phải «…» không?` when `word` is close to a known one, else nothing."""
    close = difflib.get_close_matches(word, list(known), 1, cutoff=0.65)
    return f"; có phải «{close[0]}» không?" if close else ""


def echo(given: object) -> str:
    """A value as it is quoted in a sentence, shortened."""
    text = str(given)
    return f"«{text}»" if len(text) <= _LONGEST_ECHO else f"«{text[:_LONGEST_ECHO]}…»"


def _plain(limit: object) -> object:
    """100.0 is said as 100."""
    return int(limit) if isinstance(limit, float) and limit.is_integer() else limit


def listed(values: Iterable[object]) -> str:
    """Choices in a sentence: «a», «b»."""
    return ", ".join(f"«{value}»" for value in values)


_REASONS: dict[str, _Says] = {
    "missing": lambda _given, _context: "thiếu khoá này",
    "string_type": lambda _given, _context: "phải là chữ, đặt trong dấu ngoặc kép",
    "string_too_short": lambda _given, context: _shorter(int(context["min_length"]), "ký tự"),
    "string_too_long": lambda _given, context: f"dài quá, nhiều nhất {context['max_length']} ký tự",
    "string_pattern_mismatch": lambda given, context: f"{echo(given)} không đúng mẫu {context['pattern']}",
    "literal_error": lambda given, context: f"{echo(given)} không dùng được; chỉ nhận {_choices(context)}",
    "enum": lambda given, context: f"{echo(given)} không dùng được; chỉ nhận {_choices(context)}",
    "int_from_float": lambda given, _context: f"phải là số nguyên, đang là {echo(given)}",
    "int_parsing": lambda given, _context: f"phải là số nguyên, đang là {echo(given)}",
    "int_type": lambda _given, _context: "phải là số nguyên",
    "float_parsing": lambda given, _context: f"phải là số, đang là {echo(given)}",
    "float_type": lambda _given, _context: "phải là số",
    "finite_number": lambda _given, _context: "phải là số hữu hạn",
    "greater_than": lambda given, context: f"phải lớn hơn {_plain(context['gt'])}, đang là {echo(given)}",
    "greater_than_equal": lambda given, context: (
        f"phải từ {_plain(context['ge'])} trở lên, đang là {echo(given)}"
    ),
    "less_than": lambda given, context: f"phải nhỏ hơn {_plain(context['lt'])}, đang là {echo(given)}",
    "less_than_equal": lambda given, context: (
        f"phải từ {_plain(context['le'])} trở xuống, đang là {echo(given)}"
    ),
    "too_short": lambda _given, context: _shorter(int(context["min_length"]), "mục"),
    "too_long": lambda _given, context: f"nhiều quá, tối đa {context['max_length']} mục",
    "bool_type": lambda _given, _context: "phải là true hoặc false",
    "bool_parsing": lambda given, _context: f"phải là true hoặc false, đang là {echo(given)}",
}

_BY_ENDING: dict[str, _Says] = {
    "list_type": lambda _given, _context: "phải là danh sách trong ngoặc vuông [ ] hoặc các mục [[ ]]",
    "tuple_type": lambda _given, _context: "phải là danh sách trong ngoặc vuông [ ] hoặc các mục [[ ]]",
    "dict_type": lambda _given, _context: "phải là một bảng [ ] gồm các khoá",
    "model_type": lambda _given, _context: "phải là một bảng [ ] gồm các khoá",
    "date_type": lambda given, _context: f'phải là ngày, ví dụ "10/11/2024", đang là {echo(given)}',
    "time_type": lambda given, _context: f'phải là giờ, ví dụ "08:00", đang là {echo(given)}',
    "date_parsing": lambda given, _context: f'phải là ngày, ví dụ "10/11/2024", đang là {echo(given)}',
    "datetime_parsing": lambda given, _context: f'phải là ngày, ví dụ "10/11/2024", đang là {echo(given)}',
    "time_parsing": lambda given, _context: f'phải là giờ, ví dụ "08:00", đang là {echo(given)}',
    "_inexact": lambda given, _context: f"phải là ngày, không kèm giờ, đang là {echo(given)}",
}


def _shorter(least: int, what: str) -> str:
    return "không được để trống" if least == 1 else f"ít quá, phải có ít nhất {least} {what}"


def _choices(context: Mapping[str, Any]) -> str:
    return str(context["expected"]).replace("'", '"').replace(" or ", ", ")


_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")

_SYNTAX = {
    "Cannot overwrite": "khoá này đã được ghi ở trên, hãy bỏ một chỗ",
    "Cannot declare": "bảng này đã được ghi ở trên, hãy bỏ một chỗ",
    "Duplicate inline": "khoá bị lặp trong ngoặc nhọn { }",
    "Invalid date": "ngày hoặc giờ này không có trong lịch",
    "Expected newline": "thừa chữ sau giá trị; chữ và ngày như 10/11/2024 phải đặt trong dấu ngoặc kép",
    "Invalid value": 'không đọc được giá trị; chữ phải đặt trong dấu ngoặc kép thẳng " "',
    "Unterminated": "thiếu dấu ngoặc kép đóng",
    "Illegal character": "thiếu dấu ngoặc kép đóng, hoặc có ký tự lạ",
    "Unclosed array": "thiếu dấu ] đóng danh sách",
    "Unclosed inline": "thiếu dấu } đóng bảng",
    "Expected ']": "thiếu dấu ] ở tên bảng",
    "Expected '='": "thiếu dấu = sau tên khoá",
    "Unescaped": "dấu \\ trong ngoặc kép phải viết thành \\\\, hoặc dùng ngoặc đơn ' '",
    "Invalid statement": "tên khoá không hợp lệ; chỉ dùng chữ không dấu, số, - và _",
    "Invalid initial character": "tên khoá không hợp lệ; chỉ dùng chữ không dấu, số, - và _",
}


def syntax_fault(message: str) -> tuple[int | None, str]:
    """The standard TOML reader's message -> (line, None for the end of the text; Vietnamese reason)."""
    place = _PLACE.search(message)
    line = int(place[1]) if place and place[1] else None
    for start, says in _SYNTAX.items():
        if message.startswith(start):
            return line, says
    return line, "cú pháp TOML chưa đúng"
