"""The API's own application: its routes, its errors, its OpenAPI description."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse, Response
from fastapi.routing import APIRoute

from web.api import (
    absences,
    addresses,
    channels,
    conversations,
    council,
    council_scores,
    directory,
    dossier,
    dossier_details,
    evidence,
    messages,
    people,
    plan,
    plan_documents,
    problems,
    proposals,
    reminders,
    reports,
    review,
    rules,
    tasks,
)
from web.api.callers import SCHEME, SCOPE_MARK
from web.keys.scopes import SCOPES
from web.roles import MARK, joined
from web.site import Site

PREFIX = "/api/v1"
VERSION = "1"
ROUTERS = (
    plan.router, tasks.router, reports.router, review.router, reminders.router, messages.router, channels.router, conversations.router, directory.router,
    people.router, addresses.router, rules.router, evidence.router, absences.router, proposals.router, plan_documents.router,
    council.router, council_scores.router, dossier.router, dossier_details.router,
)  # fmt: skip
ABOUT = (
    "Mọi việc làm được trên trang Măng Non cũng làm được bằng chương trình. Mã truy cập lấy ở trang /ma-truy-cap. "
    "Ngày là ngày địa phương; thời điểm theo RFC 3339, giờ UTC. Lỗi theo RFC 9457; sửa có điều kiện bằng ETag và If-Match."
)


def create_api(site: Site) -> FastAPI:
    """Raises LookupError when a route does not say who may use it and with which scope."""
    refuse_undeclared(ROUTERS)
    api = FastAPI(
        title="Măng Non",
        version=VERSION,
        routes=joined(ROUTERS),
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    api.state.site = site
    described = cache(lambda: description(api))

    @api.get("/openapi.json", include_in_schema=False)
    def openapi(_request: Request) -> Response:
        return JSONResponse(described())

    problems.install(api)
    return api


def api_routes(routers: Iterable[APIRouter] = ROUTERS) -> list[APIRoute]:
    """All routes of the API."""
    return [route for router in routers for route in router.routes if isinstance(route, APIRoute)]


def refuse_undeclared(routers: Iterable[APIRouter]) -> None:
    """Raises LookupError when a route does not declare its roles and scope."""
    for route in api_routes(routers):
        if not {MARK, SCOPE_MARK} <= set(route.openapi_extra or {}):
            raise LookupError(f"{route.path} does not declare who may use it")


def description(api: FastAPI) -> dict[str, Any]:
    """The OpenAPI document."""
    found = get_openapi(title=api.title, version=api.version, description=ABOUT, routes=api.routes)
    found["servers"] = [{"url": PREFIX}]
    components = found.setdefault("components", {})
    scopes = "; ".join(f"{name}: {words}" for name, words in SCOPES.items())
    components["securitySchemes"] = {SCHEME: {"type": "http", "scheme": "bearer", "description": scopes}}
    schema = problems.ProblemDetails.model_json_schema(ref_template="#/components/schemas/{model}")
    parts = schema.pop("$defs", {})
    components.setdefault("schemas", {}).update({**parts, problems.ProblemDetails.__name__: schema})
    return found
