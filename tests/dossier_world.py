"""The Hoàng Đồng plan with every report in, evidence of every sort, and a filled file of details."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import Any

from copied_rows import built_once
from hoang_dong import OFFICER, STATION, World, found
from sqlalchemy import insert

from db.store import Store
from db.tables import Evidence
from documents.writing.contexts import common, for_template, reminder
from documents.writing.details import Details
from documents.writing.facts import PlanFacts, read_facts
from documents.writing.filling import fill
from documents.writing.templates import TEMPLATES, template_bytes
from tasks import reporting, reviewing
from tasks.clock import ManualClock
from tasks.figures import Figure
from tasks.history import past_of
from tasks.listing import list_tasks
from tasks.ruleset import Criterion, find_rule_set
from tasks.workdays import load_calendar

CALENDAR = load_calendar(None)
TODAY = date(2024, 11, 20)
PICTURE = b"%PDF-1.7 minh chung"
SECRET = "Hồ sơ vụ việc 07/CA"
CHILD = "cháu Nguyễn Văn A.pdf"
DETAILS = Details.model_validate(
    {
        "signer_name": "Nguyễn Văn Mẫu", "recipients": ["Phòng Y tế thành phố"], "bases": ["Luật Trẻ em"],
        "strengths": ["Các thôn tham gia tích cực."], "gaps": ["Điểm vui chơi còn ít."],
        "class": {"bar": "mien-nui-hai-dao", "document": "Quyết định số 00/QĐ-TTg (ví dụ)"},
        "council": {
            "reached": list(range(1, 13)), "not_reached": [13], "quorum": 2,
            "score": [{"no": 8, "points": 40, "reason": "theo sổ theo dõi cân nặng", "votes": [{"member": "Lê Văn Mẫu", "points": 35}]},
                      {"no": 6, "points": 50, "reason": "chưa đủ kế hoạch can thiệp"}],
            "member": [
                {"name": "Nguyễn Văn Mẫu", "position": "Phó Chủ tịch UBND xã", "part": "Chủ tịch Hội đồng"},
                {"name": "Trần Thị Mẫu", "position": "Công chức VHXH", "part": "Thư ký"},
                {"name": "Lê Văn Mẫu", "position": "Trạm trưởng Trạm Y tế"},
            ],
        },
        "meeting": {"at": "14 giờ 00 ngày 18/11/2024", "place": "Phòng họp UBND xã", "present": ["Nguyễn Văn Mẫu", "Trần Thị Mẫu"],
                    "closed_at": "16 giờ 30 cùng ngày", "agenda": ["Xem xét số liệu", "Chấm điểm"]},
    }
)  # fmt: skip


def figures_of(criterion: Criterion) -> list[Figure]:
    """Plausible figures that depend on nothing but the criterion."""
    return [
        Figure(one.key, 96, 100) if one.kind == "share" else Figure(one.key, value=1.0 if one.kind == "yes_no" else 2.0)
        for one in criterion.indicators
    ]  # fmt: skip


def finished(store: Store, clock: ManualClock, evidence: Path, *, hostile: bool = True) -> World:
    """Every task reported and accepted; criteria 2, 3 and 10 with evidence, some of it named as nobody should."""
    return finish(found(store, clock), evidence, hostile=hostile)


def finish(world: World, evidence: Path, *, hostile: bool = True) -> World:
    """The same for a world that stands already."""
    key = ("finished", world.clock.now(), hostile)
    files: dict[str, bytes] = built_once(world.store, key, lambda: _reported(world, evidence, hostile))
    evidence.mkdir(exist_ok=True)
    for name, content in files.items():
        (evidence / name).write_bytes(content)
    return world


def _reported(world: World, evidence: Path, hostile: bool) -> dict[str, bytes]:
    store, clock, rules = world.store, world.clock, find_rule_set("decision-06")
    with store.write() as session:
        for line in list_tasks(session, world.plan_id, TODAY, CALENDAR):
            figures = figures_of(rules.criterion(line.criterion_no)) if line.criterion_no else []
            reporting.submit_report(
                session,
                line.id,
                figures=figures,
                note=f"Ghi chú riêng của {line.key}",
                by=STATION,
                now=clock.now(),
            )
            reviewing.accept(session, line.id, by=OFFICER, now=clock.now())
    sound = {
        "title": "Báo cáo kết quả đăng ký khai sinh",
        "number": "12/BC",
        "holder": "Công chức Tư pháp - Hộ tịch",
    }
    trick = {"title": '=HYPERLINK("http://x")', "number": "12/BC"}
    name = "../sổ khai sinh.pdf" if hostile else "sổ khai sinh.pdf"
    add_evidence(world, evidence, "tc02.tu-phap", kind="file", file_name=name, content=PICTURE)
    add_evidence(world, evidence, "tc02.tu-phap", kind="reference", **(trick if hostile else sound))
    if hostile:
        add_evidence(
            world, evidence, "tc10.mn-hoa-hong", kind="file", file_name=CHILD, content=PICTURE + b"2"
        )
    add_evidence(world, evidence, "tc03.cong-an", kind="reference", title=SECRET, number="07/CA")
    return {one.name: one.read_bytes() for one in evidence.iterdir()}


def add_evidence(world: World, evidence: Path, task: str, content: bytes = b"", **values: Any) -> None:
    """Evidence of an accepted report, as if it had been gathered before it was handed in."""
    row = world.task(task)
    if content:
        evidence.mkdir(exist_ok=True)
        digest = hashlib.sha256(content).hexdigest()
        (evidence / digest).write_bytes(content)
        values |= {"sha256": digest, "size": len(content), "media_type": "application/pdf"}
    with world.store.write() as session:
        report = past_of(session, row.id or 0).last_report
        assert report is not None
        session.execute(
            insert(Evidence).values(
                commune_id=world.commune_id,
                task_id=row.id,
                report_id=report.id,
                by_name="Đơn vị",
                created_at=world.clock.now(),
                **values,
            )
        )


def facts_of(world: World, today: date = TODAY) -> PlanFacts:
    """What documents are written from."""
    with world.store.read() as session:
        return read_facts(session, world.plan_id, today, CALENDAR)


def filled(facts: PlanFacts, details: Details, own: Path | None = None) -> dict[str, bytes]:
    """Every document by its key."""
    shared = common(facts, details) | reminder(facts, "Trạm Y tế")
    shared["danh_muc"] = [{"so": 1, "ten": "Tờ trình", "noi_giu": "van-ban/01-to-trinh.docx", "tieu_chi": ""}]
    return {
        one.key: fill(template_bytes(one, own), for_template(shared, one.key), one.file) for one in TEMPLATES
    }
