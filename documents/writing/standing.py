"""What the letters may say of how far the commune is: only what reports, points and conditions bear out. Pure."""

from __future__ import annotations

from documents.writing.facts import PlanFacts
from documents.writing.phrases import full_committee, place_name
from tasks.verdict import Verdict


def standing_words(facts: PlanFacts, verdict: Verdict) -> dict[str, str]:
    """`tien_do`: how far the self-assessment is; `ve_viec`, `ho_so`, `trinh`, `xin`: what is asked for.

    Recognition is asked for only where every condition is met. What nobody knows yet is listed, and the commune
    completes the sentence or leaves it.
    """
    title = f"{place_name(facts.commune.name)} phù hợp với trẻ em năm {facts.plan.year}"
    met = verdict.answer == "yes"
    return {
        "tien_do": progress(facts),
        "ve_viec": f"{'đề nghị công nhận' if met else 'tự đánh giá'} {title}",
        "ho_so": f"hồ sơ {'đề nghị công nhận' if met else 'tự đánh giá'} {title}",
        "trinh": _request(facts, verdict, title),
        "xin": "xem xét, quyết định" if met else "xem xét, cho ý kiến",
    }


def progress(facts: PlanFacts) -> str:
    """ "đã hoàn thành việc tự đánh giá 13 tiêu chí", or how many criteria have accepted reports and confirmed points."""
    whole = len(facts.rules.criteria)
    accepted = sum(facts.state_of(one.no) == "đã duyệt" for one in facts.rules.criteria)
    confirmed = sum(
        one.points is not None and one.points.exact and facts.state_of(one.criterion.no) == "đã duyệt"
        for one in facts.scores.criteria
    )
    if accepted == confirmed == whole:
        return f"đã hoàn thành việc tự đánh giá {whole} tiêu chí"
    return (
        f"đã tổ chức tự đánh giá {whole} tiêu chí; đến nay, {accepted}/{whole} tiêu chí có đủ báo cáo được duyệt, "
        f"{confirmed}/{whole} tiêu chí đã được xác nhận điểm"
    )


def _request(facts: PlanFacts, verdict: Verdict, title: str) -> str:
    superior = full_committee(facts.commune.superior)
    committee = f"Ủy ban nhân dân {place_name(facts.commune.name)}"
    if verdict.answer == "yes":
        return f"{committee} kính trình {superior} xem xét, quyết định công nhận {title}."
    told = f"{committee} báo cáo để {superior} theo dõi, chỉ đạo và chưa đề nghị công nhận"
    if failed := _named(verdict, "no"):
        return f"Do chưa đủ điều kiện công nhận ({failed}), {told}."
    return f"Do chưa xác định được điều kiện công nhận ({_named(verdict, 'unknown')}), {told}. Ý kiến của Ủy ban nhân dân: ……"


def _named(verdict: Verdict, answer: str) -> str:
    return "; ".join(
        f"{one.name[:1].lower()}{one.name[1:]}: {one.words.lower()}"
        for one in verdict.conditions
        if one.answer == answer
    )
