"""Two plan files that differ are never told as the same: every value that changes has a line that names it."""

from __future__ import annotations

import copy
import tomllib
from typing import Any

import pytest
from hoang_dong import FILE, World, found

from db.store import Store
from tasks.clock import ManualClock
from tasks.difflines import DiffLine, diff_lines
from tasks.importing import compare
from tasks.planfile import PlanFile, load_plan

_, RULES = load_plan(FILE)
TOML: dict[str, Any] = tomllib.loads(FILE.read_text(encoding="utf-8"))
OTHER = {
    "kind": "superior", "basis": "commune", "part": "coop", "shared": True, "no": 12, "year": 2025, "count": 15, "unit": "mttq",
    "receiver": "mttq", "deadline": None, "key": "ma-khac", "time_zone": "Asia/Bangkok", "issued_on": "17/4/2024", "rule_set": "khac",
    "before": "12/11/2024",
}  # fmt: skip
TABLES = ("legal_basis", "unit", "criterion", "report", "duty")
PLACES = [
    *(("", 0, name) for name in ("number", "issued_on", "title", "signer", "receiver")),
    *(("commune", 0, name) for name in ("name", "place", "superior", "time_zone")),
    *((table, at, name) for table in TABLES for at, row in enumerate(TOML[table]) for name in row),
    *((("deadline", 0, name)) for name in ("wording", "before", "source", "basis")),
]


@pytest.fixture
def world(store: Store, clock: ManualClock) -> World:
    return found(store, clock)


def changed(table: str, at: int, name: str) -> tuple[PlanFile | None, str]:
    """The plan with one value changed, and the value; None where that makes no plan."""
    file = copy.deepcopy(TOML)
    row = file if not table else file[table] if table == "commune" else file[table][at]
    row[name] = OTHER.get(name, f"{row.get(name, '')} khác")
    if name == "unit" and row[name] == TOML[table][at][name]:
        row[name] = "tai-chinh"
    if name == "before":
        row["wording"] = "trước ngày 12/11/2024"
    if row[name] is None:
        del row[name]
    try:
        return PlanFile.model_validate(file), str(row.get(name, ""))
    except ValueError:
        return None, ""


def lines_of(world: World, file: PlanFile) -> tuple[DiffLine, ...]:
    with world.store.read() as session:
        return diff_lines(compare(session, file, RULES), {one.key: one.name for one in file.units})


def test_every_value_that_changes_has_a_line_that_names_it(world: World) -> None:
    tried = 0
    for place in PLACES:
        file, _ = changed(*place)
        row = TOML if not place[0] else TOML[place[0]] if place[0] == "commune" else TOML[place[0]][place[1]]
        if file is None or file == PlanFile.model_validate(TOML):
            continue
        tried += 1
        lines = lines_of(world, file)
        assert lines, place
        assert all("phần khác" not in one.title for one in lines), place
        value = row.get(place[2])
        if isinstance(value, str) and place[2] in {
            "wording",
            "subject",
            "issuer",
            "number",
            "title",
            "source",
            "name",
        }:
            told = " ".join(f"{one.title} {one.before} {one.after}" for one in lines)
            assert f"{value} khác".replace("{no}", "1")[:20] in told, (place, told)
    assert tried > 100


def test_a_row_that_goes_or_comes_has_a_line(world: World) -> None:
    for table in ("legal_basis", "criterion", "duty", "report"):
        file = copy.deepcopy(TOML)
        del file[table][0]
        assert lines_of(world, PlanFile.model_validate(file)), table


def test_the_reports_deadline_is_a_change_of_the_plan_too(world: World) -> None:
    file, _ = changed("deadline", 0, "before")
    assert file is not None
    general = {one.title: (one.before, one.after) for one in lines_of(world, file) if one.kind == "header"}
    assert general["lời văn của hạn báo cáo"] == ("trước ngày 10/11/2024", "trước ngày 12/11/2024")
    assert general["ngày (không tính ngày đó) của hạn báo cáo"] == ("10/11/2024", "12/11/2024")


def test_no_line_shows_an_internal_key(world: World) -> None:
    file = copy.deepcopy(TOML)
    file["unit"][0]["name"] = "Bộ phận Văn hóa"
    file["unit"].append({"key": "thu-vien-xa", "name": "Thư viện", "kind": "office", "source": "IV.9"})
    file["receiver"] = "thu-vien-xa"
    lines = lines_of(world, PlanFile.model_validate(file))
    told = " ".join(f"{one.title} {one.before} {one.after}" for one in lines)
    assert "tên của Công chức Văn hóa - Xã hội" in told
    assert "thu-vien-xa" not in told
    assert "vhxh" not in told
