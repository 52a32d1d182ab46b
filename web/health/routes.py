"""`/healthz` and `/metrics`."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from db import migrate
from db.errors import StorageRefusal
from web.health.reading import Pulse, pulse
from web.health.traffic import Traffic
from web.roles import PUBLIC, allow
from web.site import Site
from web.visitor import TheSite

router = APIRouter()
LATE_TICKS = 3


@router.get("/healthz", **allow(PUBLIC, at_first=True))
def health(site: TheSite) -> Response:
    """200 when the database answers, its schema is ours and the tick runs; 503, naming what is not, otherwise."""
    found: dict[str, object] = {"database": "ok", "schema": "ok", "tick": "ok"}
    try:
        seen = _pulse(site)
        found["tick_age_seconds"] = seen.tick_age
        late = LATE_TICKS * site.tick_every.total_seconds()
        if seen.tick_age is None or seen.tick_age > late:
            found["tick"] = "late"
        if migrate.present(site.store.engine) != migrate.newest():
            found["schema"] = "other"
    except StorageRefusal:
        found["database"] = "unreachable"
    well = all(found[part] == "ok" for part in ("database", "schema", "tick"))
    return JSONResponse({"status": "ok" if well else "degraded"} | found, 200 if well else 503)


@router.get("/metrics", **allow(PUBLIC, at_first=True))
def metrics(request: Request, site: TheSite) -> Response:
    """The same in Prometheus' text format, and the requests since the start."""
    registry, seen = CollectorRegistry(), _pulse(site)
    age = Gauge(
        "mangnon_tick_age_seconds", "Seconds since the last tick; NaN before the first.", registry=registry
    )
    age.set(float("nan") if seen.tick_age is None else seen.tick_age)
    messages = Gauge("mangnon_messages", "Messages by state.", ["state"], registry=registry)
    for state, count in seen.messages.items():
        messages.labels(state).set(count)
    oldest = Gauge(
        "mangnon_oldest_pending_seconds", "Age of the oldest message that waits.", registry=registry
    )
    oldest.set(seen.oldest_pending)
    traffic: Traffic = request.app.state.traffic
    return Response(generate_latest(registry) + traffic.told(), media_type=CONTENT_TYPE_LATEST)


def _pulse(site: Site) -> Pulse:
    with site.store.read() as session:
        return pulse(session, site.clock.now())
