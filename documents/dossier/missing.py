"""What a dossier still lacks, said before it is made. Pure but for the look whether evidence files are there."""

from __future__ import annotations

from collections.abc import Iterator

from documents.dossier.entries import Entry, lost_files
from documents.writing.contexts import verdict_of
from documents.writing.details import Details
from documents.writing.facts import PlanFacts
from tasks.council import unfounded
from tasks.verdict import number_list


def missing_parts(facts: PlanFacts, details: Details, entries: list[Entry]) -> list[str]:
    """One sentence for each thing, the weightiest first."""
    return [*_criteria(facts), *_files(entries), *_scores(facts, details), *_people(details)]


def _criteria(facts: PlanFacts) -> Iterator[str]:
    for one in facts.rules.criteria:
        state = facts.state_of(one.no)
        if state != "đã duyệt":
            owners = ", ".join(facts.owners(one.no))
            yield f"Tiêu chí {one.no}: {state}{f' ({owners})' if owners else ''}."
    proven = {one.criterion_no for one in facts.proofs} | set(facts.withheld)
    if bare := [one.no for one in facts.rules.criteria if one.no not in proven]:
        yield f"Chưa có minh chứng được duyệt: tiêu chí {number_list(bare)}."


def _files(entries: list[Entry]) -> Iterator[str]:
    for one in lost_files(entries):
        yield f"Tiêu chí {one.criterion_no}: không thấy tệp minh chứng «{one.title}» trong kho."


def _scores(facts: PlanFacts, details: Details) -> Iterator[str]:
    if facts.scores.unconfirmed:
        yield f"Điểm chưa được xác nhận theo Phụ lục: tiêu chí {number_list(facts.scores.unconfirmed)}."
    if not details.commune_class.bar or not details.commune_class.document:
        yield "Chưa ghi loại xã kèm văn bản xác định."
    found = details.council.findings
    for one in verdict_of(facts, details).conditions:
        if one.answer == "no":
            yield f"Chưa đủ điều kiện đề nghị công nhận. {one.name}: {one.why}"
    names = {one.name for one in details.council.members}
    yield from unfounded(facts.scores, details.council.agreed, names)
    scored = {one.no for one in details.council.agreed}
    if waiting := [one.no for one in facts.rules.criteria if one.no not in scored]:
        yield f"Chưa ghi điểm Hội đồng thống nhất: tiêu chí {number_list(waiting)}."
    if left := [one.no for one in facts.rules.criteria if one.no not in found]:
        yield f"Hội đồng chưa kết luận đạt hay chưa đạt: tiêu chí {number_list(left)}."


def _people(details: Details) -> Iterator[str]:
    if not details.council.members:
        yield "Chưa ghi thành viên Hội đồng."
    if details.council.quorum and 0 < len(details.meeting.present) < details.council.quorum:
        yield "Cuộc họp Hội đồng không đủ số thành viên tối thiểu."
    if not (details.meeting.at and details.meeting.place):
        yield "Chưa ghi thời gian, địa điểm họp Hội đồng."
    if not details.bases:
        yield "Quyết định thành lập Hội đồng chưa có căn cứ thẩm quyền."
    if not details.signer_name:
        yield "Chưa ghi họ tên người ký; văn bản chừa chỗ để ghi tay."
