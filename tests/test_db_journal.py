"""The journal cannot be changed unseen."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session

from db import journal
from db.errors import StorageRefusal
from db.store import Store
from db.tables import Commune

AT = datetime(2024, 4, 16, 1, tzinfo=UTC)


def write(session: Session, count: int) -> int:
    commune = Commune(
        key="x", name="UBND xã X", place="X", superior="UBND thành phố Y", time_zone="Asia/Ho_Chi_Minh"
    )
    session.add(commune)
    session.flush()
    assert commune.id is not None
    for number in range(count):
        journal.append(
            session,
            commune.id,
            at=AT,
            actor="An",
            action="thử",
            subject=f"task:{number}",
            payload={"số": number},
        )
    return commune.id


def test_an_untouched_journal_verifies(store: Store) -> None:
    with store.write() as session:
        commune = write(session, 5)
    with store.read() as session:
        assert journal.verify(session, commune) is None
        assert [entry.seq for entry in journal.entries(session, commune, newest=2)] == [4, 5]


@pytest.mark.parametrize("verb", ["UPDATE journal_entry SET actor='B'", "DELETE FROM journal_entry"])
def test_the_database_itself_refuses_to_change_or_remove_an_entry(store: Store, verb: str) -> None:
    with store.write() as session:
        write(session, 1)
    with pytest.raises(Exception, match="append-only"), store.write() as session:
        session.connection().execute(text(verb))


@pytest.mark.parametrize(
    ("tampering", "seq", "word"),
    [
        ("UPDATE journal_entry SET payload='{\"số\":9}' WHERE seq=3", 3, "sửa"),
        ("UPDATE journal_entry SET at='2025-01-01 00:00:00.000000' WHERE seq=2", 2, "sửa"),
        ("DELETE FROM journal_entry WHERE seq=3", 4, "Thiếu dòng 3"),
        ("DELETE FROM journal_entry WHERE seq=5", 5, "cắt mất phần cuối"),
        ("UPDATE journal_entry SET seq=CASE seq WHEN 2 THEN -3 WHEN 3 THEN -2 END WHERE seq IN (2,3);"
         "UPDATE journal_entry SET seq=-seq WHERE seq<0", 2, "nối"),
    ],
)  # fmt: skip
def test_tampering_is_found_where_it_happened(store: Store, tampering: str, seq: int, word: str) -> None:
    with store.write() as session:
        commune = write(session, 5)
    with store.write() as session:
        for trigger in ("update", "delete"):
            session.connection().execute(text(f"DROP TRIGGER journal_entry_no_{trigger}"))
        session.connection().exec_driver_sql("PRAGMA ignore_check_constraints=ON")
        for statement in tampering.split(";"):
            session.connection().exec_driver_sql(statement)
    with store.read() as session:
        broken = journal.verify(session, commune)
    assert broken is not None
    assert broken.seq == seq
    assert word in broken.problem


def test_a_journal_rewritten_from_some_point_on_fails_against_a_noted_head(store: Store) -> None:
    with store.write() as session:
        commune = write(session, 3)
        noted = journal.head_of(session, commune)
        journal.append(session, commune, at=AT, actor="An", action="thêm", subject="task:9")
    with store.read() as session:
        assert journal.verify(session, commune, anchor=noted) is None
        forged = journal.Head(noted.seq, "f" * 64)
        broken = journal.verify(session, commune, anchor=forged)
    assert broken is not None
    assert broken.seq == 3


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "mangnon.db"
    path.write_text("không phải cơ sở dữ liệu")
    with pytest.raises(StorageRefusal, match="không phải cơ sở dữ liệu"):
        Store(f"sqlite:///{path}")
    assert path.read_text() == "không phải cơ sở dữ liệu"
