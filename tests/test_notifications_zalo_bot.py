"""The bot writes to whoever wrote to it once, and tells each outcome apart. Against the fake of Zalo, a process of its own."""

from __future__ import annotations

import asyncio
import time as seconds
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from channel_world import (
    AT_NIGHT,
    CHAT,
    GROUP,
    MESSAGE,
    MORNING,
    ZONE,
    Mark,
    bot_channel,
    fresh,
    kind,
    outcome,
    patience,
    send,
    through,
    to,
)
from zalo_fake import defaults
from zalo_fake.running import ZaloFake

from notifications.channels.base import ChannelError, Receipt
from notifications.channels.zalo_bot import ZaloBotLine
from notifications.channels.zalo_bot_api import BotApi, polling
from tasks.clock import ManualClock


@pytest.fixture
def fake(process: ZaloFake) -> ZaloFake:
    fresh(process)
    return process


def test_a_message_arrives_whole_and_its_number_is_the_receipt(fake: ZaloFake) -> None:
    mark = Mark()
    result = send(bot_channel(fake.url), to(f"user:{CHAT}"), mark)
    (sent,) = fake.received("bot")
    assert (sent["to"], sent["text"], mark.calls) == (CHAT, MESSAGE.chat, 1)
    assert result == Receipt("Zalo Bot đã nhận tin.", provider_id=sent["msg_id"])


def test_a_group_is_written_to_like_a_person(fake: ZaloFake) -> None:
    assert kind(send(bot_channel(fake.url), to(f"group:{GROUP}"))) == "sent"
    assert [one["to"] for one in fake.received("bot")] == [GROUP]


def test_many_messages_go_over_one_line_each_handed_over_once(fake: ZaloFake) -> None:
    mark = Mark()

    async def many(line: ZaloBotLine) -> list[str]:
        return [kind(await outcome(line, to(f"user:{CHAT}", f"mn-{number}"), mark)) for number in range(20)]

    assert through(bot_channel(fake.url), many) == ["sent"] * 20
    assert (len(fake.received("bot")), mark.calls) == (20, 20)


@pytest.mark.parametrize(
    ("text", "expected"), [("", "payload"), ("ă" * 2_000, "sent"), ("ă" * 2_001, "payload")]
)
def test_a_text_beyond_the_limits_never_leaves(fake: ZaloFake, text: str, expected: str) -> None:
    mark = Mark()
    assert kind(send(bot_channel(fake.url), to(f"user:{CHAT}", chat=text), mark)) == expected
    assert (mark.calls, len(fake.sends())) == ((1, 1) if expected == "sent" else (0, 0))


@pytest.mark.parametrize("address", ["", "user:", CHAT, "phone:84912345678", ":x"])
def test_what_is_no_chat_never_leaves(fake: ZaloFake, address: str) -> None:
    mark = Mark()
    assert kind(send(bot_channel(fake.url), to(address), mark)) == "permanent"
    assert (mark.calls, fake.sends()) == (0, [])


@pytest.mark.parametrize("matching", [False, True], ids=["as 200", "with its own status"])
@pytest.mark.parametrize(
    ("code", "expected"),
    [(400, "payload"), (401, "config"), (403, "unknown"), (404, "unknown"), (408, "unknown"), (429, "retry")],
)
def test_each_refusal_has_its_class_whatever_the_http_status(
    fake: ZaloFake, code: int, expected: str, matching: bool
) -> None:
    fake.bot(matching_status=matching)
    fake.fate("bot", f"error:{code}")
    result = send(bot_channel(fake.url), to(f"user:{CHAT}"))
    assert kind(result) == expected
    assert isinstance(result, ChannelError)
    assert result.detail.endswith(".")
    assert fake.received() == []


def test_a_chat_that_never_wrote_is_this_messages_trouble_and_not_the_bots(fake: ZaloFake) -> None:
    result = send(bot_channel(fake.url), to("user:c-la"))
    assert kind(result) == "payload"
    assert "chat not found" in str(result)


@pytest.mark.parametrize("token", ["", "khong-co-so", "123:", "1:a b", "1:a\nb", "1:a/b"])
def test_what_is_no_token_is_refused_before_anything_else(token: str) -> None:
    with pytest.raises(ChannelError) as refused:
        bot_channel("http://127.0.0.1:1", token=token)
    assert refused.value.kind == "config"
    assert "[zalo_bot]" in refused.value.detail


def test_a_wrong_token_is_a_matter_of_set_up_and_is_never_shown(fake: ZaloFake) -> None:
    token = "1234567890:mot-ma-khac-khong-dung"
    result = send(bot_channel(fake.url, token=token), to(f"user:{CHAT}"))
    assert kind(result) == "config"
    assert token not in str(result) + repr(result)


