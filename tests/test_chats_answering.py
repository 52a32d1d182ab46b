"""Answers leave once, soon or not at all: whatever breaks at whatever step, nobody is answered twice."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from chat_world import ChatWorld, Mouth
from web_world import BASE, WebWorld

from db.store import Store
from notifications import answering
from notifications.answering import Voice, take_answer
from notifications.channels.base import ChannelError, ErrorKind
from notifications.conversing import Conversation
from notifications.links import PlainLinks
from tasks.clock import ManualClock


class Killed(BaseException):
    """The process is gone."""


@pytest.fixture
def chats(store: Store, clock: ManualClock) -> ChatWorld:
    made = ChatWorld(WebWorld.build(store, clock))
    made.link()
    return made


def last(chats: ChatWorld) -> tuple[str, str]:
    row = chats.incoming()[-1]
    return row.answer_state, row.answer_detail


def test_an_answer_is_sent_once_however_often_it_is_looked_for(chats: ChatWorld) -> None:
    chats.say("alo")
    for _ in range(3):
        chats.round()
    assert len(chats.bot.said) == 1
    assert last(chats) == ("sent", "Đã nhận.")


@pytest.mark.parametrize(
    ("kind", "state"),
    [("permanent", "failed"), ("payload", "failed"), ("config", "failed"), ("unknown", "unknown")],
)
def test_an_answer_that_surely_or_maybe_failed_is_not_tried_again(
    chats: ChatWorld, clock: ManualClock, kind: ErrorKind, state: str
) -> None:
    chats.bot.fates.append(ChannelError(kind, "Thử."))
    chats.say("alo")
    assert last(chats) == (state, "Thử.")
    clock.set(clock.now() + timedelta(minutes=10))
    chats.round()
    assert chats.bot.said == []


@pytest.mark.parametrize("kind", ["retry", "defer"])
def test_what_surely_did_not_leave_is_tried_three_times_and_then_given_up(
    chats: ChatWorld, clock: ManualClock, kind: ErrorKind
) -> None:
    chats.bot.fates.extend(ChannelError(kind, f"Lần thử {n}.") for n in (1, 2, 3))
    chats.say("alo")
    seen = [last(chats)]
    for _ in range(4):
        chats.round()
        clock.set(clock.now() + timedelta(minutes=1))
        chats.round()
        seen.append(last(chats))
    assert seen[:3] == [
        ("waiting", "Lần 1: Lần thử 1."),
        ("waiting", "Lần 2: Lần thử 2."),
        ("failed", "Lần thử 3."),
    ]
    assert (chats.bot.said, len(chats.bot.fates)) == ([], 0)


def test_a_second_try_that_succeeds_is_an_answer(chats: ChatWorld, clock: ManualClock) -> None:
    chats.bot.fates.append(ChannelError("retry", "Bận."))
    chats.say("alo")
    clock.set(clock.now() + timedelta(minutes=1))
    chats.round()
    assert (len(chats.bot.said), last(chats)[0]) == (1, "sent")


def test_after_a_quarter_of_an_hour_an_answer_is_no_longer_of_use(
    chats: ChatWorld, clock: ManualClock
) -> None:
    chats.bot.fates.extend([ChannelError("retry", "Bận."), ChannelError("retry", "Vẫn bận.")])
    chats.say("alo")
    clock.set(clock.now() + timedelta(minutes=16))
    chats.round()
    assert last(chats) == ("failed", "Vẫn bận.")


def test_a_channel_that_is_not_on_leaves_the_answer_undone(chats: ChatWorld) -> None:
    chats.keep("zalo_bot", chats.bot_event("alo"))
    asyncio.run(answering.converse(Voice(chats.ear, chats.web.maker, {})))
    assert last(chats) == ("failed", answering.NO_CHANNEL)


def test_an_answerer_that_trips_leaves_it_open_whether_it_arrived(chats: ChatWorld) -> None:
    def trip() -> None:
        raise ValueError("hỏng")

    chats.bot.fates.append(trip)
    chats.say("alo")
    assert last(chats) == ("unknown", "Lỗi chương trình: ValueError.")


# ------------------------------------------------------------------- kill −9 at every step


def kill() -> None:
    raise Killed


def at_take(chats: ChatWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answering, "_claimed", lambda *_: kill())


def at_send(chats: ChatWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    chats.bot.fates.append(kill)


def after_arrival(chats: ChatWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answering, "_note", lambda *_: kill())


def at_handling(chats: ChatWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("notifications.talking.IncomingMessage", lambda **_: kill())


STEPS: list[tuple[Callable[..., None], str, int]] = [
    (at_handling, "sent", 1), (at_take, "sent", 1), (at_send, "unknown", 0), (after_arrival, "unknown", 1),
]  # fmt: skip


@pytest.mark.parametrize(("step", "state", "arrived"), STEPS)
def test_killed_at_any_step_it_is_answered_once_or_listed_as_unknown(
    chats: ChatWorld,
    clock: ManualClock,
    monkeypatch: pytest.MonkeyPatch,
    step: Callable[..., None],
    state: str,
    arrived: int,
) -> None:
    chats.keep("zalo_bot", chats.bot_event("alo"))
    with monkeypatch.context() as patch:
        step(chats, patch)
        with pytest.raises(Killed):
            chats.round()
    for _ in range(5):
        chats.round()
        clock.set(clock.now() + timedelta(minutes=3))
    assert (last(chats)[0], len(chats.bot.said)) == (state, arrived)


def test_two_processes_take_an_answer_once(chats: ChatWorld) -> None:
    chats.bot.fates.append(ChannelError("retry", "Bận."))
    chats.say("alo")
    chats.web.world.clock.set(chats.now + timedelta(minutes=1))
    other = Store(chats.web.site.store.url)
    try:
        rival = Voice(
            answering.Ear(other, chats.web.site.clock, BASE), chats.web.maker, {"zalo_bot": Mouth()}
        )
        assert [bool(take_answer(one)) for one in (chats.voice, rival, chats.voice)] == [True, False, False]
    finally:
        other.close()


def test_two_processes_handle_many_events_once_each(chats: ChatWorld) -> None:
    for number in range(40):
        chats.keep("zalo_bot", chats.bot_event("alo", f"x{number}"))
    other, mouth = Store(chats.web.site.store.url), Mouth()
    rival = Voice(answering.Ear(other, chats.web.site.clock, BASE), chats.web.maker, {"zalo_bot": mouth})

    async def both() -> None:
        await asyncio.gather(answering.converse(chats.voice), answering.converse(rival))
        await asyncio.gather(answering.converse(chats.voice), answering.converse(rival))

    try:
        asyncio.run(both())
    finally:
        other.close()
    told = [address for address, _ in [*chats.bot.said, *mouth.said]]
    assert sorted(told) == sorted(f"user:x{number}" for number in range(40))


def test_an_answer_to_xong_keeps_its_plain_address_where_no_link_is_to_be_had(chats: ChatWorld) -> None:
    chats.keep("zalo_bot", chats.bot_event("xong"))
    asyncio.run(answering.converse(Voice(chats.ear, PlainLinks(), {"zalo_bot": chats.bot})))
    assert re.search(rf"{BASE}/viec/\d+", chats.bot.said[0][1])


def test_a_personal_link_does_not_go_to_a_chat_that_was_let_go_or_moved_meanwhile(
    chats: ChatWorld, clock: ManualClock
) -> None:
    chats.bot.fates.append(ChannelError("retry", "Bận."))
    chats.say("xong")
    chats.say(f"LK {chats.code('thon-08')}")
    chats.bot.said.clear()
    clock.set(clock.now() + timedelta(minutes=1))
    chats.round()
    assert "/viec/" in chats.bot.said[0][1]
    assert "/l/" not in chats.bot.said[0][1]


def test_an_answer_that_trips_the_program_holds_up_no_other(chats: ChatWorld) -> None:
    class Tripping(PlainLinks):
        def ensure(self, *_: object) -> None:
            raise ValueError("hỏng")

    for text in ("xong", "nhan"):
        chats.keep("zalo_bot", chats.bot_event(text))
    with suppress(ValueError):
        asyncio.run(answering.converse(Voice(chats.ear, Tripping(), {"zalo_bot": chats.bot})))
    assert [row.answer_state for row in chats.incoming()[-2:]] == ["sent", "sent"]


def test_a_log_of_all_this_holds_no_text_no_chat_and_no_link(
    chats: ChatWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    chats.bot.fates.extend([ChannelError("permanent", "Thử."), ChannelError("unknown", "Thử.")])
    for text in ("xong", "Chuyện riêng của tôi", "LK 000000", "nhan"):
        chats.say(text, name="Bà Kín Đáo")
    said = capsys.readouterr().out
    assert "an answer did not leave" in said
    assert not re.search("Chuyện riêng|Kín Đáo|user:c1|/l/|000000", said)
    assert "/l/" not in json.dumps([row.answer for row in chats.incoming()])


# ------------------------------------------------------------------- soon, and one at a time


def test_a_conversation_never_runs_twice_at_once_and_once_more_for_what_came_meanwhile() -> None:
    runs, most = [], [0, 0]

    async def work() -> None:
        most[0] += 1
        most[1] = max(most)
        await asyncio.sleep(0.02)
        runs.append(1)
        most[0] -= 1
        if len(runs) == 1:
            raise ValueError("một lần hỏng không chặn lần sau")

    async def play() -> None:
        conversation = Conversation(work)
        conversation.soon()
        await asyncio.sleep(0.01)
        for _ in range(5):
            conversation.soon()
        await conversation.finish()
        conversation.soon()
        await conversation.finish()

    asyncio.run(play())
    assert (len(runs), most[1]) == (3, 1)
