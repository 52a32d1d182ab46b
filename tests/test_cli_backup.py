"""Backup while the program runs; restore that refuses what is not whole and keeps what it replaces."""

from __future__ import annotations

import random
import re
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from cli_runner import Folder, fresh, ready

COPY = "sao-luu.db"


def backed_up(tmp_path: Path) -> Folder:
    """A folder with a backup, in which something happened afterwards."""
    folder = ready(tmp_path)
    folder.run("backup", COPY).done()
    folder.run("tasks", "ack", "bc.mttq").done()
    return folder


def test_a_backup_restores_to_what_was_backed_up_and_keeps_the_replaced_data(tmp_path: Path) -> None:
    folder = ready(tmp_path)
    then = folder.dump()
    folder.run("backup", COPY).done()
    folder.run("tasks", "ack", "bc.mttq").done()
    later = folder.dump()
    ran = folder.run("restore", COPY, "--yes").done()
    assert folder.dump() == then != later
    kept = re.search(r"Bản cũ giữ ở (\S+)\.$", ran.out.strip())
    assert kept is not None
    folder.run("restore", kept[1], "--yes").done()
    assert folder.dump() == later
    folder.run("doctor", "--json").quiet_about_python()


def test_restore_asks_before_it_replaces_anything(tmp_path: Path) -> None:
    folder = backed_up(tmp_path)
    before = folder.dump()
    folder.run("restore", COPY).refused("mangnon.db", "--yes")
    assert folder.dump() == before
    folder.database.unlink()
    folder.run("restore", COPY).done()
    folder.run("status").done()


def test_a_backup_never_overwrites_another(tmp_path: Path) -> None:
    folder = backed_up(tmp_path)
    before = (folder.path / COPY).read_bytes()
    folder.run("backup", COPY).refused(COPY, "đã có")
    assert (folder.path / COPY).read_bytes() == before
    folder.run("backup", "khong-co/x.db").refused("khong-co")
    folder.run("backup", "day.db", largest_file=40_000).refused("day.db", "đầy")
    assert not list(folder.path.glob("day.db*"))


