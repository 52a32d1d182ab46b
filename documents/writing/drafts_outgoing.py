"""Drafts of what leaves the commune: tờ trình, công văn, báo cáo tự đánh giá, bảng tự chấm điểm, báo cáo thẩm định."""

from __future__ import annotations

from documents.writing import committee, layout
from documents.writing.committee import CAPACITIES, SUPERIOR, annex, bases, conditions, paper, sign
from documents.writing.sheet import Sheet


def proposal() -> Sheet:
    """Tờ trình to the superior body."""
    sheet = paper(
        "Tờ trình",
        "TTr",
        "TỜ TRÌNH",
        "Về việc {{ ve_viec }}",
        SUPERIOR,
    )
    bases(sheet)
    sheet.body(
        "Thực hiện {{ ke_hoach }}, Ủy ban nhân dân {{ don_vi }} {{ tien_do }}.",
        "Kết quả tự đánh giá: tổng điểm {{ tong }}. Điểm Hội đồng xét duyệt: {{ tong_hoi_dong }}.",
    )
    conditions(sheet)
    sheet.body(
        "{{ trinh }}",
        "Hồ sơ kèm theo gồm các văn bản, tài liệu ghi trong Danh mục hồ sơ.",
        "Kính đề nghị {{ cap_tren }} {{ xin }}./.",
    )
    sign(sheet)
    return sheet


def letter() -> Sheet:
    """Công văn that hands the dossier over."""
    about = "V/v gửi {{ ho_so }}"
    sheet = committee.letter("Công văn gửi hồ sơ", about, SUPERIOR)
    sheet.body(
        "Thực hiện {{ ke_hoach }} và tiêu chuẩn {{ loai }} phù hợp với trẻ em theo {{ quyet_dinh }}, Ủy ban nhân dân {{ don_vi }} {{ tien_do }}.",
        "Ủy ban nhân dân {{ don_vi }} gửi kèm 01 bộ hồ sơ theo Danh mục hồ sơ. Các minh chứng liên quan đến đời sống riêng tư của trẻ em được giữ tại đơn vị chủ trì, không gửi kèm.",
        "Kính đề nghị {{ cap_tren }} xem xét theo quy định./.",
    )
    sign(sheet)
    return sheet


def self_assessment() -> Sheet:
    """Báo cáo kết quả tự đánh giá."""
    sheet = paper(
        "Báo cáo kết quả tự đánh giá",
        "BC",
        "BÁO CÁO",
        "Kết quả tự đánh giá {{ don_vi }} phù hợp với trẻ em năm {{ nam }}",
        SUPERIOR,
    )
    sheet.body(
        "Thực hiện {{ ke_hoach }}, Ủy ban nhân dân {{ don_vi }} báo cáo kết quả tự đánh giá theo {{ quyet_dinh }} như sau:"
    )
    sheet.heading("I. TỔ CHỨC THỰC HIỆN")
    sheet.body(
        "Ủy ban nhân dân {{ don_vi }} đã phân công {{ so_don_vi }} đơn vị theo dõi, báo cáo; đến nay đã duyệt {{ da_duyet }}/{{ tong_viec }} nhiệm vụ."
    )
    sheet.heading("II. KẾT QUẢ TỪNG TIÊU CHÍ")
    sheet.body("{%p for t in tieu_chi %}")
    sheet.heading("{{ t.de_muc }}")
    sheet.body("- Đơn vị theo dõi: {{ t.don_vi }}.")
    sheet.each("one in t.cach_tinh", "- {{ one }}.")
    sheet.body("- Điểm tự chấm: {{ t.diem }}; điểm tối đa: {{ t.toi_da }}.")
    sheet.each("one in t.minh_chung", "- Minh chứng: {{ one }}.")
    sheet.body("{%p endfor %}")
    sheet.heading("III. TỔNG HỢP")
    sheet.body("1. Tổng điểm tự chấm: {{ tong }}.")
    sheet.body("2. Điều kiện công nhận:", with_next=True)
    conditions(sheet)
    sheet.heading("IV. ĐÁNH GIÁ CHUNG")
    sheet.body("1. Ưu điểm", with_next=True)
    sheet.each("one in uu_diem", "- {{ one }}")
    sheet.body("2. Tồn tại, hạn chế", with_next=True)
    sheet.each("one in ton_tai", "- {{ one }}")
    sheet.body(
        "Trên đây là báo cáo kết quả tự đánh giá {{ don_vi }} phù hợp với trẻ em năm {{ nam }}, kính đề nghị {{ cap_tren }} xem xét./."
    )
    sign(sheet)
    return sheet


