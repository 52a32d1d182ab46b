"""What somebody must see before agreeing to a plan: another commune's, another name, deadlines that are past. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date

from tasks.deadline import short_date

_OFFICE = re.compile(r"^(?:ubnd|[uủ][yỷ] ban nhân dân)\s+")
_RANK = re.compile(r"^(?:xã|phường|thị trấn|đặc khu)\s+")


def is_anothers(own: str, issuer: str) -> bool:
    """Whether a plan's issuer is another commune; one that only changed its rank («xã», «phường») is the same."""
    return bool(own and issuer) and _RANK.sub("", _name(own)) != _RANK.sub("", _name(issuer))


def alarms(own: str, issuer: str, days: Iterable[date], today: date) -> Iterator[str]:
    """Sentences on a plan for the commune named `own`. `days`: the last valid date of each task it would give out."""
    if is_anothers(own, issuer):
        yield (
            f"Đây là kế hoạch của «{issuer}», không phải của «{own}». "
            f"Nếu duyệt, tên của xã sẽ bị đổi thành «{issuer}» và việc của xã khác được giao cho các đơn vị ở đây."
        )
    elif own and issuer and _name(own) != _name(issuer):
        yield f"Nếu duyệt, tên của xã sẽ đổi từ «{own}» thành «{issuer}»."
    past = Counter(day for day in days if day < today)
    for day, count in sorted(past.items()):
        many = f" ({count} việc)" if count > 1 else ""
        yield f"Thời hạn {short_date(day)} đã qua: việc theo hạn này sẽ trễ ngay khi được giao{many}."


def _name(text: str) -> str:
    return _OFFICE.sub("", " ".join(unicodedata.normalize("NFC", text).casefold().split()))
