"""`mangnon tasks ack`, `start`, `report`, `accept`, `return`, `extend`: each in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

import typer
from sqlalchemy import select
from sqlmodel import Session, col

from db.errors import Refusal
from db.tables import ExtensionRequest
from mangnon.cli.app import GLOBALS, PlanKey, TaskKey, actor, opened, read_day
from mangnon.cli.output import done, warn
from mangnon.cli.tasks import commands
from tasks import extending, reporting, reviewing
from tasks.actor import Actor
from tasks.changing import OFFICE
from tasks.deadline import weekday_date
from tasks.figures import parse_figure
from tasks.listing import TaskLine, find_task, list_tasks
from tasks.membership import require_part


@commands.command("ack")
def ack(key: TaskKey, plan: PlanKey = None) -> None:
    """Đơn vị xác nhận đã nhận việc."""
    line = _do(
        key, plan, lambda session, line, by, now: reporting.acknowledge(session, line.id, by=by, now=now)
    )
    done(f"{line.unit_name} đã xác nhận nhận việc {line.key}.")


@commands.command("start")
def start(key: TaskKey, plan: PlanKey = None) -> None:
    """Đơn vị bắt đầu thực hiện."""
    line = _do(key, plan, lambda session, line, by, now: reporting.start(session, line.id, by=by, now=now))
    done(f"{line.unit_name} đã bắt đầu thực hiện {line.key}.")


@commands.command("report")
def report(
    key: TaskKey,
    figure: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SỐ-LIỆU",
            help="Số liệu, ghi được nhiều lần: chỉ-tiêu=45/50, chỉ-tiêu=3 hoặc chỉ-tiêu=có.",
        ),
    ] = None,
    note: Annotated[str, typer.Option(metavar="CÂU", help="Ghi chú hoặc kết quả bằng lời.")] = "",
    plan: PlanKey = None,
) -> None:
    """Nộp báo cáo của một nhiệm vụ."""
    figures = [parse_figure(text) for text in figure or []]
    doubts: list[str] = []

    def submit(session: Session, line: TaskLine, by: Actor, now: datetime) -> None:
        sent = reporting.submit_report(session, line.id, figures=figures, note=note, by=by, now=now)
        doubts.extend(sent.doubts)

    line = _do(key, plan, submit)
    for doubt in doubts:
        warn(doubt)
    done(f"Đã nộp báo cáo {line.key} của {line.unit_name}.")


@commands.command("accept")
def accept(
    key: TaskKey,
    remark: Annotated[str, typer.Option(metavar="CÂU", help="Nhận xét.")] = "",
    plan: PlanKey = None,
) -> None:
    """Duyệt báo cáo mới nhất của nhiệm vụ."""
    line = _do(
        key, plan, lambda s, line, by, now: reviewing.accept(s, line.id, by=by, now=now, remark=remark)
    )
    done(f"Đã duyệt báo cáo {line.key} của {line.unit_name}.")


@commands.command("return")
def return_(
    key: TaskKey,
    reason: Annotated[str, typer.Option(metavar="LÝ-DO", help="Cần bổ sung gì; đơn vị sẽ đọc câu này.")],
    plan: PlanKey = None,
) -> None:
    """Trả lại báo cáo kèm lý do."""
    line = _do(
        key, plan, lambda s, line, by, now: reviewing.send_back(s, line.id, reason=reason, by=by, now=now)
    )
    done(f"Đã trả lại báo cáo {line.key}; {line.unit_name} sẽ nhận được lý do ở giờ gửi gần nhất.")


@commands.command("extend")
def extend(
    key: TaskKey,
    to: Annotated[
        str | None, typer.Option(metavar="NGÀY", help="Ngày cuối cùng còn đúng hạn, ví dụ 15/11/2024.")
    ] = None,
    reason: Annotated[str, typer.Option(metavar="LÝ-DO", help="Lý do.")] = "",
    ask: Annotated[
        bool, typer.Option("--ask", help="Chỉ gửi yêu cầu, chờ cán bộ điều phối trả lời.")
    ] = False,
    refuse: Annotated[
        bool, typer.Option("--refuse", help="Không đồng ý yêu cầu đang chờ, kèm lý do.")
    ] = False,
    grant: Annotated[bool, typer.Option("--grant", help="Đồng ý yêu cầu đang chờ.")] = False,
    plan: PlanKey = None,
) -> None:
    """Xin gia hạn, trả lời yêu cầu gia hạn, hoặc gia hạn trực tiếp."""
    if grant + refuse + (to is not None) > 1:
        raise Refusal("Chỉ dùng một trong ba tuỳ chọn --to, --grant, --refuse mỗi lần.")
    if grant or refuse:
        line = _do(
            key, plan, lambda s, line, by, now: _answer(s, line, grant and not refuse, reason, by, now)
        )
        done(f"Đã trả lời yêu cầu gia hạn {line.key}.")
        return
    if to is None:
        raise Refusal(
            "Hãy ghi ngày gia hạn bằng --to, hoặc trả lời yêu cầu đang chờ bằng --grant hay --refuse."
        )
    day, service = read_day(to, "--to"), extending.request if ask else extending.extend
    line = _do(
        key, plan, lambda s, line, by, now: service(s, line.id, wanted_on=day, reason=reason, by=by, now=now)
    )
    done(f"{'Đã gửi yêu cầu gia hạn' if ask else 'Đã gia hạn'} {line.key} đến {weekday_date(day)}.")


def _answer(session: Session, line: TaskLine, granted: bool, reason: str, by: Actor, now: datetime) -> None:
    waiting = select(col(ExtensionRequest.id)).where(
        col(ExtensionRequest.task_id) == line.id, col(ExtensionRequest.state) == "pending"
    )
    number = session.execute(waiting.order_by(col(ExtensionRequest.id))).scalars().first()
    if number is None:
        raise Refusal(f"Nhiệm vụ {line.key} không có yêu cầu gia hạn nào đang chờ.")
    extending.decide(session, number, granted=granted, reason=reason, by=by, now=now)


def _do(key: str, plan: str | None, deed: Callable[[Session, TaskLine, Actor, datetime], object]) -> TaskLine:
    """Find the task, do the deed in one transaction, and return the task as it was found.

    Raises Refusal when the person named by `--as` is neither of the office nor of the task's unit.
    """
    with opened() as house, house.store.write() as session:
        where = house.bearings(session, plan)
        line = find_task(list_tasks(session, where.plan_id, where.today, house.calendar), key)
        by = actor(session, where.commune_id)
        if by.role not in OFFICE:
            require_part(session, where.commune_id, GLOBALS.acting or "", line.unit_key)
        deed(session, line, by, house.clock.now())
        return line
