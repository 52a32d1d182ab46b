"""The command line itself: help, wrong usage, and JSON for programs."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from cli_runner import SCRIPT, Folder, environment, fresh, ready

GROUPS = ("plan", "contacts", "units", "tasks", "messages", "zalo", "journal")
COMMANDS = (
    *(
        (name,)
        for name in ("init", "step", "status", "remind", "serve", "doctor", "backup", "restore", "demo")
    ),
    *(("plan", name) for name in ("import", "show", "diff")),
    *(("contacts", name) for name in ("import", "list", "show", "quiet", "substitute")),
    *(("units", name) for name in ("list", "rename")),
    *(("tasks", name) for name in ("list", "show", "ack", "report", "accept", "return", "extend")),
    *(("messages", name) for name in ("list", "show", "report", "retry", "bounced")),
    *(("zalo", name) for name in ("code", "inbox")),
    *(("journal", name) for name in ("show", "verify")),
)
READING = (
    "plan show", "plan diff hoang-dong-2024", "contacts list", "contacts show thon-07", "units list", "tasks list", "tasks show tc05.tram-y-te",
    "status", "step", "remind --preview", "messages list", "messages report", "zalo inbox", "journal show", "journal verify", "doctor",
)  # fmt: skip
ENGLISH = (
    "Usage",
    "Options",
    "Arguments",
    "Commands",
    "Show this message",
    "<str>",
    "<bool>",
    "<path>",
    "required",
)


def test_every_command_has_help_in_vietnamese_that_fits_eighty_columns(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    for command in ((), *((name,) for name in GROUPS), *COMMANDS):
        ran = folder.run(*command, "--help").done()
        assert f"Cách dùng: mangnon {' '.join(command)}".rstrip() in ran.out
        assert not [word for word in ENGLISH if word in ran.out], ran.out
        assert max(map(len, ran.out.splitlines())) <= 80
        said = ran.out.split("╭")[0].strip().splitlines()[2:]
        assert " ".join(said).strip().endswith("."), said


def test_the_first_page_lists_every_command_in_the_order_of_the_work(tmp_path: Path) -> None:
    out = Folder(tmp_path).run("--help").done().out
    places = [
        out.index(f"│ {name} ") for name in ("init", "plan", "contacts", "step", "status", "remind", "demo")
    ]
    assert places == sorted(places)
    for name in {command[0] for command in COMMANDS} | set(GROUPS):
        assert f"│ {name} " in out


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("contract", ["«contract»", "có phải «contacts» không?", "mangnon --help"]),
        ("tasks lst", ["«lst»", "«list»", "mangnon tasks --help"]),
        ("tasks list --lat", ["--lat", "--late"]),
        ("tasks list --late=3", ["--late", "không nhận giá trị"]),
        ("tasks ack", ["thiếu", "MÃ-VIỆC", "mangnon tasks ack --help"]),
        ("tasks return bc.mttq", ["thiếu", "--reason"]),
        ("step convene thua", ["Thừa «thua»"]),
        ("journal show --newest x", ["--newest", "số nguyên từ 1"]),
        ("journal show --newest 0", ["--newest", "số nguyên từ 1"]),
        ("messages show hai", ["SỐ", "số nguyên từ 1"]),
        ("remind --preview --from", ["--from", "cần một giá trị"]),
        ("remind --preview --from 31/9/2024", ["--from", "31/9/2024", "tháng 9 chỉ có 30 ngày"]),
        ("remind --preview --from 2/1/2027 --until 1/1/2027", ["--until", "--from"]),
        ("remind --from 1/1/2027", ["--preview"]),
        ("tasks extend bc.mttq --to mai", ["--to", "«mai»", "ngày/tháng/năm"]),
        ("tasks extend bc.mttq", ["--to"]),
        ("tasks extend bc.mttq --grant --refuse", ["--grant", "--refuse"]),
        ("tasks list --state xong", ["«xong»", "accepted"]),
        ("tasks show tc99", ["«tc99»"]),
        ("contacts substitute thon-01 thon-02 --from 1/13/2026 --until 2/1/2027", ["--from", "tháng 13"]),
        ("contacts quiet ong-ba", ["«ong-ba»"]),
        ("units rename thon-99 X", ["«thon-99»"]),
        ("messages list --state mat", ["«mat»"]),
        ("messages show 99", ["99"]),
        ("zalo code thon-07", ["Chưa bật kênh Zalo", "zalo_bot"]),
        ("step bay", ["“bay”", "convene"]),
        ("step convene --document a=b", ["«a=b»", "loại=số;ngày;nơi giữ"]),
        ("step convene --document council_decision=1/QĐ;31/9/2024;VHXH", ["--document", "31/9/2024"]),
        ("journal verify --anchor 12", ["«12»"]),
        ("status --plan nam-ngoai", ["«nam-ngoai»"]),
        ("--as ong-ba step convene", ["«ong-ba»"]),
        ("--config khong-co.toml status", ["khong-co.toml"]),
        ("plan import khong-co", ["khong-co", "hoang-dong-2024"]),
        ("restore khong-co.db", ["khong-co.db"]),
    ],
)
def test_wrong_usage_is_answered_in_vietnamese_and_changes_nothing(
    tmp_path: Path, line: str, words: list[str]
) -> None:
    folder = ready(tmp_path)
    before = folder.dump()
    ran = folder.run(*line.split())
    ran.refused(*words)
    assert ran.out == ""
    assert folder.dump() == before


def test_a_group_without_a_command_shows_its_help_and_says_what_is_missing(tmp_path: Path) -> None:
    for words in ((), ("tasks",)):
        ran = Folder(tmp_path).run(*words)
        ran.refused("thiếu tên lệnh")
        assert "Cách dùng" in ran.out


def test_without_init_every_command_says_how_to_begin(tmp_path: Path) -> None:
    Folder(tmp_path).run("status").refused("config.toml", "mangnon init")
    folder = fresh(tmp_path)
    folder.run("status").refused("mangnon plan import")
    folder.database.unlink()
    folder.run("status").refused("mangnon init")


@pytest.mark.parametrize("line", READING)
def test_json_output_is_one_document_and_nothing_else(tmp_path: Path, line: str) -> None:
    ran = ready(tmp_path).run(*line.split(), "--json")
    assert ran.code in {0, 1}
    assert ran.data is not None
    assert ran.err == ""


def test_json_holds_what_a_program_needs(tmp_path: Path) -> None:
    folder = ready(tmp_path)
    status = folder.run("status", "--json").data
    assert status["stage"] == "collecting"
    assert sum(status["tasks_by_state"].values()) == 50
    assert {line["unit_key"] for line in status["late"]} >= {"tram-y-te", "thon-16"}
    tasks = folder.run("tasks", "list", "--unit", "tram-y-te", "--json").data
    assert {task["key"] for task in tasks} >= {"tc05.tram-y-te", "bc.tram-y-te"}
    assert all(task["last_valid_on"] == "2024-11-09" and task["late"] for task in tasks)
    shown = folder.run("tasks", "show", "tc05.tram-y-te", "--json").data
    assert [one["key"] for one in shown["indicators"]] == ["tai-nan"]
    step = folder.run("step", "--json").data
    assert [one["trigger"] for one in step["steps"]] == ["convene", "cancel"]
    assert {"text", "hard", "task_key"} <= set(step["steps"][0]["blockers"][0])
    verified = folder.run("journal", "verify", "--json").data
    assert verified["sound"] and verified["anchor"] == f"{verified['entries']}:{verified['anchor'][-64:]}"
    findings = folder.run("doctor", "--json").data
    assert all(set(one) == {"name", "well", "text"} for one in findings)
    changes = folder.run("plan", "diff", "hoang-dong-2024", "--json").data
    assert (changes["written"], changes["diff"]["new"]) == (False, [])


def test_keys_are_never_broken_over_lines_so_that_they_can_be_copied(tmp_path: Path) -> None:
    folder = ready(tmp_path)
    out = folder.run("tasks", "list").done().out
    for task in folder.run("tasks", "list", "--json").data:
        assert task["key"] in out
    assert max(map(len, out.splitlines())) <= 80


def test_a_reader_that_closes_early_is_no_error(tmp_path: Path) -> None:
    folder = ready(tmp_path)
    piped = f"'{SCRIPT}' tasks list --json | head -n 1"
    ran = subprocess.run(
        ["sh", "-c", piped], cwd=folder.path, env=environment({}), capture_output=True, text=True, check=False
    )
    assert (ran.stdout, ran.stderr) == ("[\n", "")