def cut(whole: bytes) -> bytes:
    return whole[: len(whole) // 2]


def cut_a_little(whole: bytes) -> bytes:
    return whole[:-1]


def emptied(_whole: bytes) -> bytes:
    return b""


def not_a_database(whole: bytes) -> bytes:
    return b"PK\x03\x04" + whole[4:]


@pytest.mark.parametrize("spoil", [cut, cut_a_little, emptied, not_a_database])
def test_a_truncated_or_foreign_file_is_not_restored(tmp_path: Path, spoil: object) -> None:
    assert callable(spoil)
    folder = backed_up(tmp_path)
    before = folder.dump()
    copy = folder.path / COPY
    copy.write_bytes(spoil(copy.read_bytes()))
    folder.run("restore", COPY, "--yes").refused(COPY)
    assert folder.dump() == before
    assert not list(folder.path.glob("mangnon.db.*"))


def test_a_backup_with_a_single_flipped_bit_is_not_restored(tmp_path: Path) -> None:
    folder = backed_up(tmp_path)
    before = folder.dump()
    copy = folder.path / COPY
    whole = copy.read_bytes()
    for seed in range(12):
        at = random.Random(seed).randrange(len(whole) * 8)
        flipped = bytearray(whole)
        flipped[at // 8] ^= 1 << at % 8
        copy.write_bytes(flipped)
        folder.run("restore", COPY, "--yes").refused(COPY)
    assert folder.dump() == before


def test_a_damaged_page_is_found_even_when_the_checksum_file_was_lost(tmp_path: Path) -> None:
    folder = backed_up(tmp_path)
    before = folder.dump()
    copy = folder.path / COPY
    (folder.path / f"{COPY}.sha256").unlink()
    whole = bytearray(copy.read_bytes())
    whole[8_192:12_288] = b"\xa5" * 4_096
    copy.write_bytes(whole)
    folder.run("restore", COPY, "--yes").refused(COPY, "hỏng")
    assert folder.dump() == before


def test_a_database_of_another_program_or_of_a_later_version_is_not_restored(tmp_path: Path) -> None:
    folder = backed_up(tmp_path)
    before = folder.dump()
    with closing(sqlite3.connect(folder.path / "khac.db")) as other, other:
        other.execute("CREATE TABLE bookmark (id INTEGER PRIMARY KEY)")
    folder.run("restore", "khac.db", "--yes").refused("khac.db", "không phải bản sao lưu")
    (folder.path / f"{COPY}.sha256").unlink()
    with closing(sqlite3.connect(folder.path / COPY)) as copy, copy:
        copy.execute("UPDATE alembic_version SET version_num = '9999'")
    folder.run("restore", COPY, "--yes").refused("9999")
    assert folder.dump() == before


def test_a_restore_that_runs_out_of_disk_leaves_the_old_data_in_place(tmp_path: Path) -> None:
    folder = backed_up(tmp_path)
    before = folder.dump()
    folder.run("restore", COPY, "--yes", largest_file=40_000).refused("đầy")
    assert folder.dump() == before
    folder.run("restore", COPY, "--yes").done()


def test_a_broken_database_is_set_aside_and_replaced_by_the_backup(tmp_path: Path) -> None:
    folder = backed_up(tmp_path)
    folder.database.write_bytes(b"hong roi" * 1_000)
    for side in ("-wal", "-shm"):
        folder.path.joinpath(f"mangnon.db{side}").unlink(missing_ok=True)
    folder.run("status").refused("mangnon.db")
    ran = folder.run("restore", COPY, "--yes").done()
    assert "mangnon.db.cu-1" in ran.out
    assert (folder.path / "mangnon.db.cu-1").read_bytes() == b"hong roi" * 1_000
    folder.run("status").done()
    assert folder.run("journal", "verify", "--json").data["sound"]


def test_the_anchor_printed_with_a_backup_verifies_after_restore_and_finds_a_rewritten_journal(
    tmp_path: Path,
) -> None:
    folder = ready(tmp_path)
    anchor = re.search(r"[0-9]+:[0-9a-f]{64}", folder.run("backup", COPY).done().out)
    assert anchor is not None
    folder.run("tasks", "ack", "bc.mttq").done()
    folder.run("restore", COPY, "--yes").done()
    folder.run("journal", "verify", "--anchor", anchor[0]).done()
    folder.run("tasks", "ack", "bc.mttq").done()
    folder.run("journal", "verify", "--anchor", anchor[0]).done()
    forged = anchor[0][:-1] + ("0" if anchor[0][-1] != "0" else "1")
    ran = folder.run("journal", "verify", "--anchor", forged)
    assert (ran.code, "viết lại" in ran.err) == (1, True)


def test_a_backup_taken_while_somebody_writes_is_whole(tmp_path: Path) -> None:
    folder = ready(tmp_path)
    end = threading.Event()
    names: list[str] = []

    def rename_for_ever() -> None:
        with closing(sqlite3.connect(folder.database, timeout=15, isolation_level=None)) as connection:
            while not end.is_set():
                name = f"Thôn {len(names)}"
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("UPDATE unit SET name = ? || key WHERE kind = 'village'", (name,))
                connection.execute("COMMIT")
                names.append(name)

    writer = threading.Thread(target=rename_for_ever)
    writer.start()
    try:
        folder.run("backup", COPY).done()
    finally:
        end.set()
        writer.join()
    assert len(names) > 1
    with closing(sqlite3.connect(folder.path / COPY)) as copy:
        villages = copy.execute("SELECT name, key FROM unit WHERE kind = 'village'").fetchall()
    assert len({name.removesuffix(key) for name, key in villages}) == 1
    folder.run("restore", COPY, "--yes").done()


def test_there_is_nothing_to_back_up_before_a_plan_is_there(tmp_path: Path) -> None:
    fresh(tmp_path).run("backup", COPY).refused("mangnon plan import")