def test_neither_chat_nor_token_stands_in_an_outcome(fake: ZaloFake) -> None:
    chat = "6ede9afa66b88fe6d6a9"
    fake.person(chat, known=True)
    for fate in ("status:500", "error:429", "truncated", "reset_after", "error:400"):
        fake.fate("bot", fate)
        said = str(send(bot_channel(fake.url), to(f"user:{chat}")))
        assert chat not in said
        assert defaults.BOT_TOKEN not in said


def test_in_the_quiet_hours_a_message_waits_for_the_morning_and_an_answer_does_not(fake: ZaloFake) -> None:
    evening = ManualClock(MORNING.replace(hour=22))
    channel, mark = bot_channel(fake.url, clock=evening, quiet_hours=AT_NIGHT), Mark()
    result = send(channel, to(f"user:{CHAT}"), mark)
    assert isinstance(result, ChannelError)
    assert (result.kind, result.until) == ("defer", datetime(2024, 11, 5, 23, tzinfo=UTC))
    assert (mark.calls, fake.sends()) == (0, [])
    through(channel, lambda line: line.write(f"user:{CHAT}", "Đã ghi nhận.", mark))
    assert [one["text"] for one in fake.received("bot")] == ["Đã ghi nhận."]


def test_the_check_asks_who_the_bot_is_and_sends_nothing(fake: ZaloFake) -> None:
    through(bot_channel(fake.url), lambda line: line.check())
    with pytest.raises(ChannelError) as refused:
        through(bot_channel(fake.url, token="1:khac"), lambda line: line.check())
    assert (refused.value.kind, fake.sends()) == ("config", [])


@pytest.mark.parametrize("fate", ["hang", "reset_before", "html", "status:503", "empty", "error:404"])
def test_a_question_that_is_not_answered_is_asked_again_later(fake: ZaloFake, fate: str) -> None:
    fake.fate("bot_setup", fate)
    with pytest.raises(ChannelError) as refused:
        through(bot_channel(fake.url, timeout=patience(fate)), lambda line: line.check())
    assert refused.value.kind == "retry"


def test_nobody_can_tell_afterwards_whether_a_message_arrived() -> None:
    assert bot_channel("http://127.0.0.1:1").already_sent(MESSAGE.tracking_id) is None


def polled(fake: ZaloFake, work: Callable[[BotApi], Any], *, wait: int = 1) -> Any:
    async def run() -> Any:
        clock = ManualClock(MORNING)
        async with polling(
            api_url=fake.url, token=defaults.BOT_TOKEN, wait=wait, clock=clock, zone=ZONE
        ) as api:
            return await work(api)

    return asyncio.run(run())


def test_news_is_fetched_one_piece_at_a_time_and_no_news_is_none(fake: ZaloFake) -> None:
    fake.say("bot", "c9", "NHAN")
    fake.say("bot", "c9", "XONG")

    async def all_of_it(api: BotApi) -> list[Any]:
        return [await api.get_updates(0) for _ in range(3)]

    first, second, third = polled(fake, all_of_it)
    assert [one["message"]["text"] for one in (first, second)] == ["NHAN", "XONG"]
    assert (first["message"]["chat"]["id"], third) == ("c9", None)


def test_news_is_waited_for_longer_than_a_line_waits_for_an_answer(fake: ZaloFake) -> None:
    start = seconds.monotonic()
    assert polled(fake, lambda api: api.get_updates(1)) is None
    assert seconds.monotonic() - start >= 1


def test_a_webhook_is_set_shown_and_taken_away(fake: ZaloFake) -> None:
    async def there_and_back(api: BotApi) -> list[str]:
        set_to = await api.set_webhook("https://xa.example/zalo-bot", "chuoi-bi-mat-dai")
        shown = await api.get_webhook_info()
        with pytest.raises(ChannelError) as busy:
            await api.get_updates(0)
        await api.delete_webhook()
        return [set_to["url"], shown["url"], busy.value.kind, (await api.get_webhook_info())["url"]]

    url = "https://xa.example/zalo-bot"
    assert polled(fake, there_and_back) == [url, url, "payload", ""]


def test_the_bot_says_who_it_is(fake: ZaloFake) -> None:
    me = polled(fake, lambda api: api.get_me())
    assert (me["id"], me["account_name"]) == (defaults.BOT_ID, defaults.BOT_NAME)


def test_a_message_waits_no_longer_than_its_time(fake: ZaloFake) -> None:
    fake.fate("bot", "hang")
    start = seconds.monotonic()
    assert kind(send(bot_channel(fake.url, timeout=0.3), to(f"user:{CHAT}"))) == "unknown"
    assert timedelta(seconds=seconds.monotonic() - start) < timedelta(seconds=3)
