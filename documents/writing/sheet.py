"""A small builder over python-docx that sets the parts of a document as `documents.writing.layout` says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.shared import Mm, Pt

from documents.writing import layout
from documents.writing.layout import Part
from documents.writing.marks import default_font, gap, keep_whole, page_number, repeat, rule, write

STAMP = datetime(2024, 1, 1, tzinfo=UTC)
RIGHT_MM = 100
SIGNATURE_LINES = 4


class Sheet:
    """One document in the making; each method adds the next part. Widths in mm."""

    def __init__(self, title: str, *, landscape: bool = False) -> None:
        # python-docx types its documents only in part.
        self.document: Any = Document()
        self._page(landscape=landscape)
        default_font(self.document)
        facts = self.document.core_properties
        facts.title, facts.author, facts.comments = title, "", ""
        facts.created = facts.modified = STAMP

    @property
    def width(self) -> float:
        """The width between the margins."""
        section = self.document.sections[0]
        return float((section.page_width - section.left_margin - section.right_margin) / Mm(1))

    def head(
        self, parent: Sequence[str], issuer: Sequence[str], symbol: str, date: str, about: str = ""
    ) -> None:
        """The head: who issues, the nation's name and motto, number and date; `about` is a letter's subject."""
        first = self.width - RIGHT_MM
        left, right = self.table((first, RIGHT_MM), borders=False).rows[0].cells
        _lines(left, [(one, layout.PARENT) for one in parent] + [(one, layout.ISSUER) for one in issuer])
        rule(left.add_paragraph(), first, 0.4)
        _lines(right, [(layout.NATION_WORDS, layout.NATION), (layout.MOTTO_WORDS, layout.MOTTO)])
        rule(right.add_paragraph(), RIGHT_MM, 0.58)
        _lines(left, [(symbol, layout.SYMBOL), (about, layout.LETTER_ABOUT)])
        _lines(right, [(date, layout.PLACE_DATE)])

    def title(self, kind: str, about: str) -> None:
        """The kind of document and its subject, with the rule beneath."""
        self.centred(kind, layout.KIND, before=12)
        self.centred(about, layout.ABOUT)
        rule(self.document.add_paragraph(), self.width, 0.36)

    def centred(self, text: str, part: Part, before: float = 0) -> None:
        """A line in the middle."""
        paragraph = self.document.add_paragraph()
        paragraph.paragraph_format.space_before = Pt(before)
        write(paragraph, text, part)

    def space(self) -> None:
        """A little room."""
        gap(self.document.add_paragraph(), 2 * layout.BETWEEN_PT)

    def body(self, *texts: str, part: Part = layout.BODY, with_next: bool = False) -> None:
        """Paragraphs of running text; one that begins with {%p steers the template and leaves no trace.

        "./." ends a document: that sentence never leaves the signatures alone on a page.
        """
        for text in texts:
            paragraph = self.document.add_paragraph()
            form = paragraph.paragraph_format
            form.space_after, form.line_spacing = Pt(layout.BETWEEN_PT), layout.LINE
            form.first_line_indent = Mm(layout.FIRST_LINE_MM)
            form.keep_with_next = with_next or text.endswith("./.")
            write(paragraph, text, part, ALIGN.JUSTIFY)

    def heading(self, text: str) -> None:
        """A heading within the text, kept with what follows."""
        self.body(text, part=layout.BODY_STRONG, with_next=True)

    def each(self, loop: str, *texts: str, part: Part = layout.BODY) -> None:
        """Paragraphs repeated for each item: `loop` is "x in xs"."""
        self.body(f"{{%p for {loop} %}}", *texts, "{%p endfor %}", part=part)

    def rows(
        self,
        widths: Sequence[float],
        head: Sequence[str],
        loop: str,
        cells: Sequence[str],
        centred: Sequence[int] = (0,),
        *,
        breaking: bool = False,
    ) -> Any:
        """A table with a repeated head and one row for each item; `centred`: columns. Returns it, for further rows.

        `breaking`: rows go on overleaf; kept whole, one long opinion would leave much of a page empty.
        """
        table = self.table(widths, borders=True)
        _fill(table.rows[0], head, layout.TABLE_HEAD, range(len(head)))
        repeat(table.rows[0])
        _fill(table.add_row(), [f"{{%tr for {loop} %}}"], layout.TABLE)
        _fill(table.add_row(), cells, layout.TABLE, centred)
        _fill(table.add_row(), ["{%tr endfor %}"], layout.TABLE)
        for row in table.rows[:1] if breaking else table.rows:
            keep_whole(row)
        return table

    def add_row(self, table: Any, cells: Sequence[str]) -> None:
        """One more row, set as a head."""
        row = table.add_row()
        _fill(row, cells, layout.TABLE_HEAD)
        keep_whole(row)

    def table(self, widths: Sequence[float], *, borders: bool) -> Any:
        """A table with one empty row."""
        table = self.document.add_table(1, len(widths))
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        if borders:
            table.style = "Table Grid"
        for column, width in zip(table.columns, widths, strict=True):
            column.width = column.cells[0].width = Mm(width)
        return table

    def signatures(
        self,
        right: Sequence[str],
        name: str,
        *,
        recipients: str = "",
        left: Sequence[str] = (),
        left_name: str = "",
    ) -> None:
        """The foot: capacities and names; `recipients` names a list of the template, "" for none."""
        room = self.document.add_paragraph()
        gap(room, 2 * layout.BETWEEN_PT)
        room.paragraph_format.keep_with_next = True
        table = self.table((self.width / 2, self.width / 2), borders=False)
        first, second = table.rows[0].cells
        if recipients:
            _lines(first, [("Nơi nhận:", layout.RECIPIENTS_HEAD)], ALIGN.LEFT)
            listed = (f"{{%p for one in {recipients} %}}", "- {{ one }}", "{%p endfor %}")
            _lines(first, [(one, layout.RECIPIENTS) for one in listed], ALIGN.LEFT)
        _sign(first, left, left_name)
        _sign(second, right, name)
        keep_whole(table.rows[0])

    def _page(self, *, landscape: bool) -> None:
        section, (short, long) = self.document.sections[0], layout.PAGE
        section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
        sides = (long, short) if landscape else (short, long)
        section.page_width, section.page_height = Mm(sides[0]), Mm(sides[1])
        for side in ("top", "bottom", "left", "right"):
            setattr(section, f"{side}_margin", Mm(getattr(layout.MARGINS, side)))
        section.header_distance = section.footer_distance = Mm(10)
        section.different_first_page_header_footer = True
        page_number(section.header.paragraphs[0])


def _sign(cell: Any, capacities: Sequence[str], name: str) -> None:
    if capacities:
        lines = [*capacities, *[""] * SIGNATURE_LINES, name]
        _lines(cell, [(one, layout.CAPACITY) for one in lines], empty=True)


def _lines(
    cell: Any, lines: Sequence[tuple[str, Part]], align: Any = ALIGN.CENTER, *, empty: bool = False
) -> None:
    for text, part in lines:
        if text or empty:
            write(_fresh(cell), text, part, align)


def _fresh(cell: Any) -> Any:
    """The next paragraph of a cell; a new cell has an empty one already."""
    only = cell.paragraphs[0]
    return only if len(cell.paragraphs) == 1 and not only.runs else cell.add_paragraph()


def _fill(row: Any, cells: Sequence[str], part: Part, centred: Sequence[int] | range = ()) -> None:
    for place, text in enumerate(cells):
        write(_fresh(row.cells[place]), text, part, ALIGN.CENTER if place in centred else ALIGN.LEFT)
