"""The append-only journal (nhật ký). Triggers refuse UPDATE and DELETE; see `db.journal` for the chain."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from db.types import UtcDateTime


class JournalEntry(SQLModel, table=True):
    """One thing that happened. `payload` is canonical JSON kept as text: the very bytes that were hashed."""

    __tablename__ = "journal_entry"
    __table_args__ = (CheckConstraint("seq >= 1", name="seq_counts"),)

    commune_id: int = Field(foreign_key="commune.id", primary_key=True)
    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=UtcDateTime)
    actor: str
    action: str
    subject: str = Field(index=True)
    payload: str
    previous_hash: str
    hash: str


class JournalHead(SQLModel, table=True):
    """The newest entry of a commune's journal; a cut-off tail shows, and two writers cannot fork the chain."""

    __tablename__ = "journal_head"

    commune_id: int = Field(foreign_key="commune.id", primary_key=True)
    seq: int
    hash: str
