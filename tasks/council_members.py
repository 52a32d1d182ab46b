"""Members of the council: who they are, who joined when, who left."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from db.errors import Missing, Outdated, Refusal
from db.tables import CouncilMember, Person, Plan
from db.tables.council import COUNCIL_PARTS
from tasks import council_desk as desk
from tasks.actor import Actor
from tasks.council_joining import met_meanwhile, wrong_joining

PARTS = {
    "chair": "Chủ tịch Hội đồng",
    "deputy": "Phó Chủ tịch Hội đồng",
    "secretary": "Thư ký",
    "member": "Ủy viên",
}
ALONE = frozenset({"chair", "secretary"})
"""Parts that one member has at a time."""
LABELS = {
    "name": "họ tên", "position": "chức vụ", "part": "vai trò", "person_id": "người trong danh bạ",
    "joined_at": "ngày tham gia",
}  # fmt: skip


@dataclass(frozen=True)
class MemberFacts:
    """A member. `part`: a key of PARTS; `person_id`: the person of the directory, where there is one.

    `joined_at`: the beginning (UTC) of the local day from which they are one; None: from the beginning.
    """

    name: str
    position: str = ""
    part: str = "member"
    person_id: int | None = None
    joined_at: datetime | None = None


def members_of(session: Session, plan_id: int) -> list[CouncilMember]:
    """Everybody who is or was a member, by part and then in order of entry."""
    query = select(CouncilMember).where(col(CouncilMember.plan_id) == plan_id).order_by(col(CouncilMember.id))
    return sorted(session.execute(query).scalars(), key=lambda one: COUNCIL_PARTS.index(one.part))


def present_members(members: Sequence[CouncilMember], at: datetime | None = None) -> list[CouncilMember]:
    """Those who had joined and not left at an instant (UTC); without one, those who have not left."""
    if at is None:
        return [one for one in members if one.left_at is None]
    joined = (one for one in members if one.joined_at is None or one.joined_at <= at)
    return [one for one in joined if one.left_at is None or one.left_at > at]


def add_member(session: Session, plan_id: int, facts: MemberFacts, *, by: Actor, now: datetime) -> int:
    """Add a member; the number. Once a meeting is over the day of joining must be said, so that its count stays.

    Raises WrongFields by field of MemberFacts, Refusal.
    """
    plan = desk.open_desk(session, plan_id, by)
    clean = _checked(session, plan, facts, members_of(session, plan_id))
    values = asdict(clean) | {"commune_id": plan.commune_id, "plan_id": plan_id, "left_at": None}
    number = desk.first(session, CouncilMember, values, by, now)
    desk.note(session, plan, "council.member_added", by, now, member=number, part=PARTS[clean.part])
    return number


def edit_member(
    session: Session, plan_id: int, number: int, facts: MemberFacts, *, seen: int, by: Actor, now: datetime
) -> bool:
    """Change a member; False when that changes nothing. Raises WrongFields, Missing, Outdated, Refusal."""
    plan, row = desk.open_desk(session, plan_id, by), member_of(session, plan_id, number)
    if row.version != seen:
        raise desk.outdated(row.by_name)
    if row.left_at is not None:
        raise Outdated(f"{row.name} đã thôi tham gia Hội đồng. Hãy mời trở lại trước khi sửa.")
    clean = _checked(session, plan, facts, members_of(session, plan_id), number)
    different = [words for name, words in LABELS.items() if getattr(row, name) != getattr(clean, name)]
    if not different:
        return False
    desk.replace(session, row, asdict(clean), seen, by, now)
    desk.note(session, plan, "council.member_changed", by, now, member=number, changed=different)
    return True


def leave(session: Session, plan_id: int, number: int, *, seen: int, by: Actor, now: datetime) -> None:
    """A member leaves; what they did stays. Raises Missing, Outdated, Refusal."""
    plan, row = desk.open_desk(session, plan_id, by), member_of(session, plan_id, number)
    if row.left_at is not None:
        return
    desk.replace(session, row, {"left_at": now}, seen, by, now)
    desk.note(session, plan, "council.member_left", by, now, member=number)


def rejoin(session: Session, plan_id: int, number: int, *, seen: int, by: Actor, now: datetime) -> None:
    """Somebody who left is a member again, unless the council met meanwhile: they would count at that meeting.

    Raises WrongFields, Missing, Outdated, Refusal.
    """
    plan, row = desk.open_desk(session, plan_id, by), member_of(session, plan_id, number)
    if row.left_at is None:
        return
    if met_meanwhile(session, plan_id, row.left_at, now):
        raise Refusal(
            f"Trong lúc {row.name} thôi tham gia, Hội đồng đã họp. Xin thêm như thành viên mới và ghi ngày tham gia, "
            "để số thành viên của cuộc họp đó không thay đổi."
        )
    _checked(session, plan, facts_of(row), members_of(session, plan_id), number)
    desk.replace(session, row, {"left_at": None}, seen, by, now)
    desk.note(session, plan, "council.member_returned", by, now, member=number)


def facts_of(row: CouncilMember) -> MemberFacts:
    """What is stored about a member."""
    return MemberFacts(row.name, row.position, row.part, row.person_id, row.joined_at)


def member_of(session: Session, plan_id: int, number: int) -> CouncilMember:
    """A member of this plan's council, also one who left. Raises Missing."""
    query = select(CouncilMember).where(
        col(CouncilMember.id) == number, col(CouncilMember.plan_id) == plan_id
    )
    row: CouncilMember | None = session.execute(query).scalar_one_or_none()
    if row is None:
        raise Missing(f"Hội đồng không có thành viên số {number}.")
    return row


