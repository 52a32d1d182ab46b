"""Who may use which address. Every route says so; one that does not keeps the application from starting."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from web.visitor import require
from web.waiting import begun

ROLES = ("coordinator", "unit", "leadership", "council", "superior", "operator")
PUBLIC = "public"
TaskId = Annotated[int, Path(ge=1, le=2**31 - 1)]
MARK = "x-mangnon-roles"


def allow(
    *roles: str, check: Callable[[Request], Awaitable[None]] | None = None, at_first: bool = False
) -> dict[str, Any]:
    """Keyword arguments for a route: who may use it ("public": everybody, also without signing in).

    `check` is asked before anything else. `at_first`: of use also while there is no commune; other routes then say only that.

    Raises ValueError for a role that is none.
    """
    if not roles or (unknown := set(roles) - {*ROLES, PUBLIC}):
        raise ValueError(f"no such role: {unknown if roles else 'none given'}")
    known = frozenset(roles)
    guards = [Depends(check)] if check else []
    guards += [] if at_first else [Depends(begun)]
    guards += [] if PUBLIC in known else [Depends(require(known))]
    return {"dependencies": guards, "openapi_extra": {MARK: sorted(known)}, "include_in_schema": False}


def roles_of(route: APIRoute) -> frozenset[str]:
    """Who may use a route. Raises LookupError when it does not say."""
    declared = (route.openapi_extra or {}).get(MARK)
    if declared is None:
        raise LookupError(f"{route.path} does not declare who may use it")
    return frozenset(declared)


def page_routes(routers: Iterable[APIRouter]) -> Iterator[APIRoute]:
    """All routes of the pages."""
    return (route for router in routers for route in router.routes if isinstance(route, APIRoute))


def joined(routers: Iterable[APIRouter]) -> list[BaseRoute]:
    """The routers' routes, for an application that takes them as they are.

    `include_router` would have FastAPI derive each route anew at an application's first request, a tenth of a second
    of it, and look each one up twice at every request after it.
    """
    return [route for router in routers for route in router.routes]


def refuse_undeclared(routers: Iterable[APIRouter]) -> None:
    """Raises LookupError when a route does not declare who may use it."""
    for route in page_routes(routers):
        roles_of(route)
