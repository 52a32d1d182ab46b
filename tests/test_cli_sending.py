"""Messages from the command line: by hand, by the serving process, and with a mail server that will not have them."""

from __future__ import annotations

import json
import signal
import socket
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cli_runner import Folder, ready, stopped
from smtp_sink import HOST, Sink, wait_for

WAITING = "SELECT count(*), min(reason), min(not_before), max(attempts) FROM message WHERE state = 'pending'"
STATES = "SELECT state, count(*) FROM message GROUP BY state"
PEOPLE = 27


def closed_port() -> int:
    with socket.socket() as free:
        free.bind((HOST, 0))
        return int(free.getsockname()[1])


def by_mail(folder: Folder, port: int, security: str) -> None:
    folder.configure(
        ("channels", '["email"]'),
        ("host", f'"{HOST}"'),
        ("port", str(port)),
        ("security", f'"{security}"'),
        ("timeout_seconds", "5"),
    )


def test_remind_sends_each_person_one_message_and_then_nothing_more(tmp_path: Path) -> None:
    folder = ready(tmp_path)
    foreseen = folder.run("remind", "--preview", "--json").done().data
    assert len({one["person"] for one in foreseen}) == PEOPLE
    assert folder.rows(STATES) == []
    first = folder.run("remind", "--json").done()
    assert (first.data["states"], first.data["waiting"]["count"], first.err) == ({"sent": PEOPLE}, 0, "")
    assert len(list(folder.path.glob("outbox/*/*.eml"))) == PEOPLE
    again = folder.run("remind").done()
    assert "không có thư nào phải gửi" in again.out
    assert folder.rows(STATES) == [("sent", PEOPLE)]


def test_outside_the_sending_hours_remind_says_why_nothing_leaves(tmp_path: Path) -> None:
    folder = ready(tmp_path)
    folder.configure(("override_file", '""'), ("window_from", '"00:00"'), ("window_until", '"00:00:01"'))
    ran = folder.run("remind").done()
    assert "Ngoài giờ gửi" in ran.err
    assert folder.rows(STATES) == []


def test_messages_are_listed_shown_and_noted_as_bounced(tmp_path: Path) -> None:
    folder = ready(tmp_path)
    folder.run("remind").done()
    listed = folder.run("messages", "list", "--person", "thon-07", "--json").data
    assert [(one["state"], one["items"] > 0) for one in listed] == [("sent", True)]
    number = str(listed[0]["id"])
    story = folder.run("messages", "show", number, "--json").data
    assert story["attempts"][0]["outcome"] == "sent" and story["items"]
    shown = folder.run("messages", "show", number).done().out
    assert "đã gửi" in shown and "bc." not in shown.splitlines()[0]
    folder.run("messages", "retry", number).refused(number)
    folder.run("messages", "bounced", number, "--reason", "Hộp thư đầy").done()
    folder.run("remind").done()
    attempts = folder.run("messages", "show", number, "--json").data["attempts"]
    assert [one["address"].split("@")[0] for one in attempts] == ["thon-07", "thon-07.du-phong"]
    folder.run("messages", "bounced", number).done()
    assert folder.run("messages", "list", "--state", "failed", "--json").data[0]["id"] == int(number)
    doctor = folder.run("doctor")
    assert (doctor.code, "1 thư không gửi được" in doctor.out) == (1, True)
    folder.run("messages", "retry", number).done()


def test_a_refused_connection_is_told_and_every_message_waits_for_its_next_try(tmp_path: Path) -> None:
    folder = ready(tmp_path)
    by_mail(folder, closed_port(), "none")
    before = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}"
    ran = folder.run("remind")
    ran.refused("Chưa gửi được", "gửi lại", HOST)
    count, reason, again, _ = folder.rows(WAITING)[0]
    assert (count, bool(reason)) == (PEOPLE, True)
    assert again > before
    doctor = folder.run("doctor", "--json")
    findings = {one["name"]: one for one in doctor.data}
    assert (doctor.code, findings["Kênh thư điện tử"]["well"], doctor.err) == (1, False, "")
    assert HOST in findings["Kênh thư điện tử"]["text"]
    assert "Traceback" not in findings["Kênh thư điện tử"]["text"]


