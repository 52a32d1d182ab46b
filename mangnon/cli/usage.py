"""Wrong usage in Vietnamese: the command-line library's own messages are English."""

from __future__ import annotations

import re
from typing import Any

from typer.core import TyperGroup
from typer.exceptions import TyperException

from plans.toml_source import suggestion

_QUOTED = re.compile(r"'([^']*)'")
_EXTRA = re.compile(r"\((.*)\)", re.DOTALL)


def sentence(error: TyperException) -> str:
    """What is wrong with the command as typed, and where to look."""
    says = _SENTENCES.get(type(error).__name__, _other)
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "mangnon"
    return f"{says(error)} Xem cách dùng: {path} --help"


def _no_such_option(error: Any) -> str:
    near = ", ".join(error.possibilities or [])
    return f"Không có tuỳ chọn {error.option_name}{f'; có phải {near} không?' if near else '.'}"


def _missing(error: Any) -> str:
    return f"Còn thiếu {_parameter(error)}."


def _bad_value(error: Any) -> str:
    return f"Giá trị của {_parameter(error)} không hợp lệ{_wanted(error)}."


def _bad_option(error: Any) -> str:
    if "requires" in error.message:
        return f"Tuỳ chọn {error.option_name} cần một giá trị đi kèm."
    return f"Tuỳ chọn {error.option_name} không nhận giá trị nào."


def _nothing_chosen(_error: Any) -> str:
    return "Còn thiếu tên lệnh; hãy chọn một lệnh trong danh sách trên."


def _other(error: Any) -> str:
    context, word = getattr(error, "ctx", None), _QUOTED.search(error.message)
    if "No such command" in error.message and word and context is not None:
        known = context.command.commands if isinstance(context.command, TyperGroup) else ()
        return f"Không có lệnh «{word[1]}»{suggestion(word[1], known) or '.'}"
    if "extra argument" in error.message and (
        extra := _EXTRA.search(error.message[error.message.find(") ") :])
    ):
        return f"Thừa «{extra[1]}»; chữ có dấu cách phải đặt trong ngoặc kép."
    return "Lệnh gõ chưa đúng."


_SENTENCES = {
    "NoSuchOption": _no_such_option,
    "MissingParameter": _missing,
    "BadParameter": _bad_value,
    "BadOptionUsage": _bad_option,
    "NoArgsIsHelpError": _nothing_chosen,
}


def _parameter(error: Any) -> str:
    parameter = getattr(error, "param", None)
    if parameter is None:
        return "tham số"
    if parameter.opts[0].startswith("-"):
        return f"tuỳ chọn {parameter.opts[0]}"
    return f"tham số {parameter.metavar or parameter.name}"


def _wanted(error: Any) -> str:
    parameter = getattr(error, "param", None)
    least = getattr(parameter, "min", None)
    if least is not None:
        return f"; phải là số nguyên từ {least} trở lên"
    return ""
