"""Makes the Word and PDF fixtures in `data/plans`: `python tests/plan_documents.py`. Their texts are invented.

The files are kept beside the expected results, so that a test reads the same bytes everywhere; a PDF needs Chromium or LibreOffice.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from more_plan_documents import an_loc_dong, cao_son_thuong, dak_ruong
from ruled_plan_documents import as_ruled_page, write_by_office

FOLDER = Path(__file__).with_name("data") / "plans"
CUT = Path(__file__).with_name("data") / "cut-table.pdf"
LEVELS = (("upperRoman", "%1."), ("decimal", "%2."), ("lowerLetter", "%3)"), ("bullet", "-"))


class Maker:
    """A Word document with a head of two columns, numbered lists and tables."""

    def __init__(self) -> None:
        self.document = Document()
        self.number = self._list()

    def head(self, body: str, number: str, place: str) -> None:
        table = self.document.add_table(rows=1, cols=2)
        table.cell(0, 0).text = f"{body}\nSố: {number}"
        table.cell(0, 1).text = f"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n{place}"

    def text(self, *paragraphs: str) -> None:
        for one in paragraphs:
            self.document.add_paragraph(one)

    def item(self, level: int, text: str) -> None:
        """A paragraph whose number only Word knows."""
        paragraph = self.document.add_paragraph(text)
        numbered = OxmlElement("w:numPr")
        for name, value in (("w:ilvl", level), ("w:numId", self.number)):
            element = OxmlElement(name)
            element.set(qn("w:val"), str(value))
            numbered.append(element)
        paragraph._p.get_or_add_pPr().append(numbered)

    def table(self, rows: Sequence[Sequence[str]], merged: Sequence[tuple[int, int, int]] = ()) -> None:
        """`merged`: (column, first row, last row)."""
        table = self.document.add_table(rows=len(rows), cols=len(rows[0]))
        for at, row in enumerate(rows):
            for column, text in enumerate(row):
                table.cell(at, column).text = text
        for column, first, last in merged:
            text = table.cell(first, column).text
            table.cell(first, column).merge(table.cell(last, column)).text = text

    def end(self, recipients: str, signature: str) -> None:
        table = self.document.add_table(rows=1, cols=2)
        table.cell(0, 0).text = recipients
        table.cell(0, 1).text = signature

    def save(self, name: str) -> None:
        self.document.save(str(FOLDER / f"{name}.docx"))

    def _list(self) -> int:
        part: Any = self.document.part.numbering_part.element
        shape = OxmlElement("w:abstractNum")
        shape.set(qn("w:abstractNumId"), "90")
        for depth, (form, text) in enumerate(LEVELS):
            level = OxmlElement("w:lvl")
            level.set(qn("w:ilvl"), str(depth))
            for name, value in (("w:start", "1"), ("w:numFmt", form), ("w:lvlText", text)):
                element = OxmlElement(name)
                element.set(qn("w:val"), value)
                level.append(element)
            shape.append(level)
        part.insert(0, shape)
        return int(part.add_num(90).numId)


def dong_tam() -> None:
    """A ward; every number comes from Word's own lists."""
    made = Maker()
    made.head("ỦY BAN NHÂN DÂN\nPHƯỜNG ĐỒNG TÂM", "64/KH-UBND", "Đồng Tâm, ngày 01 tháng 4 năm 2024")
    made.text(
        "KẾ HOẠCH",
        "Triển khai thực hiện Bộ tiêu chí phường phù hợp với trẻ em",
        "trên địa bàn phường Đồng Tâm năm 2024",
        "_______________",
        "Căn cứ Quyết định số 06/QĐ-TTg ngày 03/01/2019 của Thủ tướng Chính phủ;",
        "Căn cứ Kế hoạch số 88/KH-UBND ngày 15/3/2024 của UBND thành phố về đánh giá phường phù hợp với trẻ em;",
        "Căn cứ tình hình thực tế, UBND phường xây dựng kế hoạch như sau:",
    )
    made.item(0, "MỤC ĐÍCH")
    made.item(3, "Nâng cao nhận thức của 14 tổ dân phố.")
    made.item(0, "NỘI DUNG")
    made.item(3, "Khảo sát mức độ hài lòng trong tháng 9 năm 2024.")
    made.item(0, "TỔ CHỨC THỰC HIỆN")
    for name, *duties in (
        ("Bộ phận Văn hóa - Xã hội", "Theo dõi các tiêu chí 1, 6, 12 và 13.", "Tham mưu kiện toàn Hội đồng."),
        ("Bộ phận Tư pháp - Hộ tịch", "Theo dõi tiêu chí 2."),
        ("Trạm Y tế phường", "Theo dõi các tiêu chí từ 7 đến 9; chủ trì tiêu chí 5."),
        ("02 trường mầm non: Sơn Ca và Họa Mi", "Theo dõi tiêu chí 10."),
        ("Công an phường", "Theo dõi số 3 và số 4 của Bộ tiêu chí (tiêu chí 3 và 4)."),
        ("Đoàn TNCS Hồ Chí Minh phường", "Chủ trì, phối hợp với Hội LHPN phường theo dõi tiêu chí 11."),
        ("Đề nghị Hội Cựu chiến binh phường", "Tham gia giám sát."),
    ):
        made.item(1, name)
        for duty in duties:
            made.item(3, duty)
    made.item(0, "CHẾ ĐỘ BÁO CÁO")
    made.text(
        "Đề nghị các đơn vị, 14 tổ dân phố gửi báo cáo kết quả về UBND phường trước ngày 01 tháng 11 năm 2024."
    )
    made.end(
        "Nơi nhận:\n- UBND thành phố;\n- Lưu: VT.",
        "TM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH\n\nVũ Thị Hồng Nhung",
    )
    made.save("dong-tam")


