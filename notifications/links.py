"""The addresses that messages lead to."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlmodel import Session

from notifications.kinds import WORDINGS
from notifications.planning import Claim

Pair = tuple[int, int]


class LinkMaker(Protocol):
    """Makes links of their own for (reader's person number, task number) pairs."""

    def ensure(self, session: Session, commune_id: int, pairs: Collection[Pair], now: datetime) -> None:
        """Let a link stand for each pair; called in the transaction that claims the reminders."""

    def urls(self, session: Session, commune_id: int, pairs: Collection[Pair]) -> Mapping[Pair, str]:
        """The addresses of those pairs that have a link. Changes nothing."""

    def sign_in(self, session: Session, commune_id: int, person_id: int, now: datetime) -> str:
        """The address that signs a person in, once and soon; "" where none can be made."""


@dataclass(frozen=True)
class PlainLinks:
    """No links of their own: everybody gets the task's address and signs in there."""

    def ensure(self, session: Session, commune_id: int, pairs: Collection[Pair], now: datetime) -> None:
        """Nothing to do."""

    def urls(self, session: Session, commune_id: int, pairs: Collection[Pair]) -> Mapping[Pair, str]:
        """None."""
        return {}

    def sign_in(self, session: Session, commune_id: int, person_id: int, now: datetime) -> str:
        """None."""
        return ""


def opens_task(kind: str) -> bool:
    """Whether a message of this kind is read by the unit; the office signs in, for it may do more than one task."""
    return not WORDINGS[kind].office


def claimed_pairs(claims: Mapping[int, Collection[Claim]]) -> set[Pair]:
    """The pairs that newly claimed reminders need links for."""
    return {
        (reader, one.candidate.task_id)
        for reader, mine in claims.items()
        for one in mine
        if one.candidate.task_id is not None and opens_task(one.candidate.kind)
    }
