"""A message's life as a person understands it: planned, each try and how it went, who took over, how it ended. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from notifications.message_story import AttemptLine, DeedLine, Story
from notifications.words import OUTCOME_NAMES

Look = Literal["plain", "good", "waiting", "bad"]
LOOKS: dict[str, Look] = {
    "started": "waiting", "sent": "good", "retry": "waiting", "defer": "waiting", "config": "waiting", "unknown": "waiting",
    "permanent": "bad", "payload": "bad", "bounced": "bad",
}  # fmt: skip


@dataclass(frozen=True)
class Moment:
    """One thing that happened, or that is awaited. `at`: when; None for what is so now. `note`: why, or what was said."""

    at: datetime | None
    text: str
    note: str = ""
    look: Look = "plain"


def timeline(story: Story, now: datetime) -> list[Moment]:
    """From the slot to what is so `now`, in order of time."""
    slot = story.message.slot
    planned = Moment(slot, "Đến đợt gửi" if slot <= now else "Sẽ gửi trong đợt này")
    happened = [*_tries(story), *(_deed(one) for one in story.deeds)]
    # What happened in the same instant stays in the order in which it was noted.
    return [planned, *sorted(happened, key=lambda one: one.at or now), *_present(story, now)]


def _tries(story: Story) -> Iterator[Moment]:
    anew = [one.at for one in story.deeds if one.action == "message.retried"]
    before: AttemptLine | None = None
    times = 0
    for one in story.attempts:
        if before is not None and not any(before.started_at <= at <= one.started_at for at in anew):
            yield from _handed_on(before, one, times)
        times = times + 1 if before is not None and before.place == one.place else 1
        yield Moment(
            one.started_at,
            f"Gửi qua {one.place}: {OUTCOME_NAMES[one.outcome]}",
            one.detail,
            LOOKS[one.outcome],
        )
        if one.delivered_at:
            yield Moment(one.delivered_at, "Đã đến máy người nhận", look="good")
        if one.seen_at:
            yield Moment(one.seen_at, "Người nhận đã xem", look="good")
        before = one


def _handed_on(before: AttemptLine, one: AttemptLine, times: int) -> Iterator[Moment]:
    if before.place != one.place:
        why = _WHY[before.outcome].format(times=times)
        yield Moment(one.started_at, f"Chuyển sang {one.place}", f"Vì {before.place} {why}.")


def _deed(one: DeedLine) -> Moment:
    if one.action == "message.retried":
        return Moment(one.at, f"{one.actor} cho gửi lại từ đầu; các lần gửi trước không tính nữa")
    return Moment(one.at, f"{one.actor} ghi nhận thư bị trả về", one.reason, "bad")


def _present(story: Story, now: datetime) -> Iterator[Moment]:
    """How it stands: only where that is more than the last try says."""
    message, last = story.message, story.attempts[-1].detail if story.attempts else ""
    why = "" if message.reason == last else message.reason
    if message.state == "pending" and message.not_before > now:
        yield Moment(message.not_before, "Chờ đến lúc này rồi gửi tiếp", why, "waiting")
    elif message.state == "pending":
        yield Moment(None, "Chờ lượt gửi gần nhất trong giờ gửi thư", why, "waiting")
    elif message.state in _ENDED:
        text, look = _ENDED[message.state]
        yield Moment(None, text, why, look)


_WHY = {
    "started": "chưa có kết quả", "sent": "không còn dùng", "retry": "đã thử {times} lần không được", "defer": "chưa nhận lúc này",
    "config": "đang dừng", "unknown": "chưa rõ kết quả", "permanent": "bị từ chối", "payload": "không nhận nội dung này",
    "bounced": "trả thư về",
}  # fmt: skip
_ENDED: dict[str, tuple[str, Look]] = {
    "sending": ("Đang gửi", "waiting"),
    "failed": ("Không gửi được", "bad"),
    "unknown": ("Chưa rõ đã đến hay chưa, nên không tự gửi lại", "waiting"),
    "skipped": ("Không gửi nữa", "plain"),
    "missed": ("Gộp vào thư sau", "plain"),
}
