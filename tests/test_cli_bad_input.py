"""Bad input gets one clear Vietnamese sentence and exit code 2, and changes nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from cli_runner import Folder, fresh, ready
from sqlalchemy import Connection, event

from db.errors import StorageRefusal
from db.migrate import newest
from db.store import Store
from db.tables import Commune
from plans.toml_source import shipped

PLAN = shipped("hoang-dong-2024.toml").read_text(encoding="utf-8")
PEOPLE = shipped("contacts-example.csv").read_text(encoding="utf-8")
DEADLINE = 'before = "10/11/2024"\nwording = "trước ngày 10/11/2024"'
WRONG_PLANS = {
    "wrong TOML": ('issued_on = "16/4/2024"', "issued_on = 16/4/2024", ["ngoặc kép"]),
    "no closing quote": ("year = 2024", 'year = "2024', ["ngoặc kép"]),
    "unknown criterion": ("no = 5\n", "no = 14\n", ["criterion[", ".no", "không có tiêu chí 14", "1 đến 13"]),
    "no such date": (DEADLINE, DEADLINE.replace("10/11", "31/9"), ["deadline[1].before", "31/9/2024", "30 ngày"]),
    "deadline before the plan": (
        DEADLINE, DEADLINE.replace("10/11", "10/4"), ["deadline[1].before", "10/04/2024", "16/04/2024"],
    ),
    "duplicate unit": ('key = "tu-phap"\n', 'key = "vhxh"\n', ["unit[2].key", "«vhxh» đã ghi ở trên"]),
    "unknown unit": ('unit = "tram-y-te"', 'unit = "tram-yte"', [".unit", "có phải «tram-y-te» không?"]),
    "unknown key": ("receiver =", "reciever =", ["reciever", "có phải «receiver» không?"]),
    "wrong kind of value": ("year = 2024", 'year = "hai nghìn"', ["«year»", "số nguyên"]),
    "missing key": ('signer = "KT. CHỦ TỊCH, PHÓ CHỦ TỊCH"\n', "", ["«signer»", "thiếu khoá này"]),
    "unknown rule set": ('rule_set = "decision-06"', 'rule_set = "decision-99"', ["decision-99"]),
}  # fmt: skip
WITHOUT_LINE = {"missing key", "unknown rule set"}


@pytest.mark.parametrize("fault", WRONG_PLANS)
def test_a_wrong_plan_is_refused_with_file_line_and_key_and_nothing_is_written(
    tmp_path: Path, fault: str
) -> None:
    old, new, words = WRONG_PLANS[fault]
    folder = fresh(tmp_path)
    before = folder.dump()
    folder.write("ke-hoach.toml", PLAN.replace(old, new, 1))
    line = PLAN[: PLAN.index(old)].count("\n") + 1
    place = [] if fault in WITHOUT_LINE else [f"ke-hoach.toml, dòng {line}:"]
    folder.run("plan", "import", "ke-hoach.toml", "--yes").refused(*place, *words)
    assert folder.dump() == before


def test_several_faults_are_told_at_once_each_on_a_line(tmp_path: Path) -> None:
    folder = fresh(tmp_path)
    text = PLAN.replace("no = 5\n", "no = 14\n", 1).replace("no = 6\n", "no = 15\n", 1)
    folder.write("ke-hoach.toml", text)
    ran = folder.run("plan", "import", "ke-hoach.toml", "--yes")
    ran.refused("tiêu chí 14", "tiêu chí 15")
    assert [line.count("ke-hoach.toml, dòng") for line in ran.err.splitlines()] == [1, 1]


def test_a_wrong_new_version_of_a_running_plan_leaves_it_as_it_is(tmp_path: Path) -> None:
    folder = ready(tmp_path)
    before = folder.dump()
    folder.write("ke-hoach.toml", PLAN.replace("no = 5\n", "no = 14\n", 1))
    folder.run("plan", "import", "ke-hoach.toml", "--yes").refused("tiêu chí 14")
    assert folder.dump() == before


def without_criterion_5() -> str:
    head, _, rest = PLAN.partition("[[criterion]]\nno = 5\n")
    return head + rest[rest.index("[[") :]


def with_second_lead_of_5() -> str:
    return (
        PLAN
        + '\n[[criterion]]\nno = 5\nunit = "cong-an"\ndeadline = "report"\nsource = "IV.9"\nwording = "Đánh giá tiêu chí 5."\n'
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (without_criterion_5(), ["Tiêu chí 5", "chưa có đơn vị chủ trì"]),
        (with_second_lead_of_5(), ["Tiêu chí 5", "cùng chủ trì", "Trạm Y tế", "Công an xã"]),
    ],
)
def test_a_criterion_with_no_owner_or_two_is_imported_with_a_warning(
    tmp_path: Path, text: str, words: list[str]
) -> None:
    folder = fresh(tmp_path)
    folder.write("ke-hoach.toml", text)
    ran = folder.run("plan", "import", "ke-hoach.toml", "--json").done()
    assert ran.data["written"] is True
    assert len(ran.err.splitlines()) == 1
    assert ran.err.startswith("⚠ ")
    for word in words:
        assert word in ran.err


def test_a_changed_plan_is_shown_first_and_written_only_when_agreed(tmp_path: Path) -> None:
    folder = ready(tmp_path)
    before = folder.dump()
    folder.write("ke-hoach.toml", PLAN.replace(DEADLINE, DEADLINE.replace("10/11", "20/11"), 1))
    ran = folder.run("plan", "import", "ke-hoach.toml").done()
    assert "--yes" in ran.err
    assert "19/11/2024" in ran.out
    assert folder.dump() == before
    assert folder.run("plan", "import", "ke-hoach.toml", "--yes", "--json").done().data["written"] is True
    assert folder.run("tasks", "show", "bc.mttq", "--json").data["task"]["last_valid_on"] == "2024-11-19"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "tu-phap@hoang-dong.example",
            "tu-phap.hoang-dong.example",
            ["dòng 4", "«thư điện tử»", "tu-phap.hoang"],
        ),
        ("tu-phap,đầu mối", "tu-fap,đầu mối", ["dòng 4", "«đơn vị»", "có phải «tu-phap» không?"]),
        ("tu-phap,đầu mối", "tu-phap,sếp", ["dòng 4", "«vai trò»", "«sếp»"]),
        ("họ tên", "tên họ", ["hàng tiêu đề", "«tên họ»"]),
    ],
)
def test_a_wrong_contacts_file_is_refused_with_line_and_column(
    tmp_path: Path, old: str, new: str, words: list[str]
) -> None:
    folder = ready(tmp_path)
    before = folder.dump()
    folder.write("danh-ba.csv", PEOPLE.replace(old, new, 1))
    folder.run("contacts", "import", "danh-ba.csv").refused("danh-ba.csv", *words)
    assert folder.dump() == before


@pytest.mark.parametrize(
    ("name", "content"), [("a.toml", b"\xff\xfe\x00k"), ("a.csv", b"\xd0\xd0\xd0"), ("a.toml", None)]
)
def test_a_file_that_is_no_text_is_refused(tmp_path: Path, name: str, content: bytes | None) -> None:
    folder = ready(tmp_path)
    path = folder.path / name
    path.mkdir() if content is None else path.write_bytes(content)
    folder.run("plan" if name.endswith("toml") else "contacts", "import", name).refused(name)


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("port", '"nhiều"', ["smtp.port", "số nguyên"]),
        ("channels", '["fax"]', ["delivery.channels", '"file"']),
        ("every_seconds", "0", ["tick.every_seconds", "từ 1"]),
    ],
)
def test_a_wrong_setting_is_refused_by_every_command(
    tmp_path: Path, setting: str, value: str, words: list[str]
) -> None:
    folder = fresh(tmp_path)
    folder.configure((setting, value))
    for command in ("status", "init", "doctor"):
        folder.run(command).refused("config.toml, dòng", *words)


def test_a_wrong_or_misspelt_variable_is_named(tmp_path: Path) -> None:
    folder = fresh(tmp_path)
    folder.run("doctor", MANGNON_SMTP__PORT="x").refused("MANGNON_SMTP__PORT", "số nguyên")
    folder.run("doctor", MANGNON_SMPT__PORT="25").refused("MANGNON_SMPT__PORT", "MANGNON_SMTP__PORT")


def garbage(folder: Folder) -> None:
    folder.database.write_bytes(b"day khong phai co so du lieu\n" * 400)


def a_directory(folder: Folder) -> None:
    folder.database.unlink()
    folder.database.mkdir()


def truncated(folder: Folder) -> None:
    settle(folder)
    whole = folder.database.read_bytes()
    folder.database.write_bytes(whole[: len(whole) // 3])


def broken_pages(folder: Folder) -> None:
    settle(folder)
    whole = folder.database.read_bytes()
    folder.database.write_bytes(whole[:100] + b"\xa5" * (len(whole) - 100))


def another_version(folder: Folder) -> None:
    with closing(sqlite3.connect(folder.database)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")


def no_folder(folder: Folder) -> None:
    folder.configure(("url", '"sqlite:///khong-co/mangnon.db"'))


def settle(folder: Folder) -> None:
    """Bring everything from the write-ahead log into the file."""
    with closing(sqlite3.connect(folder.database)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (garbage, ["mangnon.db", "không phải cơ sở dữ liệu"]),
        (a_directory, ["mangnon.db", "thư mục"]),
        (truncated, ["hỏng", "mangnon restore"]),
        (broken_pages, ["hỏng", "mangnon restore"]),
        (another_version, ["9999", newest()]),
        (no_folder, ["khong-co", "thư mục"]),
    ],
)
def test_an_unreadable_database_is_refused_and_left_as_it_is(
    tmp_path: Path, spoil: Callable[[Folder], None], words: list[str]
) -> None:
    folder = ready(tmp_path)
    spoil(folder)
    before = folder.database.read_bytes() if folder.database.is_file() else None
    for line in ("status", "step convene", "plan import hoang-dong-2024 --yes", "remind"):
        folder.run(*line.split()).refused(*words)
    assert (folder.database.read_bytes() if folder.database.is_file() else None) == before


def test_init_leaves_a_foreign_file_alone(tmp_path: Path) -> None:
    folder = fresh(tmp_path)
    garbage(folder)
    before = folder.database.read_bytes()
    folder.run("init").refused("không phải cơ sở dữ liệu")
    assert folder.database.read_bytes() == before
    Folder(tmp_path).run("init", "xa/config.toml").refused("xa/config.toml")


@pytest.mark.parametrize("largest_file", [8_192, 65_536])
def test_a_full_disk_while_a_plan_is_written_leaves_nothing_half_written(
    tmp_path: Path, largest_file: int
) -> None:
    folder = fresh(tmp_path)
    before = folder.dump()
    ran = folder.run("plan", "import", "hoang-dong-2024", "--yes", largest_file=largest_file)
    ran.refused("Ổ đĩa", "đầy")
    assert folder.dump() == before
    folder.run("plan", "import", "hoang-dong-2024", "--yes").done()
    assert folder.run("status", "--json").done().data["tasks_by_state"] == {"assigned": 50}


def test_a_full_disk_halfway_through_a_long_import_leaves_nothing_half_written(tmp_path: Path) -> None:
    folder = ready(tmp_path)
    before = folder.dump()
    many = "".join(
        f"mttq,đầu mối,nguoi-{one},Người {one},đồng chí,n{one}@xa.example,\n" for one in range(300)
    )
    folder.write("danh-ba.csv", PEOPLE + many)
    folder.run("contacts", "import", "danh-ba.csv", largest_file=65_536).refused("Ổ đĩa", "đầy")
    assert folder.dump() == before
    folder.run("contacts", "import", "danh-ba.csv").done()


def test_a_database_that_may_not_grow_says_that_the_disk_is_full(store: Store) -> None:
    @event.listens_for(store.engine, "begin")
    def _stop_growing(connection: Connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(StorageRefusal, match="Ổ đĩa đã đầy"), store.write() as session:
        session.add_all(
            Commune(key=f"xa-{one}", name="x" * 500, place="x", superior="x", time_zone="UTC")
            for one in range(500)
        )


def test_init_on_a_full_disk_leaves_no_half_written_settings(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.run("init", largest_file=2_000).refused("config.toml", "đầy")
    assert list(tmp_path.iterdir()) == []
    folder.run("init").done()
    folder.run("plan", "import", "hoang-dong-2024").done()
