"""For each channel and each fault: what the message comes to and how many copies its receiver has. See the table in faults.py."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from channel_world import MESSAGE, Mark, enter_first_pair, fresh, kind, send, to
from faults import ADDRESSES, OA, ROWS, TABLE, Row, World
from smtp_sink import Sink
from token_worker import Worker
from zalo_fake.running import ZaloFake

from db.store import Store
from notifications.channels.base import ChannelError

BEFORE_IT_LEAVES = {"refused", "time-out before the body", "our own quiet hours"}


@pytest.fixture
def world(process: ZaloFake, store: Store, request: pytest.FixtureRequest) -> Iterator[World]:
    row: Row = request.getfixturevalue("row")
    login = ("may-chu", "đúng") if (row.channel, row.fault) == ("email", "wrong token or log-in") else None
    with Sink(login=login) as sink:
        world = World(process, sink, store)
        yield world
        world.close()


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_each_fault_has_its_outcome_and_leaves_so_many_messages_at_the_receiver(
    world: World, row: Row
) -> None:
    mark = Mark()
    result = send(world.lay(row), to(ADDRESSES[row.channel]), mark)
    assert (kind(result), world.arrived(row.channel)) == (row.outcome, row.arrived)
    assert result.detail
    assert mark.calls <= 1
    # A message that may have left was handed over before; one that surely did not leave was not.
    if row.outcome == "unknown" or row.arrived:
        assert mark.calls == 1
    if row.fault in BEFORE_IT_LEAVES:
        assert mark.calls == 0
    if isinstance(result, ChannelError):
        assert (result.until is not None) == (result.kind == "defer")


@pytest.mark.slow
def test_two_processes_that_meet_a_dead_token_at_once_send_one_message_each_after_one_refresh(
    process: ZaloFake, store: Store
) -> None:
    fresh(process)
    enter_first_pair(store)
    with Worker(store.url, process.url) as one, Worker(store.url, process.url, clock_off=600) as other:
        for number in range(20):
            process.set_tokens(expire_access=True)
            address = ADDRESSES[OA[number % len(OA)]]
            one.order("send", address, f"mn-1-{number}")
            other.order("send", address, f"mn-2-{number}")
            assert (one.answer(), other.answer()) == ("sent", "sent")
            assert len(process.received()) == 2 * (number + 1)
            assert (process.tokens()["refreshes"], process.tokens()["consumed_reuse"]) == (number + 1, 0)


def test_the_table_leaves_no_fault_out_for_zalo_and_its_unknowns_are_never_called_failures() -> None:
    faults = [line[:29].strip() for line in TABLE.strip().splitlines()[1:]]
    for channel in ("oa_user", "oa_phone"):
        assert [row.fault for row in ROWS if row.channel == channel] == faults
    assert {row.outcome for row in ROWS if row.arrived} == {"sent", "unknown", "retry"}
    assert {row.channel for row in ROWS if row.arrived and row.outcome == "retry"} == {"sms"}


@pytest.mark.parametrize(
    "row", [row for row in ROWS if (row.channel, row.outcome) == ("sms", "retry")], ids=str
)
def test_a_text_message_that_is_tried_again_arrives_once(world: World, row: Row) -> None:
    send(world.lay(row), to(ADDRESSES["sms"]))
    well = Row("sms", "all is well", "sent", 1)
    assert kind(send(world.lay(well), to(ADDRESSES["sms"], MESSAGE.tracking_id))) == "sent"
    assert world.arrived("sms") == 1
