"""PDF fixtures whose work stands in a ruled table with rows broken over lines: by LibreOffice, and by Chromium.

Made by `python tests/plan_documents.py`; their texts are invented.
"""

from __future__ import annotations

import html
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from docx import Document
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

CULTURE, JUSTICE = "Công chức Văn hóa - Xã hội", "Công chức Tư pháp - Hộ tịch"
POLICE, HEALTH, YOUTH = "Công an xã", "Trạm Y tế xã", "Đoàn TNCS Hồ Chí Minh xã"
WOMEN, SCHOOL = "Hội Liên hiệp Phụ nữ xã", "Trường Mầm non Hoa Phượng"
HEADINGS = ("TT", "Nội dung tiêu chí", "Đơn vị chủ trì", "Đơn vị phối hợp")
ROWS = (
    ("Tiêu chí 1: Nguồn lực thực hiện quyền trẻ em, gồm kế hoạch, kinh phí, cán bộ và cộng tác viên", CULTURE, "Công chức Tài chính - Kế toán"),
    ("Tiêu chí 2: Trẻ em được khai sinh đúng quy định", JUSTICE, f"{POLICE}, {HEALTH}"),
    ("Tiêu chí 3: Trẻ em bị xâm hại", POLICE, f"{CULTURE}; {WOMEN}"),
    ("Tiêu chí 4: Trẻ em vi phạm pháp luật, nghiện ma túy", POLICE, YOUTH),
    ("Tiêu chí 5: Trẻ em bị tai nạn, thương tích, trong đó có đuối nước và tai nạn giao thông", HEALTH, SCHOOL),
    ("Tiêu chí 6: Trẻ em có hoàn cảnh đặc biệt được trợ giúp, chăm sóc, phục hồi và hòa nhập", CULTURE, WOMEN),
    ("Tiêu chí 7: Trẻ em dưới 1 tuổi được tiêm chủng đầy đủ", HEALTH, SCHOOL),
    ("Tiêu chí 8: Trẻ em dưới 5 tuổi suy dinh dưỡng thể nhẹ cân và thể thấp còi", HEALTH, f"{SCHOOL}, {WOMEN}"),
    ("Tiêu chí 9: Trẻ em được khám sức khỏe định kỳ tại trường, lớp mầm non", HEALTH, SCHOOL),
    ("Tiêu chí 10: Trẻ em đến trường, lớp mầm non đúng độ tuổi", SCHOOL, CULTURE),
    ("Tiêu chí 11: Quyền tham gia của trẻ em vào các vấn đề về trẻ em", YOUTH, CULTURE),
    ("Tiêu chí 12: Điểm vui chơi, giải trí, sinh hoạt văn hóa, thể thao dành cho trẻ em", CULTURE, YOUTH),
    ("Tiêu chí 13: Mức độ hài lòng của trẻ em và người dân", CULTURE, WOMEN),
)  # fmt: skip
HEAD = (
    "Số: {number}/KH-UBND",
    "{name}, ngày {day} tháng 5 năm 2024",
    "KẾ HOẠCH",
    "Thực hiện tiêu chuẩn xã phù hợp với trẻ em năm 2024",
    "Căn cứ Quyết định số 06/QĐ-TTg ngày 03 tháng 01 năm 2019 của Thủ tướng Chính phủ ban hành tiêu chuẩn, trình tự đánh giá và công nhận xã, phường, thị trấn phù hợp với trẻ em;",
    "Ủy ban nhân dân xã {name} ban hành Kế hoạch như sau:",
    "I. MỤC ĐÍCH, YÊU CẦU",
    "Tạo môi trường sống an toàn, lành mạnh, phù hợp với trẻ em; đánh giá đúng thực chất, có minh chứng kèm theo từng tiêu chí.",
    "II. PHÂN CÔNG THỰC HIỆN",
    "Phân công các đơn vị theo dõi, đánh giá từng tiêu chí theo bảng sau:",
)
END = (
    "III. CHẾ ĐỘ BÁO CÁO",
    "Các đơn vị gửi báo cáo kết quả tự đánh giá về Ủy ban nhân dân xã (qua Công chức Văn hóa - Xã hội) trước ngày 25 tháng 10 năm 2024.",
)


def write_by_office(target: Path) -> None:
    """Four columns in Times 13 over the end of a page; no row is cut, the headings stand on each page again."""
    document = Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(13)
    for section in document.sections:
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin, section.right_margin = Cm(3), Cm(1.5)
    document.add_paragraph("ỦY BAN NHÂN DÂN")
    document.add_paragraph("XÃ SƠN TRÀ THƯỢNG")
    for one in HEAD:
        document.add_paragraph(one.format(number=58, name="Sơn Trà Thượng", day="06"))
    table = document.add_table(1, 4)
    table.style = "Table Grid"
    table.autofit = False
    for at, row in enumerate([HEADINGS, *((str(no), *row) for no, row in enumerate(ROWS, 1))]):
        line = table.rows[0] if at == 0 else table.add_row()
        marks = ("w:cantSplit", "w:tblHeader")[: 2 if at == 0 else 1]
        for mark in marks:
            line._tr.get_or_add_trPr().append(line._tr.makeelement(qn(mark), {}))
        for cell, text, width in zip(line.cells, row, (1.2, 7.3, 4, 4), strict=True):
            cell.text, cell.width = text, Cm(width)
    for one in (*END, "TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "Lò Văn Mẫu"):
        document.add_paragraph(one)
    with tempfile.TemporaryDirectory() as folder:
        document.save(f"{folder}/{target.stem}.docx")
        profile = f"-env:UserInstallation={Path(folder, 'profile').as_uri()}"
        subprocess.run(
            ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(target.parent), f"{folder}/{target.stem}.docx"],
            capture_output=True, timeout=120, check=True,
        )  # fmt: skip


def as_ruled_page(*, cut: bool = False) -> str:
    """Three columns; a unit with several criteria has one cell beside them. `cut`: the page ends within a row."""
    owners: list[list[Sequence[str]]] = []
    for no, (text, lead, _) in enumerate(ROWS, 1):
        if owners and owners[-1][0][2] == lead:
            owners[-1].append((str(no), text, lead))
        else:
            owners.append([(str(no), text, lead)])
    rows = "".join(_row(one, at, len(group)) for group in owners for at, one in enumerate(group))
    widths = ("10mm", "42mm" if cut else "78mm", "42mm")
    headings = "".join(
        f"<th style='width:{width}'>{one}</th>" for one, width in zip(HEADINGS, widths, strict=False)
    )
    style = "table{border-collapse:collapse}td,th{border:1px solid;padding:3px}"
    style += "" if cut else "table{break-before:page}"
    head = "".join(
        f"<p>{html.escape(one.format(number=12, name='Bản Khoang', day='20'))}</p>"
        for one in ("ỦY BAN NHÂN DÂN", "XÃ BẢN KHOANG", *HEAD)
    )
    signed = ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "Lò Thị Mẫu")
    end = "".join(f"<p>{html.escape(one)}</p>" for one in (*END, *signed))
    return (
        f"<meta charset='utf-8'><style>{style}</style><body style='font: 13pt Liberation Serif'>{head}"
        f"<table><tr>{headings}</tr>{rows}</table>{end}</body>"
    )


def _row(one: Sequence[str], at: int, together: int) -> str:
    lead = f"<td rowspan={together}>{html.escape(one[2])}</td>" if at == 0 else ""
    return f"<tr><td>{one[0]}</td><td>{html.escape(one[1])}</td>{lead}</tr>"
