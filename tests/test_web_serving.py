"""One process serves pages and reminders: links in messages open tasks, and one signal ends it all in order."""

from __future__ import annotations

import re
import socket
import time
from pathlib import Path

import httpx2
from cli_runner import Folder, ready, stopped


def test_init_makes_a_key_that_only_its_owner_reads_and_keeps_it(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.run("init").done()
    key = tmp_path / "mangnon.key"
    first = key.read_text()
    assert (key.stat().st_mode & 0o777, len(first) >= 32) == (0o600, True)
    folder.run("init").done()
    assert key.read_text() == first


def test_a_short_key_is_refused_by_name(tmp_path: Path) -> None:
    folder = ready(tmp_path)
    folder.run("status", MANGNON_WEB__SECRET_KEY="ngan").refused("MANGNON_WEB__SECRET_KEY", "32 ký tự")


def test_pages_are_served_a_mailed_link_opens_its_task_and_sigterm_ends_both(tmp_path: Path) -> None:
    folder = ready(tmp_path)
    folder.run("remind").done()
    letter = next(
        one.read_text() for one in folder.path.glob("outbox/*/*.txt") if "thon-07@" in one.read_text()
    )
    path = re.search(r"http://localhost:8000(/l/\S+)", letter)
    assert path, letter
    with folder.serving() as process:
        assert process.stdout is not None
        base = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
        assert base
        answer = opened(base[0] + path[1])
        assert (answer.status_code, "Báo cáo" in answer.text) == (200, True)
        code, out, err, seconds = stopped(process)
    assert (code, seconds < 20, "Đã dừng" in out, "Traceback" in err) == (0, True, True, False), err
    assert path[1].rpartition("/")[2] not in err
    assert "thon-07" not in err


def test_a_port_in_use_is_told_in_one_sentence(tmp_path: Path) -> None:
    folder = ready(tmp_path)
    with folder.serving() as process:
        assert process.stdout is not None
        port = re.search(r"127\.0\.0\.1:(\d+)", process.stdout.readline())
        assert port
        folder.run("serve", MANGNON_WEB__PORT=port[1]).refused("đang có chương trình khác dùng", "web.port")


def test_the_operator_hands_out_a_link_and_takes_all_back(tmp_path: Path) -> None:
    folder = ready(tmp_path)
    assert re.search(
        r"^http://localhost:8000/vao/\S+$", folder.run("contacts", "link", "thon-07").done().out, re.MULTILINE
    )
    folder.run("contacts", "link", "khong-co").refused("khong-co")
    assert folder.rows("SELECT count(*) FROM access_link WHERE revoked_at IS NULL") == [(1,)]
    folder.run("contacts", "unlink", "thon-07").done()
    assert folder.rows("SELECT count(*) FROM access_link WHERE revoked_at IS NULL") == [(0,)]


def test_evidence_files_travel_with_a_backup(tmp_path: Path) -> None:
    folder = ready(tmp_path)
    name = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
    place = folder.path / "minh-chung" / name
    place.parent.mkdir()
    place.write_bytes(b"hello")
    folder.run("backup", "ban-sao.db").done()
    place.unlink()
    folder.run("restore", "ban-sao.db", "--yes").done()
    assert place.read_bytes() == b"hello"


def opened(url: str) -> httpx2.Response:
    """What a browser gets, once the server answers."""
    for _ in range(50):
        try:
            with httpx2.Client(follow_redirects=True) as client:
                return client.get(url)
        except httpx2.ConnectError:
            time.sleep(0.1)
    raise AssertionError("the server never answered")


def test_an_upload_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    folder = ready(tmp_path)
    made = folder.run("contacts", "link", "thon-07").done().out
    with folder.serving() as process:
        assert process.stdout is not None
        base = re.search(r"http://127\.0\.0\.1:(\d+)", process.stdout.readline())
        assert base
        with httpx2.Client(base_url=base[0], follow_redirects=True) as client:
            client.post(str(re.search(r"/vao/\S+", made)[0]))  # type: ignore[index]
            number = folder.rows("SELECT id FROM task WHERE key = 'bc.thon-07'")[0][0]
            page = client.get(f"/viec/{number}").text
            token = re.search(r'name="csrf" value="([0-9a-f]{64})"', page)
            assert token
            before = _all_rows(folder)
            _half_an_upload(int(base[1]), client.cookies["phien"], number, token[1])
            assert client.get(f"/viec/{number}").status_code == 200
        _, _, err, _ = stopped(process)
    assert _all_rows(folder) == before
    evidence = folder.path / "minh-chung"
    assert not evidence.exists() or not list(evidence.iterdir())
    assert "Traceback" not in err


def _half_an_upload(port: int, cookie: str, number: int, csrf: str) -> None:
    """Begin to send a report with a file, and hang up in the middle of the file."""
    fields = "".join(
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in (("csrf", csrf), ("phien_ban", "1"), ("ghi_chu", "Nửa chừng."))
    )
    body = fields + '--x\r\nContent-Disposition: form-data; name="mc_tep"; filename="a.pdf"\r\n\r\n%PDF-1.4\n'
    head = (
        f"POST /viec/{number}/bao-cao HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: phien={cookie}\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 3000000\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall((head + body).encode() + b"\0" * 1_500_000)
        time.sleep(0.3)


def _all_rows(folder: Folder) -> dict[str, list[tuple[object, ...]]]:
    return {
        table: folder.rows(f"SELECT * FROM {table}")
        for table in ("report", "report_draft", "evidence", "task")
    }
