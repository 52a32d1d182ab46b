"""`mangnon serve` where there is no plan yet: one link on the terminal, good until there is a commune, in no log."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import httpx2
from cli_runner import Folder, fresh, ready, stopped
from test_web_serving import opened
from typed_form import TypedForm

from benchmarks.reading import FOLDER

WHO = {"ho_ten": "Người Điều Phối (ví dụ)", "thu": "dieu-phoi@xa.example", "dien_thoai": ""}


def printed(process: subprocess.Popen[str]) -> tuple[str, str]:
    """The address that the process answers at, and the path of the first link."""
    assert process.stdout is not None
    base = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
    link = re.search(r"http://localhost:8000(/bat-dau/\S+)", process.stdout.readline())
    assert base
    assert link
    return base[0], link[1]


def test_the_link_is_printed_opens_the_first_page_and_is_neither_logged_nor_kept(tmp_path: Path) -> None:
    folder = fresh(tmp_path)
    with folder.serving() as process:
        base, link = printed(process)
        secret = link.rpartition("/")[2]
        assert "Cán bộ điều phối" in opened(base + link).text
        assert (opened(base).status_code, opened(f"{base}/bat-dau/x").status_code) == (503, 404)
        kept = b"".join(one.read_bytes() for one in folder.path.rglob("*") if one.is_file())
        code, out, err, _ = stopped(process)
    assert (code, "Traceback" in err) == (0, False), err
    assert "/bat-dau/{token}" in err
    assert secret not in err + out
    assert secret.encode() not in kept


def test_by_the_link_the_first_plan_comes_in_and_afterwards_it_opens_nothing(tmp_path: Path) -> None:
    folder = fresh(tmp_path)
    with folder.serving() as process:
        base, link = printed(process)
        opened(base + link)
        with httpx2.Client(base_url=base, follow_redirects=True, timeout=60) as client:
            answer = client.post(
                link, data=WHO, files={"tep": ("ke-hoach.txt", (FOLDER / "hoang-dong-2024.txt").read_bytes())}
            )
            done = TypedForm(client, answer, f"{link}/sua").press("nhap").answer  # type: ignore[arg-type]
            assert (done.status_code, done.url.path, WHO["ho_ten"] in done.text) == (200, "/bang", True)
        assert opened(base + link).status_code == 410
        _, _, err, _ = stopped(process)
    assert folder.rows("SELECT role FROM member") == [("coordinator",)]
    folder.run("journal", "verify").done()
    assert not any(one in err for one in (link.rpartition("/")[2], WHO["thu"], WHO["ho_ten"], "Traceback"))


def test_a_plan_that_came_in_by_command_meanwhile_ends_the_link_too(tmp_path: Path) -> None:
    folder = fresh(tmp_path)
    with folder.serving() as process:
        base, link = printed(process)
        opened(base + link)
        folder.run("plan", "import", "hoang-dong-2024").done()
        assert opened(base + link).status_code == 410
        assert opened(f"{base}/vao").status_code == 200


def test_where_there_is_a_plan_no_link_is_printed(tmp_path: Path) -> None:
    folder: Folder = ready(tmp_path)
    with folder.serving() as process:
        assert process.stdout is not None
        base = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
        assert base
        assert opened(f"{base[0]}/bat-dau/x").status_code == 410
        _, out, _, _ = stopped(process)
    assert "bat-dau" not in out
