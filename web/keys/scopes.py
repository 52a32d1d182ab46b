"""What a token may be allowed to do. Data only."""

from __future__ import annotations

SCOPES = {
    "read": "xem",
    "report": "nộp báo cáo thay đơn vị",
    "review": "duyệt báo cáo, trả lời gia hạn",
    "remind": "nhắc việc, tạm dừng, gửi lại thư",
    "directory": "sửa danh bạ",
    "stage": "chuyển giai đoạn, xác nhận điểm",
}
