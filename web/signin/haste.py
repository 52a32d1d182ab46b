"""Too many tries to come in, from one place or for one address."""

from __future__ import annotations

import math

from fastapi import Request
from fastapi.responses import Response

from web.refusals import told
from web.visitor import site_of


def too_often(request: Request, address: str) -> Response | None:
    """Count one more try; the page that asks for patience when there were too many."""
    client = request.client.host if request.client else "?"
    state, now = request.app.state, site_of(request).clock.now()
    # Who was stopped counts against nobody's address any more, and pushes no other's out of the counts.
    wait = state.client_rate.wait(client, now) or state.address_rate.wait(address.casefold(), now)
    if not wait:
        return None
    answer = told(
        request,
        429,
        "Xin chờ một lát",
        "Đã có nhiều yêu cầu đăng nhập liên tiếp. Xin thử lại sau ít phút.",
    )
    answer.headers["Retry-After"] = str(math.ceil(wait.total_seconds()))
    return answer
