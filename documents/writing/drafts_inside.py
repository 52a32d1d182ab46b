"""Drafts of the council's papers, of the register of the dossier, and of the reminder to a late unit."""

from __future__ import annotations

from documents.writing import layout
from documents.writing.committee import ISSUER, annex, bases, conditions, letter, paper, sign
from documents.writing.sheet import Sheet


def register() -> Sheet:
    """Danh mục hồ sơ."""
    sheet = Sheet("Danh mục hồ sơ")
    annex(sheet, "II", "DANH MỤC HỒ SƠ ĐỀ NGHỊ CÔNG NHẬN {{ don_vi_hoa }} PHÙ HỢP VỚI TRẺ EM NĂM {{ nam }}")
    sheet.space()
    head = ("TT", "Tên văn bản, tài liệu", "Tệp trong hồ sơ hoặc nơi giữ", "Tiêu chí")
    cells = ("{{ one.so }}", "{{ one.ten }}", "{{ one.noi_giu }}", "{{ one.tieu_chi }}")
    sheet.rows((12, 73, 60, 20), head, "one in danh_muc", cells)
    sheet.space()
    sheet.body(
        "Minh chứng của các tiêu chí {{ tieu_chi_kin }} có thể lộ đời sống riêng tư của trẻ em nên chỉ ghi số lượng; văn bản được giữ tại đơn vị theo dõi tiêu chí."
    )
    return sheet


def reminder() -> Sheet:
    """Công văn đôn đốc for one late unit."""
    about = "V/v đôn đốc báo cáo kết quả thực hiện tiêu chuẩn {{ loai }} phù hợp với trẻ em năm {{ nam }}"
    sheet = letter("Công văn đôn đốc", about, "{{ don_vi_cham }}")
    sheet.body(
        "Theo {{ ke_hoach }} của Ủy ban nhân dân {{ don_vi }}, các đơn vị báo cáo kết quả thực hiện {{ thoi_han }}. Đến hết ngày {{ hom_nay }}, Ủy ban nhân dân {{ don_vi }} chưa nhận được báo cáo của đơn vị về các nội dung sau:"
    )
    sheet.each("one in viec_cham", "- {{ one }}")
    sheet.body(
        "Để kịp hoàn thiện hồ sơ, Ủy ban nhân dân {{ don_vi }} đề nghị đơn vị hoàn thành báo cáo và gửi về {{ noi_nhan_bao_cao }}; nếu có khó khăn, vướng mắc, đề nghị phản ánh ngay để cùng phối hợp giải quyết.",
        "Rất mong nhận được sự quan tâm, phối hợp của đơn vị./.",
    )
    sign(sheet)
    return sheet


def council_decision() -> Sheet:
    """Quyết định thành lập Hội đồng xét duyệt."""
    sheet = paper("Quyết định thành lập Hội đồng", "QĐ", "QUYẾT ĐỊNH", "Về việc thành lập {{ hoi_dong.ten }}")
    sheet.centred("ỦY BAN NHÂN DÂN {{ don_vi_hoa }}", layout.KIND, before=6)
    sheet.space()
    bases(sheet)
    sheet.centred("QUYẾT ĐỊNH:", layout.KIND, before=6)
    sheet.body("Điều 1. Thành lập {{ hoi_dong.ten }}, gồm các ông, bà có tên sau đây:")
    sheet.each("one in hoi_dong.thanh_vien", "{{ one }}")
    sheet.body(
        "Điều 2. Hội đồng có nhiệm vụ xem xét số liệu, minh chứng do các đơn vị báo cáo; chấm điểm {{ so_tieu_chi }} tiêu chí; lập biên bản và kiến nghị Ủy ban nhân dân {{ don_vi }} hoàn thiện hồ sơ. Hội đồng tự giải thể sau khi hoàn thành nhiệm vụ.",
        "Điều 3. Quyết định này có hiệu lực kể từ ngày ký. Các đơn vị liên quan và các ông, bà có tên tại Điều 1 chịu trách nhiệm thi hành Quyết định này./.",
    )
    sign(sheet)
    return sheet


def invitation() -> Sheet:
    """Giấy mời to the council's meeting."""
    sheet = paper("Giấy mời", "GM", "GIẤY MỜI", "Họp {{ hoi_dong.ten }}")
    sheet.space()
    sheet.body("Ủy ban nhân dân {{ don_vi }} trân trọng kính mời:")
    sheet.each("one in hoi_dong.thanh_vien", "{{ one }}")
    sheet.body(
        "Tới dự: Họp {{ hoi_dong.ten }}.", "Chủ trì: {{ hoi_dong.chu_tich }}.", "Thời gian: {{ hop.thoi_gian }}.", "Địa điểm: {{ hop.dia_diem }}.", "Nội dung:"
    )  # fmt: skip
    sheet.each("one in hop.noi_dung", "- {{ one }}")
    sheet.body("Kính mời các ông, bà có mặt đúng giờ để cuộc họp đạt kết quả tốt./.")
    sign(sheet)
    return sheet


def minutes() -> Sheet:
    """Biên bản họp Hội đồng xét duyệt; the secretary signs on the left, the chair on the right."""
    sheet = Sheet("Biên bản họp Hội đồng")
    sheet.head(ISSUER, ("{{ hoi_dong.ten_hoa }}",), "Số:        /BB-HĐXD", "")
    sheet.title("BIÊN BẢN", "Họp {{ hoi_dong.ten }}")
    sheet.space()
    sheet.body(
        "Thời gian bắt đầu: {{ hop.thoi_gian }}.", "Địa điểm: {{ hop.dia_diem }}.", "Thành phần tham dự: {{ hop.co_mat }}",
        "Chủ trì (chủ tọa): {{ hoi_dong.chu_tich }}.", "Thư ký (người ghi biên bản): {{ hoi_dong.thu_ky }}.",
    )  # fmt: skip
    sheet.heading("Nội dung (theo diễn biến cuộc họp):")
    sheet.each("one in hop.noi_dung", "- {{ one }}")
    sheet.body("Hội đồng xem xét số liệu, minh chứng và thảo luận từng tiêu chí như sau:")
    head = (
        "TT",
        "Tiêu chí",
        "Điểm tối đa",
        "Điểm tự chấm",
        "Điểm Hội đồng",
        "Kết luận",
        "Ý kiến, lý do nếu điểm khác",
    )
    cells = (
        "{{ t.so }}",
        "{{ t.ten }}",
        "{{ t.toi_da }}",
        "{{ t.diem }}",
        "{{ t.diem_hoi_dong }}",
        "{{ t.dat }}",
        "{{ t.y_kien }}",
    )
    sheet.rows((10, 41, 15, 23, 16, 16, 44), head, "t in tieu_chi", cells, (0, 2, 3, 4, 5), breaking=True)
    sheet.space()
    sheet.body(
        "Tổng điểm tự chấm: {{ tong }}.",
        "Tổng điểm Hội đồng: {{ tong_hoi_dong }}.",
    )
    sheet.body("Đối chiếu điều kiện công nhận:", with_next=True)
    conditions(sheet)
    sheet.body("Ý kiến khác: {{ de_trong }}", with_next=True)
    sheet.body(
        "Cuộc họp kết thúc vào {{ hop.ket_thuc }}; biên bản đã được đọc cho mọi người cùng nghe và thống nhất./.",
    )  # fmt: skip
    sheet.signatures(
        ["CHỦ TỌA"], "{{ hoi_dong.chu_tich_ky }}", left=["THƯ KÝ"], left_name="{{ hoi_dong.thu_ky_ky }}"
    )
    return sheet
