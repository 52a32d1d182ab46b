"""All that the fake knows, in one place, and what follows when a message is taken on or refused."""

from __future__ import annotations

from datetime import datetime

from zalo_fake.allowance import Allowance
from zalo_fake.bot_updates import BotLine
from zalo_fake.catalogue import Catalogue
from zalo_fake.clock import FakeClock
from zalo_fake.events import delivered_send, sealed
from zalo_fake.fates import Fates
from zalo_fake.ledger import Ledger, Numbers, Send
from zalo_fake.people import People
from zalo_fake.sms import SmsDesk
from zalo_fake.tokens import Vault
from zalo_fake.webhooks import Courier, OaHook


class World:
    """`start`: where the clock begins; None: the machine's now."""

    def __init__(self, start: datetime | None = None) -> None:
        self.clock = FakeClock(start)
        self.numbers = Numbers()
        self.courier = Courier()
        self.bot = BotLine()
        self.reset()

    def reset(self) -> None:
        """As on the first morning; letters under way are dropped."""
        self.courier.drop()
        self.bot.close()
        self.clock.restart()
        self.ledger = Ledger()
        self.fates = Fates()
        self.people = People(self.clock.now())
        self.tokens = Vault(self.clock)
        self.allowance = Allowance(self.clock)
        self.catalogue = Catalogue()
        self.bot = BotLine()
        self.sms = SmsDesk()
        self.hook = OaHook()

    def accept(self, send: Send) -> None:
        """Take a message on: note it, and let follow what Zalo or eSMS does by itself."""
        send.accepted = True
        send.received = not send.dry and not send.fate.endswith("lost")
        self.ledger.add(send, self.clock.now())
        if send.callback and send.received and self.sms.callback:
            self.courier.spawn(self.courier.call_back(send.callback, outcome_of(send), self.hook))
        if self.hook.auto_deliver and send.received and send.channel not in {"bot", "sms"}:
            stamp = str(self.clock.millis())
            letter = sealed(delivered_send(send, stamp), stamp, zns=send.channel == "template_phone")
            self.courier.spawn(self.courier.climb(self.hook, letter))

    def refuse(self, send: Send, code: int) -> None:
        """Note an attempt that came to nobody."""
        send.msg_id, send.error = "", code
        self.ledger.add(send, self.clock.now())


def outcome_of(send: Send, *, failed: bool = False) -> dict[str, str]:
    """The query of eSMS's callback about a message."""
    return {
        "SMSID": send.msg_id, "SendStatus": "5", "SendSuccess": str(int(not failed)), "SendFailed": str(int(failed)),
        "RequestId": send.tracking_id or "", "telcoid": "1", "phonenumber": send.to,
    }  # fmt: skip
