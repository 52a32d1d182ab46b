"""Rows of personal tokens. Only the hash of a secret is kept."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session, col

from db import journal
from db.errors import Outdated, Refusal
from db.store import changed
from db.tables import ApiToken
from web import tokens
from web.visitor import Visitor

MARK = "mn_"
LONGEST_NAME, MOST, LONGEST_SECRET = 60, 20, 200


def make_token(
    session: Session,
    visitor: Visitor,
    *,
    name: str,
    scopes: Collection[str],
    lasting: timedelta,
    now: datetime,
) -> str:
    """A new token's secret, shown this once. Raises Refusal."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise Refusal(f"Xin đặt tên cho mã, tối đa {LONGEST_NAME} ký tự, ví dụ «Bảng tính của văn phòng».")
    if not scopes:
        raise Refusal("Xin chọn ít nhất một quyền.")
    if len(tokens_of(session, visitor, now)) >= MOST:
        raise Refusal(f"Đồng chí đã có {MOST} mã. Xin thu hồi bớt mã không dùng.")
    secret = MARK + tokens.fresh()
    row = ApiToken(
        commune_id=visitor.commune_id, person_id=visitor.person_id, name=name, token_hash=tokens.hashed(secret),
        scopes=" ".join(sorted(scopes)), created_at=now, expires_at=now + lasting,
    )  # fmt: skip
    session.add(row)
    session.flush()
    _note(session, visitor, "token.made", now, name=name, scopes=row.scopes)
    return secret


def end_token(session: Session, visitor: Visitor, number: int, now: datetime) -> None:
    """Take one of the person's tokens back. Raises Outdated."""
    mine = update(ApiToken).where(
        col(ApiToken.id) == number,
        col(ApiToken.commune_id) == visitor.commune_id,
        col(ApiToken.person_id) == visitor.person_id,
        col(ApiToken.revoked_at).is_(None),
    )
    if not changed(session, mine.values(revoked_at=now)):
        raise Outdated("Mã này đã được thu hồi rồi.")
    _note(session, visitor, "token.ended", now, token=str(number))


def tokens_of(session: Session, visitor: Visitor, now: datetime) -> list[ApiToken]:
    """The person's standing tokens, the newest first."""
    query = select(ApiToken).where(
        col(ApiToken.commune_id) == visitor.commune_id,
        col(ApiToken.person_id) == visitor.person_id,
        *_standing(now),
    )
    return list(session.execute(query.order_by(col(ApiToken.id).desc())).scalars())


def find_token(session: Session, secret: str, now: datetime) -> ApiToken | None:
    """The standing token of a secret."""
    if len(secret) > LONGEST_SECRET:
        return None
    query = select(ApiToken).where(col(ApiToken.token_hash) == tokens.hashed(secret), *_standing(now))
    row: ApiToken | None = session.execute(query).scalar_one_or_none()
    return row


def end_tokens(session: Session, commune_id: int, person_id: int, now: datetime) -> int:
    """Take all tokens of a person back; how many."""
    mine = update(ApiToken).where(
        col(ApiToken.commune_id) == commune_id,
        col(ApiToken.person_id) == person_id,
        col(ApiToken.revoked_at).is_(None),
    )
    return changed(session, mine.values(revoked_at=now))


def _standing(now: datetime) -> tuple[Any, ...]:
    return (col(ApiToken.revoked_at).is_(None), col(ApiToken.expires_at) > now)


def _note(session: Session, visitor: Visitor, action: str, now: datetime, **payload: str) -> None:
    by = visitor.actor()
    journal.append(
        session, visitor.commune_id, at=now, actor=by.name, action=action, subject=f"person:{visitor.person_id}",
        payload={"role": by.role} | payload,
    )  # fmt: skip
