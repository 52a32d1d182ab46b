"""`mangnon dossier …` by hand: score, what is missing, make, check, letters."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

from cli_runner import ready


def test_an_officer_scores_makes_and_checks_a_dossier(tmp_path: Path) -> None:
    folder = ready(tmp_path)
    scored = folder.run("dossier", "score", "--suppose", "8=40", "--json").done().data
    assert scored["unconfirmed"] == [2, 3, 4, 5, 8, 9, 10, 11, 12, 13]
    assert scored["scenario"].startswith("Nếu tiêu chí 8 đạt 40 điểm thì tổng từ 40 đến 315 điểm")
    folder.run("dossier", "details", "ho-so.toml").done()
    folder.run("dossier", "details", "ho-so.toml").refused("Đã có tệp")
    folder.run("dossier", "templates", "mau").done()
    folder.run("dossier", "templates", "mau").refused("không trống")
    asked = folder.run("dossier", "make", "ho-so.zip", "--details", "ho-so.toml")
    assert asked.code == 1 and "Tiêu chí 2" in asked.err and not (folder.path / "ho-so.zip").exists()
    options = ("--details", "ho-so.toml", "--templates", "mau", "--yes", "--json")
    made = folder.run("dossier", "make", "ho-so.zip", *options).done().data
    folder.run("dossier", "make", "ho-so.zip", "--yes").refused("Đã có tệp")
    assert folder.run("dossier", "check", "ho-so.zip", "--seal", made["seal"], "--json").done().data["sound"]
    folder.run("dossier", "check", "ho-so.zip", "--seal", "abc").refused("không đúng mẫu")
    alone = folder.run("dossier", "check", "ho-so.zip").done()
    assert "Chưa đối chiếu với dấu nào" in alone.err and "nguyên vẹn" not in alone.out
    wrong = folder.run("dossier", "check", "ho-so.zip", "--seal", "0" * 64)
    assert wrong.code == 1 and "Dấu của hồ sơ khác" in wrong.err
    (entry,) = [
        one for one in folder.run("journal", "show", "--json").data if one["action"] == "dossier.made"
    ]
    assert entry["payload"]["seal"] == made["seal"]


def test_options_that_cannot_be_are_refused(tmp_path: Path) -> None:
    folder = ready(tmp_path)
    folder.run("dossier", "score", "--suppose", "tám").refused("8=40")
    folder.run("dossier", "score", "--suppose", "6=999").refused("từ 0 đến 125")
    folder.run("dossier", "make", "x.zip", "--details", "khong-co.toml").refused("Không có tệp")
    folder.run("dossier", "check", "config.toml").refused("không phải tệp hồ sơ")


def minutes_in(path: Path) -> str:
    """The words of a dossier's minutes."""
    with zipfile.ZipFile(path) as archive:
        (name,) = [one for one in archive.namelist() if "bien-ban" in one]
        with zipfile.ZipFile(io.BytesIO(archive.read(name))) as paper:
            return re.sub(r"<[^>]+>", "", paper.read("word/document.xml").decode())


def test_an_officer_says_which_meeting_the_minutes_are_of(tmp_path: Path) -> None:
    folder = ready(tmp_path)
    member = (
        '[[council.member]]\nname = "Ủy viên A"\n[meeting]\nplace = "Phòng họp"\npresent = ["Ủy viên A"]\n'
    )
    for at in ("14 giờ 00 ngày 18/11/2024", "08 giờ 30 ngày 25/11/2024"):
        (folder.path / "hop.toml").write_text(f'{member}at = "{at}"\n', encoding="utf-8")
        folder.run("dossier", "import", "hop.toml").done()
    made = folder.run("dossier", "make", "moi-nhat.zip", "--yes", "--json").done().data
    assert made["meeting"] == 2 and "8 giờ 30 ngày 25/11/2024" in minutes_in(folder.path / "moi-nhat.zip")
    for place, said in enumerate(("18/11/2024", "14 giờ 00 ngày 18/11/2024", "1")):
        name = f"ho-so-{place}.zip"
        folder.run("dossier", "make", name, "--yes", "--meeting", said).done()
        words = minutes_in(folder.path / name)
        assert "14 giờ 00 ngày 18/11/2024" in words and "25/11/2024" not in words
    refused = folder.run("dossier", "make", "x.zip", "--yes", "--meeting", "19/11/2024")
    refused.refused("Số 1: 14 giờ 00 ngày 18/11/2024; số 2: 8 giờ 30 ngày 25/11/2024.")
    both = ("--meeting", "1", "--details", "hop.toml")
    folder.run("dossier", "make", "x.zip", "--yes", *both).refused("bỏ --meeting hoặc bỏ --details")
    noted = [one for one in folder.run("journal", "show", "--json").data if one["action"] == "dossier.made"]
    assert sorted(one["payload"]["meeting"] for one in noted) == [1, 1, 1, 2]


def test_a_meeting_is_asked_for_only_where_there_is_one(tmp_path: Path) -> None:
    folder = ready(tmp_path)
    folder.run("dossier", "make", "x.zip", "--yes", "--meeting", "1").refused("chưa có cuộc họp nào")
