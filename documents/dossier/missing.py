"""What a dossier still lacks, said before it is made. Pure but for the look whether evidence files are there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from documents.dossier.entries import Entry, lost_files
from documents.writing.contexts import signer_name, verdict_of
from documents.writing.details import Details
from documents.writing.facts import PlanFacts
from tasks.council import unfounded
from tasks.verdict import number_list

GapKind = Literal[
    "report", "evidence", "file", "points", "class", "verdict", "score", "finding", "members", "meeting", "details"
]  # fmt: skip


@dataclass(frozen=True)
class Gap:
    """One thing that is missing: the sentence, what it is about, and the criteria it concerns, none for the whole."""

    text: str
    kind: GapKind
    criteria: tuple[int, ...] = ()


def gaps_of(facts: PlanFacts, details: Details, entries: list[Entry]) -> list[Gap]:
    """One for each thing, the weightiest first."""
    return [
        *_criteria(facts),
        *_files(entries),
        *_scores(facts, details),
        *_council(facts, details),
        *_people(facts, details),
    ]


def _criteria(facts: PlanFacts) -> Iterator[Gap]:
    for one in facts.rules.criteria:
        state = facts.state_of(one.no)
        if state != "đã duyệt":
            owners = ", ".join(facts.owners(one.no))
            yield Gap(f"Tiêu chí {one.no}: {state}{f' ({owners})' if owners else ''}.", "report", (one.no,))
    proven = {one.criterion_no for one in facts.proofs} | set(facts.withheld)
    if bare := [one.no for one in facts.rules.criteria if one.no not in proven]:
        yield _listed("Chưa có minh chứng được duyệt", bare, "evidence")


def _files(entries: list[Entry]) -> Iterator[Gap]:
    for one in lost_files(entries):
        no = one.criterion_no or 0
        yield Gap(f"Tiêu chí {no}: không thấy tệp minh chứng «{one.title}» trong kho.", "file", (no,))


def _scores(facts: PlanFacts, details: Details) -> Iterator[Gap]:
    if facts.scores.unconfirmed:
        yield _listed("Điểm chưa được xác nhận theo Phụ lục", facts.scores.unconfirmed, "points")
    if not details.commune_class.bar or not details.commune_class.document:
        yield Gap("Chưa ghi loại xã kèm văn bản xác định.", "class")
    for one in verdict_of(facts, details).conditions:
        if one.answer == "no":
            yield Gap(f"Chưa đủ điều kiện đề nghị công nhận. {one.name}: {one.why}", "verdict")


def _council(facts: PlanFacts, details: Details) -> Iterator[Gap]:
    council = details.council
    names, found = {one.name for one in council.members}, council.findings
    yield from (Gap(one, "score") for one in unfounded(facts.scores, council.agreed, names))
    scored = {one.no for one in council.agreed}
    if waiting := [one.no for one in facts.rules.criteria if one.no not in scored]:
        yield _listed("Chưa ghi điểm Hội đồng thống nhất", waiting, "score")
    if left := [one.no for one in facts.rules.criteria if one.no not in found]:
        yield _listed("Hội đồng chưa kết luận đạt hay chưa đạt", left, "finding")


def _people(facts: PlanFacts, details: Details) -> Iterator[Gap]:
    if not details.council.members:
        yield Gap("Chưa ghi thành viên Hội đồng.", "members")
    if details.council.quorum and 0 < len(details.meeting.present) < details.council.quorum:
        yield Gap("Cuộc họp Hội đồng không đủ số thành viên tối thiểu.", "meeting")
    if not (details.meeting.at and details.meeting.place):
        yield Gap("Chưa ghi thời gian, địa điểm họp Hội đồng.", "meeting")
    elif not details.meeting.present:
        yield Gap("Chưa ghi thành viên có mặt tại cuộc họp Hội đồng.", "meeting")
    if not details.bases:
        yield Gap("Quyết định thành lập Hội đồng chưa có căn cứ thẩm quyền.", "details")
    if not signer_name(facts, details):
        yield Gap("Chưa ghi họ tên người ký; văn bản chừa chỗ để ghi tay.", "details")


def _listed(words: str, numbers: list[int] | tuple[int, ...], kind: GapKind) -> Gap:
    return Gap(f"{words}: tiêu chí {number_list(numbers)}.", kind, tuple(numbers))
