"""The facts that a registered template may be filled with. Pure."""

from __future__ import annotations

from notifications import digest as digests
from notifications.clean_text import one_line
from notifications.digest import Digest
from notifications.kinds import WORDINGS
from notifications.rendering import addressee
from tasks.deadline import short_date

FACTS = {
    "name": "người nhận", "unit": "đơn vị", "count": "số việc", "what": "việc gấp nhất", "due": "hạn, dd/mm/yyyy",
    "date": "hạn, hoặc ngày gửi khi không có hạn, dd/mm/yyyy",
    "days_left": "số ngày làm việc còn lại", "commune": "uỷ ban", "status": "tình trạng",
    "link_path": "phần cuối của liên kết mở việc",
}  # fmt: skip
"""Name -> what it is, for the documents and the settings' refusals."""


def facts(digest: Digest) -> dict[str, str]:
    """What a template may say of the digest's most urgent item, and how many items there are.

    `due` is the working day to be done by, "" where nothing is due; `date` is never empty, as most templates demand of a
    date; `days_left` counts working days, "0" once late. A template's own limits are the channel's business.
    """
    first = digests.ordered(digest)[0]
    last = first.last_working_day or first.last_valid_on
    return {
        "name": addressee(digest),
        "unit": one_line(first.unit) or one_line(digest.commune),
        "count": str(len(digest.items)),
        "what": one_line(first.title) or WORDINGS[first.kind].title,
        "due": short_date(last) if last else "",
        "date": short_date(last or digest.today),
        "days_left": str(max(first.days_left or 0, 0)),
        "commune": one_line(digest.commune),
        "status": WORDINGS[first.kind].title,
        "link_path": first.link.partition("://")[2].partition("/")[2],
    }
