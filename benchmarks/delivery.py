"""How fast waiting reminders leave, beside the bare client library pushing ready-made bytes to the same receiver.

Ours composes each message at the last moment, takes a last look whether it is still wanted, marks it handed over,
and notes the outcome; the peer does none of it.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter

import aiosmtplib
import httpx
from sqlalchemy import String, cast, delete, func, literal, select, update
from sqlmodel import col

from db.tables import ContactPoint, Message
from mangnon.demo.script import FIRST_DAY
from mangnon.demo.setting import STAGE_HAND, prepare
from mangnon.settings import DEFAULT_ZONE
from notifications import outbox
from notifications.batches import Prepared, Readings
from notifications.channels.base import Channel, Form, Outgoing
from notifications.channels.email import EmailChannel
from notifications.channels.quiet_hours import QuietHours
from notifications.channels.zalo_bot import ZaloBotChannel
from notifications.delivery import deliver
from notifications.forms import outgoing
from notifications.mime import build, enclosed
from notifications.sending import Delivery, Parcel
from notifications.tick import plan_due
from tasks import people
from tasks.actor import Actor
from tasks.clock import SystemClock
from tasks.contact_rows import ContactRow
from workflow.stepping import advance

FAKE = Path(__file__).resolve().parent.parent / "tests"
HOST, SENDER = "127.0.0.1", "nhac-viec@mangnon.example"
PEOPLE, CONNECTIONS, RUNS, AIM = 1_000, 16, 3, 0.8
BOT_TOKEN = "2000000000000001:BotMangNonGiaTokenKhongCoThat"
"""The invented token of the fake."""
MAIL_SERVERS = {
    "e-mail, a server that takes no time": 0.0,
    "e-mail, 10 ms a mail": 0.01,
    "e-mail, 100 ms a mail": 0.1,
}
CHAIR = Actor("Chủ tịch", "leadership")


def main() -> None:
    """Print medians and ratios."""
    print(
        f"\ndelivery: {PEOPLE} reminders waiting, {CONNECTIONS} connections, medians of {RUNS} runs in turn"
    )
    for name, seconds in MAIL_SERVERS.items():
        with receiver([sys.executable, "-m", "benchmarks.mail_sink", str(seconds)]) as port:
            channel = EmailChannel(
                host=HOST, port=port, security="none", sender=SENDER, sender_name="Măng Non"
            )
            mails = [_mail(parcel, at) for parcel, at in _parcels(channel)]
            compare(name, channel, partial(_push_mails, port, mails), len(mails))
    with receiver([sys.executable, "-m", "zalo_fake"], {"PYTHONPATH": str(FAKE)}) as port:
        url = f"http://{HOST}:{port}"
        bot = ZaloBotChannel(
            api_url=url, token=BOT_TOKEN, timeout=20.0, quiet_hours=QuietHours(time(0), time(0), DEFAULT_ZONE),
            clock=SystemClock(),
        )  # fmt: skip
        chats = [_chat(parcel, at) for parcel, at in _parcels(bot)]
        _make_known(url, chats)
        compare("Zalo", bot, lambda: _push_chats(url, [body for _, body in chats]), len(chats))


def compare(name: str, channel: Channel, peer: Callable[[], Awaitable[None]], count: int) -> None:
    """Ours and the peer in turn, so that a busy moment of the machine meets both."""
    ours, theirs = [], []
    for _ in range(RUNS):
        with waiting(channel) as delivery:
            ours.append(_rate(lambda delivery=delivery: deliver(delivery), count))
            _require_all_sent(delivery)
        theirs.append(_rate(peer, count))
    mine, bare = median(ours), median(theirs)
    print(
        f"  {name:36} {mine:7.0f} messages/s   bare client {bare:7.0f}   ratio {mine / bare:.2f} (aim {AIM})"
    )


@contextmanager
def receiver(command: list[str], more: Mapping[str, str] | None = None) -> Iterator[int]:
    """A receiver in a process of its own, with these variables too; gives the port that it prints first."""
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=os.environ | (more or {})
    ) as process:
        assert process.stdout is not None
        try:
            said = process.stdout.readline()
            yield json.loads(said)["port"] if said.startswith("{") else int(said)
        finally:
            process.terminate()


@contextmanager
def waiting(channel: Channel) -> Iterator[Delivery]:
    """A commune in which everybody is owed a first message that has been planned and not sent."""
    with tempfile.TemporaryDirectory() as name:
        season = prepare(Path(name), until=FIRST_DAY)
        house = season.house
        with house.store.write() as session:
            where = house.bearings(session)
            now = house.clock.now()
            rows = [_contact(number) for number in range(PEOPLE)]
            people.bring_contacts(session, where.commune_id, rows, by=STAGE_HAND, now=now)
            advance(session, where.plan_id, "issue", actor=CHAIR, now=now, override="Thử tốc độ gửi.")
            if channel.name != "email":
                chats = {
                    "channel": channel.name,
                    "address": literal("user:c").concat(cast(col(ContactPoint.person_id), String)),
                }
                first = select(func.min(col(ContactPoint.id))).group_by(col(ContactPoint.person_id))
                session.execute(delete(ContactPoint).where(col(ContactPoint.id).not_in(first)))
                session.execute(update(ContactPoint).values(**chats))
        delivery = replace(
            house.delivery(), channels={channel.name: channel}, workers=CONNECTIONS, batch=50,
            lease=timedelta(minutes=30), paces={},
        )  # fmt: skip
        plan_due(delivery)
        yield delivery
        house.store.close()


def _contact(number: int) -> ContactRow:
    village = f"thon-{number % 16 + 1:02d}"
    key = f"nguoi-{number}"
    return ContactRow(village, "contact", key, f"Người {number}", "ông/bà", f"{key}@xa-thu.example", None)


def _require_all_sent(delivery: Delivery) -> None:
    with delivery.store.read() as session:
        left = select(func.count()).select_from(Message).where(col(Message.state) != "sent")
        if session.execute(left).scalar_one():
            raise RuntimeError("not every message left")


def _rate(work: Callable[[], Awaitable[object]], count: int) -> float:
    began = perf_counter()
    asyncio.run(_awaited(work))
    return count / (perf_counter() - began)


async def _awaited(work: Callable[[], Awaitable[object]]) -> None:
    await work()


def _parcels(channel: Channel) -> list[tuple[Parcel, datetime]]:
    """The very messages that ours delivers."""
    with waiting(channel) as delivery:
        with delivery.store.write() as session:
            claimed = outbox.claim(
                session,
                "may",
                limit=2 * PEOPLE,
                now=delivery.clock.now(),
                lease=delivery.lease,
                today=delivery.today(),
            )
        prepared = Prepared.of(Readings(delivery), claimed)
        return [(prepared.parcel(message, ()), delivery.clock.now()) for message in claimed]


def _said(parcel: Parcel, form: Form, at: datetime) -> Outgoing:
    if parcel.content is None or parcel.content.digest is None:
        raise RuntimeError("a message with nothing to say")
    return outgoing(
        parcel.content.digest, tracking_id=parcel.message.tracking_id, address=parcel.ways[0].address, forms={form},
        at=at,
    )  # fmt: skip


def _mail(parcel: Parcel, at: datetime) -> tuple[str, bytes]:
    message = _said(parcel, "mail", at)
    envelope = enclosed(message, sender=SENDER, sender_name="Măng Non", to_address=message.address)
    return message.address, build(envelope)


def _chat(parcel: Parcel, at: datetime) -> tuple[str, bytes]:
    message = _said(parcel, "chat", at)
    chat = message.address.partition(":")[2]
    return chat, json.dumps({"chat_id": chat, "text": message.chat}).encode()


def _make_known(url: str, chats: list[tuple[str, bytes]]) -> None:
    with httpx.Client(base_url=url, trust_env=False) as client:
        for chat, _ in chats:
            client.post("/_fake/person", json={"to": chat, "known": True}).raise_for_status()


async def _push_chats(url: str, bodies: list[bytes]) -> None:
    limits = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
    async with httpx.AsyncClient(base_url=url, limits=limits, trust_env=False) as client:
        await asyncio.gather(*(_pushed(client, bodies[start::CONNECTIONS]) for start in range(CONNECTIONS)))


async def _pushed(client: httpx.AsyncClient, bodies: list[bytes]) -> None:
    for body in bodies:
        answer = await client.post(
            f"/bot{BOT_TOKEN}/sendMessage", content=body, headers={"Content-Type": "application/json"}
        )
        if not answer.json()["ok"]:
            raise RuntimeError("the fake refused a message")


async def _push_mails(port: int, mails: list[tuple[str, bytes]]) -> None:
    await asyncio.gather(*(_push(port, mails[start::CONNECTIONS]) for start in range(CONNECTIONS)))


async def _push(port: int, mails: list[tuple[str, bytes]]) -> None:
    async with aiosmtplib.SMTP(hostname=HOST, port=port, start_tls=False) as client:
        for address, mail in mails:
            await client.sendmail(SENDER, [address], mail)


if __name__ == "__main__":
    main()
