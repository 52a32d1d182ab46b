"""Two plan files told apart, value by value, in words: nothing that differs goes unsaid. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tasks.deadline import short_date

Values = Mapping[str, Any]
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
HEAD = {
    "key": "mã kế hoạch", "number": "số kế hoạch", "issued_on": "ngày ban hành", "year": "năm", "title": "tên kế hoạch",
    "signer": "người ký", "rule_set": "bộ quy tắc", "receiver": "nơi nhận báo cáo",
}  # fmt: skip
COMMUNE = {
    "key": "mã xã, phường", "name": "tên xã, phường", "place": "địa danh", "superior": "cấp trên", "time_zone": "múi giờ",
}  # fmt: skip
WORDS = {
    "number": "số", "issued_on": "ngày", "issuer": "cơ quan ban hành", "subject": "nội dung", "before": "ngày (không tính ngày đó)",
    "by": "ngày (tính cả ngày đó)", "wording": "lời văn", "source": "mục", "basis": "ai đặt hạn", "name": "tên",
    "plan_name": "tên trong kế hoạch", "kind": "loại", "count": "số đơn vị", "no": "tiêu chí", "unit": "đơn vị", "part": "vai trò",
    "shared": "mỗi đơn vị tự đánh giá", "title": "tên", "kinds": "loại đơn vị", "deadline": "hạn", "key": "mã",
}  # fmt: skip
SAID = {
    "plan": "kế hoạch", "commune": "xã", "lead": "chủ trì", "coop": "phối hợp", "office": "công chức, bộ phận", "station": "trạm, công an",
    "school": "trường học", "union": "đoàn thể", "village": "thôn, tổ dân phố", "leadership": "lãnh đạo", "superior": "cấp trên",
}  # fmt: skip
TABLES = ("legal_basis", "deadline", "unit", "criterion", "report", "duty")


@dataclass(frozen=True)
class Leaf:
    """One value that differs. `name`: its key, "" where a whole row comes or goes; `task`: the task it is about."""

    table: str
    name: str
    what: str
    before: str
    after: str
    task: str = ""


def leaves(old: Values, new: Values) -> Iterator[Leaf]:
    """Every difference of two plan files as they are kept beside a plan."""
    yield from _values("", HEAD, old, new, "", old, new)
    yield from _values("commune", COMMUNE, old["commune"], new["commune"], "", old, new)
    for table in TABLES:
        before, after = _by_key(table, old[table]), _by_key(table, new[table])
        for key in dict.fromkeys((*before, *after)):
            yield from _row(table, before.get(key), after.get(key), old, new)


def unit_what(word: str, name: str) -> str:
    """«tên của Trạm Y tế»."""
    return f"{word} của {name}"


def _by_key(table: str, rows: list[Values]) -> dict[tuple[Any, ...], Values]:
    names = {"legal_basis": ("number",), "criterion": ("no", "unit"), "report": ("title",)}.get(
        table, ("key",)
    )
    found: dict[tuple[Any, ...], Values] = {}
    for row in rows:
        key = tuple(row[name] for name in names)
        times = sum(one[:-1] == key for one in found)
        found[(*key, times)] = row
    return found


def _row(table: str, was: Values | None, will: Values | None, old: Values, new: Values) -> Iterator[Leaf]:
    if was and will:
        if table == "unit" and (was["plan_name"] or will["plan_name"]):
            # Where the plan's name is not given, the unit's own name serves as it.
            was, will = ({**one, "plan_name": one["plan_name"] or one["name"]} for one in (was, will))
        yield from _values(table, WORDS, was, will, _called(table, was, old), old, new)
        return
    row, file = (will, new) if will else (was or {}, old)
    called, task = _called(table, row, file), _task(table, row)
    text = "có" if table != "legal_basis" else row["subject"]
    yield Leaf(table, "", called, "" if will else text, text if will else "", task)


def _values(
    table: str, words: Mapping[str, str], was: Values, will: Values, called: str, old: Values, new: Values
) -> Iterator[Leaf]:
    for name, word in words.items():
        if was.get(name) != will.get(name):
            what = unit_what(word, called) if called else word
            yield Leaf(
                table, name, what, _text(name, was.get(name), old), _text(name, will.get(name), new), _task(table, was)
            )  # fmt: skip


def _task(table: str, row: Values) -> str:
    if table == "criterion":
        return f"tc{row['no']:02}.{row['unit']}"
    return f"nv.{row['key']}" if table == "duty" else "bc." if table == "report" else ""


def _called(table: str, row: Values, file: Values) -> str:
    """What a row is called among people."""
    unit = _unit(row.get("unit"), file)
    reported = any(one["deadline"] == row.get("key") for one in file["report"])
    return {
        "legal_basis": lambda: f"căn cứ {row['number']}",
        "deadline": lambda: "hạn báo cáo" if reported else f"hạn «{row['wording']}»",
        "unit": lambda: str(row["name"]).replace(" {no}", ""),
        "criterion": lambda: f"tiêu chí {row['no']} ({unit})",
        "report": lambda: f"«{row['title']}»",
        "duty": lambda: f"«{row['title']}» ({unit})",
    }[table]()


def _text(name: str, value: Any, file: Values) -> str:
    if value is None:
        return "không có"
    if isinstance(value, list | tuple):
        return ", ".join(_text("kind", one, file) for one in value) or "tất cả"
    if name in {"unit", "receiver"}:
        return _unit(value, file)
    if name == "deadline":
        return next((str(one["wording"]) for one in file["deadline"] if one["key"] == value), str(value))
    return _plain(name, value)


def _plain(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "có" if value else "không"
    if _DAY.fullmatch(str(value)):
        return short_date(date.fromisoformat(value))
    return SAID.get(str(value), str(value)) if name in {"basis", "part", "kind"} else str(value)


def _unit(key: Any, file: Values) -> str:
    for one in file["unit"]:
        if one["key"] == key:
            return str(one["name"])
        if one["count"] and str(key).startswith(f"{one['key']}-"):
            return str(one["name"]).replace("{no}", str(key).rpartition("-")[2].lstrip("0"))
    return str(key)
