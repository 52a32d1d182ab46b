"""From a plan's facts to the words that the templates ask for. Pure. Names are those that people see in the templates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from documents.signing import signing_of
from documents.writing.details import CouncilMember, Details
from documents.writing.facts import PlanFacts, Proof, class_of
from documents.writing.phrases import (
    DOTS,
    bases,
    document_words,
    full_committee,
    in_words,
    kind_of_place,
    place_name,
    recipients,
)
from documents.writing.standing import standing_words
from tasks.council import Agreed, agreed_total, quorum, tells_a_village
from tasks.scoring import CriterionSheet
from tasks.verdict import Verdict, judge, number_list, suppose

Context = dict[str, Any]


def common(facts: PlanFacts, details: Details) -> Context:
    """What every template may use. Raises Refusal for a class that the rules do not have."""
    plan, commune = facts.plan, facts.commune
    verdict = verdict_of(facts, details)
    return {
        "don_vi": place_name(commune.name),
        "don_vi_hoa": place_name(commune.name).upper(),
        "loai": kind_of_place(commune.name),
        "dia_danh": commune.place,
        "nam": plan.year,
        "nam_ky": facts.today.year,
        "cap_tren": full_committee(commune.superior),
        "phong": details.drafting or DOTS,
        "ke_hoach": document_words("Kế hoạch", plan.number, plan.issued_on),
        "quyet_dinh": _decision(facts),
        "can_cu": bases(plan.source.get("legal_basis", ()), details.bases),
        "so_tieu_chi": len(facts.rules.criteria),
        "tieu_chi": [_criterion(facts, one, details) for one in facts.scores.criteria],
        "tieu_chi_kin": ", ".join(str(one.no) for one in facts.rules.criteria if one.restricted_evidence),
        "tong": facts.scores.known_words,
        "tong_hoi_dong": agreed_total(facts.scores, details.council.agreed),
        "dieu_kien": [
            {"ten": one.name, "tra_loi": one.words, "vi_sao": one.why} for one in verdict.conditions
        ],
        "ket_luan": verdict.words.lower(),
        "uu_diem": [*details.strengths, *_strengths(facts)] or ["Chưa có nội dung."],
        "ton_tai": [*details.gaps, *_gaps(facts)] or ["Không có."],
        "so_don_vi": len({line.unit_id for line in facts.live}),
        "da_duyet": sum(line.state == "accepted" for line in facts.live),
        "tong_viec": len(facts.live),
        "ky": list(signing_of(plan.source.get("signer", "")).capacities),
        "nguoi_ky": signer_name(facts, details),
        "noi_nhan": recipients("Như trên", details.recipients, details.drafting),
        "hoi_dong": _council(facts, details),
        "hop": _meeting(details),
        "de_trong": DOTS,
    } | standing_words(facts, verdict)


def for_template(shared: Context, key: str) -> Context:
    """The common words with the first recipient that this kind of document has."""
    first = {"quyet-dinh-hoi-dong": "Như Điều 3;", "bao-cao-tham-dinh": f"{shared['cap_tren']};"}.get(key)
    return shared | {"noi_nhan": [first, *shared["noi_nhan"][1:]]} if first else shared


def signer_name(facts: PlanFacts, details: Details) -> str:
    """Who signs: as it was noted for the dossier, else as the plan names them; "" for nobody."""
    return details.signer_name or signing_of(facts.plan.source.get("signer", "")).name


def verdict_of(facts: PlanFacts, details: Details) -> Verdict:
    """The verdict as far as it can be known. Raises Refusal for a class or points that cannot be.

    What the council agreed on takes the place of the self-assessment.
    """
    chosen = class_of(facts.rules, details.commune_class.bar or None, details.commune_class.document)
    agreed = {one.no: one.points for one in details.council.agreed}
    return judge(suppose(facts.scores.projection, agreed), chosen, details.council.findings)


def proof_words(facts: PlanFacts, no: int) -> list[str]:
    """The evidence of a criterion as it may be told."""
    return told_proofs(facts.proofs, facts.withheld, no)


def told_proofs(proofs: Iterable[Proof], withheld: Mapping[int, int], no: int) -> list[str]:
    """The evidence of a criterion as it may be told: papers by number, or only how many there are."""
    shown = [one.words for one in proofs if one.criterion_no == no]
    if kept := withheld.get(no, 0):
        shown.append(f"{kept} văn bản giữ tại đơn vị theo dõi, không gửi kèm")
    return shown or ["chưa có minh chứng được duyệt"]


def reminder(facts: PlanFacts, unit_name: str) -> Context:
    """What the letter to a late unit says besides `common`."""
    late = [line for line in facts.live if line.unit_name == unit_name and line.late]
    wordings = list(dict.fromkeys(line.due_wording for line in late if line.due_wording))
    receiver = next(
        (one for one in facts.plan.source["unit"] if one["key"] == facts.plan.source["receiver"]), None
    )
    return {
        "don_vi_cham": unit_name,
        "viec_cham": [f"{line.title} ({line.due_wording or 'không ghi hạn'})" for line in late],
        "thoi_han": wordings[0] if len(wordings) == 1 else "theo thời hạn đã phân công",
        "hom_nay": f"{facts.today:%d/%m/%Y}",
        "noi_nhan_bao_cao": f"Ủy ban nhân dân {place_name(facts.commune.name)}"
        + (f" (qua {receiver['name']})" if receiver else ""),
    }


def _criterion(facts: PlanFacts, sheet: CriterionSheet, details: Details) -> Context:
    no = sheet.criterion.no
    agreed = next((one for one in details.council.agreed if one.no == no), None)
    # A percent sign never begins a line.
    lines = [in_words(one).replace(" %", "\N{NO-BREAK SPACE}%") for one in sheet.lines]
    return {
        "so": no,
        "ten": sheet.criterion.name,
        "de_muc": f"Tiêu chí {no}. {sheet.criterion.name}",
        "don_vi": ", ".join(facts.owners(no)) or "chưa phân công",
        "cach_tinh": lines,
        "cach_tinh_dong": "\n".join(lines),
        "diem": sheet.points_words,
        "toi_da": sheet.max_words,
        "diem_hoi_dong": agreed.points if agreed else "",
        "dat": _reached(details.council.findings.get(no)),
        "y_kien": _opinion(sheet, agreed) if agreed else "",
        "trang_thai": facts.state_of(no),
        "minh_chung": proof_words(facts, no),
    }


def _opinion(sheet: CriterionSheet, agreed: Agreed) -> str:
    """What the council said, unless it tells where in the commune something sensitive happened."""
    return "" if tells_a_village(sheet, agreed.words) else agreed.words


def _reached(found: bool | None) -> str:
    return "" if found is None else "Đạt" if found else "Chưa đạt"


def _strengths(facts: PlanFacts) -> Iterator[str]:
    full = [
        one.criterion.no
        for one in facts.scores.criteria
        if one.points and one.points.low == one.score.max_points
    ]
    accepted = [one.no for one in facts.rules.criteria if facts.state_of(one.no) == "đã duyệt"]
    if accepted:
        yield f"{len(accepted)}/{len(facts.rules.criteria)} tiêu chí có đủ báo cáo đã duyệt."
    if full:
        yield f"Đạt điểm tối đa: tiêu chí số {number_list(full)}."


def _gaps(facts: PlanFacts) -> Iterator[str]:
    missing = [one.no for one in facts.rules.criteria if facts.state_of(one.no) != "đã duyệt"]
    low = [one for one in facts.scores.criteria if one.score.below_band is not None]
    if missing:
        yield f"Chưa đủ báo cáo được duyệt: tiêu chí số {number_list(missing)}."
    for one in low:
        yield f"Tiêu chí {one.criterion.no}: số liệu dưới mức {one.score.below_band:g} %.".replace(
            ".0 %", " %"
        )
    for one in facts.scores.criteria:
        if one.score.may_fall_to_zero:
            yield f"Tiêu chí {one.criterion.no}: có trường hợp phát sinh trong kỳ, Hội đồng cần xem xét mức điểm."
    if facts.scores.unconfirmed:
        yield f"Điểm của tiêu chí {number_list(facts.scores.unconfirmed)} chưa được xác nhận theo Phụ lục của {facts.rules.decision_number}."


def _council(facts: PlanFacts, details: Details) -> Context:
    name = f"Hội đồng xét duyệt {kind_of_place(facts.commune.name)} phù hợp với trẻ em năm {facts.plan.year}"
    chair, secretary = details.council.with_part("chủ tịch"), details.council.with_part("thư ký")
    members = [f"{place}. {_member(one)};" for place, one in enumerate(details.council.members, start=1)]
    return {
        "ten": name,
        "ten_hoa": "HỘI ĐỒNG XÉT DUYỆT",
        "thanh_vien": [*members[:-1], members[-1].rstrip(";") + "."]
        if members
        else [f"{n}. {DOTS}" for n in (1, 2, 3)],
        "chu_tich": _person(chair),
        "thu_ky": _person(secretary, with_part=False),
        "chu_tich_ky": chair.name if chair else "",
        "thu_ky_ky": secretary.name if secretary else "",
    }


def _meeting(details: Details) -> Context:
    it = details.meeting
    return {
        "thoi_gian": it.at or "…… giờ …… ngày …… tháng …… năm ………",
        "dia_diem": it.place or DOTS,
        "co_mat": _present(details),
        "ket_thuc": it.closed_at or "…… giờ …… cùng ngày",
        "noi_dung": list(it.agenda) or ["Xem xét số liệu, minh chứng và chấm điểm các tiêu chí."],
    }


def _present(details: Details) -> str:
    council, there = details.council, details.meeting.present
    if not there:
        return f"{DOTS}."
    return f"{', '.join(there)}. {quorum(len(council.members), len(there), council.quorum)}"


def _person(one: CouncilMember | None, *, with_part: bool = True) -> str:
    return _member(one, with_part=with_part) if one else DOTS


def _member(one: CouncilMember, *, with_part: bool = True) -> str:
    return ", ".join(part for part in (one.name, one.position, one.part if with_part else "") if part)


def _decision(facts: PlanFacts) -> str:
    """The rule set's decision, with the issuer that the plan names for it."""
    rules = facts.rules
    named = (
        one["issuer"]
        for one in facts.plan.source.get("legal_basis", ())
        if one["number"] == rules.decision_number
    )
    return document_words("Quyết định", rules.decision_number, rules.decided_on, next(named, ""))
