"""The demo's council: who sits in it, its meeting, and what it finds. Everybody and every document is invented.

It gives points only where the rule set has confirmed ones, and in one case more to show a reason; nothing is made up
for the criteria whose points nobody has confirmed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from db.tables import Plan
from mangnon.house import House
from tasks.actor import Actor
from tasks.council_findings import Ballot, Finding
from tasks.council_meetings import AGENDA, MeetingFacts, add_meeting
from tasks.council_members import MemberFacts, add_member, members_of
from tasks.council_scores import save_finding
from tasks.dossier_facts import DossierChanges, save_dossier
from tasks.score_sheet import score_sheet
from tasks.scoring import CriterionSheet

Deed = Callable[[Session, House], str]
KEEPER = Actor("Công chức Văn hóa - Xã hội (ví dụ)", "coordinator")
"""The coordinator of the example contacts."""
MEMBERS = (
    MemberFacts("Chủ tịch Hội đồng (ví dụ)", "Phó Chủ tịch UBND xã", "chair"),
    MemberFacts("Thư ký (ví dụ)", "Công chức Văn hóa - Xã hội", "secretary"),
    MemberFacts("Ủy viên A (ví dụ)", "Trạm trưởng Trạm Y tế"),
    MemberFacts("Ủy viên B (ví dụ)", "Hiệu trưởng Trường Mầm non"),
    MemberFacts("Ủy viên C (ví dụ)", "Bí thư Đoàn Thanh niên xã"),
)
AWAY = "Ủy viên C (ví dụ)"
WORDS: DossierChanges = {
    "signer_name": "Nguyễn Văn Mẫu",
    "recipients": ["Phòng Lao động - Thương binh và Xã hội thành phố (ví dụ)"],
    "bases": ["Luật Trẻ em ngày 05 tháng 4 năm 2016"],
    "class_bar": "mien-nui-hai-dao",
    "class_document": "Quyết định số 00/QĐ-TTg (ví dụ)",
    "quorum": 4,
    "quorum_source": "Quy chế làm việc của Hội đồng số 00/QC-HĐXD (ví dụ)",
}
OWN_JUDGEMENT, OWN_POINTS = 8, 40
STILL_OPEN = frozenset({11, 12, 13})


def seat_council() -> Deed:
    """The coordinator writes down who was appointed, the commune's class and the quorum."""

    def deed(session: Session, house: House) -> str:
        plan, now = house.bearings(session).plan_id, house.clock.now()
        for one in MEMBERS:
            add_member(session, plan, one, by=KEEPER, now=now)
        save_dossier(session, plan, WORDS, seen=0, by=KEEPER, now=now)
        return f"Cán bộ điều phối ghi Hội đồng xét duyệt: {len(MEMBERS)} thành viên."

    return deed


def hold_meeting(held_at: datetime, closed_at: datetime, place: str) -> Deed:
    """The council meets, and its secretary writes down what it found."""

    def deed(session: Session, house: House) -> str:
        plan, now = house.bearings(session).plan_id, house.clock.now()
        there = [one.id or 0 for one in members_of(session, plan) if one.name != AWAY]
        facts = MeetingFacts(held_at, place, AGENDA, closed_at, frozenset(there))
        add_meeting(session, plan, facts, by=KEEPER, now=now)
        sheet = score_sheet(session, session.get_one(Plan, plan))
        for one in sheet.criteria:
            save_finding(session, plan, one.criterion.no, _finding(one, there), seen=0, by=KEEPER, now=now)
        return f"Hội đồng xét duyệt họp, có mặt {len(there)}/{len(MEMBERS)}, xem xét {len(sheet.criteria)} tiêu chí."

    return deed


def _finding(sheet: CriterionSheet, there: list[int]) -> Finding:
    no = sheet.criterion.no
    reached = None if no in STILL_OPEN else True
    if no == OWN_JUDGEMENT and sheet.points is None:
        votes = (
            Ballot(there[0], OWN_POINTS),
            Ballot(there[2], OWN_POINTS - 5, "số liệu quý IV chưa đủ (ví dụ)"),
        )
        return Finding(OWN_POINTS, reached, "Theo sổ theo dõi cân nặng của trạm (ví dụ)", votes)
    if sheet.points is None:
        return Finding(reached=reached)
    points = sheet.points.low
    reason = "" if sheet.points.exact else "Hội đồng lấy mức chắc chắn đạt được (ví dụ)"
    return Finding(points, reached, reason, tuple(Ballot(one, points) for one in there))
