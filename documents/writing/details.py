"""What a dossier needs and the plan does not say: signer, council, meeting, class of the commune. A file that people write.

Everything may be missing: it is then left open in the documents, and named before the dossier is made.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from plans.toml_source import load
from tasks.ruleset import Key
from tasks.statements import Part

Line = Annotated[str, Field(max_length=500)]
Number = Annotated[int, Field(ge=1, le=99)]

EXAMPLE = """\
# Những điều hồ sơ cần mà kế hoạch không ghi. Mục nào chưa có thì để trống: văn bản sẽ chừa chỗ để ghi tay.
signer_name = ""                 # họ và tên người ký, không ghi học hàm, học vị
drafting = "VHXH"                # bộ phận soạn thảo, dùng ở số công văn và dòng Lưu
recipients = []                  # nơi nhận, ngoài dòng "Như trên" và "Lưu"
bases = []                       # căn cứ thẩm quyền cần thêm, mỗi căn cứ một dòng, không ghi chữ "Căn cứ"
strengths = []                   # ưu điểm cần nêu thêm
gaps = []                        # tồn tại, hạn chế cần nêu thêm

[class]
bar = ""                         # loại xã: phuong-thanh-pho-truc-thuoc, mien-nui-hai-dao hoặc con-lai
document = ""                    # văn bản xác định loại xã: số, ngày, cơ quan ban hành

[council]
reached = []                     # số các tiêu chí Hội đồng kết luận đạt
not_reached = []                 # số các tiêu chí Hội đồng kết luận chưa đạt
# [[council.member]]
# name = ""
# position = "Phó Chủ tịch UBND xã"
# part = "Chủ tịch Hội đồng"     # hoặc Phó Chủ tịch Hội đồng, Thư ký, Ủy viên

[meeting]
at = ""                          # 14 giờ 00 ngày 22/11/2024
place = ""
present = ""                     # 07/09 thành viên
closed_at = ""
agenda = []
"""


class ClassChoice(Part):
    """The class of the commune: the key of a bar, and the document that says so."""

    bar: Key | Annotated[str, Field(max_length=0)] | None = ""
    document: Line = ""


class CouncilMember(Part):
    """A member of the council with position and part in it."""

    name: Line
    position: Line = ""
    part: Line = "Ủy viên"


class Council(Part):
    """The council: its members and which criteria it found reached."""

    members: Annotated[tuple[CouncilMember, ...], Field(alias="member")] = ()
    reached: tuple[Number, ...] = ()
    not_reached: tuple[Number, ...] = ()

    def with_part(self, word: str) -> CouncilMember | None:
        """The first member whose part begins so."""
        return next((one for one in self.members if one.part.casefold().startswith(word)), None)

    @property
    def findings(self) -> dict[int, bool]:
        """Criterion -> whether it was found reached; a contradiction counts as not reached."""
        return dict.fromkeys(self.reached, True) | dict.fromkeys(self.not_reached, False)


class Meeting(Part):
    """The council's meeting, in the words that shall be printed."""

    at: Line = ""
    place: Line = ""
    present: Line = ""
    closed_at: Line = ""
    agenda: tuple[Line, ...] = ()


class Details(Part):
    """All of it."""

    signer_name: Line = ""
    drafting: Line = "VHXH"
    recipients: tuple[Line, ...] = ()
    bases: tuple[Line, ...] = ()
    strengths: tuple[Line, ...] = ()
    gaps: tuple[Line, ...] = ()
    commune_class: Annotated[ClassChoice, Field(alias="class")] = ClassChoice()
    council: Council = Council()
    meeting: Meeting = Meeting()


def read_details(path: Path | None) -> Details:
    """The file's details; none for no file. Raises Refusal with a line per problem."""
    return load(path, Details) if path else Details()
