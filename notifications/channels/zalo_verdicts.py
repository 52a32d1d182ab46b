"""Every way a request to Zalo can end, and what follows from it. Pure.

An answer that was not understood after a message left is `unknown`: it may have arrived, and is never sent again blindly.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from notifications.channels.zalo_codes import TABLES, Host, Meaning, Outcome, Until
from notifications.clean_text import one_line

MORNING = time(6, 5)
LONGEST_ANSWER = 200
TOP_UP_AGAIN = timedelta(hours=4)
_ABOUT_USER = re.compile(r"\buser_?id\b", re.IGNORECASE)
# Tokens, telephone numbers, and the ids of people, chats and messages.
_SECRETS = re.compile(r"[A-Za-z0-9_-]{24,}|\+?\d{8,}|\b(?=[A-Za-z_-]*\d)[A-Za-z0-9_-]{12,}")


@dataclass(frozen=True)
class Verdict:
    """What an answer means. `code`: Zalo's own, None where there was none. `until`: aware, of a deferred message.

    `said`: the answer's words without anything that looks like a token or a telephone number. `most`: how many
    retries are allowed, 0 as the policy says. `result`: the answer's data of an "ok".
    """

    outcome: Outcome
    code: int | None = None
    said: str = ""
    until: datetime | None = None
    most: int = 0
    result: Any = None


def not_sent(error: str) -> Verdict:
    """The connection failed before the body left."""
    return Verdict("retry", said=clean(error))


def broken_off(error: str, *, sends: bool) -> Verdict:
    """No whole answer came after the body had left. `sends`: the request was to deliver something."""
    return Verdict("unknown" if sends else "retry", said=clean(error))


def answered(host: Host, status: int, body: bytes, *, sends: bool, now: datetime, zone: str) -> Verdict:
    """Judge an answer. `now` is aware; `zone`: in whose mornings deferred messages leave."""
    found = _read(body)
    if found is None:
        return _unread(host, status, body, sends=sends)
    code, said = _code(host, found)
    if code is None:
        return _by_status(host, status, said, sends=sends)
    meaning = _meaning(host, code, said)
    until = wake(meaning.until, now, zone) if meaning.outcome == "defer" else None
    result = found.get("result" if host == "bot" else "data", found) if meaning.outcome == "ok" else None
    return Verdict(meaning.outcome, code, clean(said), until, meaning.most, result)


def wake(until: Until, now: datetime, zone: str) -> datetime:
    """When a deferred message is tried again: early in the morning of the day that helps, or some hours on."""
    if until in {"", "top_up"}:
        return now + TOP_UP_AGAIN
    local = now.astimezone(ZoneInfo(zone))
    day = local.date()
    if until == "next_month":
        day = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    elif until == "tomorrow" or local.time() >= MORNING:
        day += timedelta(days=1)
    return datetime.combine(day, MORNING, local.tzinfo)


def clean(said: str) -> str:
    """One short line that holds neither a token nor a telephone number nor an id."""
    return _SECRETS.sub("…", one_line(said))[:LONGEST_ANSWER]


def _meaning(host: Host, code: int, said: str) -> Meaning:
    if host == "oa" and code == -201 and _ABOUT_USER.search(said):
        # In practice: a person who never had anything to do with this OA.
        return Meaning("recipient", sure=False)
    return TABLES[host].get(code, Meaning("unknown", sure=False))


def _read(body: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _code(host: Host, found: dict[str, Any]) -> tuple[int | None, str]:
    """Zalo's code, which is sometimes a quoted number, and its words."""
    if host == "bot":
        if found.get("ok") is True:
            return 0, ""
        return _number(found.get("error_code")), str(found.get("description", ""))
    said = next(
        (str(found[name]) for name in ("message", "error_description", "error_name") if found.get(name)), ""
    )
    if host == "oauth" and "error" not in found:
        # A pair without a new refresh token is of no use: the old one is spent.
        whole = all(
            isinstance(found.get(name), str) and found[name] for name in ("access_token", "refresh_token")
        )
        return (0, "") if whole else (None, "trả lời thiếu mã")
    return _number(found.get("error")), said


def _number(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    text = str(value).strip()
    return int(text) if re.fullmatch(r"-?[0-9]{1,9}", text) else None


def _unread(host: Host, status: int, body: bytes, *, sends: bool) -> Verdict:
    if host == "oauth" and status == 200 and not body.strip():
        # Seen in production: a refresh token that was used before is answered with nothing at all.
        return Verdict("config", said="mã làm mới đã được dùng")
    return _by_status(host, status, "trả lời không đọc được", sends=sends)


def _by_status(host: Host, status: int, said: str, *, sends: bool) -> Verdict:
    told = clean(f"HTTP {status}, {said}" if said else f"HTTP {status}")
    if status == 401:
        return Verdict("config" if host == "bot" else "refresh", said=told)
    if status == 429:
        return Verdict("retry", said=told)
    if 400 <= status < 500 and status != 408:
        return Verdict("payload", said=told)
    return Verdict("unknown" if sends else "retry", said=told)
