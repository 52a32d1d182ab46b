"""What the demo's units put beside their reports: papers by number, and two small files. All of it is invented.

The criteria that may tell of one child have papers by number only, as everywhere.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import docx
from sqlmodel import Session

from mangnon.house import House
from tasks.actor import Actor
from tasks.evidence import Attachment, Reference, add_file, add_reference
from tasks.evidence_files import received
from tasks.evidence_kinds import kind_of
from tasks.listing import TaskLine
from tasks.sheets import Column, Sheet, spreadsheet

INVENTED = "Tệp ví dụ do bản chạy thử tạo ra; số liệu và tên đều là bịa."


@dataclass(frozen=True)
class Made:
    """A file that is made on the spot."""

    name: str
    content: Callable[[], bytes]


def put_proofs(session: Session, house: House, line: TaskLine, by: Actor) -> None:
    """Put beside a report what belongs to it; nothing the second time, after it was returned."""
    if line.kind != "criterion" or line.state == "returned":
        return
    now = house.clock.now()
    for paper in PAPERS.get(line.criterion_no or 0, ()):
        add_reference(session, line.id, paper, by=by, now=now)
    made = FILES.get(line.criterion_no or 0)
    if made is not None:
        with received(house.evidence_folder, io.BytesIO(made.content())) as draft:
            add_file(
                session, line.id, Attachment(made.name, kind_of(draft.path, made.name), draft), by=by, now=now
            )


def _vaccinated() -> bytes:
    columns = (Column("Thôn", 20), Column("Trẻ dưới 1 tuổi", 18), Column("Tiêm đủ 8 loại vắc xin", 24))
    rows = [(f"Thôn số {number}", 10, 10) for number in range(1, 17)]
    return spreadsheet(Sheet("Tiêm chủng (ví dụ)", columns, rows, [(INVENTED, None, None)]))


def _play_places() -> bytes:
    paper, stream = docx.Document(), io.BytesIO()
    paper.add_heading("Danh sách điểm vui chơi cho trẻ em (ví dụ)", level=1)
    for place in ("Sân nhà văn hóa thôn số 1", "Sân nhà văn hóa thôn số 7", "Sân bóng trung tâm xã"):
        paper.add_paragraph(place, style="List Bullet")
    paper.add_paragraph(INVENTED)
    paper.save(stream)
    return stream.getvalue()


PAPERS: Mapping[int, tuple[Reference, ...]] = {
    1: (
        Reference(
            "Quyết định phân công người làm công tác bảo vệ trẻ em (ví dụ)", "00/QĐ-UBND", date(2024, 5, 10),
            "Công chức Văn hóa - Xã hội", "Văn thư xã",
        ),
    ),
    2: (
        Reference(
            "Báo cáo công tác hộ tịch năm 2024 (ví dụ)", "00/BC-TPHT", date(2024, 10, 11), "Công chức Tư pháp - Hộ tịch",
            "Bộ phận Một cửa",
        ),
    ),
    8: (
        Reference(
            "Sổ theo dõi cân nặng, chiều cao năm 2024 (ví dụ)", "00/TYT", date(2024, 10, 21), "Trạm Y tế", "Tủ hồ sơ của trạm",
        ),
    ),
}  # fmt: skip
FILES: Mapping[int, Made] = {
    7: Made("tiem-chung-vi-du.xlsx", _vaccinated),
    12: Made("diem-vui-choi-vi-du.docx", _play_places),
}