def tam_son() -> None:
    """Assignments in a table by criterion, dates in it."""
    made = Maker()
    made.head(
        "UBND HUYỆN YÊN BÌNH\nỦY BAN NHÂN DÂN XÃ TAM SƠN", "19/KH-UBND", "Tam Sơn, ngày 20 tháng 02 năm 2024"
    )
    made.text(
        "KẾ HOẠCH",
        "Thực hiện công tác đánh giá xã phù hợp với trẻ em năm 2024",
        "Căn cứ Luật Trẻ em số 102/2016/QH13; Quyết định số 06/QĐ-TTg ngày 03/01/2019 của Thủ tướng Chính phủ;",
        "UBND xã ban hành kế hoạch như sau:",
        "I. YÊU CẦU",
        "Tất cả 7 thôn đều tham gia.",
        "II. PHÂN CÔNG THỰC HIỆN CÁC TIÊU CHÍ",
    )
    made.table(
        [
            ["TT", "Tiêu chí", "Đơn vị chủ trì", "Đơn vị phối hợp", "Thời hạn hoàn thành"],
            [
                "1",
                "Tiêu chí 1: Nguồn lực thực hiện quyền trẻ em",
                "Công chức Văn hóa - Xã hội",
                "Công chức Tài chính - Kế toán",
                "30/9/2024",
            ],
            [
                "2",
                "Tiêu chí 2: Trẻ em được khai sinh",
                "Công chức Tư pháp - Hộ tịch",
                "Công an xã",
                "30/9/2024",
            ],
            ["3", "Tiêu chí 3, 4", "Công an xã", "Hội LHPN xã, Đoàn Thanh niên xã", "15/10/2024"],
            ["4", "Tiêu chí 5, 7, 8 và 9", "Trạm Y tế", "Trường Mầm non Tam Sơn; các thôn", "15/10/2024"],
            ["5", "Tiêu chí 6, 12, 13", "Công chức Văn hóa - Xã hội", "", "Trước ngày 20/10/2024"],
            ["6", "Tiêu chí 10", "Trường Mầm non Tam Sơn", "", "Trước ngày 20/10/2024"],
            [
                "7",
                "Tiêu chí 11",
                "Đoàn Thanh niên xã",
                "Trường Tiểu học và THCS Tam Sơn",
                "Trước ngày 20/10/2024",
            ],
        ]
    )
    made.text(
        "III. BÁO CÁO",
        "Đơn vị chủ trì các tiêu chí tổng hợp, gửi báo cáo kết quả về công chức Văn hóa - Xã hội chậm nhất là ngày 25/10/2024.",
    )
    made.end("Nơi nhận:\n- Như mục II;\n- Lưu: VT.", "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\n\n\nHà Văn Quyết")
    made.save("tam-son")


