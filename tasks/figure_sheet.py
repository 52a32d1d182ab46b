"""The .xlsx in which a unit fills in the figures of its open tasks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from tasks.figure_rows import COLUMNS, KEY, NO, PLAN, TASK, VALUE, Form
from tasks.report_form import NOTE, ONE, PART, how_told
from tasks.report_form import WHOLE as WHOLE_FIELD
from tasks.ruleset import Indicator
from tasks.sheets import TEXT, Column, Sheet, Value, saved, workbook

SHEET, HELP = "Số liệu", "Cách điền"
# As texts: Excel makes a date of 5/10 typed into any other cell.
_COLUMNS = tuple(
    Column(title, width, TEXT if title != NO else "")
    for title, width in zip(COLUMNS, (9, 60, 26, 12, 12, 44, 20, 28, 22), strict=True)
)
_ADVICE = (
    "Chỉ điền ba cột giá trị, tổng số, ghi chú. Không sửa ba cột cuối: nhờ chúng mà số về đúng việc.",
    "Tỷ lệ: cột giá trị ghi số đạt, cột tổng số ghi mẫu số, ví dụ 45 và 50. Chỉ tiêu khác: chỉ ghi cột giá trị, tổng số để trống.",
    "Ô để trống thì số đã ghi trước đó được giữ nguyên; muốn xóa hẳn một số, xin mở việc đó trên trang.",
    "Ghi chú của các dòng cùng một việc được ghép thành ghi chú của báo cáo. Không ghi tên hay thông tin của một em cụ thể.",
    "Điền xong, lưu tệp dạng .xlsx rồi tải lên; trang sẽ cho xem trước và chưa ghi gì khi đồng chí chưa đồng ý.",
)


def figures_file(plan: str, forms: Iterable[Form]) -> bytes:
    """A row for each figure of the open forms, filled with what is known. `plan`: its key."""
    shown = [form for form in forms if form.open]
    book = workbook(
        Sheet(SHEET, _COLUMNS, [row for form in shown for row in _rows(plan, form)]),
        Sheet(HELP, [Column("Cách điền", 110)], [(one,) for one in _ADVICE]),
    )
    _offer_answers(book, [one for form in shown for one in form.criterion.indicators])
    _quieten_keys(book)
    return saved(book)


def _rows(plan: str, form: Form) -> Iterator[Sequence[Value]]:
    note = form.typed.get(NOTE, "")
    for one in form.criterion.indicators:
        if one.kind == "share":
            value, whole = (form.typed.get(f"{name}.{one.key}", "") for name in (PART, WHOLE_FIELD))
        else:
            value, whole = form.typed.get(f"{ONE}.{one.key}", ""), ""
        hint = how_told(one)
        yield (
            form.criterion.no,
            one.name,
            hint,
            _number(value),
            _number(whole),
            note or None,
            plan,
            form.key,
            one.key,
        )
        note = ""


def _number(typed: str) -> Value:
    """Digits as a number, anything else as it was typed."""
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 12 else typed or None


def _offer_answers(book: Workbook, indicators: Sequence[Indicator]) -> None:
    """Let có and không be picked where that is the answer."""
    rule = DataValidation("list", formula1='"có,không"', allow_blank=True)
    letter = get_column_letter(COLUMNS.index(VALUE) + 1)
    for line, one in enumerate(indicators, start=2):
        if one.kind == "yes_no":
            rule.add(f"{letter}{line}")
    if rule.sqref:
        book[SHEET].add_data_validation(rule)


def _quieten_keys(book: Workbook) -> None:
    """Grey what nobody should change, and what a figure does not have."""
    for row in book[SHEET].iter_rows(min_row=2):
        for column in (PLAN, TASK, KEY):
            row[COLUMNS.index(column)].font = Font(color="808080")
