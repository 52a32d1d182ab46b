"""A commune in the middle of its season: all 25 units, 50 tasks in every state, 600 messages, some of them failed."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import cycle
from zoneinfo import ZoneInfo

from copied_rows import built_once
from council_world import convened
from sqlalchemy import insert, select, update
from sqlmodel import Session, col
from web_world import WebWorld

from db.tables import (
    Attempt,
    ChannelEvent,
    ChannelState,
    ContactPoint,
    IncomingMessage,
    Message,
    Person,
    Reminder,
    Report,
    Task,
)
from tasks import extending, reporting, reviewing
from tasks.actor import Actor
from tasks.address_rows import put_points
from tasks.current import rules_of
from tasks.figures import Figure
from tasks.ruleset import Indicator
from tasks.ways import Point, points_of
from workflow.stepping import advance

COORDINATOR = Actor("Cán bộ VHXH (ví dụ)", "coordinator")
UNIT = Actor("Đầu mối (ví dụ)", "unit")
MESSAGES = 600
MID_SEASON = datetime(2024, 11, 12, 9, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
OUTCOMES = {
    "sent": "sent",
    "failed": "permanent",
    "unknown": "unknown",
    "skipped": "retry",
    "pending": "retry",
}
SAID = (
    "UBND xã Hoàng Đồng: kính gửi đồng chí Trưởng thôn số 7,\n\nNHẮC HẠN\n1. Rà soát trẻ em có hoàn cảnh đặc biệt\n"
    "Hạn: thứ Sáu, 15/11/2024, còn 3 ngày làm việc\nMở việc: http://mangnon.example/l/bi-mat.cua-mot-nguoi\n\n"
    "Nhắn lại NHAN để báo đã nhận, XONG để lấy liên kết báo cáo, GIAHAN 15/11 để xin lùi hạn."
)
HEARD = (
    ("thon-07", "nhan", "acknowledge", "Đã ghi nhận. Cảm ơn đồng chí!", "sent"),
    ("thon-07", "Chị ơi thôn em có 3 hộ mới chuyển đến thì tính thế nào ạ?", "unknown", "Máy chưa hiểu tin này; cán bộ điều phối sẽ đọc và trả lời.", "sent"),
    ("", "123456", "unknown", "Mã này không đúng hoặc đã hết hạn.", "failed"),
)  # fmt: skip
_STATES = ("sent", "sent", "sent", "sent", "failed", "sent", "unknown", "skipped", "sent", "pending")


def live(web: WebWorld) -> WebWorld:
    """Take the world to the Tuesday after the deadline."""
    clock = web.world.clock
    built_once(web.site.store, ("full", clock.now()), lambda: _lived(web))
    clock.set(MID_SEASON)
    return web


def _lived(web: WebWorld) -> None:
    clock = web.world.clock
    web.world.do(lambda s: advance(s, web.world.plan_id, "collect", actor=COORDINATOR, now=clock.now()))
    web.world.do(lambda s: _reports(s, web))
    web.world.do(lambda s: _messages(s, web))
    web.world.do(lambda s: _ways(s, web))
    web.world.do(lambda s: _answers(s, web))
    convened(web.world)


def _reports(session: Session, web: WebWorld) -> None:
    """Of every five tasks two are accepted, one waits, one was returned, one is owed with more time asked for."""
    at = MID_SEASON - timedelta(days=40)
    tasks = (
        session.execute(select(Task).where(col(Task.state) == "assigned").order_by(col(Task.id)))
        .scalars()
        .all()
    )
    rules = rules_of(session, web.world.plan_id)
    for place, task in enumerate(tasks):
        number, moment = task.id or 0, at + timedelta(hours=17 * place)
        if place % 5 == 4:
            if task.last_valid_on:
                wanted = task.last_valid_on + timedelta(days=10)
                extending.request(
                    session, number, wanted_on=wanted, reason="Chờ số liệu của trường.", by=UNIT, now=moment
                )
            continue
        named = rules.criterion(task.criterion_no).indicators if task.criterion_no else ()
        reporting.submit_report(
            session, number, figures=[_figure(one) for one in named], note="Đã rà soát đủ các hộ trong địa bàn.", by=UNIT,
            now=moment,
        )  # fmt: skip
        if place % 5 in {0, 1}:
            reviewing.accept(session, number, by=COORDINATOR, now=moment + timedelta(hours=3))
        if place % 5 == 3:
            reviewing.send_back(session, number, reason="Xin bổ sung mẫu số.", by=COORDINATOR, now=moment)
    assert session.execute(select(col(Report.id))).first()


def _figure(indicator: Indicator) -> Figure:
    if indicator.kind == "share":
        return Figure(indicator.key, 95, 100)
    return Figure(indicator.key, value=1 if indicator.kind == "yes_no" else 0)


def _messages(session: Session, web: WebWorld) -> None:
    people = session.execute(select(col(Person.id)).order_by(col(Person.id))).scalars().all()
    tasks = session.execute(select(col(Task.id)).order_by(col(Task.id))).scalars().all()
    commune, start = web.world.commune_id, MID_SEASON - timedelta(days=151)
    rows = []
    for number, person, state in zip(range(1, MESSAGES + 1), cycle(people), cycle(_STATES), strict=False):
        at = start + timedelta(hours=6 * number)
        rows.append(
            {
                "id": number + 10_000, "commune_id": commune, "person_id": person, "slot": at, "tracking_id": f"m{number}",
                "state": state, "reason": "" if state in {"sent", "pending"} else "Hộp thư đầy", "subject": "Nhắc việc",
                "attempts": 1, "not_before": at + timedelta(days=900 if state == "pending" else 0), "created_at": at,
                "updated_at": at, "sent_at": at if state == "sent" else None,
            }
        )  # fmt: skip
    attempts = [one for row in rows for one in _attempts(commune, row)]
    session.execute(insert(Message), rows)
    session.execute(insert(Reminder), [_reminder(commune, row, tasks) for row in rows])
    session.execute(insert(Attempt), attempts)


def _reminder(commune: int, row: dict[str, object], tasks: object) -> dict[str, object]:
    number = int(str(row["id"])) - 10_000
    task = tasks[number % len(tasks)]  # type: ignore[index,arg-type]
    return {
        "commune_id": commune, "person_id": row["person_id"], "task_id": task, "subject": f"task:{task}", "kind": "before",
        "rung": f"t{number}", "state": "wanted", "message_id": row["id"], "claimed_at": row["created_at"],
    }  # fmt: skip


def _attempts(commune: int, row: dict[str, object]) -> list[dict[str, object]]:
    """Every third that was sent went by a bot, every seventh by mail after Zalo did not know the number."""
    number, state = int(str(row["id"])) - 10_000, row["state"]
    tried = {
        "commune_id": commune, "message_id": row["id"], "number": 1, "channel": "email", "address": "ai@commune.example",
        "started_at": row["slot"], "ended_at": row["slot"], "outcome": OUTCOMES[str(state)], "detail": "", "provider_id": "",
        "delivered_at": None, "seen_at": None, "words": None,
    }  # fmt: skip
    if state == "sent" and number % 3 == 0:
        seen = MID_SEASON if number % 2 else None
        said = {"provider_id": f"m-{number}", "delivered_at": MID_SEASON, "seen_at": seen, "words": SAID}
        return [tried | {"channel": "zalo_bot", "address": "user:5550000123"} | said]
    if state == "sent" and number % 7 == 0:
        row["attempts"] = 2
        unknown = {"channel": "zalo_oa", "address": "phone:84900001234", "outcome": "permanent"}
        return [tried | unknown | {"detail": "Số này không dùng Zalo."}, tried | {"number": 2}]
    return [tried]


def _ways(session: Session, web: WebWorld) -> None:
    """One contact reads Zalo and has a number, whose SMS were refused; one channel is closed."""
    person, commune = _person(session, "thon-07"), web.world.commune_id
    points = [Point("zalo_bot", "user:5550000123"), *points_of(["thon-07@hoang-dong.example"], "84900001234")]
    put_points(session, commune, person, points)
    refused = {"refused_at": MID_SEASON, "refused_reason": "Thuê bao không nhận tin."}
    sms = update(ContactPoint).where(
        col(ContactPoint.person_id) == person, col(ContactPoint.channel) == "sms"
    )
    session.execute(sms.values(**refused))
    closed = {
        "closed_at": MID_SEASON,
        "closed_because": "Zalo báo mã truy cập đã hết hạn.",
        "try_again_at": MID_SEASON,
    }
    session.execute(
        insert(ChannelState).values(name="zalo_oa", quota_left=480, quota_at=MID_SEASON, **closed)
    )


def _answers(session: Session, web: WebWorld) -> None:
    """What people wrote back: understood, not understood, and somebody whom nobody knows."""
    for number, (person, said, understood, answer, state) in enumerate(HEARD, 1):
        at = MID_SEASON - timedelta(hours=30 - number)
        event = {
            "channel": "zalo_bot",
            "key": f"e{number}",
            "body": "",
            "received_at": at,
            "handled_at": at,
            "trouble": "",
        }
        event_id = session.execute(
            insert(ChannelEvent).values(event).returning(col(ChannelEvent.id))
        ).scalar_one()
        row = {
            "commune_id": web.world.commune_id, "event_id": event_id, "channel": "zalo_bot", "address": f"user:555000{number}",
            "person_id": _person(session, person) if person else None, "sender_name": "" if person else "Người lạ (ví dụ)",
            "text": said, "understood": understood, "answer": answer, "answer_state": state, "answer_detail": "",
            "received_at": at, "answered_at": at + timedelta(seconds=2) if state == "sent" else None, "settled_by": "",
        }  # fmt: skip
        session.execute(insert(IncomingMessage).values(row))


def _person(session: Session, key: str) -> int:
    return int(session.execute(select(col(Person.id)).where(col(Person.key) == key)).scalar_one())
