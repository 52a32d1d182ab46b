"""The kinds of news and their fixed Vietnamese words, most urgent kind first. Data only.

The order decides twice: what stands first in a message, and by which kind a task is spoken of when several
apply (a formal assignment speaks for an early reminder of the same task).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Wording:
    """How a kind is put into words.

    `subject` takes the number of items as {n}. `due` opens the sentence about the deadline; "" leaves it out.
    `note` opens the item's note; "" lets it stand alone. `action` is what the link says. `office` kinds are
    about other people's work, so each item names its unit.
    """

    subject: str
    title: str
    intro: str
    action: str
    due: str = ""
    note: str = ""
    office: bool = False


WORDINGS = {
    "returned": Wording(
        subject="{n} báo cáo cần bổ sung",
        title="Báo cáo cần bổ sung",
        intro="Báo cáo đã được xem xét và cần bổ sung thêm. Kính đề nghị xem lý do, bổ sung rồi gửi lại.",
        action="Mở để bổ sung",
        due="Hạn",
        note="Lý do",
    ),
    "nudged": Wording(
        subject="{n} việc xin sớm báo cáo",
        title="Đề nghị sớm báo cáo",
        intro="Cán bộ điều phối kính đề nghị gửi báo cáo những việc dưới đây; nếu có vướng mắc, xin cho biết để cùng tháo gỡ.",
        action="Mở để báo cáo",
        due="Hạn",
    ),
    "overdue": Wording(
        subject="{n} việc đã quá hạn",
        title="Việc đã quá hạn",
        intro="Đến nay báo cáo chưa hoàn thành. Kính đề nghị gửi sớm; nếu có vướng mắc, xin cho biết để cùng tháo gỡ.",
        action="Mở để báo cáo",
        due="Hạn",
    ),
    "escalated": Wording(
        subject="{n} việc của các đơn vị đã quá hạn",
        title="Đơn vị chậm báo cáo",
        intro="Đã quá hạn mà báo cáo của đơn vị chưa hoàn thành. Kính báo lãnh đạo biết và cho ý kiến đôn đốc.",
        action="Xem việc này",
        due="Hạn",
        office=True,
    ),
    "channel_closed": Wording(
        subject="{n} kênh gửi đang dừng",
        title="Kênh gửi đang dừng",
        intro="Kênh dưới đây không gửi được vì cài đặt hoặc tài khoản. Thư chuyển sang kênh khác của người nhận nếu có, còn lại được giữ và gửi ngay khi kênh chạy lại.",
        action="Xem các kênh",
    ),
    "undelivered": Wording(
        subject="{n} thư chưa đến người nhận",
        title="Thư chưa đến người nhận",
        intro="Xin kiểm tra lại địa chỉ, hoặc báo cho người nhận bằng cách khác, ví dụ gọi điện.",
        action="Mở trang kế hoạch",
    ),
    "extension_refused": Wording(
        subject="{n} đề nghị gia hạn không được chấp thuận",
        title="Đề nghị gia hạn không được chấp thuận",
        intro="Hạn đã giao vẫn giữ nguyên.",
        action="Mở để báo cáo",
        due="Hạn",
        note="Lý do",
    ),
    "extension_granted": Wording(
        subject="{n} việc được gia hạn",
        title="Đã đồng ý gia hạn",
        intro="Xin báo cáo theo hạn mới.",
        action="Mở việc này",
        due="Hạn mới",
        note="Ghi chú",
    ),
    "assigned": Wording(
        subject="{n} việc được giao",
        title="Việc được giao",
        intro="Kính đề nghị xem nội dung và báo cáo đúng hạn.",
        action="Mở việc này",
        due="Hạn",
    ),
    "moved": Wording(
        subject="{n} việc đổi hạn",
        title="Hạn báo cáo thay đổi",
        intro="Xin báo cáo theo hạn mới.",
        action="Mở việc này",
        due="Hạn mới",
        note="Hạn cũ",
    ),
    "before": Wording(
        subject="{n} việc cần báo cáo",
        title="Việc sắp đến hạn",
        intro="Xin báo cáo đúng hạn. Việc nào đã báo cáo thì không cần làm gì thêm.",
        action="Mở để báo cáo",
        due="Hạn",
    ),
    "requested": Wording(
        subject="{n} đề nghị gia hạn chờ trả lời",
        title="Đề nghị gia hạn chờ trả lời",
        intro="Kính đề nghị xem và trả lời đơn vị.",
        action="Mở để trả lời",
        due="Hạn hiện nay",
        office=True,
    ),
    "review": Wording(
        subject="{n} báo cáo chờ duyệt",
        title="Báo cáo chờ duyệt",
        intro="Đơn vị đã gửi báo cáo. Kính đề nghị xem và duyệt, hoặc trả lại kèm lý do.",
        action="Mở để duyệt",
        office=True,
    ),
    "cancelled": Wording(
        subject="{n} việc không phải làm nữa",
        title="Việc không phải làm nữa",
        intro="Việc dưới đây đã được rút, không cần báo cáo nữa.",
        action="Xem việc này",
        note="Lý do",
    ),
    "announcement": Wording(subject="{n} thông báo", title="Thông báo", intro="", action="Mở trang kế hoạch"),
    "weekly": Wording(
        subject="{n} bản tình hình tuần",
        title="Tình hình tuần này",
        intro="Kính báo lãnh đạo tình hình thực hiện kế hoạch, tính đến lúc gửi thư.",
        action="Mở trang tổng quan",
        office=True,
    ),
}
KINDS = tuple(WORDINGS)
