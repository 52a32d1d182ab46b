"""The stage of the demo: a fresh folder with settings, a database, the plan and its people, and a clock set by hand."""

from __future__ import annotations

import shutil
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from db import migrate
from db.errors import Refusal
from mangnon.demo.script import FIRST_DAY
from mangnon.demo.season import Season
from mangnon.house import House
from mangnon.secret import make_key
from mangnon.settings import DEFAULT_ZONE, Settings
from mangnon.settings_file import load_settings, write_config
from plans.toml_source import read_text, shipped
from tasks import people
from tasks.actor import Actor
from tasks.clock import ManualClock
from tasks.contacts import read_contacts
from tasks.importing import import_plan
from tasks.planfile import load_plan
from workflow.definition import procedure_of

MARK = ".mangnon-demo"
PLAN, CONTACTS = "hoang-dong-2024.toml", "contacts-example.csv"
STAGE_HAND = Actor("Người vận hành", "operator")
Server = tuple[str, int]


def fresh_folder(folder: Path) -> Path:
    """An empty folder. An earlier demo's is replaced; anything else is left alone. Raises Refusal."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).exists():
            raise Refusal(f"Thư mục {folder} có dữ liệu khác. Hãy chọn thư mục khác bằng --folder.")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).touch()
    return folder


def server_of(text: str) -> Server:
    """A mail server given as HOST:PORT. Raises Refusal."""
    host, _, port = text.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65_536:
        raise Refusal(f"Máy chủ «{text}» chưa đúng mẫu MÁY:CỔNG, ví dụ localhost:1025.")
    return host, int(port)


def prepare(folder: Path, *, until: date, server: Server | None = None) -> Season:
    """Set up the house as a commune would and put the clock at the plan's first morning."""
    zone = ZoneInfo(DEFAULT_ZONE)
    start = datetime.combine(FIRST_DAY, time(8), zone)
    if until < FIRST_DAY:
        raise Refusal(f"Mùa đánh giá bắt đầu ngày {FIRST_DAY:%d/%m/%Y}; --until phải từ ngày đó trở đi.")
    write_config(folder / "config.toml")
    make_key(folder / Settings().web.key_file)
    clock = ManualClock(start)
    house = House(_settings(folder, server), folder.resolve(), clock)
    migrate.upgrade(house.store.engine)
    _bring_plan(house)
    return Season(house, clock, start, datetime.combine(until, time(20), zone))


def _settings(folder: Path, server: Server | None) -> Settings:
    settings = load_settings(folder / "config.toml")
    if server is None:
        return settings
    smtp = settings.smtp.model_copy(update={"host": server[0], "port": server[1], "security": "none"})
    delivery = settings.delivery.model_copy(update={"channels": ["email"]})
    return settings.model_copy(update={"smtp": smtp, "delivery": delivery})


def _bring_plan(house: House) -> None:
    plan, rules = load_plan(shipped(PLAN))
    first_stage = procedure_of(rules.model_dump(mode="json")).start
    now = house.clock.now()
    with house.store.write() as session:
        import_plan(session, plan, rules, first_stage=first_stage, by=STAGE_HAND, now=now)
        commune_id = house.bearings(session).commune_id
        known = {row.key: row.name for row in people.list_units(session, commune_id)}
        rows = read_contacts(read_text(shipped(CONTACTS)), CONTACTS, known)
        people.bring_contacts(session, commune_id, rows, by=STAGE_HAND, now=now)
