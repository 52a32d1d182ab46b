"""The API keeps to its own description, whatever is sent: no 5xx, no status or body that is not documented."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
import schemathesis
import structlog
from full_commune import live
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from web_world import BASE, WebWorld

from db.store import Store
from tasks.clock import ManualClock
from web.api import PREFIX
from web.api.application import api_routes
from web.app import create_app
from web.roles import MARK

OPERATIONS = [(min(route.methods or ()), route.path) for route in api_routes()]
CHECKS = [
    schemathesis.checks.not_a_server_error, status_code_conformance, content_type_conformance,
    response_schema_conformance, response_headers_conformance,
]  # fmt: skip
ROUNDS = int(os.environ.get("API_EXAMPLES", "60"))
ROWS = 60
"""Numbers in addresses are brought near those that exist, or nearly every answer would be 404."""


@pytest.fixture
def web(store: Store, clock: ManualClock) -> Iterator[WebWorld]:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield live(WebWorld.build(store, clock))
    structlog.reset_defaults()


def role_for(method: str, path: str) -> str:
    route = next(one for one in api_routes() if one.path == path and method in (one.methods or ()))
    allowed = (route.openapi_extra or {})[MARK]
    return next(role for role in ("unit", "coordinator", "leadership", "operator") if role in allowed)


def aimed(case: Any) -> Any:
    """The same case at rows that exist, made from the version that is there."""
    for name, value in (case.path_parameters or {}).items():
        if isinstance(value, int) and not isinstance(value, bool) and value > 0:
            case.path_parameters[name] = 1 + value % ROWS
    if "If-Match" in case.headers:
        case.headers["If-Match"] = "*"
    return case


class Attacker:
    """Sends what the description calls right (or wrong) and checks every answer."""

    def __init__(self, web: WebWorld) -> None:
        self.schema = schemathesis.openapi.from_asgi(f"{PREFIX}/openapi.json", create_app(web.site))
        self.token = cache(lambda role: web.program(role).headers["Authorization"])

    def __call__(self, method: str, path: str, rounds: int, mode: GenerationMode) -> int:
        """How many were sent."""
        token, sent = self.token(role_for(method, path)), 0
        wrong = mode is GenerationMode.NEGATIVE
        checks: list[Callable[..., Any]] = [*CHECKS, negative_data_rejection] if wrong else list(CHECKS)

        @given(case=self.schema[path][method].as_strategy(generation_mode=mode))
        @settings(
            max_examples=rounds,
            suppress_health_check=list(HealthCheck),
        )
        def run(case: Any) -> None:
            nonlocal sent
            case.headers["Authorization"] = token
            case = case if wrong else aimed(case)
            case.validate_response(case.call(base_url=BASE + PREFIX), checks=checks)
            sent += 1

        run()
        return sent


def can_be_wrong(path: str, method: str) -> bool:
    """Whether the description leaves anything to get wrong: a parameter or a body."""
    route = next(one for one in api_routes() if one.path == path and method in (one.methods or ()))
    return bool(route.dependant.path_params or route.dependant.query_params or route.dependant.body_params)


def test_right_requests_are_answered_as_described(web: WebWorld) -> None:
    attack = Attacker(web)
    for method, path in OPERATIONS:
        assert attack(method, path, 4, GenerationMode.POSITIVE), path


@pytest.mark.slow
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_right_requests_are_answered_as_described_at_length(web: WebWorld, method: str, path: str) -> None:
    assert Attacker(web)(method, path, ROUNDS, GenerationMode.POSITIVE)


@pytest.mark.slow
@pytest.mark.parametrize(("method", "path"), [one for one in OPERATIONS if can_be_wrong(one[1], one[0])])
def test_wrong_requests_are_refused_as_described(web: WebWorld, method: str, path: str) -> None:
    assert Attacker(web)(method, path, ROUNDS, GenerationMode.NEGATIVE)
