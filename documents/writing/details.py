"""What a dossier needs and the plan does not say: signer, council, meeting, class of the commune. A file that people write.

Everything may be missing: it is then left open in the documents, and named before the dossier is made.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from db.errors import Refusal
from plans.toml_source import load
from tasks.council import Agreed, Vote
from tasks.privacy import SENTENCE, names_a_child
from tasks.ruleset import Key
from tasks.statements import Part

Line = Annotated[str, Field(max_length=500)]
Number = Annotated[int, Field(ge=1, le=99)]
Score = Annotated[int, Field(ge=0, le=10_000)]

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
# quorum = 2                     # số thành viên tối thiểu để họp, theo quy chế của Hội đồng
quorum_source = ""               # văn bản quy định số tối thiểu đó
# [[council.score]]              # điểm Hội đồng thống nhất, mỗi tiêu chí một mục
# no = 8
# points = 40
# reason = ""                    # bắt buộc khi khác điểm tự chấm
# votes = [{ member = "Nguyễn Văn A", points = 35, remark = "" }]
# [[council.member]]
# name = ""
# position = "Phó Chủ tịch UBND xã"
# part = "Chủ tịch Hội đồng"     # hoặc Phó Chủ tịch Hội đồng, Thư ký, Ủy viên
# joined = ""                    # ngày tham gia, ví dụ 20/11/2024; để trống: là thành viên từ đầu

[meeting]
at = ""                          # 14 giờ 00 ngày 22/11/2024
place = ""
present = []                     # họ tên các thành viên có mặt
closed_at = ""
agenda = []
"""


class ClassChoice(Part):
    """The class of the commune: the key of a bar, and the document that says so."""

    bar: Key | Annotated[str, Field(max_length=0)] | None = ""
    document: Line = ""


class CouncilMember(Part):
    """A member of the council with position and part in it. `joined`: the day, "" for a member from the beginning."""

    name: Line
    position: Line = ""
    part: Line = "Ủy viên"
    joined: Line = ""


class MemberVote(Part):
    """What one member would give a criterion."""

    member: Line
    points: Score
    remark: Line = ""


class CouncilScore(Part):
    """What the council agreed on for one criterion."""

    no: Number
    points: Score
    reason: Line = ""
    votes: tuple[MemberVote, ...] = ()


class Council(Part):
    """The council: its members, which criteria it found reached, and its scores.

    `quorum`: the least number of members that must be there; `quorum_source`: what says so.
    """

    members: Annotated[tuple[CouncilMember, ...], Field(alias="member")] = ()
    scores: Annotated[tuple[CouncilScore, ...], Field(alias="score")] = ()
    quorum: Number | None = None
    quorum_source: Line = ""
    reached: tuple[Number, ...] = ()
    not_reached: tuple[Number, ...] = ()

    def with_part(self, word: str) -> CouncilMember | None:
        """The first member whose part begins so."""
        return next((one for one in self.members if one.part.casefold().startswith(word)), None)

    @property
    def agreed(self) -> tuple[Agreed, ...]:
        """The scores in the order of the criteria."""
        ordered = sorted(self.scores, key=lambda one: one.no)
        return tuple(
            Agreed(
                one.no,
                one.points,
                one.reason,
                tuple(Vote(it.member, it.points, it.remark) for it in one.votes),
            )
            for one in ordered
        )

    @property
    def findings(self) -> dict[int, bool]:
        """Criterion -> whether it was found reached; a contradiction counts as not reached."""
        return dict.fromkeys(self.reached, True) | dict.fromkeys(self.not_reached, False)


class Meeting(Part):
    """The council's meeting, in the words that shall be printed."""

    at: Line = ""
    place: Line = ""
    present: tuple[Line, ...] = ()
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
    """The file's details; none for no file. Raises Refusal with a line per problem, and for words about one child."""
    if path is None:
        return Details()
    details = load(path, Details)
    if names_a_child(details.model_dump_json()):
        raise Refusal(f"{path.name}: {SENTENCE}")
    return details
