"""How fast waiting reminders leave, beside the bare client library pushing ready-made bytes to the same receiver.

Ours composes each message at the last moment, takes a last look whether it is still wanted, marks it handed over,
and notes the outcome; the peer does none of it.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median

import aiosmtplib
from sqlalchemy import func, select
from sqlmodel import col

from db.tables import Message
from mangnon.demo.script import FIRST_DAY
from mangnon.demo.setting import STAGE_HAND, prepare
from notifications import outbox
from notifications.batches import Prepared, Readings
from notifications.channels.base import Channel
from notifications.channels.email import EmailChannel
from notifications.delivery import deliver
from notifications.forms import outgoing
from notifications.mime import build, enclosed
from notifications.sending import Delivery, Parcel
from notifications.tick import plan_due
from tasks import people
from tasks.actor import Actor
from tasks.contact_rows import ContactRow
from workflow.stepping import advance

HOST, SENDER = "127.0.0.1", "nhac-viec@mangnon.example"
PEOPLE, CONNECTIONS, RUNS, AIM = 1_000, 16, 5, 0.8
CHAIR = Actor("Chủ tịch", "leadership")


def main() -> None:
    """Print medians and ratios."""
    print(
        f"\ndelivery: {PEOPLE} reminders waiting, {CONNECTIONS} connections, medians of {RUNS} runs in turn"
    )
    with receiver("benchmarks.mail_sink") as port:
        channel = EmailChannel(host=HOST, port=port, security="none", sender=SENDER, sender_name="Măng Non")
        mails = _mails({"email": channel})
        compare("e-mail", {"email": channel}, lambda: _push_mails(port, mails), len(mails))


def compare(
    name: str, channels: Mapping[str, Channel], peer: Callable[[], Awaitable[None]], count: int
) -> None:
    """Ours and the peer in turn, so that a busy moment of the machine meets both."""
    ours, theirs = [], []
    for _ in range(RUNS):
        with waiting(channels) as delivery:
            ours.append(_rate(lambda delivery=delivery: deliver(delivery), count))
            _require_all_sent(delivery)
        theirs.append(_rate(peer, count))
    mine, bare = median(ours), median(theirs)
    print(
        f"  {name:8} {mine:7.0f} messages/s   bare client {bare:7.0f}   ratio {mine / bare:.2f} (aim {AIM})"
    )


@contextmanager
def receiver(module: str) -> Iterator[int]:
    """A receiver in a process of its own; gives its port."""
    with subprocess.Popen([sys.executable, "-m", module], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


@contextmanager
def waiting(channels: Mapping[str, Channel]) -> Iterator[Delivery]:
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
        delivery = replace(
            house.delivery(), channels=channels, workers=CONNECTIONS, batch=50, lease=timedelta(minutes=30)
        )
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
    began = time.perf_counter()
    asyncio.run(_awaited(work))
    return count / (time.perf_counter() - began)


async def _awaited(work: Callable[[], Awaitable[object]]) -> None:
    await work()


def _mails(channels: Mapping[str, Channel]) -> list[tuple[str, bytes]]:
    """The very mails that ours delivers, ready to go."""
    with waiting(channels) as delivery:
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
        return [_mail(prepared.parcel(message, ()), delivery.clock.now()) for message in claimed]


def _mail(parcel: Parcel, at: datetime) -> tuple[str, bytes]:
    address = parcel.ways[0].address
    if parcel.content is None or parcel.content.digest is None:
        raise RuntimeError("a message with nothing to say")
    message = outgoing(
        parcel.content.digest, tracking_id=parcel.message.tracking_id, address=address, forms={"mail"}, at=at
    )
    return address, build(enclosed(message, sender=SENDER, sender_name="Măng Non", to_address=address))


async def _push_mails(port: int, mails: list[tuple[str, bytes]]) -> None:
    await asyncio.gather(*(_push(port, mails[start::CONNECTIONS]) for start in range(CONNECTIONS)))


async def _push(port: int, mails: list[tuple[str, bytes]]) -> None:
    async with aiosmtplib.SMTP(hostname=HOST, port=port, start_tls=False) as client:
        for address, mail in mails:
            await client.sendmail(SENDER, [address], mail)


if __name__ == "__main__":
    main()
