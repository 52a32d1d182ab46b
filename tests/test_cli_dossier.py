"""`mangnon dossier …` by hand: score, what is missing, make, check, letters."""

from __future__ import annotations

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
