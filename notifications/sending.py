"""One claimed message on its way: rendered, handed over, and its outcome recorded."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from threading import Event

import structlog

from db.errors import Refusal, StorageRefusal
from db.store import Store
from notifications import outbox
from notifications.channels.base import Channel, ChannelError, ErrorKind, Line, Outgoing
from notifications.contents import Content
from notifications.outbox import Address, Claimed, LeaseLost
from notifications.policy import Policy
from notifications.quotes import Desk
from notifications.rendering import render
from notifications.retry import RetryPolicy, Verdict, judge
from tasks.clock import Clock, local_date

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Delivery:
    """Everything delivery needs. `owner` names this process in leases; `time_zone` rules the quiet hours.

    `planned` spares idle work: commune -> the slot and the journal's length at which all was planned.
    Once `stopping` is set, the message in hand is finished and the others are put back.
    """

    store: Store
    clock: Clock
    channel: Channel
    desk: Desk
    policy: Policy
    retry: RetryPolicy
    owner: str
    time_zone: str
    workers: int = 4
    batch: int = 20
    lease: timedelta = timedelta(minutes=5)
    planned: dict[int, tuple[datetime, int]] = field(default_factory=dict, compare=False)
    stopping: Event = field(default_factory=Event, compare=False)

    def today(self) -> date:
        """The local date."""
        return local_date(self.clock.now(), self.time_zone)


class Sending:
    """A message that is ours. `run` returns the state it was left in; LeaseLost passes to the caller.

    `channel_closed` tells why the channel must not be used any more in this run, "" if it may.
    """

    def __init__(
        self, delivery: Delivery, message: Claimed, content: Content | None, addresses: list[Address]
    ) -> None:
        self._delivery = delivery
        self._message = message
        self._content = content or Content(None, {})
        self._composed = content is not None
        self._addresses = addresses
        self._handed_over = False
        self.channel_closed = ""

    async def run(self, line: Line) -> str:
        """Try the first usable address, unless there is nothing left to say or nobody to say it to."""
        if not self._addresses:
            return self._settle("failed", "Không có địa chỉ nào dùng được.")
        if not self._composed:
            return self._failed(ChannelError("retry", "Không soạn được nội dung thư."))
        if self._content.digest is None:
            return self._settle("skipped", "Không còn việc nào cần nhắc.")
        try:
            receipt = await line.send(self._outgoing(), self._hand_over)
        except ChannelError as error:
            return self._failed(error)
        except (LeaseLost, StorageRefusal):
            # Without the database nothing can be noted about this message either: it is as if the process had died.
            raise
        except Exception as error:  # a message that trips the program must not stop the others
            log.exception("sending broke", message=self._message.id)
            kind: ErrorKind = "unknown" if self._handed_over else "retry"
            told = str(error) if isinstance(error, Refusal) else f"Lỗi chương trình: {type(error).__name__}."
            return self._failed(ChannelError(kind, told))
        return self._sent(receipt.detail)

    def put_back(self, reason: str) -> str:
        """Leave the message for a later run: the channel or the sending window is closed, or the program is stopping."""
        return self._settle("pending", reason)

    def _outgoing(self) -> Outgoing:
        digest = self._content.digest
        if digest is None:
            raise ValueError("a message without content was to be sent")
        rendered = render(digest)
        return Outgoing(
            tracking_id=self._message.tracking_id,
            address=self._addresses[0].address,
            recipient_name=digest.person_name,
            subject=rendered.subject,
            text=rendered.text,
            html=rendered.html,
            reply_to=digest.coordinator_email or None,
            at=self._delivery.clock.now(),
            optional=digest.optional,
        )

    async def _hand_over(self) -> None:
        now, lease = self._delivery.clock.now(), self._delivery.lease
        with self._delivery.store.write() as session:
            outbox.hand_over(session, self._message, self._addresses[0], now, lease)
        self._handed_over = True

    def _sent(self, detail: str) -> str:
        now = self._delivery.clock.now()
        with self._delivery.store.write() as session:
            outbox.record(
                session,
                self._message,
                self._addresses[0],
                outcome="sent",
                detail=detail,
                state="sent",
                now=now,
            )
            outbox.note_reminders(session, self._content.states)
        return "sent"

    def _failed(self, error: ChannelError) -> str:
        now = self._delivery.clock.now()
        more = len(self._addresses) > 1
        verdict = judge(
            error,
            attempts=self._message.attempts + 1,
            more_addresses=more,
            policy=self._delivery.retry,
            now=now,
            message_id=self._message.id,
        )
        if verdict.close_channel:
            self.channel_closed = error.detail
        if verdict.close_channel and not self._handed_over:
            # No attempt of this message's own; it waits, so that the others go first next time.
            return self._settle(verdict.state, verdict.reason, verdict.not_before)
        self._record_failure(error, verdict)
        return verdict.state

    def _record_failure(self, error: ChannelError, verdict: Verdict) -> None:
        now, where = self._delivery.clock.now(), self._addresses[0]
        with self._delivery.store.write() as session:
            outbox.record(
                session, self._message, where, outcome=error.kind, detail=error.detail,
                state=verdict.state, reason=verdict.reason, now=now, not_before=verdict.not_before,
            )  # fmt: skip
            if verdict.state == "unknown":
                outbox.note_reminders(session, self._content.states)
            if verdict.next_address:
                outbox.refuse_address(session, where.contact_id, error.detail, now)

    def _settle(self, state: str, reason: str, not_before: datetime | None = None) -> str:
        now = self._delivery.clock.now()
        with self._delivery.store.write() as session:
            outbox.settle(session, self._message, state=state, reason=reason, now=now, not_before=not_before)
            if state == "skipped":
                outbox.note_reminders(session, self._content.states)
        return state
