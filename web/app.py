"""The application: every page, behind the guard."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.types import Scope

from web import (
    api,
    board,
    chats,
    coming,
    council,
    directory,
    dossier,
    feed,
    figures,
    fromdoc,
    health,
    inbox,
    journal,
    keys,
    late,
    leadership,
    messages,
    password,
    permission,
    plan,
    refusals,
    rules,
    sheets,
    signin,
    stage,
    standin,
    start,
    unit,
    webhooks,
)
from web.bounded import Bounded
from web.guard import Guard
from web.health.traffic import Traffic
from web.permission.begun import Permissions
from web.rates import Rate
from web.remembered import Remembered
from web.rendering import STATIC
from web.roles import joined, refuse_undeclared
from web.site import Site
from web.waiting import Waiting
from web.webhooks.keeping import Keepers

ROUTERS = (
    password.routes.router,
    signin.routes.router,
    start.routes.router,
    standin.routes.router,
    unit.routes.router,
    unit.report.router,
    unit.download.router,
    board.routes.router,
    board.review.router,
    feed.routes.router,
    figures.routes.router,
    sheets.routes.router,
    late.routes.router,
    coming.routes.router,
    stage.routes.router,
    council.overview.router,
    council.members.router,
    council.meetings.router,
    council.terms.router,
    council.scoring.router,
    council.papers.router,
    dossier.routes.router,
    dossier.papers.router,
    dossier.making.router,
    dossier.details.router,
    dossier.checking.router,
    leadership.routes.router,
    health.routes.router,
    directory.routes.router,
    directory.bringing.router,
    directory.ways.router,
    rules.routes.router,
    fromdoc.routes.router,
    plan.routes.router,
    messages.undelivered.router,
    messages.outbox.router,
    messages.channels.router,
    messages.routes.router,
    permission.routes.router,
    journal.routes.router,
    keys.routes.router,
    chats.routes.router,
    chats.offering.router,
    inbox.routes.router,
    webhooks.routes.router,
)


class LastingFiles(StaticFiles):
    """Static files under an address that changes with their content."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """A file that browsers may keep."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def create_app(site: Site) -> FastAPI:
    """All pages of one installation. Raises LookupError when a route does not say who may use it."""
    refuse_undeclared(ROUTERS)
    app = FastAPI(title="Măng Non", routes=joined(ROUTERS), docs_url=None, redoc_url=None, openapi_url=None)
    app.state.site = site
    app.state.letters = set()
    app.state.traffic = Traffic()
    app.state.address_rate = Rate(site.limits.sign_ins_per_address, site.limits.window)
    app.state.client_rate = Rate(site.limits.sign_ins_per_client, site.limits.window)
    app.state.code_rate = Rate(site.limits.codes, site.limits.window)
    app.state.waiting = Waiting(site.store)
    app.state.first_rate = Rate(site.limits.sign_ins_per_client, site.limits.window)
    app.state.permissions = Permissions()
    app.state.keepers = Keepers()
    app.mount(api.PREFIX, api.create_api(site))
    app.mount("/static", LastingFiles(directory=STATIC), name="static")
    refusals.install(app)
    app.add_middleware(GZipMiddleware, minimum_size=500)
    app.add_middleware(Bounded, most=site.limits.most_at)
    app.add_middleware(Remembered, sign=site.store.sign, now=site.clock.now)
    app.add_middleware(Guard, traffic=app.state.traffic)
    return app
