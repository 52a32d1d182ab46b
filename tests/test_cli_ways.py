"""The command line: numbers and orders of ways come in by the file, are told again, and count only where they are used."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from cli_runner import ready

HEAD = "đơn vị,vai trò,mã người,họ tên,xưng hô,thư điện tử,thư dự phòng,điện thoại,kênh"
ROW = "thon-07,đầu mối,thon-07,Trưởng thôn số 7 (ví dụ),anh Bảy,,,0900 001 234,tin nhắn"


def test_somebody_with_only_a_number_is_told_with_it_and_is_not_reached_by_mail(tmp_path: Path) -> None:
    folder = ready(tmp_path)
    folder.write("so.csv", f"{HEAD}\n{ROW}\n")
    folder.run("contacts", "import", "so.csv").done()
    people = {one["key"]: one for one in folder.run("contacts", "list", "--json").data}
    assert people["thon-07"]["addresses"] == [
        "Tin nhắn SMS 0900 001 234", "Zalo theo số điện thoại 0900 001 234"
    ]  # fmt: skip
    assert people["thon-07"]["remark"] == ""
    shown = folder.run("contacts", "show", "thon-07").done().out
    assert "Kênh: tin nhắn, zalo số điện thoại" in shown
    assert "1. Tin nhắn SMS 0900 001 234\n" in shown
    folder.configure(("channels", '["email"]'))
    people = {one["key"]: one for one in folder.run("contacts", "list", "--json").data}
    assert people["thon-07"]["remark"] == "chưa nhận được tin"
    assert "1. Tin nhắn SMS 0900 001 234 (kênh này chưa bật)" in folder.run("contacts", "show", "thon-07").out
    data = folder.run("contacts", "show", "thon-07", "--json").data
    assert [one["in_use"] for one in data["addresses"]] == [False, False]
    unreached = "chưa có địa chỉ dùng được: Thôn số 7."
    assert unreached in " ".join(folder.run("status").done().out.split())
    folder.configure(("channels", '["email", "sms"]'))
    assert unreached not in " ".join(folder.run("status").done().out.split())


def test_what_is_wrong_with_a_number_or_an_order_is_told_with_its_line(tmp_path: Path) -> None:
    folder = ready(tmp_path)
    folder.write(
        "so.csv", f"{HEAD}\n{ROW.replace('0900 001 234', '123').replace('tin nhắn', 'tin nhan, zallo')}\n"
    )
    folder.run("contacts", "import", "so.csv").refused("dòng 2", "thừa ô")
    folder.write("so.csv", f"{HEAD}\n{ROW.replace('0900 001 234', '123').replace('tin nhắn', 'zallo')}\n")
    folder.run("contacts", "import", "so.csv").refused(
        "«123» không phải số di động", "«zallo»; có phải «zalo»"
    )


def test_the_report_of_the_channels_adds_up_with_what_was_sent(tmp_path: Path) -> None:
    folder = ready(tmp_path)
    folder.run("remind").done()
    report = folder.run("messages", "report", "--json").data
    sent = len(folder.rows("SELECT id FROM message WHERE state = 'sent'"))
    assert (report["messages"], report["sent"], report["tries"]) == (sent, sent, sent)
    assert [(one["name"], one["in_use"], one["sent"]) for one in report["lines"]] == [("file", True, sent)]
    told = folder.run("messages", "report").done()
    assert f"{sent} thư trong 30 ngày qua" in told.out
    assert told.err == ""
    with closing(sqlite3.connect(folder.database)) as connection, connection:
        row = ("file", "2026-01-02 01:30:00", "Ổ đĩa đầy.", "2026-01-02 01:31:00")
        connection.execute(
            "INSERT INTO channel_state (name, closed_at, closed_because, try_again_at) VALUES (?, ?, ?, ?)",
            row,
        )
    told = folder.run("messages", "report").done()
    assert "Kênh hộp thư trên máy đang dừng từ 08:30 02/01/2026: Ổ đĩa đầy." in told.err


def test_taking_the_links_of_a_lost_telephone_back_ends_its_sessions_and_tells_of_its_chat(
    tmp_path: Path,
) -> None:
    """Zalo on that telephone would let its finder in again by VAO."""
    folder = ready(tmp_path)
    with closing(sqlite3.connect(folder.database)) as connection, connection:
        found = "SELECT id, commune_id FROM person WHERE key = 'thon-07'"
        person, commune = connection.execute(found).fetchone()
        columns = "commune_id, person_id, origin, token_hash, device, created_at, last_seen_at, expires_at"
        at = "2026-01-02 01:30:00"
        row = (commune, person, "sign_in", "x" * 64, "", at, at, "2036-01-02 01:30:00")
        connection.execute(f"INSERT INTO web_session ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
    assert "VAO" not in folder.run("contacts", "unlink", "thon-07").done().err
    assert folder.rows("SELECT id FROM web_session WHERE revoked_at IS NULL") == []
    with closing(sqlite3.connect(folder.database)) as connection, connection:
        chat = (commune, person, 9, "zalo_bot", "user:c7")
        columns = "commune_id, person_id, position, channel, address"
        connection.execute(f"INSERT INTO contact_point ({columns}) VALUES (?, ?, ?, ?, ?)", chat)
    told = folder.run("contacts", "unlink", "thon-07").done().err
    assert ("VAO" in told, "danh bạ" in told) == (True, True)
