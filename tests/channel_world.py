"""Channels that speak to the fake of Zalo and eSMS, a message for each kind of address, and what becomes of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from zalo_fake import defaults
from zalo_fake.controls import Controls

from db.store import Store
from notifications.channels.base import Channel, ChannelError, Line, Outgoing, Receipt
from notifications.channels.quiet_hours import QuietHours
from notifications.channels.sms import SmsChannel
from notifications.channels.zalo_bot import ZaloBotChannel
from notifications.channels.zalo_oa import ZaloOaChannel
from notifications.channels.zalo_oa_api import OaHosts
from notifications.channels.zalo_oauth import OAuth
from notifications.channels.zalo_pair import enter_pair
from notifications.channels.zalo_templates import OaTemplates
from notifications.channels.zalo_tokens import TokenKeeper
from tasks.clock import Clock, ManualClock

ZONE = "Asia/Ho_Chi_Minh"
MORNING = datetime(2024, 11, 5, 9, tzinfo=ZoneInfo(ZONE))
NEVER = QuietHours(time(0), time(0), ZONE)
AT_NIGHT = QuietHours(time(21), time(6), ZONE)
CHAT, GROUP, USER, PHONE = "c1", "g1", "u1", "84912345678"
FIELDS = {
    "ho_ten": "name", "so_viec": "count", "viec": "what", "han": "due", "ma": "link_path", "nhan": "status",
}  # fmt: skip
FACTS = {
    "name": "Trạm trưởng Trạm Y tế", "unit": "Trạm Y tế", "count": "3", "what": "Báo cáo trẻ được tiêm chủng",
    "due": "20/11/2024", "date": "20/11/2024", "days_left": "11", "commune": "UBND xã Thử", "status": "Sắp đến hạn", "link_path": "v/abc123",
}  # fmt: skip
MESSAGE = Outgoing(
    tracking_id="mn-202411050200-0123456789abcdef",
    address="",
    recipient_name="Trạm trưởng Trạm Y tế",
    reply_to="vhxh@xa.example",
    at=MORNING,
    optional=True,
    subject="[Măng Non] 3 việc cần báo cáo",
    text="Kính gửi ông,\nXin báo cáo.\n",
    html="<p>Kính gửi ông,</p>\n",
    chat="Kính gửi ông, còn 3 việc cần báo cáo, gấp nhất hạn 20/11/2024.",
    facts=FACTS,
    short="Mang Non: con 3 viec can bao cao, gap nhat han 20/11/2024.",
)


def to(address: str, tracking_id: str = MESSAGE.tracking_id, **more: Any) -> Outgoing:
    """The message, to an address."""
    return replace(MESSAGE, address=address, tracking_id=tracking_id, **more)


@dataclass
class Mark:
    """Stands for the database note that a message is being handed over."""

    calls: int = 0
    breaks: list[BaseException] = field(default_factory=list)

    async def __call__(self) -> None:
        self.calls += 1
        if self.breaks:
            raise self.breaks.pop(0)


def bot_channel(url: str, *, clock: Clock | None = None, **settings: Any) -> ZaloBotChannel:
    """The bot, at `url`."""
    usual: dict[str, Any] = {"token": defaults.BOT_TOKEN, "timeout": 5.0, "quiet_hours": NEVER}
    return ZaloBotChannel(api_url=url, clock=clock or ManualClock(MORNING), **(usual | settings))


def keeper(
    url: str, store: Store, *, clock: Clock | None = None, timeout: float = 5.0, **settings: Any
) -> TokenKeeper:
    """The keeper of the OA's tokens; `app_id`, `app_secret`, `lease` and `patience` may be set."""
    app = {name: settings.pop(name) for name in ("app_id", "app_secret") if name in settings}
    usual = {"app_id": defaults.APP_ID, "app_secret": defaults.APP_SECRET}
    clock = clock or ManualClock(MORNING)
    return TokenKeeper(
        store, clock, OAuth(url=url, timeout=timeout, clock=clock, **(usual | app)), **settings
    )


def oa_channel(
    url: str, tokens: TokenKeeper, *, clock: Clock | None = None, **settings: Any
) -> ZaloOaChannel:
    """The OA, all hosts at `url`; `proof_key`, `user`, `phone`, `fields`, `development` may be set."""
    proof = settings.pop("proof_key", "")
    chosen = {
        name: settings.pop(name) for name in ("user", "phone", "fields", "development") if name in settings
    }
    templates: dict[str, Any] = {
        "user": defaults.TEMPLATE_USER,
        "phone": defaults.TEMPLATE_PHONE,
        "fields": FIELDS,
    }
    usual: dict[str, Any] = {"timeout": 5.0, "quiet_hours": NEVER}
    return ZaloOaChannel(
        hosts=OaHosts(url, url, proof), keeper=tokens, templates=OaTemplates(**(templates | chosen)),
        clock=clock or ManualClock(MORNING), **(usual | settings),
    )  # fmt: skip


def sms_channel(url: str, *, clock: Clock | None = None, **settings: Any) -> SmsChannel:
    """eSMS, at `url`."""
    usual: dict[str, Any] = {
        "api_key": defaults.ESMS_KEY, "secret_key": defaults.ESMS_SECRET, "brandname": defaults.BRAND, "kind": "2",
        "sandbox": False, "callback_url": "", "timeout": 5.0, "quiet_hours": NEVER,
    }  # fmt: skip
    return SmsChannel(api_url=url, clock=clock or ManualClock(MORNING), **(usual | settings))


def enter_first_pair(
    store: Store, access: str = defaults.FIRST_ACCESS, refresh: str = defaults.FIRST_REFRESH, *, life: int = 90_000
) -> None:  # fmt: skip
    """Keep the pair that the fake begins with, as if it had been issued at the test's morning."""
    with store.write() as session:
        enter_pair(session, defaults.APP_ID, access, refresh, life, MORNING)


def fresh(fake: Controls) -> None:
    """The fake as on its first morning, with somebody who wrote to the bot."""
    fake.reset()
    for chat in (CHAT, GROUP):
        fake.person(chat, known=True)


def patience(fate: str) -> float:
    """How many seconds to wait for an answer: few where none comes."""
    return 0.4 if "hang" in fate or "time-out" in fate else 5.0


def through(channel: Channel, work: Callable[[Any], Awaitable[Any]]) -> Any:
    """What `work` makes of a line of the channel."""

    async def run() -> Any:
        async with channel.line() as line:
            return await work(line)

    return asyncio.run(run())


async def outcome(line: Line, message: Outgoing, mark: Mark) -> Receipt | ChannelError:
    """The receipt, or the error that was raised instead."""
    try:
        return await line.send(message, mark)
    except ChannelError as error:
        return error


def send(channel: Channel, message: Outgoing, mark: Mark | None = None) -> Receipt | ChannelError:
    """What one message comes to, on a line of its own."""
    result: Receipt | ChannelError = through(channel, lambda line: outcome(line, message, mark or Mark()))
    return result


def kind(result: Receipt | ChannelError) -> str:
    """ "sent", or the kind of the error."""
    return result.kind if isinstance(result, ChannelError) else "sent"


def detail(result: Receipt | ChannelError) -> str:
    """The words that go with it."""
    return result.detail
