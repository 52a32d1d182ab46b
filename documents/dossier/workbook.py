"""`danh-muc.xlsx`: the register and the scores, with real numbers, a frozen head, filters, and no formula ever."""

from __future__ import annotations

from collections.abc import Sequence

from documents.dossier.entries import Entry
from documents.score_sheets import criteria_sheet
from documents.writing.facts import PlanFacts
from tasks.sheets import Column, Sheet, spreadsheet

REGISTER = (
    Column("TT", 6), Column("Tên văn bản, tài liệu", 60), Column("Tệp trong hồ sơ hoặc nơi giữ", 60), Column("Tiêu chí", 10),
)  # fmt: skip


def workbook(entries: Sequence[Entry], facts: PlanFacts) -> bytes:
    """The bytes of the file."""
    rows = [(place, one.title, one.place, one.criterion_no) for place, one in enumerate(entries, start=1)]
    return spreadsheet(Sheet("Danh mục", REGISTER, rows), criteria_sheet(facts))