def score_sheet() -> Sheet:
    """Bảng tự chấm điểm; wide, so it lies across."""
    sheet = Sheet("Bảng tự chấm điểm", landscape=True)
    annex(sheet, "I", "BẢNG TỰ CHẤM ĐIỂM {{ don_vi_hoa }} PHÙ HỢP VỚI TRẺ EM NĂM {{ nam }}")
    sheet.centred(
        "(Kèm theo Báo cáo số        /BC-UBND ngày      tháng      năm {{ nam_ky }} của Ủy ban nhân dân {{ don_vi }})",
        layout.Part(13, italic=True),
    )
    sheet.space()
    widths = (12, 55, 105, 24, 30, 26)
    head = ("TT", "Tiêu chí", "Số liệu và cách tính", "Điểm tối đa", "Điểm tự chấm", "Đơn vị")
    cells = (
        "{{ t.so }}",
        "{{ t.ten }}",
        "{{ t.cach_tinh_dong }}",
        "{{ t.toi_da }}",
        "{{ t.diem }}",
        "{{ t.don_vi }}",
    )
    table = sheet.rows(widths, head, "t in tieu_chi", cells, (0, 3, 4))
    sheet.add_row(table, ("", "Tổng cộng", "{{ tong }}", "", "", ""))
    sheet.space()
    sheet.body("Bảng này có {{ so_tieu_chi }} tiêu chí; tổng điểm tự chấm: {{ tong }}./.")
    sheet.signatures(CAPACITIES, "{{ nguoi_ky }}", left=["NGƯỜI LẬP BẢNG"])
    return sheet


def appraisal() -> Sheet:
    """Báo cáo thẩm định."""
    sheet = paper(
        "Báo cáo thẩm định",
        "BC",
        "BÁO CÁO",
        "Thẩm định kết quả thực hiện các tiêu chí {{ loai }} phù hợp với trẻ em năm {{ nam }}",
    )
    sheet.space()
    bases(sheet)
    sheet.body("Ủy ban nhân dân {{ don_vi }} báo cáo kết quả thẩm định như sau:")
    sheet.heading("1. Kết quả thẩm định")
    head = ("TT", "Tiêu chí", "Báo cáo của đơn vị", "Điểm tối đa", "Điểm tự chấm", "Điểm Hội đồng")
    cells = (
        "{{ t.so }}",
        "{{ t.ten }}",
        "{{ t.trang_thai }}",
        "{{ t.toi_da }}",
        "{{ t.diem }}",
        "{{ t.diem_hoi_dong }}",
    )
    sheet.rows((12, 55, 30, 22, 26, 20), head, "t in tieu_chi", cells, (0, 3, 4, 5))
    sheet.space()
    sheet.body("Tổng điểm tự chấm: {{ tong }}. Điểm Hội đồng xét duyệt: {{ tong_hoi_dong }}.")
    sheet.heading("2. Đối chiếu điều kiện công nhận")
    conditions(sheet)
    sheet.heading("3. Những nội dung cần bổ sung, xác nhận")
    sheet.each("one in ton_tai", "- {{ one }}")
    sheet.heading("4. Kết luận")
    sheet.body("Đối chiếu các điều kiện công nhận: {{ ket_luan }}./.")
    sign(sheet)
    return sheet
