"""The journal (nhật ký) in words: what each action is called, and what an entry holds. Pure."""

from __future__ import annotations

from typing import Any

SHOWN = 4
ACTIONS = {
    "plan.imported": "nhập kế hoạch", "plan.changed": "nhập lại kế hoạch", "plan.step": "chuyển bước",
    "contacts.imported": "nhập danh bạ", "unit.renamed": "đổi tên đơn vị", "person.quiet": "thôi nhắc sớm",
    "person.loud": "nhắc sớm trở lại", "person.substituted": "cử người thay", "task.acknowledged": "nhận việc",
    "task.reported": "nộp báo cáo", "task.accepted": "duyệt báo cáo", "task.returned": "trả lại báo cáo",
    "extension.requested": "xin gia hạn", "extension.granted": "đồng ý gia hạn",
    "extension.refused": "không đồng ý gia hạn", "message.retried": "gửi lại thư",
    "message.bounced": "thư bị trả về", "session.opened": "đăng nhập", "session.ended": "đăng xuất",
    "sign_in.offered": "tạo liên kết đăng nhập", "person.added": "thêm người",
    "person.changed": "sửa danh bạ", "person.removed": "cho thôi việc trong danh bạ",
    "person.returned": "đưa trở lại danh bạ", "address.moved": "đổi thứ tự liên lạc",
    "address.reused": "dùng lại địa chỉ", "chat.unlinked": "bỏ liên kết Zalo", "rules.confirmed": "xác nhận điểm",
    "rules.withdrawn": "rút lại xác nhận điểm", "plan.proposed": "đề nghị sửa kế hoạch",
    "plan.proposal_applied": "duyệt bản sửa kế hoạch", "plan.proposal_dropped": "bỏ bản sửa kế hoạch",
    "evidence.added": "thêm minh chứng", "evidence.removed": "bỏ minh chứng",
    "person.back": "trở lại sau khi có người thay", "password.set": "đặt mật khẩu",
    "password.removed": "bỏ mật khẩu", "token.made": "tạo mã truy cập", "token.ended": "thu hồi mã truy cập",
    "calendar.opened": "lấy địa chỉ lịch",
    "calendar.ended": "thu hồi địa chỉ lịch", "reminders.paused": "tạm dừng nhắc", "reminders.skipped": "bỏ qua một lần nhắc",
    "chat.offered": "tạo mã liên kết Zalo", "chat.linked": "liên kết Zalo",
    "reminders.resumed": "nhắc lại như thường", "reminders.nudged": "nhắc ngoài lịch",
    "dossier.made": "lập hồ sơ", "dossier.changed": "sửa thông tin hồ sơ",
    "council.member_added": "thêm thành viên Hội đồng", "council.member_changed": "sửa thành viên Hội đồng",
    "council.member_left": "cho thôi tham gia Hội đồng", "council.member_returned": "mời trở lại Hội đồng",
    "council.meeting_added": "thêm cuộc họp Hội đồng", "council.meeting_changed": "sửa cuộc họp Hội đồng",
    "council.meeting_dropped": "bỏ cuộc họp Hội đồng", "council.scored": "ghi điểm của Hội đồng",
    "zalo_oa.granted": "cấp quyền cho Zalo OA",
}  # fmt: skip


LABELS = {
    "key": "mã", "reason": "lý do", "report": "báo cáo lần", "figures": "số chỉ tiêu", "evidence": "minh chứng", "from": "từ",
    "to": "đến", "until": "đến", "trigger": "bước", "override": "lý do cho qua", "overridden": "cho qua",
    "documents": "văn bản", "tasks": "việc", "person": "người", "substitute": "người thay", "origin": "cách vào",
    "session": "phiên số", "name": "tên", "kind": "loại", "unit": "đơn vị", "before": "trước", "after": "sau",
    "wanted_on": "xin đến", "count": "số lượng", "source": "nguồn", "points": "điểm", "file": "tệp",
    "scopes": "quyền", "token": "mã số", "channel": "kênh",
    "way": "cách liên lạc", "changed": "thay đổi", "people": "số người", "seal": "dấu", "files": "số tệp",
    "member": "thành viên số", "part": "vai trò", "meeting": "cuộc họp số", "criterion": "tiêu chí", "reached": "đạt",
    "votes": "số phiếu", "oa": "OA số",
}  # fmt: skip


def details(payload: dict[str, Any]) -> str:
    """What an entry holds, without what is empty; lists by their length when they are long."""
    shown = {name: value for name, value in payload.items() if value not in ("", [], None) and name != "role"}
    return "; ".join(f"{LABELS.get(name, name)}: {_short(value)}" for name, value in shown.items())


def _short(value: Any) -> str:
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, list):
        rest = f" … ({len(value)} mục)" if len(value) > SHOWN else ""
        return ", ".join(map(str, value[:SHOWN])) + rest
    return str(value)