def names_of(session: Session, commune_id: int, numbers: Collection[int]) -> dict[int, str]:
    """Number -> name of members of any of the commune's plans."""
    if not numbers:
        return {}
    query = select(col(CouncilMember.id), col(CouncilMember.name)).where(
        col(CouncilMember.commune_id) == commune_id, col(CouncilMember.id).in_(numbers)
    )
    return {row.id: row.name for row in session.execute(query.order_by(col(CouncilMember.id)))}


def _checked(
    session: Session, plan: Plan, facts: MemberFacts, members: Sequence[CouncilMember], number: int = 0
) -> MemberFacts:
    clean = replace(facts, name=desk.line(facts.name), position=desk.line(facts.position))
    others = [one for one in present_members(members) if one.id != number]
    # Who left the directory since is still the person they were.
    known = {one.person_id for one in members if one.id == number}
    wrong = {"name": _wrong_name(clean, others), "part": _wrong_part(clean, others)}
    if clean.person_id is not None and clean.person_id not in known:
        wrong["person_id"] = _wrong_person(session, plan, clean.person_id)
    wrong["joined_at"] = wrong_joining(session, plan.id or 0, number, clean.joined_at)
    desk.require_printable({"name": [clean.name], "position": [clean.position]}, wrong)
    return clean


def _wrong_name(clean: MemberFacts, others: Sequence[CouncilMember]) -> str | None:
    if not clean.name:
        return "Xin ghi họ tên thành viên."
    if clean.name.casefold() in {one.name.casefold() for one in others}:
        return f"Hội đồng đã có {clean.name}. Nếu trùng tên, xin ghi thêm để phân biệt, ví dụ đơn vị."
    return None


def _wrong_part(clean: MemberFacts, others: Sequence[CouncilMember]) -> str | None:
    if clean.part not in PARTS:
        return f"Xin chọn vai trò: {', '.join(PARTS.values())}."
    holder = next((one for one in others if one.part == clean.part and clean.part in ALONE), None)
    return (
        f"{PARTS[clean.part]} đang là {holder.name}. Hãy đổi vai trò của người đó trước." if holder else None
    )


def _wrong_person(session: Session, plan: Plan, person_id: int) -> str | None:
    query = select(col(Person.id)).where(
        col(Person.id) == person_id, col(Person.commune_id) == plan.commune_id, col(Person.active)
    )
    return None if session.execute(query).first() else "Danh bạ không có người này. Xin chọn lại."
