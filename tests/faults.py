"""Everything that can go wrong on the way of a message, channel by channel: what it comes to, and what its receiver has.

A cell is the outcome ("sent", or the kind of the error) and the number of messages at the receiver; "-" where a channel
knows no such fault. `World.lay` brings a fault about, `World.arrived` counts.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import smtp_sink
from channel_world import (
    AT_NIGHT,
    CHAT,
    GROUP,
    MORNING,
    NEVER,
    PHONE,
    USER,
    bot_channel,
    enter_first_pair,
    fresh,
    keeper,
    oa_channel,
    patience,
    sms_channel,
    through,
)  # fmt: skip
from smtp_sink import HOST, Behaviour, Sink
from zalo_fake.controls import Controls

from db.store import Store
from notifications.channels.base import Channel
from notifications.channels.email import EmailChannel
from tasks.clock import ManualClock

TABLE = """
fault                        email        zalo_bot     oa_group     oa_user      oa_phone     sms
all is well                  sent 1       sent 1       sent 1       sent 1       sent 1       sent 1
refused                      retry 0      retry 0      retry 0      retry 0      retry 0      retry 0
time-out before the body     retry 0      retry 0      retry 0      retry 0      retry 0      retry 0
time-out after the body      -            unknown 0    unknown 0    unknown 0    unknown 0    retry 0
time-out, but it arrived     unknown 1    unknown 1    unknown 1    unknown 1    unknown 1    retry 1
reset before recording       unknown 0    unknown 0    unknown 0    unknown 0    unknown 0    retry 0
reset after recording        unknown 1    unknown 1    unknown 1    unknown 1    unknown 1    retry 1
refused for good (4xx)       permanent 0  payload 0    payload 0    payload 0    payload 0    payload 0
server in trouble (5xx)      retry 0      unknown 0    unknown 0    unknown 0    unknown 0    retry 0
5xx, but it arrived          -            unknown 1    unknown 1    unknown 1    unknown 1    retry 1
a gateway's HTML page        -            unknown 0    unknown 0    unknown 0    unknown 0    retry 0
HTML, but it arrived         unknown 1    unknown 1    unknown 1    unknown 1    unknown 1    retry 1
no body at all               -            unknown 0    unknown 0    unknown 0    unknown 0    retry 0
truncated JSON               -            unknown 1    unknown 1    unknown 1    unknown 1    retry 1
half of the promised body    -            unknown 1    unknown 1    unknown 1    unknown 1    retry 1
a code nobody knows          -            unknown 0    unknown 0    unknown 0    unknown 0    unknown 0
rate limit                   retry 0      retry 0      retry 0      retry 0      retry 0      retry 0
rate limit as HTTP 429       -            retry 0      retry 0      retry 0      retry 0      retry 0
out of quota                 retry 0      retry 0      defer 0      defer 0      defer 0      defer 0
night at the provider        -            -            defer 0      defer 0      defer 0      -
our own quiet hours          -            defer 0      defer 0      defer 0      defer 0      defer 0
receiver out of reach        permanent 0  payload 0    permanent 0  permanent 0  permanent 0  permanent 0
wrong token or log-in        config 0     config 0     config 0     config 0     config 0     config 0
token just ran out           -            -            sent 1       sent 1       sent 1       -
token ran out, no refresh    -            -            config 0     config 0     config 0     -
token ran out, OAuth down    -            -            retry 0      retry 0      retry 0      -
clock ten minutes fast       sent 1       sent 1       sent 1       sent 1       sent 1       sent 1
clock ten minutes slow       sent 1       sent 1       sent 1       sent 1       sent 1       sent 1
"""
EMAIL = "tram-y-te@xa.example"
ADDRESSES = {
    "email": EMAIL, "zalo_bot": f"user:{CHAT}", "oa_group": f"group:{GROUP}", "oa_user": f"user:{USER}",
    "oa_phone": f"phone:{PHONE}", "sms": PHONE,
}  # fmt: skip
"""Where each column's message goes."""
AT_THE_FAKE = {
    "zalo_bot": "bot", "oa_group": "oa_group", "oa_user": "oa_user", "oa_phone": "template_phone", "sms": "sms",
}  # fmt: skip
"""What the fake calls each column."""
OA = ("oa_group", "oa_user", "oa_phone")


