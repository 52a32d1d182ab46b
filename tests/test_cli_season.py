"""A season by hand: from the README's first lines to the dossier's submission."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cli_runner import Folder, ready

TODAY = f"{datetime.now(UTC):%d/%m/%Y}"
EXAMPLES = {"share": "45/50", "count": "3", "yes_no": "có"}


def report_everything(folder: Folder) -> None:
    """Hand in and accept a report for every task of the plan."""
    for task in folder.run("tasks", "list", "--json").data:
        figures = folder.run("tasks", "show", task["key"], "--json").data["indicators"]
        given = [word for one in figures for word in ("--figure", f"{one['key']}={EXAMPLES[one['kind']]}")]
        folder.run("tasks", "report", task["key"], *given, "--note", "Đã làm xong.").done()
        folder.run("tasks", "accept", task["key"]).done()


def stage(folder: Folder) -> Any:
    return folder.run("status", "--json").data["stage"]


@pytest.mark.slow
def test_a_plan_goes_all_the_way_to_submission_and_back_with_a_reason(tmp_path: Path) -> None:
    folder = ready(tmp_path)
    report_everything(folder)
    decision = f"council_decision=12/QĐ-UBND;{TODAY};VHXH"
    taken = folder.run("step", "convene", "--document", decision, "--json").done().data
    assert (taken["from_stage"], taken["to_stage"]) == ("collecting", "council")
    folder.run("step", "appraise").refused("Biên bản")
    folder.run("step", "collect_again").refused("lý do")
    folder.run("step", "collect_again", "--reason", "Bổ sung số liệu tiêu chí 5").done()
    assert stage(folder) == "collecting"
    folder.run("step", "convene").done()
    folder.run("step", "appraise", "--document", f"council_minutes=01/BB-HĐ;{TODAY};VHXH").done()
    papers = [f"appraisal_report=30/BC-UBND;{TODAY};VHXH", f"submission_letter=31/TTr-UBND;{TODAY};VHXH"]
    folder.run("step", "submit", "--document", papers[0]).refused("Tờ trình")
    folder.run("step", "submit", *(word for paper in papers for word in ("--document", paper))).done()
    assert stage(folder) == "submitted"
    assert folder.run("journal", "verify", "--json").data["sound"]


def test_a_soft_blocker_yields_only_to_leadership_with_a_reason(tmp_path: Path) -> None:
    folder = ready(tmp_path)
    before = folder.dump()
    shown = folder.run("step").done().out
    assert "convene" in shown and "--override" in shown
    folder.run("step", "convene").refused("Thôn số 1", "Lãnh đạo UBND có thể cho qua")
    folder.run("step", "convene", "--override", "Gấp").refused("Chỉ lãnh đạo UBND")
    folder.run("--as", "thon-01", "step", "convene").refused("cán bộ điều phối hoặc lãnh đạo")
    folder.run("step", "convene", "--document", "council_decision=12/QĐ;1/1/2099;VHXH").refused("chưa đến")
    assert folder.dump() == before
    folder.run("--as", "chu-tich", "step", "convene", "--override", "Hội đồng họp sớm").done()
    assert stage(folder) == "council"
    newest = folder.run("journal", "show", "--newest", "1", "--json").data[0]
    assert (newest["actor"], newest["payload"]["override"]) == (
        "Chủ tịch UBND xã (ví dụ)",
        "Hội đồng họp sớm",
    )


def test_a_hard_blocker_yields_to_nobody(tmp_path: Path) -> None:
    folder = ready(tmp_path)
    folder.run("--as", "chu-tich", "step", "convene", "--override", "Gấp").done()
    minutes = f"council_minutes=01/BB;{TODAY};VHXH"
    words = ("step", "appraise", "--override", "Gấp", "--document", minutes)
    before = folder.dump()
    folder.run("--as", "chu-tich", *words).refused("Tiêu chí 5", "[bắt buộc]", "không ai cho qua được")
    assert folder.dump() == before


def test_a_unit_reports_and_the_office_returns_and_accepts(tmp_path: Path) -> None:
    folder = ready(tmp_path)
    as_station = ("--as", "tram-y-te", "tasks")
    folder.run(*as_station, "ack", "tc05.tram-y-te").done()
    folder.run(*as_station, "report", "tc05.tram-y-te").refused("«tai-nan»")
    folder.run(*as_station, "report", "tc05.tram-y-te", "--figure", "tai-na=1").refused(
        "có phải «tai-nan» không?"
    )
    folder.run(*as_station, "report", "tc05.tram-y-te", "--figure", "tai-nan=hai").refused("«hai»")
    folder.run(*as_station, "report", "tc05.tram-y-te", "--figure", "tai-nan=2").done()
    folder.run("tasks", "return", "tc05.tram-y-te", "--reason", "Ghi rõ số liệu tháng 9").done()
    folder.run(*as_station, "report", "tc05.tram-y-te", "--figure", "tai-nan=3").done()
    folder.run(*as_station, "accept", "tc05.tram-y-te").refused()
    folder.run("tasks", "accept", "tc05.tram-y-te", "--remark", "Đủ").done()
    shown = folder.run("tasks", "show", "tc05.tram-y-te").done().out
    for word in ("nộp báo cáo lần 1", "tai-nan=2", "Ghi rõ số liệu tháng 9", "nộp báo cáo lần 2", "đã duyệt"):
        assert word in shown
    assert folder.run("tasks", "show", "tc05.tram-y-te", "--json").data["task"]["state"] == "accepted"


def test_more_time_is_asked_for_refused_granted_or_given(tmp_path: Path) -> None:
    folder = ready(tmp_path)
    later = f"{datetime.now(UTC) + timedelta(days=20):%d/%m/%Y}"
    folder.run("tasks", "extend", "bc.mttq", "--to", "1/1/2025", "--reason", "Bận").refused("đã qua")
    folder.run("tasks", "extend", "bc.mttq", "--to", later, "--ask").refused("lý do")
    folder.run("tasks", "extend", "bc.mttq", "--grant").refused("không có yêu cầu")
    ask = ("tasks", "extend", "bc.mttq", "--to", later, "--ask", "--reason", "Bận đại hội")
    folder.run("--as", "mttq", *ask).done()
    folder.run("tasks", "extend", "bc.mttq", "--refuse").refused("lý do")
    folder.run("tasks", "extend", "bc.mttq", "--refuse", "--reason", "Hạn của cấp trên").done()
    folder.run("--as", "mttq", *ask).done()
    folder.run("--as", "mttq", "tasks", "extend", "bc.mttq", "--grant").refused()
    folder.run("tasks", "extend", "bc.mttq", "--grant").done()
    folder.run("tasks", "extend", "bc.thon-01", "--to", later, "--reason", "Mưa lũ").done()
    shown = folder.run("tasks", "list", "--json").data
    assert {task["key"] for task in shown if not task["late"]} == {
        "bc.mttq",
        "bc.thon-01",
        "nv.vhxh-tong-hop",
    }


def test_names_quiet_people_and_substitutes_are_kept_and_journalled(tmp_path: Path) -> None:
    folder = ready(tmp_path)
    folder.run("units", "rename", "thon-07", "  Thôn số 7   (ví dụ) ").done()
    assert "Thôn số 7 (ví dụ)" in {unit["name"] for unit in folder.run("units", "list", "--json").data}
    folder.run("contacts", "quiet", "thon-07").done()
    people = {one["key"]: one for one in folder.run("contacts", "list", "--json").data}
    assert people["thon-07"]["remark"] == "thôi nhắc sớm"
    away = ("contacts", "substitute", "thon-03", "thon-04", "--from", "21/10/2024", "--until", "26/10/2024")
    assert "21/10/2024 đến trước 26/10/2024" in folder.run(*away).done().out
    folder.run(*away).refused("đã có người thay")
    actions = [entry["action"] for entry in folder.run("journal", "show", "--json").data]
    assert actions[-3:] == ["unit.renamed", "person.quiet", "person.substituted"]
    shown = folder.run("journal", "show", "--newest", "3").done().out
    assert "đổi tên đơn vị" in shown and "cử người thay" in shown


def test_the_procedure_is_drawn_with_the_present_stage_marked(tmp_path: Path) -> None:
    out = ready(tmp_path).run("step", "--graph").done().out
    assert "stateDiagram" in out
    assert "stage_collecting s_active" in out


def test_importing_people_twice_changes_nothing_but_the_journal(tmp_path: Path) -> None:
    folder = ready(tmp_path)
    before = folder.run("contacts", "list", "--json").data
    folder.run("contacts", "import", "contacts-example").done()
    assert folder.run("contacts", "list", "--json").data == before
    assert (
        json.loads(folder.rows("SELECT payload FROM journal_entry ORDER BY seq DESC")[0][0])["people"] == 27
    )
