"""`mangnon step`: advance the plan, or say what stands in the way; draw the procedure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.markup import escape
from sqlmodel import Session

from db.errors import Refusal
from db.tables import Plan
from mangnon.cli.app import Json, PlanKey, actor, app, opened, read_day
from mangnon.cli.output import console, done, print_json
from mangnon.house import Bearings
from tasks.ways import Way
from workflow.definition import Procedure, Step, procedure_of
from workflow.effects import DocumentRef
from workflow.graph import mermaid
from workflow.guards import Blocker
from workflow.stepping import advance, blockers, possible_steps


@app.command("step")
def step(
    trigger: Annotated[
        str | None,
        typer.Argument(metavar="BƯỚC", help="Tên bước, ví dụ convene; để trống thì in các bước có thể."),
    ] = None,
    *,
    reason: Annotated[str, typer.Option(metavar="LÝ-DO", help="Lý do; bắt buộc với bước lùi, huỷ.")] = "",
    override: Annotated[
        str,
        typer.Option(
            metavar="LÝ-DO",
            help="Lý do lãnh đạo cho qua các vướng mắc không bắt buộc; cần --as mã của lãnh đạo.",
        ),
    ] = "",
    document: Annotated[
        list[str] | None,
        typer.Option(
            metavar="VĂN-BẢN",
            help="Văn bản kèm bước, ghi được nhiều lần: loại=số;ngày;nơi giữ, ví dụ council_minutes=01/BB-HĐ;14/11/2024;VHXH",
        ),
    ] = None,
    graph: Annotated[
        bool, typer.Option("--graph", help="In quy trình dạng Mermaid, đánh dấu bước hiện tại.")
    ] = False,
    as_json: Json = False,
    plan: PlanKey = None,
) -> None:
    """Chuyển kế hoạch sang bước sau, hoặc cho biết còn vướng gì."""
    with opened() as house:
        with house.store.read() as session:
            where = house.bearings(session, plan)
            row = session.get_one(Plan, where.plan_id)
            procedure, stage = procedure_of(row.rule_set), row.stage
        if graph:
            console.print(mermaid(procedure, stage), markup=False, soft_wrap=True)
        elif trigger is None:
            with house.store.read() as session:
                _show_possible(session, where, procedure, stage, house.ways, as_json)
        else:
            documents = [read_document(text) for text in document or []]
            with house.store.write() as session:
                taken = advance(
                    session, where.plan_id, trigger, actor=actor(session, where.commune_id),
                    now=house.clock.now(), reason=reason, override=override, documents=documents, in_use=house.ways,
                )  # fmt: skip
            if as_json:
                print_json(taken)
            else:
                done(
                    f"Kế hoạch chuyển từ «{procedure.stage(taken.from_stage).name}» sang «{procedure.stage(taken.to_stage).name}»."
                )


def read_document(text: str) -> DocumentRef:
    """A document reference typed as `kind=number;date;holder`. Raises Refusal."""
    kind, equals, rest = text.partition("=")
    parts = [part.strip() for part in rest.split(";")]
    if not equals or len(parts) != 3 or not all(parts):
        raise Refusal(
            f"Văn bản «{text}» chưa đúng mẫu: loại=số;ngày;nơi giữ, ví dụ council_minutes=01/BB-HĐ;14/11/2024;VHXH."
        )
    number, day, holder = parts
    return DocumentRef(kind=kind.strip(), number=number, dated_on=read_day(day, "--document"), holder=holder)


def _show_possible(
    session: Session,
    where: Bearings,
    procedure: Procedure,
    stage: str,
    in_use: frozenset[Way],
    as_json: bool,
) -> None:
    found = [
        (one, blockers(session, where.plan_id, one.trigger, where.today, in_use))
        for one in possible_steps(procedure, stage)
    ]
    if as_json:
        steps = [
            {"trigger": one.trigger, "name": one.name, "to": one.to, "blockers": list(found)}
            for one, found in found
        ]
        print_json({"stage": stage, "steps": steps})
        return
    console.print(f"Giai đoạn hiện tại: [bold]{procedure.stage(stage).name}[/]")
    for one, stops in found:
        _print_step(one, stops)
    if any(stops and not any(stop.hard for stop in stops) for _, stops in found):
        console.print(
            '\n⚠ lãnh đạo có thể cho qua: mangnon --as chu-tich step BƯỚC --override "lý do"',
            markup=False,
            soft_wrap=True,
        )


def _print_step(one: Step, stops: Sequence[Blocker]) -> None:
    ready = "[green]sẵn sàng[/]" if not stops else f"[yellow]còn {len(stops)} vướng mắc[/]"
    console.print(f"\n[bold cyan]{one.trigger}[/]  {one.name}: {ready}")
    if one.documents:
        console.print(f"   cần kèm --document: {', '.join(one.documents)}", markup=False, soft_wrap=True)
    if one.reason_required:
        console.print(
            "   cần --reason; do lãnh đạo thực hiện" if one.who == ("leadership",) else "   cần --reason"
        )
    for stop in stops:
        sign = "[red]✗[/]" if stop.hard else "[yellow]⚠[/]"
        console.print(f"   {sign} {escape(stop.text)}", soft_wrap=True)
