"""A plan file for `mangnon plan import`. What was not found is left empty and marked."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from documents.correcting.filling import draft_of
from documents.correcting.own import own_of_document
from documents.correcting.tables import Table, tables_of
from documents.findings import PlanFindings

MARK = "  # CẦN GHI: không thấy trong văn bản"
_SINGLE = {"", "commune"}


def plan_text(found: PlanFindings) -> str:
    """The TOML text of a plan file; it says at each empty place what is missing."""
    tables = tables_of(draft_of(found), found, own_of_document(found))
    return toml_text(tables, "Lập từ văn bản đã ký bằng lệnh mangnon plan read; hãy xem lại từng mục trước khi nhập.")  # fmt: skip


def toml_text(tables: Iterable[Table], remark: str) -> str:
    """Tables as TOML under a remark of one line; empty values are marked."""
    return "\n\n".join([f"# {remark}", *map(_table, tables)]) + "\n"


def _table(one: Table) -> str:
    lines = "\n".join(
        f"{key} = {_written(value)}{MARK if value == '' else ''}" for key, value in one.values.items()
    )
    title = f"[{one.name}]" if one.name in _SINGLE else f"[[{one.name}]]"
    return f"{title}\n{lines}" if one.name else lines


def _written(value: Any) -> str:
    # A JSON string is a basic TOML string too, except for DEL, which no document has left in it.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "")
