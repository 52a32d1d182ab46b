"""Word fixtures after plans that the reader had not seen: an appendix behind the signature, text boxes, a column of roles.

Made by `python tests/plan_documents.py`; their texts are invented.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

if TYPE_CHECKING:
    from plan_documents import Maker

CULTURE, POLICE, HEALTH = "Phòng Văn hóa - Xã hội", "Công an phường", "Trạm Y tế phường"
WOMEN, YOUTH = "Hội LHPN phường", "Đoàn TNCS Hồ Chí Minh phường"
ROWS = (
    ("Nguồn lực thực hiện quyền trẻ em", CULTURE, "Phòng Kinh tế, Hạ tầng và Đô thị", "30/9/2026"),
    ("Trẻ em được khai sinh đúng quy định", "Trung tâm Phục vụ hành chính công", POLICE, "30/9/2026"),
    ("Trẻ em bị xâm hại", POLICE, WOMEN, "Tháng 10/2026"),
    ("Trẻ em vi phạm pháp luật, nghiện ma túy", POLICE, f"{WOMEN}\nCác khu phố", "Tháng 10/2026"),
    ("Trẻ em bị tai nạn, thương tích", HEALTH, "Các khu phố", "15/10/2026"),
    ("Trẻ em có hoàn cảnh đặc biệt được trợ giúp", CULTURE, WOMEN, "15/10/2026"),
    ("Trẻ em dưới 1 tuổi được tiêm chủng đầy đủ", HEALTH, "", "30/9/2026"),
    ("Trẻ em dưới 5 tuổi suy dinh dưỡng", HEALTH, WOMEN, "30/9/2026"),
    ("Trẻ em được khám sức khỏe định kỳ", HEALTH, "Trường Mầm non An Lộc", "30/9/2026"),
    ("Trẻ em đến trường, lớp mầm non", "Trường Mầm non An Lộc", "", "30/9/2026"),
    ("Quyền tham gia của trẻ em", YOUTH, CULTURE, "15/10/2026"),
    ("Điểm vui chơi, giải trí, văn hóa, thể thao cho trẻ em", CULTURE, YOUTH, "15/10/2026"),
    ("Mức độ hài lòng của trẻ em và người dân", CULTURE, "Các khu phố", "Trước ngày 15/10/2026"),
)


def an_loc_dong(made: Maker) -> None:
    """The work stands in an appendix behind the signature, criteria by name, deadlines in words and figures."""
    made.head("ỦY BAN NHÂN DÂN\nPHƯỜNG AN LỘC ĐÔNG", "09/KH-UBND", "An Lộc Đông, ngày 06 tháng 02 năm 2026")
    made.text(
        "KẾ HOẠCH",
        "Thực hiện tiêu chuẩn phường phù hợp với trẻ em năm 2026",
        "Căn cứ Quyết định số 06/QĐ-TTg ngày 03 tháng 01 năm 2019 của Thủ tướng Chính phủ;",
        "Căn cứ Hướng dẫn số 604/TE-PTTG ngày 20 tháng 9 năm 2019 của Cục Trẻ em;",
        "Căn cứ Nghị quyết số 14/NQ-HĐND ngày 19 tháng 12 năm 2025 của HĐND phường An Lộc Đông;",
        "Ủy ban nhân dân phường An Lộc Đông ban hành Kế hoạch như sau:",
        "I. MỤC TIÊU",
        "18/18 khu phố có cộng tác viên trẻ em trước ngày 31/3/2026.",
        "II. TỔ CHỨC THỰC HIỆN",
        "1. Phòng Văn hóa - Xã hội là cơ quan thường trực, tham mưu thành lập Hội đồng trước ngày 15 tháng 4 năm 2026.",
        "2. Phòng Kinh tế, Hạ tầng và Đô thị tham mưu kinh phí.",
        "3. Các đơn vị chủ trì tại Phụ lục báo cáo kết quả bằng văn bản gửi Phòng Văn hóa - Xã hội trước ngày 20 tháng 10 năm 2026 để tổng hợp báo cáo Ủy ban nhân dân phường.",
    )
    made.end(
        "Nơi nhận:\n- Sở Y tế;\n- 18 khu phố;\n- Lưu: VT, VHXH.",
        "TM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH\n\nVũ Thị Mẫu",
    )
    made.text(
        "Phụ lục",
        "PHÂN CÔNG THỰC HIỆN CÁC TIÊU CHÍ",
        "(Kèm theo Kế hoạch số 09/KH-UBND ngày 06 tháng 02 năm 2026 của UBND phường An Lộc Đông)",
    )
    heading = ("TT", "Tiêu chí", "Đơn vị chủ trì", "Đơn vị phối hợp", "Thời hạn")
    made.table([heading, *((str(no), *row) for no, row in enumerate(ROWS, 1))])
    made.text("")
    made.save("an-loc-dong")


def dak_ruong(made: Maker) -> None:
    """The head stands in text boxes; groups of criteria are given out, not units named first."""
    _box(made, "ỦY BAN NHÂN DÂN", "XÃ ĐẮK RƯƠNG")
    _box(made, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
    made.text(
        "Số: 77/KH-UBND",
        "Đắk Rương, ngày 11 tháng 7 năm 2025",
        "KẾ HOẠCH",
        "Về việc triển khai xây dựng xã Đắk Rương đạt chuẩn xã phù hợp với trẻ em năm 2025",
        "Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025;",
        "Căn cứ Quyết định số 06/QĐ-TTg ngày 03/01/2019 của Thủ tướng Chính phủ;",
        "Căn cứ Chỉ thị số 04/CT-UBND ngày 02/6/2025 của Chủ tịch UBND tỉnh Đắk Sơn về tăng cường bảo vệ trẻ em,",
        "UBND xã Đắk Rương xây dựng Kế hoạch như sau:",
        "I. THỜI GIAN",
        "Từ ngày 15/7/2025 đến ngày 30/11/2025.",
        "II. PHÂN CÔNG THÀNH VIÊN BAN CHỈ ĐẠO",
        "1. Nhóm tiêu chí về y tế (các tiêu chí 5, 7, 8 và 9): giao Trạm Y tế xã chủ trì, phối hợp với Hội Phụ nữ xã và các thôn, buôn; hoàn thành trong tháng 10 năm 2025.",
        "2. Nhóm tiêu chí về an ninh, trật tự (tiêu chí 3, 4): giao Công an xã chủ trì, phối hợp với Đoàn Thanh niên xã.",
        "3. Nhóm tiêu chí về giáo dục (tiêu chí 10): giao Trường Mầm non Họa Mi và Trường Mẫu giáo Buôn Trang, trong đó Trường Mầm non Họa Mi chủ trì; hoàn thành trước ngày 10/10/2025.",
        "4. Nhóm tiêu chí về tư pháp (tiêu chí 2): giao Phòng Văn hóa - Xã hội chủ trì, Văn phòng HĐND và UBND xã phối hợp.",
        "5. Các tiêu chí còn lại (1, 6, 11, 12, 13): giao Phòng Văn hóa - Xã hội chủ trì.",
        "III. TRÁCH NHIỆM CỦA CÁC ĐƠN VỊ",
        "1. Phòng Văn hóa - Xã hội",
        "- Mở lớp tập huấn cho cộng tác viên 08 thôn, 05 buôn xong trước ngày 15 tháng 8 năm 2025.",
        "2. Phòng Kinh tế",
        "- Bố trí kinh phí theo phân cấp ngân sách.",
        "3. Đoàn Thanh niên xã",
        "- Phối hợp với Phòng Văn hóa - Xã hội thực hiện tiêu chí 11 và tiêu chí 12.",
        "4. Thôn trưởng, buôn trưởng",
        "- Vận động nhân dân thực hiện.",
        "IV. THÔNG TIN, BÁO CÁO",
        "Định kỳ trước ngày 15/9/2025 và ngày 15/11/2025, các đơn vị gửi báo cáo cho Phòng Văn hóa - Xã hội; riêng báo cáo tổng kết gửi trước ngày 05 tháng 12 năm 2025.",
    )
    made.text("Nơi nhận:", "- Như trên;", "- Lưu: VT.", "TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "", "Y Mẫu Niê")
    made.save("dak-ruong")


def cao_son_thuong(made: Maker) -> None:
    """A column says who leads and who helps; old forms, a wrong criterion and a deadline in the past."""
    made.head("ỦY BAN NHÂN DÂN\nXÃ CAO SƠN THƯỢNG", "58/KH-UBND", "Cao Sơn Thượng, ngày 22 tháng 5 năm 2024")
    made.text(
        "KẾ HOẠCH",
        "Xây dựng xã phù hợp với trẻ em năm 2024",
        "Căn cứ Quyết định số 06/QĐ-TTg ngày 03/01/2019 của Thủ tướng Chính phủ;",
        "Căn cứ Quyết định số 34/2014/QĐ-TTg ngày 27/5/2014 của Thủ tướng Chính phủ;",
        "Căn cứ tình hình thực tế địa phương, UBND xã Cao Sơn Thượng xây dựng kế hoạch như sau:",
        "I. Yêu cầu",
        "Thực hiện đầy đủ 15 tiêu chí. Toàn xã có 12 thôn; các xóm tích cực tham gia.",
        "II. Phân công",
    )
    made.table(
        [
            ("Đơn vị", "Tiêu chí", "Vai trò", "Hạn"),
            ("Công chức VH-XH", "Tiêu chí 1", "Chủ trì", "30/9/2024"),
            ("", "Tiêu chí 6, 13", "Chủ trì", "15/10/2024"),
            ("Công an xã", "Tiêu chí 3, 4", "Chủ trì", "30/9/2024"),
            ("", "Tiêu chí 2", "Phối hợp", "30/9/2024"),
            ("Công chức Tư pháp", "Tiêu chí 2", "Chủ trì", "30/4/2024"),
            ("Trạm Y tế", "Tiêu chí 5, 7, 8, 9", "Chủ trì", "15/10/2024"),
            ("Hội Phụ nữ", "Tiêu chí 8, 9", "Phối hợp", "15/10/2024"),
            ("Trường mầm non Hoa Mai", "Tiêu chí 10", "Chủ trì", "30/9/2024"),
            ("Trường mầm non Hoa Đào", "Tiêu chí 10", "Phối hợp", "30/9/2024"),
            ("Đoàn thanh niên", "Tiêu chí 11", "Chủ trì", "15/10/2024"),
            ("", "Tiêu chí 14", "Chủ trì", "15/10/2024"),
        ],
        merged=[(0, 1, 2), (0, 3, 4), (0, 10, 11)],
    )
    made.text(
        "III. Báo cáo",
        "1. Các đơn vị có tên tại mục II gửi báo cáo về UBND xã trước ngày 10 tháng 10 năm 2024 (qua Công chức VH-XH).",
        "2. Công chức VH-XH tổng hợp, hoàn thiện hồ sơ trước ngày 31/10/2024.",
    )
    made.end(
        "Nơi nhận:\n- Thôn trưởng 13 thôn;\n- Lưu: VT.",
        "TM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH\n(đã ký, đóng dấu)\nBàn Thị Ví Dụ",
    )
    made.save("cao-son-thuong")


def _box(made: Maker, *lines: str) -> None:
    """A text box as Word 2007 and LibreOffice write it."""
    inside = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in lines)
    made.document.add_paragraph()._p.append(
        parse_xml(
            f'<w:r {nsdecls("w")}><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox>'
            f"<w:txbxContent>{inside}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
        )
    )
