"""What we say in chats. Pure, and never more than a chat message holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from notifications.clean_text import one_line
from tasks.deadline import is_overdue, short_date

LONGEST = 2_000
LONGEST_TITLE = 140
MOST_TASKS = 5
COMMANDS = (
    "NHAN: báo đã nhận việc\n"
    "XONG: lấy liên kết để báo cáo\n"
    "GIAHAN 15/11: xin lùi hạn đến ngày đó\n"
    "VAO: lấy liên kết đăng nhập"
)  # fmt: skip
HELP = (
    "Máy chưa hiểu tin này; cán bộ điều phối sẽ đọc và trả lời. Với máy, đồng chí có thể nhắn:\n" + COMMANDS
)
TROUBLE = "Máy gặp trục trặc nên chưa làm được. Cán bộ điều phối sẽ đọc tin này."
NOT_IN_A_GROUP = (
    "Liên kết đăng nhập là của riêng từng người nên không gửi vào nhóm. Xin nhắn VAO trong khung chat riêng."
)
ENOUGH_LINKS = "Đồng chí vừa xin liên kết đăng nhập nhiều lần. Xin dùng liên kết mới nhất ở trên, hoặc nhắn lại sau 15 phút."
NOTHING_OWED = "Hiện không còn việc nào phải nộp. Cảm ơn đồng chí!"


@dataclass(frozen=True)
class Told:
    """A task as it is told of. `place`: its address; `wrong`: why what was asked for it is not possible."""

    title: str
    last_valid_on: date | None
    place: str = ""
    wrong: str = ""


def how_to_link(base_url: str) -> str:
    """The answer to a chat that stands for nobody."""
    return (
        "Xin chào! Đây là kênh nhắc việc của xã, nhưng Zalo này chưa gắn với ai trong danh bạ.\n"
        f"Để gắn: mở {base_url}/zalo, bấm «Lấy mã», rồi nhắn 6 chữ số của mã vào đây. "
        "Không mở được trang thì xin gọi cán bộ điều phối để được đọc mã."
    )


def wrong_code(base_url: str) -> str:
    """The answer to a code that is not good."""
    return (
        "Mã này không đúng hoặc đã hết hạn. Mã có 6 chữ số, dùng một lần, trong 15 phút. "
        f"Xin lấy mã mới ở {base_url}/zalo hoặc gọi cán bộ điều phối."
    )


def linked(name: str, units: Sequence[str], commune: str, before: str, *, in_group: bool) -> str:
    """The answer to a good code. `before`: for whom the chat stood until now, "" for nobody."""
    chat = "Nhóm này" if in_group else "Zalo này"
    who = ", ".join([name, *units])
    moved = f"\n{chat} trước đây nhận tin của {before}; từ nay thì không." if before else ""
    return fitted(
        f"Đã liên kết. Từ nay {commune} gửi đến đây việc được giao và nhắc hạn cho {who}.{moved}\n"
        f"Đồng chí có thể nhắn lại:\n{COMMANDS}"
    )


def acknowledged(done: Sequence[Told], wrong: Sequence[Told], today: date) -> str:
    """The answer to NHAN."""
    if not done and not wrong:
        return "Các việc này đã được ghi nhận từ trước. Khi có kết quả, xin nhắn XONG."
    parts = [f"Đã ghi nhận đồng chí nhận {len(done)} việc:\n{listed(done, today)}"] if done else []
    parts += [_refused(wrong)] if wrong else []
    return fitted("\n".join([*parts, "Khi có kết quả, xin nhắn XONG để lấy liên kết báo cáo."]))


def to_report(tasks: Sequence[Told], today: date, base_url: str) -> str:
    """The answer to XONG: where each task is reported."""
    if not tasks:
        return NOTHING_OWED
    more = len(tasks) - MOST_TASKS
    rest = f"\nCòn {more} việc nữa ở {base_url}/viec-cua-toi" if more > 0 else ""
    return fitted(
        f"Cảm ơn đồng chí! Xin bấm liên kết để báo cáo:\n{listed(tasks, today, MOST_TASKS, more=False)}{rest}"
    )


def to_sign_in(base_url: str) -> str:
    """The answer to VAO: the address becomes the person's own when it is sent."""
    return (
        f"Xin bấm liên kết này để đăng nhập Măng Non:\n  {base_url}/vao\n"
        "Liên kết dùng được một lần, trong 30 phút. Xin không chuyển cho người khác."
    )


def more_time(asked: Sequence[Told], wrong: Sequence[Told], on: date) -> str:
    """The answer to GIAHAN with a date."""
    parts = []
    if asked:
        names = "\n".join(f"• {_title(one)}" for one in asked[:MOST_TASKS])
        parts = [
            f"Đã gửi yêu cầu gia hạn đến {short_date(on)} cho {len(asked)} việc; cán bộ điều phối sẽ trả lời:\n{names}{_more(asked)}"
        ]
    return fitted("\n".join([*parts, *([_refused(wrong)] if wrong else [])]))


def which_task(base_url: str) -> str:
    """The answer to GIAHAN when it is not clear for what."""
    return f"Đồng chí đang có nhiều việc. Xin mở việc cần gia hạn ở {base_url}/viec-cua-toi rồi bấm «Xin gia hạn»."


def no_date(wrong: str) -> str:
    """The answer to GIAHAN with a date that cannot be read."""
    return f"{wrong} Xin ghi ngày/tháng, ví dụ: GIAHAN 15/11"


def listed(tasks: Sequence[Told], today: date, most: int = MOST_TASKS, *, more: bool = True) -> str:
    """Tasks, one a line, with their deadlines and addresses."""
    lines = [f"• {_title(one)}{_due(one, today)}{_place(one)}" for one in tasks[:most]]
    return "\n".join(lines) + (_more(tasks, most) if more else "")


def fitted(text: str) -> str:
    """At most as long as a chat message may be."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _title(one: Told) -> str:
    return one_line(one.title, LONGEST_TITLE)


def _due(one: Told, today: date) -> str:
    if one.last_valid_on is None:
        return ""
    late = ", đã quá hạn" if is_overdue(one.last_valid_on, today) else ""
    return f" (hạn {short_date(one.last_valid_on)}{late})"


def _place(one: Told) -> str:
    return f"\n  {one.place}" if one.place else ""


def _more(tasks: Sequence[Told], most: int = MOST_TASKS) -> str:
    return f"\n• và {len(tasks) - most} việc khác" if len(tasks) > most else ""


def _refused(wrong: Sequence[Told]) -> str:
    lines = [f"• {_title(one)}: {one.wrong}" for one in wrong[:MOST_TASKS]]
    return "Chưa làm được:\n" + "\n".join(lines) + _more(wrong)
