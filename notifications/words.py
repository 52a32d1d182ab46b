"""The Vietnamese words for what became of messages, their items and the tries to send them. Data only."""

from __future__ import annotations

STATE_NAMES = {
    "pending": "chờ gửi", "sending": "đang gửi", "sent": "đã gửi", "delivered": "đã nhận", "failed": "không gửi được",
    "unknown": "chưa rõ", "skipped": "thôi không gửi", "missed": "gộp vào thư sau",
}  # fmt: skip
ITEM_NAMES = {"wanted": "", "covered": " (gộp vào mục gấp hơn)", "dropped": " (không còn cần nhắc)"}
OUTCOME_NAMES = {
    "started": "đang gửi", "sent": "đã gửi", "permanent": "bị từ chối", "retry": "sẽ thử lại", "defer": "hoãn lại",
    "config": "cài đặt chưa đúng", "payload": "kênh không nhận nội dung", "unknown": "chưa rõ", "bounced": "bị trả về",
}  # fmt: skip
CHANNEL_NAMES = {
    "email": "thư điện tử", "file": "hộp thư trên máy", "zalo_bot": "Zalo", "zalo_oa": "Zalo OA", "sms": "tin nhắn SMS",
}  # fmt: skip