@dataclass(frozen=True)
class Row:
    """One fault on one channel. `outcome`: "sent" or an ErrorKind; `arrived`: messages at the receiver."""

    channel: str
    fault: str
    outcome: str
    arrived: int

    def __str__(self) -> str:
        return f"{self.channel}: {self.fault}"


def _rows() -> tuple[Row, ...]:
    head, *lines = TABLE.strip().splitlines()
    names = head.split()
    columns = [(name, head.index(name)) for name in names]
    ends = [start for _, start in columns[1:]] + [None]
    found = []
    for line in lines:
        fault, *cells = [line[start:end].strip() for (_, start), end in zip(columns, ends, strict=True)]
        pairs = zip(names[1:], cells, strict=True)
        found += [Row(name, fault, *_cell(cell)) for name, cell in pairs if cell != "-"]
    return tuple(found)


def _cell(cell: str) -> tuple[str, int]:
    outcome, _, arrived = cell.partition(" ")
    return outcome, int(arrived)


ROWS = _rows()

# How the fake of Zalo and eSMS brings each fault about; where it differs, by the column's name.
FATES: dict[str, str | dict[str, str]] = {
    "time-out after the body": "hang",
    "time-out, but it arrived": "hang_after",
    "reset before recording": "reset_before",
    "reset after recording": "reset_after",
    "refused for good (4xx)": "status:400",
    "server in trouble (5xx)": "status:503",
    "5xx, but it arrived": "status_after:502",
    "a gateway's HTML page": "html",
    "HTML, but it arrived": "html_after",
    "no body at all": "empty",
    "truncated JSON": "truncated",
    "half of the promised body": "cut",
    "a code nobody knows": {"zalo_bot": "error:599", "sms": "error:987", "": "error:-98765"},
    "rate limit": {"zalo_bot": "error:429", "sms": "status:429", "": "error:-32"},
    "rate limit as HTTP 429": "status:429",
    "out of quota": {"zalo_bot": "error:429", "oa_group": "error:-211", "": ""},
    "night at the provider": {"oa_group": "error:-234", "": ""},
    "receiver out of reach": {
        "zalo_bot": "error:400",
        "sms": "error:108",
        "oa_phone": "error:-118",
        "": "error:-213",
    },
    "wrong token or log-in": "",
}
# The same over SMTP, where 5yz is for good and 4yz comes and goes.
BEHAVIOURS: dict[str, Behaviour] = {
    "time-out before the body": smtp_sink.SILENT_BEFORE_DATA,
    "time-out, but it arrived": smtp_sink.SILENT_AFTER_DATA,
    "reset before recording": smtp_sink.DROP_AT_DATA,
    "reset after recording": smtp_sink.DROP_AFTER_DATA,
    "refused for good (4xx)": smtp_sink.CONTENT_REFUSED,
    "server in trouble (5xx)": smtp_sink.CONTENT_GOODBYE,
    "HTML, but it arrived": smtp_sink.GARBLED_AFTER_DATA,
    "rate limit": smtp_sink.BUSY,
    "out of quota": Behaviour("rcpt", "452 4.2.2 Mailbox full"),
    "receiver out of reach": smtp_sink.NO_MAILBOX,
}


