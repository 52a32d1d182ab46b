"""The schema: migrations and models agree, every row has a commune, the constraints are the last word."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, date, datetime

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from council_world import convened
from hoang_dong import found
from sqlalchemy import CheckConstraint, insert, inspect, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import QueuePool
from sqlmodel import Session, col

from db import migrate
from db.errors import StorageRefusal
from db.store import Store, changed
from db.tables import (
    METADATA,
    ChannelEvent,
    Commune,
    IncomingMessage,
    IndicatorValue,
    Message,
    Person,
    Task,
)
from tasks.clock import ManualClock
from tasks.council_members import members_of, present_members

NOT_OF_A_COMMUNE = {"commune", "heartbeat", "channel_state", "channel_event", "zalo_token"}
AT = datetime(2024, 4, 16, 1, tzinfo=UTC)


def test_all_migrations_together_give_exactly_the_models(store: Store) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, METADATA) == []


def test_all_migrations_together_give_every_check_of_the_models(store: Store) -> None:
    # The comparison above does not look at checks; making a table anew on SQLite may forget one, or keep an old one too.
    with store.engine.connect() as connection:
        there = sorted(
            (name, str(check["name"]), check["sqltext"])
            for name in METADATA.tables
            for check in inspect(connection).get_check_constraints(name)
        )
    wanted = sorted(
        (table.name, f"ck_{table.name}_{str(one.name).removeprefix(f'ck_{table.name}_')}", str(one.sqltext))
        for table in METADATA.sorted_tables
        for one in table.constraints
        if isinstance(one, CheckConstraint)
    )
    assert there == wanted


def test_upgrading_twice_changes_nothing_and_an_unknown_version_is_refused(store: Store) -> None:
    migrate.upgrade(store.engine)
    migrate.require_newest(store.engine)
    with store.engine.connect() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    with pytest.raises(StorageRefusal, match="9999"):
        migrate.require_newest(store.engine)


def test_every_row_belongs_to_a_commune() -> None:
    for table in METADATA.sorted_tables:
        if table.name not in NOT_OF_A_COMMUNE:
            assert "commune_id" in table.columns, table.name
            assert not table.columns["commune_id"].nullable


def test_a_row_cannot_point_into_another_commune(store: Store, clock: ManualClock) -> None:
    world = found(store, clock)
    with store.write() as session:
        other = Commune(
            key="khac", name="UBND xã Khác", place="Khác", superior="UBND huyện", time_zone="Asia/Ho_Chi_Minh"
        )
        session.add(other)
        session.flush()
        other_id = other.id
    person = world.do(lambda s: s.execute(select(col(Person.id))).scalars().first())
    row = {
        "commune_id": other_id, "person_id": person, "slot": AT, "tracking_id": "x", "state": "pending", "reason": "",
        "subject": "", "attempts": 0, "not_before": AT, "created_at": AT, "updated_at": AT,
    }  # fmt: skip
    with pytest.raises(IntegrityError, match="FOREIGN KEY"):
        world.do(lambda s: s.execute(insert(Message).values(row)))


@pytest.mark.parametrize(
    "values",
    [{"state": "xong"}, {"kind": "khác"}, {"criterion_no": None}, {"version": 0}, {"part": "x"}],
)
def test_the_database_refuses_a_task_that_python_would_let_through(
    store: Store, clock: ManualClock, values: dict[str, object]
) -> None:
    world = found(store, clock)
    with pytest.raises(IntegrityError, match="CHECK"):
        world.do(lambda s: s.execute(update(Task).where(col(Task.kind) == "criterion").values(**values)))


@pytest.mark.parametrize(("numerator", "denominator"), [(5, 0), (6, 5), (-1, 5), (3, None)])
def test_the_database_refuses_an_impossible_share(
    store: Store, clock: ManualClock, numerator: int, denominator: int | None
) -> None:
    world = found(store, clock)
    row = {
        "commune_id": 1,
        "report_id": 1,
        "indicator": "x",
        "numerator": numerator,
        "denominator": denominator,
        "note": "",
    }
    with pytest.raises(IntegrityError, match="CHECK"):
        world.do(lambda s: s.execute(insert(IndicatorValue).values(row)))


def test_instants_come_back_aware_in_utc_and_naive_ones_are_refused(store: Store, clock: ManualClock) -> None:
    world = found(store, clock)
    assert world.task("bc.thon-07").created_at == clock.now()
    assert world.task("bc.thon-07").created_at.tzinfo is UTC
    naive = datetime(2024, 4, 16)  # noqa: DTZ001
    with pytest.raises(Exception, match="naive"):
        world.do(lambda s: s.execute(update(Task).values(updated_at=naive)))


def test_a_block_that_raises_leaves_nothing_behind(store: Store, clock: ManualClock) -> None:
    world = found(store, clock)
    with pytest.raises(ZeroDivisionError), store.write() as session:
        session.execute(update(Task).values(state="cancelled"))
        _ = 1 / 0
    assert world.task("bc.thon-07").state == "assigned"


def test_a_reading_block_throws_its_changes_away(store: Store, clock: ManualClock) -> None:
    world = found(store, clock)
    with store.read() as session:
        session.execute(update(Task).values(last_valid_on=date(2030, 1, 1)))
    assert world.task("bc.thon-07").last_valid_on == date(2024, 11, 9)


def test_a_conditional_update_tells_how_many_rows_it_changed(store: Store, clock: ManualClock) -> None:
    world = found(store, clock)
    statement = update(Task).where(col(Task.key) == "bc.thon-07", col(Task.version) == 1).values(version=2)
    assert world.do(lambda s: changed(s, statement)) == 1
    assert world.do(lambda s: changed(s, statement)) == 0


def test_when_every_connection_is_taken_for_too_long_it_is_the_storage_that_is_busy(store: Store) -> None:
    pool = store.engine.pool
    assert isinstance(pool, QueuePool)
    pool._timeout = 0.05
    with ExitStack() as others:
        for _ in range(pool.size() + pool._max_overflow):
            others.enter_context(store.read()).execute(select(Commune))
        with pytest.raises(StorageRefusal, match="bận"), store.statements():
            pass
        with pytest.raises(StorageRefusal, match="bận"), store.write() as session:
            session.execute(select(Commune))


@contextmanager
def older(revision: str) -> Iterator[Store]:
    """An empty database of an earlier version."""
    with closing(Store("sqlite://")) as old:
        config = migrate._config()
        config.attributes["engine"] = old.engine
        command.upgrade(config, revision)
        yield old


def test_a_database_of_the_version_before_keeps_every_row_and_takes_a_council(clock: ManualClock) -> None:
    with older("0003") as old:
        with pytest.raises(StorageRefusal, match="0003"):
            migrate.require_newest(old.engine)
        world = found(old, clock)
        before = rows_of(old)
        migrate.upgrade(old.engine)
        migrate.require_newest(old.engine)
        after = rows_of(old)
        new = {
            "council_attendance",
            "council_meeting",
            "council_member",
            "council_score",
            "council_vote",
            "dossier",
        }
        assert after.keys() - before.keys() == new and not any(after[name] for name in new)
        changed_tables = {
            name for name in before if name != "alembic_version" and before[name] != after[name]
        }
        assert changed_tables == set()
        convened(world)


def test_members_of_a_council_from_before_joining_was_noted_are_members_from_the_beginning(
    clock: ManualClock,
) -> None:
    with older("0004") as old:
        world = found(old, clock)
        with old.engine.connect() as connection:
            connection.exec_driver_sql(
                "INSERT INTO council_member (commune_id, plan_id, name, position, part, version, by_name, updated_at)"
                " VALUES (1, 1, 'Ủy viên A', '', 'member', 3, 'Công chức VHXH', '2024-11-18 07:00:00.000000')"
            )
            connection.commit()
        migrate.upgrade(old.engine)
        with old.read() as session:
            (row,) = members_of(session, world.plan_id)
            assert (row.name, row.version, row.joined_at, row.left_at) == ("Ủy viên A", 3, None, None)
            assert present_members([row], AT) == [row]


def test_a_database_without_sign_in_by_chat_keeps_what_came_in_and_takes_the_new_kind(
    clock: ManualClock,
) -> None:
    with older("0004") as old:
        world = found(old, clock)
        for number, kind in enumerate(("done", "unknown"), 1):
            world.do(lambda s, n=number, k=kind: _came_in(s, world.commune_id, n, k))
        with pytest.raises(IntegrityError):
            world.do(lambda s: _came_in(s, world.commune_id, 3, "sign_in"))
        before = rows_of(old)
        migrate.upgrade(old.engine)
        after = rows_of(old)
        assert {name for name in before if before[name] != after[name]} == {"alembic_version"}
        world.do(lambda s: _came_in(s, world.commune_id, 3, "sign_in"))
        with pytest.raises(IntegrityError):
            world.do(lambda s: _came_in(s, world.commune_id, 4, "no such kind"))


def _came_in(session: Session, commune_id: int, number: int, kind: str) -> None:
    event = {"id": number, "channel": "zalo_bot", "key": str(number), "body": "", "received_at": AT}
    session.execute(insert(ChannelEvent).values(event))
    row = {
        "commune_id": commune_id, "event_id": number, "channel": "zalo_bot", "address": "user:c1", "text": "Vào",
        "understood": kind, "received_at": AT,
    }  # fmt: skip
    session.execute(insert(IncomingMessage).values(row))


def rows_of(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Every table's rows as they lie in the file."""
    with store.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        return {
            name: [tuple(row) for row in connection.exec_driver_sql(f'SELECT * FROM "{name}"')]
            for name in inspect(connection).get_table_names()
        }
