"""What python-docx has no words for: rules, page numbers, rows that stay whole, fonts of all scripts."""

from __future__ import annotations

from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from documents.writing import layout
from documents.writing.layout import Part

_AFTER_BORDERS = ("w:spacing", "w:ind", "w:jc", "w:rPr")


def write(paragraph: Paragraph, text: str, part: Part, align: Any = ALIGN.CENTER) -> None:
    """Put a text into a paragraph, set as its part demands."""
    run = paragraph.add_run(text)
    run.font.size, run.font.bold, run.font.italic = Pt(part.size), part.bold, part.italic
    paragraph.alignment = align


def default_font(document: Any) -> None:
    """The Decree's font for every script, and no space of its own between paragraphs."""
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = layout.FONT, Pt(layout.BODY.size)
    fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), layout.FONT)
    normal.paragraph_format.space_after = Pt(0)


def rule(paragraph: Paragraph, width: float, share: float) -> None:
    """A drawn line over `share` of the width in mm: the upper border of an empty, indented paragraph."""
    gap(paragraph, layout.BETWEEN_PT)
    form = paragraph.paragraph_format
    form.left_indent = form.right_indent = Mm(width * (1 - share) / 2)
    form.space_after = Pt(layout.BETWEEN_PT)
    borders, line = OxmlElement("w:pBdr"), OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    form.element.get_or_add_pPr().insert_element_before(borders, *_AFTER_BORDERS)


def gap(paragraph: Paragraph, points: float) -> None:
    """Make an empty paragraph just that high."""
    paragraph.paragraph_format.line_spacing = Pt(points)
    paragraph.paragraph_format.space_after = Pt(0)


def page_number(paragraph: Paragraph) -> None:
    """The page's number in the middle."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph.paragraph_format.element.append(field)
    write(paragraph, "2", layout.PAGE_NUMBER)
    field.append(paragraph.runs[-1].element)


def repeat(row: Any) -> None:
    """Show a table's row again on every page."""
    _properties(row).append(OxmlElement("w:tblHeader"))


def keep_whole(row: Any) -> None:
    """Keep a table's row on one page."""
    _properties(row).insert(0, OxmlElement("w:cantSplit"))


def _properties(row: Any) -> Any:
    paragraph = row.cells[0].paragraphs[0].paragraph_format.element
    return paragraph.getparent().getparent().get_or_add_trPr()