class World:
    """The receivers of all channels. A sink for mail, the fake for the rest, and a port at which nobody answers.

    `store` holds the OA's tokens.
    """

    def __init__(self, fake: Controls, sink: Sink, store: Store) -> None:
        self.fake = fake
        self.sink = sink
        self.clock = ManualClock(MORNING)
        self._store = store
        self._timeout = patience("")
        self._mute = socket.socket()
        self._mute.bind((HOST, 0))
        self._mute.listen()
        self._closed = socket.socket()
        self._closed.bind((HOST, 0))
        fresh(fake)
        sink.messages.clear()
        enter_first_pair(store)

    def close(self) -> None:
        """Give up the ports."""
        self._mute.close()
        self._closed.close()

    def arrived(self, channel: str) -> int:
        """How many messages the receiver of a column has."""
        return len(self.sink.messages if channel == "email" else self.fake.received(AT_THE_FAKE[channel]))

    def lay(self, row: Row) -> Channel:
        """Bring the fault about for the next message of its column; the channel to send it by."""
        self._timeout = patience(row.fault)
        settings: dict[str, Any] = {"url": self.fake.url, "port": self.sink.port}
        if row.fault == "refused":
            settings["port"] = self._closed.getsockname()[1]
            settings["url"] = f"http://{HOST}:{settings['port']}"
        if row.fault == "time-out before the body":
            # The connection stands, but it is never secured: not a byte of the request can leave.
            settings["url"] = f"https://{HOST}:{self._mute.getsockname()[1]}"
        self._turn(row)
        make: Callable[..., Channel] = getattr(self, f"_{'oa' if row.channel in OA else row.channel}")
        return make(
            wrong=row.fault == "wrong token or log-in", quiet=row.fault == "our own quiet hours", **settings
        )

    def _turn(self, row: Row) -> None:
        minutes = {
            "clock ten minutes fast": 10,
            "clock ten minutes slow": -10,
            "our own quiet hours": 14 * 60,
        }
        self.clock.set(MORNING + timedelta(minutes=minutes.get(row.fault, 0)))
        if row.channel == "email":
            self.sink.behave(EMAIL, BEHAVIOURS.get(row.fault, smtp_sink.ACCEPT))
            return
        fate = FATES.get(row.fault, "")
        fate = fate if isinstance(fate, str) else fate.get(row.channel, fate[""])
        if fate:
            self.fake.fate(AT_THE_FAKE[row.channel], fate)
        if row.fault == "out of quota":
            self.fake.quota(daily=0)
            self.fake.sms(balance=0)
        if row.fault == "night at the provider":
            self.fake.night()
        if row.fault.startswith("token"):
            self.fake.set_tokens(expire_access=True, consume_refresh=row.fault.endswith("no refresh"))
            self.fake.fate("oauth", *(["status:503"] if row.fault.endswith("OAuth down") else []))

    def _email(self, *, port: int, wrong: bool, **_: Any) -> EmailChannel:
        login = {"username": "may-chu", "password": "sai"} if wrong else {}
        return EmailChannel(
            host=HOST, port=port, sender="nhac-viec@mangnon.example", sender_name="Măng Non", security="none",
            timeout=self._timeout, **login,
        )  # fmt: skip

    def _zalo_bot(self, *, url: str, wrong: bool, quiet: bool, **_: Any) -> Channel:
        token = {"token": "1:ma-khac"} if wrong else {}
        return bot_channel(url, clock=self.clock, timeout=self._timeout, quiet_hours=_hours(quiet), **token)

    def _oa(self, *, url: str, wrong: bool, quiet: bool, **_: Any) -> Channel:
        if wrong:
            enter_first_pair(self._store, "A-khong-con-dung", "R-khong-con-dung")
        tokens = keeper(self.fake.url, self._store, clock=self.clock, timeout=self._timeout)
        settings: dict[str, Any] = {"timeout": self._timeout, "quiet_hours": _hours(quiet)}
        channel = oa_channel(url, tokens, clock=self.clock, **settings)
        if url != self.fake.url:
            # The templates were read while all was well; the fault is about the message itself.
            well = oa_channel(self.fake.url, tokens, clock=self.clock, **settings)
            through(well, lambda line: line.check())
            channel._book = well._book
        return channel

    def _sms(self, *, url: str, wrong: bool, quiet: bool, **_: Any) -> Channel:
        key = {"api_key": "khac"} if wrong else {}
        return sms_channel(url, clock=self.clock, timeout=self._timeout, quiet_hours=_hours(quiet), **key)


def _hours(quiet: bool) -> Any:
    return AT_NIGHT if quiet else NEVER