def ngoc_linh() -> None:
    """A table by unit, merged cells, criteria as bare numbers; the number is left blank."""
    made = Maker()
    made.head("ỦY BAN NHÂN DÂN\nXÃ NGỌC LINH", "      /KH-UBND", "Ngọc Linh, ngày 18 tháng 3 năm 2024")
    made.text(
        "DỰ THẢO",
        "KẾ HOẠCH",
        "Đánh giá xã phù hợp với trẻ em năm 2024 trên địa bàn xã Ngọc Linh",
        "Thực hiện Quyết định số 06/QĐ-TTg ngày 03/01/2019 của Thủ tướng Chính phủ, UBND xã ban hành kế hoạch như sau:",
        "1. Mục đích",
        "Đánh giá đúng thực trạng.",
        "2. Phân công nhiệm vụ",
    )
    made.table(
        [
            ["STT", "Đơn vị", "Tiêu chí phụ trách", "Nhiệm vụ", "Ghi chú"],
            ["1", "Công chức VH-XH", "1; 6; 12", "Tổng hợp chung", ""],
            ["", "", "13", "Khảo sát sự hài lòng", ""],
            ["2", "Công chức Tư pháp - Hộ tịch", "2", "Đăng ký khai sinh", ""],
            ["3", "Công an xã", "3, 4", "Quản lý đối tượng", ""],
            ["4", "Trạm Y tế xã", "5, 7-9", "Khám sức khỏe định kỳ", ""],
            ["5", "Trường Mẫu giáo Măng Non", "10", "Huy động trẻ đến lớp", ""],
            ["6", "Xã đoàn", "11", "Tổ chức diễn đàn trẻ em", ""],
            ["7", "06 thôn", "", "Rà soát trẻ em trên địa bàn", ""],
        ],
        merged=[(0, 1, 2), (1, 1, 2)],
    )
    made.text(
        "3. Thời gian báo cáo",
        "Các đơn vị hoàn thành tự đánh giá và gửi kết quả về UBND xã trước 15/10.",
        "Hội đồng họp xét duyệt từ ngày 20 đến ngày 25 tháng 10 năm 2024.",
    )
    made.end("Nơi nhận:\n- Lưu: VT.", "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH")
    made.save("ngoc-linh")


PDF_TEXTS = {
    "cam-thuy": """UBND XÃ CẨM THỦY|CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Số: 101/KH-UBND|Độc lập - Tự do - Hạnh phúc
|Cẩm Thủy, ngày 17 tháng 4 năm 2024
#KẾ HOẠCH
#Thực hiện Quyết định số 06/QĐ-TTg của Thủ tướng Chính phủ về xã phù hợp với trẻ em trên địa bàn xã Cẩm Thủy năm 2024
Căn cứ Quyết định số 06/QĐ-TTg ngày 03 tháng 01 năm 2019 của Thủ tướng Chính phủ ban hành Quy định tiêu chuẩn, trình tự đánh giá và công nhận xã, phường, thị trấn phù hợp với trẻ em;
Căn cứ Kế hoạch số 140/KH-UBND ngày 01/4/2024 của Ủy ban nhân dân huyện Cẩm Khê về việc xây dựng xã, thị trấn phù hợp với trẻ em năm 2024;
Ủy ban nhân dân xã Cẩm Thủy xây dựng Kế hoạch với các nội dung như sau:
I. MỤC ĐÍCH, YÊU CẦU
- Huy động sự tham gia của cả hệ thống chính trị và 11 xóm trong việc bảo vệ, chăm sóc, giáo dục trẻ em, tạo môi trường sống an toàn, lành mạnh cho trẻ em.
II. TỔ CHỨC THỰC HIỆN
1. Công chức Văn hóa - Xã hội xã
- Chủ trì tham mưu cho Ủy ban nhân dân xã theo dõi, đánh giá, tự chấm điểm đối với các tiêu chí 1, 6, 12, 13 ban hành kèm theo Quyết định số 06/QĐ-TTg của Thủ tướng Chính phủ.
- Tổng hợp báo cáo của các đơn vị, hoàn thiện hồ sơ trình Ủy ban nhân dân huyện trước ngày 15/11/2024.
2. Công chức Tư pháp - Hộ tịch
- Tham mưu giúp Ủy ban nhân dân xã theo dõi và đánh giá tiêu chí 2 theo đúng quy định hiện hành.
3. Trạm Y tế xã
- Tham mưu giúp Ủy ban nhân dân xã theo dõi, đánh giá việc thực hiện các tiêu chí liên quan đến chăm sóc sức khỏe trẻ em, gồm các tiêu chí 5, 7, 8 và 9.
4. Trường Mầm non Cẩm Thủy, Trường Mầm non Hoa Ban
- Theo dõi, đánh giá tiêu chí 10, bảo đảm tỷ lệ huy động trẻ em đến trường, lớp mầm non theo quy định.
5. Công an xã
- Theo dõi, đánh giá các tiêu chí 3 và 4; phối hợp với Trạm Y tế xã thực hiện tiêu chí 5.
6. Đoàn Thanh niên Cộng sản Hồ Chí Minh xã
- Chủ trì, phối hợp với các trường học theo dõi, đánh giá tiêu chí 11.
7. Ban quản lý các xóm
- Tuyên truyền, vận động Nhân dân thực hiện tốt việc bảo vệ, chăm sóc trẻ em trên địa bàn xóm.
III. CHẾ ĐỘ THÔNG TIN BÁO CÁO
Yêu cầu các đơn vị, cá nhân được phân công và 11 xóm báo cáo kết quả thực hiện bằng văn bản gửi về Ủy ban nhân dân xã (qua công chức Văn hóa - Xã hội) không muộn hơn ngày 30 tháng 10 năm 2024./.
Nơi nhận:|TM. ỦY BAN NHÂN DÂN
- UBND huyện;|CHỦ TỊCH
- 11 xóm;|
- Lưu: VT.|Lương Đình Khải""",
    "hoa-lac": """ỦY BAN NHÂN DÂN|CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
PHƯỜNG HÒA LẠC|Độc lập - Tự do - Hạnh phúc
Số: 245/KH-UBND|Hòa Lạc, ngày 03 tháng 9 năm 2025
#KẾ HOẠCH
#Đánh giá phường Hòa Lạc phù hợp với trẻ em năm 2025
Căn cứ Nghị định số 147/2025/NĐ-CP ngày 12/6/2025 của Chính phủ; Quyết định số 06/QĐ-TTg ngày 03/01/2019 của Thủ tướng Chính phủ;
Ủy ban nhân dân phường ban hành Kế hoạch như sau:
I. Mục tiêu
Phấn đấu tổng điểm đạt từ 900 điểm; không có tiêu chí bị 0 điểm; triển khai ở 21 tổ dân phố.
II. Trách nhiệm thực hiện
1. Phòng Văn hóa - Xã hội phường: là cơ quan đầu mối; phụ trách các tiêu chí 1, 2, 6, 11, 12, 13.
2. Trạm Y tế phường: phụ trách các tiêu chí 5, 7, 8, 9; hoàn thành số liệu tiêm chủng trước ngày 20/10/2025.
3. Công an phường: phụ trách các tiêu chí 3, 4; phối hợp với Phòng Văn hóa - Xã hội phường thực hiện tiêu chí 6.
4. Các trường mầm non trên địa bàn phường: phụ trách tiêu chí 10.
5. Trung tâm Phục vụ hành chính công phường: phối hợp thực hiện tiêu chí 2.
6. Đề nghị Ủy ban MTTQ Việt Nam phường: vận động, giám sát.
III. Thời gian thực hiện
Các đơn vị, tổ dân phố gửi báo cáo kết quả tự đánh giá về Phòng Văn hóa - Xã hội trước 17h00 ngày 31/10/2025 để tổng hợp, báo cáo Sở Y tế trong tháng 11/2025.
Nơi nhận:|KT. CHỦ TỊCH
- Sở Y tế;|PHÓ CHỦ TỊCH
- Lưu: VT, VHXH.|Tạ Minh Đức""",
}


