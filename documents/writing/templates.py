"""The templates that ship: which there are, and how they are built.

`python -m documents.writing.templates` writes them anew; the commune may change its own copies in Word.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from db.errors import Refusal
from documents.writing import drafts_inside as inside
from documents.writing import drafts_outgoing as outgoing
from documents.writing.packing import packed
from documents.writing.sheet import Sheet

FOLDER = Path(__file__).parent.parent / "templates"


@dataclass(frozen=True)
class Template:
    """One template. `goes`: whether its document belongs in the dossier that is handed to the superior body."""

    key: str
    title: str
    draft: Callable[[], Sheet]
    goes: bool = True

    @property
    def file(self) -> str:
        """Its file name."""
        return f"{self.key}.docx"


TEMPLATES = (
    Template("to-trinh", "Tờ trình đề nghị công nhận", outgoing.proposal),
    Template("cong-van-gui-ho-so", "Công văn gửi hồ sơ", outgoing.letter),
    Template("bao-cao-tu-danh-gia", "Báo cáo kết quả tự đánh giá", outgoing.self_assessment),
    Template("bang-tu-cham-diem", "Bảng tự chấm điểm", outgoing.score_sheet),
    Template("quyet-dinh-hoi-dong", "Quyết định thành lập Hội đồng xét duyệt", inside.council_decision),
    Template("giay-moi-hop", "Giấy mời họp Hội đồng xét duyệt", inside.invitation),
    Template("bien-ban-hop", "Biên bản họp Hội đồng xét duyệt", inside.minutes),
    Template("bao-cao-tham-dinh", "Báo cáo thẩm định", outgoing.appraisal),
    Template("danh-muc-ho-so", "Danh mục hồ sơ", inside.register),
    Template("cong-van-don-doc", "Công văn đôn đốc", inside.reminder, goes=False),
)


def built(template: Template) -> bytes:
    """The template's .docx, the same bytes each time."""
    return packed(template.draft().document)


def template_bytes(template: Template, own: Path | None) -> bytes:
    """The commune's own copy in the folder `own` where there is one, else the shipped one. Raises Refusal."""
    path = own / template.file if own and (own / template.file).is_file() else FOLDER / template.file
    if path.stat().st_size > 5_000_000:
        raise Refusal(f"Mẫu {path} lớn quá 5 MB. Hãy bỏ bớt ảnh rồi lưu lại.")
    return path.read_bytes()


def write_all(folder: Path) -> list[Path]:
    """Write every template into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for one in TEMPLATES:
        (folder / one.file).write_bytes(built(one))
    return [folder / one.file for one in TEMPLATES]


if __name__ == "__main__":
    write_all(FOLDER)
