"""What was read becomes a plan file that `plan import` takes once the marked gaps are filled."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from cli_runner import Folder, fresh

from benchmarks.reading import FOLDER, expected_of
from db.errors import Refusal
from documents.plan_file import MARK, plan_text
from documents.reading import read_plan_document
from documents.sources import read_file
from tasks.planfile import read_plan
from tasks.ruleset import find_rule_set


def text_of(document: Path) -> str:
    return plan_text(read_plan_document(read_file(document), {}))


def test_the_signed_plan_becomes_a_plan_file_without_any_gap() -> None:
    text = text_of(FOLDER / "hoang-dong-2024.txt")
    assert MARK not in text
    plan, _ = read_plan(text, "ke-hoach.toml", lambda plan: find_rule_set(plan.rule_set))
    assert len(plan.units) == 7 + 2 + 16
    assert sorted({one.no for one in plan.criteria}) == list(range(1, 14))
    assert [one.unit for one in plan.criteria if one.no == 10] == [
        "truong-mam-non-hoa-hong",
        "truong-mam-non-hoa-huong-duong",
    ]
    assert plan.deadlines[0].deadline.last_valid_on.isoformat() == "2024-11-09"
    assert plan.receiver == "van-hoa-xa-hoi"


@pytest.mark.parametrize(
    ("document", "superior"),
    [
        ("tam-son.docx", "UBND huyện Yên Bình"),
        ("ea-trang.txt", "UBND huyện M'đrăk"),
        ("pu-trang.txt", "UBND thị xã Nghĩa Lộ"),
        ("hoang-dong-2024.txt", "UBND thành phố Lạng Sơn"),
        ("nam-can.txt", ""),
        ("dong-tam.docx", ""),
    ],
)
def test_the_superior_is_the_upper_body_of_the_head_else_whose_plan_it_rests_on(
    document: str, superior: str
) -> None:
    assert tomllib.loads(text_of(FOLDER / document))["commune"]["superior"] == superior


def test_a_school_named_son_ca_is_no_police_station() -> None:
    assert 'key = "truong-mam-non-son-ca"' in text_of(FOLDER / "dong-tam.docx")


@pytest.mark.parametrize("document", expected_of(), ids=lambda path: path.name)
def test_only_marked_lines_of_a_made_plan_file_are_refused(document: Path) -> None:
    text = text_of(document)
    tomllib.loads(text)
    try:
        read_plan(text, "ke-hoach.toml", lambda plan: find_rule_set(plan.rule_set))
    except Refusal as refusal:
        lines = text.split("\n")
        for sentence in str(refusal).splitlines():
            number = re.search(r"dòng (\d+)", sentence)
            assert number, sentence
            assert MARK in lines[int(number[1]) - 1], sentence


@pytest.mark.slow
def test_a_made_plan_file_is_imported_and_never_written_over(tmp_path: Path) -> None:
    folder: Folder = fresh(tmp_path)
    plan = str(FOLDER / "hoang-dong-2024.txt")
    folder.run("plan", "read", plan, "--plan", "doc.toml").done()
    folder.run("plan", "import", "doc.toml", "--yes").done()
    folder.run("plan", "read", plan, "--plan", "doc.toml").refused("Đã có tệp doc.toml")
