"""What commands that work on the data begin with: opening the house, who is acting."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlmodel import Session, col

from db.errors import Refusal
from db.tables import Member, Person
from mangnon.cli.frame import GLOBALS, Json, PlanKey, TaskKey, app
from mangnon.house import House
from mangnon.settings_file import CONFIG, CONFIG_VARIABLE, load_settings
from plans.toml_source import shipped
from tasks.actor import STRENGTH, Actor
from tasks.clock import SystemClock
from tasks.deadline import parse_date

__all__ = [
    "GLOBALS", "LARGEST", "OPERATOR", "Json", "PlanKey", "TaskKey", "actor", "app", "config_path", "named_file", "opened", "read_day",
]  # fmt: skip

LARGEST = 2**31
OPERATOR = Actor("Người vận hành", "operator")


def config_path() -> Path:
    """The settings file that counts. Raises Refusal when there is none."""
    named = GLOBALS.config or (Path(os.environ[CONFIG_VARIABLE]) if CONFIG_VARIABLE in os.environ else None)
    path = named or Path(CONFIG)
    if not path.is_file():
        raise Refusal(
            f"Không thấy tệp cài đặt {path}. Hãy chạy mangnon init ở thư mục mới, hoặc chỉ rõ bằng --config."
        )
    return path


@contextmanager
def opened(*, schema: bool = True) -> Iterator[House]:
    """The house of the settings file, with its database at the newest schema."""
    path = config_path()
    house = House(load_settings(path), path.resolve().parent, SystemClock())
    try:
        if schema:
            house.require_schema()
        yield house
    finally:
        house.store.close()


def read_day(text: str, option: str) -> date:
    """A date typed after an option, such as 15/11/2024. Raises Refusal naming the option."""
    try:
        return parse_date(text)
    except Refusal as refusal:
        raise Refusal(f"Tuỳ chọn {option}: {refusal}.") from None


def named_file(file: Path, example: str) -> Path:
    """A file as given, or the example that ships under that name. Raises Refusal for a bare name that is neither."""
    if file.suffix or file.exists():
        return file
    own = Path(example)
    if str(file) != own.stem:
        raise Refusal(f"Không có tệp {file}. Tên không có đuôi chỉ dùng cho ví dụ kèm sẵn: {own.stem}.")
    return shipped(example)


def actor(session: Session, commune_id: int) -> Actor:
    """Who acts: the person named by `--as`, else the commune's first coordinator, else the operator."""
    query = (
        select(col(Person.name), col(Member.role))
        .join(Member, col(Member.person_id) == col(Person.id))
        .where(col(Person.commune_id) == commune_id)
        .order_by(col(Member.id))
    )
    if GLOBALS.acting is None:
        first = session.execute(query.where(col(Member.role) == "coordinator")).first()
        return Actor(first[0], "coordinator") if first else OPERATOR
    roles = session.execute(query.where(col(Person.key) == GLOBALS.acting)).all()
    if not roles:
        raise Refusal(f"Không có người mang mã «{GLOBALS.acting}». Xem bằng lệnh mangnon contacts list.")
    held = {"unit" if role == "contact" else role for _, role in roles}
    return Actor(roles[0][0], min(held, key=STRENGTH.index))
