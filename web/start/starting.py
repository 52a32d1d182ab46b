"""The first plan, its coordinator and the coordinator's session: all of it or nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session

from db.errors import Outdated
from db.tables import Plan
from tasks.actor import Actor
from tasks.directory import add_person
from tasks.person_facts import PersonFacts
from tasks.planfile import PlanFile
from tasks.ruleset import RuleSet
from web.fromdoc.saving import import_new
from web.sessions import Entrance, open_session
from web.start.contact import ROLE
from web.tokens import SIGN_IN
from web.waiting import commune_there

TAKEN = (
    "Chưa ghi gì: vừa có người khác bắt đầu trên máy này và xã đã có kế hoạch. "
    "Xin đăng nhập ở trang đầu, hoặc hỏi người vận hành."
)


def start(
    session: Session,
    plan: PlanFile,
    rules: RuleSet,
    coordinator: PersonFacts,
    *,
    device: str,
    lasting: timedelta,
    now: datetime,
) -> str:
    """Import the first plan and sign its coordinator in; the secret for the cookie.

    The coordinator stands at the unit that gathers the reports, whatever unit `coordinator` names. `lasting`: how long
    the session does; `now` is aware. Raises Outdated when there is a commune by now, WrongFields or Refusal.
    """
    if commune_there(session):
        raise Outdated(TAKEN)
    by = Actor(coordinator.name, ROLE)
    imported = import_new(session, plan, rules, by=by, now=now)
    commune_id = session.get_one(Plan, imported.plan_id).commune_id
    placed = replace(coordinator, parts=((ROLE, plan.receiver),))
    person_id = add_person(session, commune_id, placed, by=by, now=now)
    who = Entrance(commune_id, person_id, coordinator.name, SIGN_IN, None, device)
    return open_session(session, who, lasting, now)
