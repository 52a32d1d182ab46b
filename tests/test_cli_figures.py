"""`mangnon tasks figures`: looked at first, kept as drafts or handed in when told, refused row by row."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_runner import Folder, ready
from openpyxl import load_workbook
from test_tasks_unit_figures import GOOD, TC5, TC7, TC8, book

UNIT = ("--unit", "tram-y-te")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = ready(tmp_path)
    (made.path / "so-lieu.xlsx").write_bytes(book(*GOOD[:3]))
    return made


def states(folder: Folder) -> dict[str, str]:
    return dict(folder.rows("SELECT key, state FROM task WHERE key LIKE '%.tram-y-te'"))


def drafts(folder: Folder) -> list[str]:
    query = "SELECT task.key FROM report_draft JOIN task ON task.id = task_id ORDER BY task.key"
    return [key for (key,) in folder.rows(query)]


def test_a_file_already_kept_as_drafts_asks_for_nothing_but_handing_in(folder: Folder) -> None:
    folder.run("tasks", "figures", "so-lieu.xlsx", *UNIT, "--yes").done()
    for words in ((), ("--yes",)):
        again = " ".join(folder.run("tasks", "figures", "so-lieu.xlsx", *UNIT, *words).done().err.split())
        assert "đã lưu nháp từ trước, không có số mới; 2 báo cáo đủ để nộp. Thêm --yes --submit" in again
        assert "0 việc" not in again


def test_without_a_yes_it_only_shows(folder: Folder) -> None:
    before = folder.dump()
    ran = folder.run("tasks", "figures", "so-lieu.xlsx", *UNIT).done()
    assert f"{TC7}: đủ để nộp" in ran.out
    assert f"{TC8}: chỉ lưu được bản nháp" in ran.out
    assert "trống → 96/100" in ran.out
    assert "3 việc có số mới, 2 báo cáo đủ để nộp" in " ".join(ran.err.split())
    told = folder.run("tasks", "figures", "so-lieu.xlsx", *UNIT, "--submit", "--json").done().data
    assert (told["written"], [one["ready"] for one in told["tasks"]]) == (False, [True, True, False])
    assert folder.dump() == before


def test_with_a_yes_it_keeps_drafts_and_with_submit_it_hands_in_what_is_complete(folder: Folder) -> None:
    assert "Đã lưu 3 bản nháp" in folder.run("tasks", "figures", "so-lieu.xlsx", *UNIT, "--yes").done().out
    assert drafts(folder) == [TC5, TC7, TC8]
    words = ("tasks", "figures", "so-lieu.xlsx", *UNIT, "--yes", "--submit")
    assert "đã nộp 2 báo cáo" in folder.run("--as", "tram-y-te", *words).done().out
    assert (states(folder)[TC5], states(folder)[TC7], drafts(folder)) == ("submitted", "submitted", [TC8])
    before = folder.dump()
    assert "giống hệt" in folder.run(*words).done().out
    assert folder.dump() == before


def test_wrong_rows_are_told_with_file_row_and_column_and_nothing_is_written(folder: Folder) -> None:
    raw = book((TC7, "tiem-chung", 101, 100, None), ("tc01.vhxh", "co-phan-cong", "có", None, None), GOOD[0])
    (folder.path / "sai.xlsx").write_bytes(raw)
    before = folder.dump()
    ran = folder.run("tasks", "figures", "sai.xlsx", *UNIT, "--yes")
    ran.refused("sai.xlsx, dòng 2, cột «giá trị»: tử số 101 lớn hơn", "sai.xlsx, dòng 3, cột «mã việc»")
    assert folder.dump() == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("khong-co.xlsx", *UNIT), "Không có tệp khong-co.xlsx"),
        (("so-lieu.xlsx", "--unit", "tram"), "Không có đơn vị «tram»"),
        (("so-lieu.xlsx",), "--unit"),
        (("config.toml", *UNIT), "config.toml"),
    ],
)
def test_what_cannot_be_done_is_said_in_vietnamese(folder: Folder, words: tuple[str, ...], said: str) -> None:
    folder.run("tasks", "figures", *words).refused(said)


def test_another_units_contact_keeps_nothing(folder: Folder) -> None:
    before = folder.dump()
    folder.run("--as", "thon-07", "tasks", "figures", "so-lieu.xlsx", *UNIT, "--yes").refused(
        "không thuộc đơn vị tram-y-te"
    )
    assert folder.dump() == before


def test_the_exported_table_holds_only_what_is_still_owed(folder: Folder) -> None:
    folder.run("tasks", "figures", "so-lieu.xlsx", *UNIT, "--yes", "--submit").done()
    folder.run("export", "figures", "con-lai.xlsx", *UNIT).done()
    rows = list(load_workbook(folder.path / "con-lai.xlsx")["Số liệu"].iter_rows(min_row=2, values_only=True))
    assert {row[7] for row in rows} == {TC8, "tc09.tram-y-te"}
    folder.run("export", "figures", "x.xlsx", "--unit", "thon-07").refused("không còn việc nào cần số liệu")


def test_a_list_of_tasks_never_breaks_a_date(folder: Folder) -> None:
    assert "09/11/2024" in folder.run("tasks", "list").done().out