def test_a_server_without_starttls_is_a_matter_of_settings_and_loses_nothing(tmp_path: Path) -> None:
    folder = ready(tmp_path)
    with Sink() as sink:
        by_mail(folder, sink.port, "starttls")
        folder.run("remind").refused("STARTTLS")
        count, reason, _, attempts = folder.rows(WAITING)[0]
        assert (count, attempts, "STARTTLS" in reason) == (PEOPLE, 0, True)
        assert sink.accepted == 0
        doctor = folder.run("doctor")
        assert (doctor.code, "STARTTLS" in doctor.out) == (1, True)
        folder.configure(("security", '"none"'))
        folder.run("remind").done()
        assert sink.accepted == PEOPLE
    assert folder.rows(STATES) == [("sent", PEOPLE)]


def test_an_outbox_that_cannot_be_written_is_told_and_loses_nothing(tmp_path: Path) -> None:
    folder = ready(tmp_path)
    folder.write("outbox", "một tệp ở chỗ của thư mục")
    folder.run("remind").refused("outbox", "được giữ")
    assert folder.rows(STATES) == [("pending", PEOPLE)]
    (folder.path / "outbox").unlink()
    folder.run("remind").done()
    assert folder.rows(STATES) == [("sent", PEOPLE)]


@pytest.mark.parametrize("largest_file", [4_096, 60_000, 250_000])
def test_a_full_disk_while_messages_leave_is_told_and_doubles_and_loses_nothing(
    tmp_path: Path, largest_file: int
) -> None:
    folder = ready(tmp_path)
    folder.configure(("lease_seconds", "1"))
    folder.run("remind", largest_file=largest_file).refused("đầy")
    written = list(folder.path.glob("outbox/*/*"))
    assert all(file.suffix in {".eml", ".txt"} and file.read_bytes() for file in written)
    time.sleep(1.1)
    # Who goes on may take a busy machine's time; a lease of a second would end while it writes.
    folder.configure(("lease_seconds", "300"))
    folder.run("remind").done()
    assert folder.rows(STATES) == [("sent", PEOPLE)]
    assert len(list(folder.path.glob("outbox/*/*.eml"))) == PEOPLE


def test_serve_ticks_leaves_its_heartbeat_and_ends_well_on_sigterm(tmp_path: Path) -> None:
    folder = ready(tmp_path)
    folder.configure(("every_seconds", "1"))
    with folder.serving() as process:
        assert wait_for(lambda: folder.rows(STATES) == [("sent", PEOPLE)], 30)
        first = folder.rows("SELECT at FROM heartbeat")
        assert wait_for(lambda: folder.rows("SELECT at FROM heartbeat") not in ([], first), 10)
        assert folder.run("doctor").code == 0
        folder.run("tasks", "ack", "bc.mttq").done()
        code, out, err, seconds = stopped(process)
    assert (code, seconds < 20) == (0, True), err
    assert "Đã dừng" in out
    assert "Traceback" not in err
    for line in err.splitlines():
        assert isinstance(json.loads(line), dict)


@pytest.mark.slow
def test_two_serving_processes_double_nothing_and_both_end_well(tmp_path: Path) -> None:
    folder = ready(tmp_path)
    folder.configure(("every_seconds", "1"))
    with folder.serving() as one, folder.serving() as other:
        assert wait_for(lambda: folder.rows(STATES) == [("sent", PEOPLE)], 40)
        time.sleep(3)
        for process, sign in ((one, signal.SIGTERM), (other, signal.SIGINT)):
            code, _, err, seconds = stopped(process, sign)
            assert (code, seconds < 20, "Traceback" in err) == (0, True, False), err
    assert folder.rows(STATES) == [("sent", PEOPLE)]
    assert len(list(folder.path.glob("outbox/*/*.eml"))) == PEOPLE
    assert folder.rows("SELECT count(*), count(DISTINCT message_id) FROM attempt") == [(PEOPLE, PEOPLE)]


@pytest.mark.slow
def test_serve_outlives_a_mail_server_that_is_away(tmp_path: Path) -> None:
    folder = ready(tmp_path)
    folder.configure(("every_seconds", "1"), ("retry_first_seconds", "1"))
    port = closed_port()
    by_mail(folder, port, "none")
    with folder.serving() as process:
        assert wait_for(lambda: folder.rows("SELECT 1 FROM message WHERE attempts > 0") != [], 30)
        code, _, err, seconds = stopped(process)
    assert (code, seconds < 20, "Traceback" in err) == (0, True, False), err
    assert {state for state, _ in folder.rows(STATES)} == {"pending"}