def as_pages(text: str) -> str:
    """HTML in the look of an office document; `a|b`: two columns, `#`: a centred heading."""
    rows = []
    for line in text.splitlines():
        if "|" in line:
            left, right = (html.escape(part) for part in line.split("|"))
            rows.append(
                f"<table width='100%'><tr><td width='45%' align='center'>{left}</td><td align='center'>{right}</td></tr></table>"
            )
        elif line.startswith("#"):
            rows.append(f"<p align='center'><b>{html.escape(line[1:])}</b></p>")
        else:
            rows.append(f"<p align='justify'>{html.escape(line)}</p>")
    return f"<meta charset='utf-8'><body style='font: 14pt Liberation Serif'>{''.join(rows)}</body>"


def write_pdfs() -> None:
    """The PDF fixtures, printed by Chromium; one by LibreOffice."""
    from browser_world import launched  # noqa: PLC0415
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    margins: Any = {"top": "20mm", "bottom": "20mm", "left": "30mm", "right": "15mm"}
    write_by_office(FOLDER / "son-tra-thuong.pdf")
    with sync_playwright() as playwright:
        browser = launched(playwright)
        page = browser.new_page()
        for name, text in PDF_TEXTS.items():
            page.set_content(as_pages(text))
            page.pdf(path=str(FOLDER / f"{name}.pdf"), format="A4", margin=margins)
        for path, cut in ((FOLDER / "ban-khoang.pdf", False), (CUT, True)):
            page.set_content(as_ruled_page(cut=cut))
            page.pdf(path=str(path), format="A4", margin=margins)
        browser.close()


if __name__ == "__main__":
    dong_tam()
    tam_son()
    ngoc_linh()
    for make in (an_loc_dong, dak_ruong, cao_son_thuong):
        make(Maker())
    write_pdfs()
