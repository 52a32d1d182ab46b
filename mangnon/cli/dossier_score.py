"""`mangnon dossier score`: points with their arithmetic, the conditions of recognition, and what if."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from db.errors import Refusal
from documents.writing.contexts import verdict_of
from documents.writing.details import Details, read_details
from documents.writing.facts import PlanFacts
from documents.writing.stored import stored_details
from mangnon.cli.app import Json, PlanKey, opened
from mangnon.cli.dossier import Facts, commands, read
from mangnon.cli.output import console, print_json, table
from tasks.council import agreed_total
from tasks.verdict import scenario


@commands.command("score")
def score(
    suppose: Annotated[
        list[str] | None,
        typer.Option(metavar="SỐ=ĐIỂM", help="Thử: nếu tiêu chí này được chừng ấy điểm, ví dụ 8=40."),
    ] = None,
    file: Facts = None,
    plan: PlanKey = None,
    as_json: Json = False,
) -> None:
    """Chấm điểm từng tiêu chí theo bộ quy tắc, ghi rõ cách tính; điểm chưa xác nhận thì nói là chưa xác nhận."""
    own = read_details(file)
    with opened() as house, house.store.read() as session:
        facts, where = read(house, session, plan)
        given = own if file else stored_details(session, where.plan_id, where.time_zone)
    agreed = {one.no: one.points for one in given.council.agreed}
    what_if = scenario(facts.scores.projection, _supposed(suppose), agreed) if suppose else ""
    if as_json:
        print_json(_as_json(facts, given, what_if))
    else:
        _tell(facts, given, what_if)


def _as_json(facts: PlanFacts, given: Details, what_if: str) -> dict[str, Any]:
    council, verdict = {one.no: one for one in given.council.agreed}, verdict_of(facts, given)
    criteria = [
        {
            "no": one.criterion.no, "points": one.points, "max_points": one.score.max_points or None, "lines": one.lines,
            "council": council.get(one.criterion.no), "reached": given.council.findings.get(one.criterion.no),
        }
        for one in facts.scores.criteria
    ]  # fmt: skip
    return {
        "criteria": criteria, "known": facts.scores.known, "unconfirmed": facts.scores.unconfirmed,
        "council_total": agreed_total(facts.scores, given.council.agreed),
        "verdict": verdict.answer, "conditions": verdict.conditions, "scenario": what_if,
    }  # fmt: skip


def _tell(facts: PlanFacts, given: Details, what_if: str) -> None:
    rows = [
        (str(one.criterion.no), "\n".join(one.lines), one.points_words, one.max_words, _council(given, one.criterion.no))
        for one in facts.scores.criteria
    ]  # fmt: skip
    console.print(table("Điểm", ("TC", "Số liệu và cách tính", "Tự chấm", "Tối đa", "Hội đồng"), rows))
    console.print(f"Tổng tự chấm: {facts.scores.known_words}.", soft_wrap=True)
    console.print(f"Hội đồng: {agreed_total(facts.scores, given.council.agreed)}.", soft_wrap=True)
    for one in verdict_of(facts, given).conditions:
        console.print(f"{one.name}: {one.words}. {one.why}", soft_wrap=True)
    if what_if:
        console.print(what_if, soft_wrap=True)


def _council(given: Details, no: int) -> str:
    """What the council found of a criterion: "40, đạt", with the reason under it."""
    agreed = next((one for one in given.council.agreed if one.no == no), None)
    reached = {True: "đạt", False: "chưa đạt", None: ""}[given.council.findings.get(no)]
    first = ", ".join(part for part in (str(agreed.points) if agreed else "", reached) if part)
    return "\n".join(part for part in (first, agreed.words if agreed else "") if part)


def _supposed(given: list[str]) -> dict[int, int]:
    found: dict[int, int] = {}
    for one in given:
        no, _, points = one.partition("=")
        if not (no.strip().isdecimal() and points.strip().isdecimal() and len(one) < 12):
            raise Refusal(f"Tuỳ chọn --suppose: «{one[:40]}» chưa đúng mẫu SỐ=ĐIỂM, ví dụ 8=40.")
        found[int(no)] = int(points)
    return found
