"""`mangnon dossier score`: points with their arithmetic, the conditions of recognition, and what if."""

from __future__ import annotations

from typing import Annotated

import typer

from db.errors import Refusal
from documents.writing.contexts import verdict_of
from documents.writing.details import read_details
from mangnon.cli.app import Json, PlanKey, opened
from mangnon.cli.dossier import Facts, commands, read
from mangnon.cli.output import console, print_json, table
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
    given = read_details(file)
    with opened() as house, house.store.read() as session:
        facts, _ = read(house, session, plan)
    verdict = verdict_of(facts, given)
    what_if = scenario(facts.scores.projection, _supposed(suppose)) if suppose else ""
    if as_json:
        criteria = [
            {
                "no": one.criterion.no,
                "points": one.points,
                "max_points": one.score.max_points or None,
                "lines": one.lines,
            }
            for one in facts.scores.criteria
        ]
        print_json(
            {"criteria": criteria, "known": facts.scores.known, "unconfirmed": facts.scores.unconfirmed,
             "verdict": verdict.answer, "conditions": verdict.conditions, "scenario": what_if}
        )  # fmt: skip
        return
    rows = [
        (str(one.criterion.no), "\n".join(one.lines), one.points_words, one.max_words)
        for one in facts.scores.criteria
    ]
    console.print(table("Tự chấm điểm", ("TC", "Số liệu và cách tính", "Điểm", "Tối đa"), rows))
    console.print(f"Tổng: {facts.scores.known_words}.")
    for one in verdict.conditions:
        console.print(f"{one.name}: {one.words}. {one.why}", soft_wrap=True)
    if what_if:
        console.print(what_if, soft_wrap=True)


def _supposed(given: list[str]) -> dict[int, int]:
    found: dict[int, int] = {}
    for one in given:
        no, _, points = one.partition("=")
        if not (no.strip().isdecimal() and points.strip().isdecimal() and len(one) < 12):
            raise Refusal(f"Tuỳ chọn --suppose: «{one[:40]}» chưa đúng mẫu SỐ=ĐIỂM, ví dụ 8=40.")
        found[int(no)] = int(points)
    return found
