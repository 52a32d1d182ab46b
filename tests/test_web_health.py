"""What watching machines are told: whether all is well, and nothing about anybody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert
from web_world import WebWorld

from db.store import Store
from db.tables import Heartbeat
from notifications.heartbeat import HEARTBEAT
from tasks.clock import ManualClock


@pytest.fixture
def web(store: Store, clock: ManualClock) -> WebWorld:
    return WebWorld.build(store, clock)


def beat(web: WebWorld, ago: timedelta) -> None:
    row = {"name": HEARTBEAT, "at": web.site.clock.now() - ago, "owner": "may", "detail": ""}
    web.world.do(lambda s: s.execute(insert(Heartbeat).values(row)))


def test_a_tick_in_time_is_well(web: WebWorld) -> None:
    beat(web, timedelta(seconds=70))
    answer = web.stranger().get("/healthz")
    assert (answer.status_code, answer.json()["status"], answer.json()["tick_age_seconds"]) == (
        200,
        "ok",
        70.0,
    )


@pytest.mark.parametrize("ago", [timedelta(minutes=4), None])
def test_a_tick_that_is_late_or_never_was_is_told(web: WebWorld, ago: timedelta | None) -> None:
    if ago:
        beat(web, ago)
    answer = web.stranger().get("/healthz")
    assert (answer.status_code, answer.json()["status"], answer.json()["tick"]) == (503, "degraded", "late")


def test_a_database_of_another_schema_or_without_tables_is_told(web: WebWorld) -> None:
    beat(web, timedelta(0))
    with web.site.store.engine.connect() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
        assert web.stranger().get("/healthz").json()["schema"] == "other"
        connection.exec_driver_sql("DROP TABLE heartbeat")
        connection.commit()
    answer = web.stranger().get("/healthz")
    assert (answer.status_code, answer.json()["database"]) == (503, "unreachable")


def test_metrics_count_messages_by_state_and_hold_no_name(web: WebWorld) -> None:
    beat(web, timedelta(seconds=5))
    text = web.stranger().get("/metrics").text
    assert "mangnon_tick_age_seconds 5.0" in text
    assert 'mangnon_messages{state="pending"} 0.0' in text
    assert "mangnon_oldest_pending_seconds 0.0" in text
    assert "thon" not in text


def test_a_page_answered_from_memory_is_counted_under_its_route(web: WebWorld) -> None:
    client = web.stranger()
    for _ in range(3):
        client.get("/vao")
    text = client.get("/metrics").text
    assert 'mangnon_http_requests_total{method="GET",route="/vao",status="200"} 3.0' in text


def test_requests_are_counted_by_route_and_never_by_what_was_asked_for(web: WebWorld) -> None:
    client = web.stranger()
    client.get("/l/mat-ma-cua-ai-do")
    client.get("/api/v1/me")
    client.get("/khong-co-trang-nay")
    client.request("BREW", "/vao")
    text = client.get("/metrics").text
    assert 'mangnon_http_requests_total{method="GET",route="/l/{token}",status="410"} 1.0' in text
    assert 'mangnon_http_requests_total{method="GET",route="/api/v1/me",status="401"} 1.0' in text
    assert 'route="/l/{token}"' in text.partition("mangnon_http_request_seconds_bucket")[2]
    assert "mat-ma" not in text
    assert "khong-co" not in text
    assert "BREW" not in text
