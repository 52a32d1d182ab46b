"""Who calls: the owner of a token, with no more than the token's scopes and the owner's own roles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from sqlalchemy import update
from sqlmodel import col

from db.errors import StorageRefusal
from db.tables import ApiToken
from web.api.problems import Problem
from web.keys.scopes import SCOPES
from web.keys.tokens import find_token
from web.roles import MARK, ROLES
from web.site import Site
from web.visitor import Visitor, person_visitor, site_of

SCOPE_MARK = "x-mangnon-scope"
SCHEME = "token"
SEEN_EVERY = timedelta(hours=1)
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="mangnon"'}


@dataclass(frozen=True)
class Caller:
    """The token's owner as a visitor, and what the token may do."""

    visitor: Visitor
    scopes: frozenset[str]


def asked_once(request: Request) -> None:
    """No parameter is given twice, for only the last would count. Raises RequestValidationError."""
    known = {field.alias for field in request.scope["route"].dependant.query_params}
    given = Counter(name for name, _ in request.query_params.multi_items() if name in known)
    twice = [name for name, times in given.items() if times > 1]
    if twice:
        raise RequestValidationError(
            [
                {"type": "given_twice", "loc": ("query", name), "msg": "Ghi hai lần; chỉ ghi một lần."}
                for name in twice
            ]
        )


def access(scope: str, *roles: str) -> dict[str, Any]:
    """Keyword arguments for a route: the scope it needs and the roles that may use it.

    Raises ValueError for a scope or role that is none.
    """
    if scope not in SCOPES or not roles or set(roles) - set(ROLES):
        raise ValueError(f"no such scope or role: {scope}, {roles}")
    needed = _require(scope, frozenset(roles))
    return {
        "dependencies": [Depends(needed), Depends(asked_once)],
        "openapi_extra": {MARK: sorted(roles), SCOPE_MARK: scope, "security": [{SCHEME: [scope]}]},
    }


def _require(scope: str, roles: frozenset[str]) -> Callable[[Request], Awaitable[None]]:
    async def check(request: Request) -> None:
        caller = await run_in_threadpool(_look, request)
        if scope not in caller.scopes:
            raise Problem(
                403,
                f"Mã truy cập này không có quyền «{scope}» ({SCOPES[scope]}).",
                {
                    "WWW-Authenticate": f'{CHALLENGE["WWW-Authenticate"]}, error="insufficient_scope", scope="{scope}"'
                },
            )
        if not caller.visitor.roles & roles:
            raise Problem(403, "Việc này dành cho người có vai trò khác.")
        request.state.caller = caller

    return check


def _look(request: Request) -> Caller:
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret:
        raise Problem(401, "Xin gửi mã truy cập trong tiêu đề Authorization: Bearer …", CHALLENGE)
    site = site_of(request)
    with site.store.read() as session:
        token = find_token(session, secret.strip(), site.clock.now())
        visitor = person_visitor(session, site, token.commune_id, token.person_id) if token else None
    if token is None or visitor is None:
        wrong = {"WWW-Authenticate": f'{CHALLENGE["WWW-Authenticate"]}, error="invalid_token"'}
        raise Problem(401, "Mã truy cập không đúng, đã hết hạn hoặc đã thu hồi.", wrong)
    _note_use(site, token)
    return Caller(visitor, frozenset(token.scopes.split()))


def _note_use(site: Site, token: ApiToken) -> None:
    """When it was used last, to the hour: not a write for every question."""
    now = site.clock.now()
    if token.last_used_at is not None and now - token.last_used_at < SEEN_EVERY:
        return
    # A full disk or a long writer must not keep anybody from reading.
    with suppress(StorageRefusal), site.store.write() as session:
        session.execute(update(ApiToken).where(col(ApiToken.id) == token.id).values(last_used_at=now))


async def _the_visitor(request: Request) -> Visitor:
    caller: Caller = request.state.caller
    return caller.visitor


async def _the_caller(request: Request) -> Caller:
    caller: Caller = request.state.caller
    return caller


Calling = Annotated[Visitor, Depends(_the_visitor)]
TheCaller = Annotated[Caller, Depends(_the_caller)]
