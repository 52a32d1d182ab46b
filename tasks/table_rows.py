"""Tables that people hand in: rows of texts below a row of headings, each with its line in the file. Pure."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from db.errors import Refusal
from plans.toml_source import suggestion

SURPLUS = "thừa ô so với hàng tiêu đề; ô có dấu phẩy phải đặt trong ngoặc kép."
FORMULA = "là công thức; hãy chép ô này rồi dán lại dạng giá trị"


@dataclass(frozen=True)
class Problem:
    """What is wrong with a row. `line`: in the file, the heading row is 1; `column` "": the row as a whole."""

    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        column = f", cột «{self.column}»" if self.column else ""
        return f"dòng {self.line}{column}: {self.reason}"


Row = tuple[int, Sequence[str]] | Problem


def named_rows(
    table: Iterable[Row],
    name: str,
    columns: Collection[str],
    optional: Collection[str],
    problems: list[Problem],
) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows below the headings, their cells by column; an empty row is none, a cell the row lacks is "".

    What cannot be read is added to `problems`. `optional`: columns that the table may lack; they are then unsaid.
    Raises Refusal when the table is empty or its headings are wrong.
    """
    header: list[str] | None = None
    for row in table:
        if isinstance(row, Problem):
            problems.append(row)
            continue
        line, cells = row
        if not any(cell.strip() for cell in cells):
            continue
        if header is None:
            header = _header(cells, name, columns, optional)
        elif any(cell.strip() for cell in cells[len(header) :]):
            problems.append(Problem(line, "", SURPLUS))
        else:
            yield line, dict.fromkeys(header, "") | dict(zip(header, cells, strict=False))
    if header is None and not problems:
        raise Refusal(f"{name}: tệp trống. Hàng đầu phải là: {', '.join(columns)}.")


def csv_rows(text: str) -> Iterator[Row]:
    """The rows of a CSV text, each with the line it begins on; a row that cannot be read ends it."""
    composed = unicodedata.normalize("NFC", text.removeprefix("\ufeff"))
    lines = io.StringIO(composed, newline="")
    reader = csv.reader(lines, delimiter=_delimiter(composed), strict=True)
    end = 0
    try:
        for cells in reader:
            start, end = end + 1, reader.line_num
            yield start, cells
    except csv.Error:
        yield Problem(end + 1, "", "không đọc được hàng này; hãy kiểm tra dấu ngoặc kép.")


def _delimiter(text: str) -> str:
    """Spreadsheets in Vietnam save with semicolons or tabs as often as with commas."""
    first = text.lstrip().partition("\n")[0]
    return max(",;\t", key=first.count)


def _header(
    cells: Sequence[str], name: str, columns: Collection[str], optional: Collection[str]
) -> list[str]:
    header = [" ".join(cell.split()).casefold() for cell in cells]
    while header and not header[-1]:
        header.pop()
    wrong = [
        f"không có cột «{word[:40]}»{suggestion(word, columns)}" for word in header if word not in columns
    ]
    wrong += [f"thiếu cột «{column}»" for column in columns if column not in {*header, *optional}]
    wrong += [f"cột «{word}» ghi hai lần" for word in dict.fromkeys(header) if header.count(word) > 1]
    if wrong:
        raise Refusal("\n".join(f"{name}, hàng tiêu đề: {reason}" for reason in wrong))
    return header
