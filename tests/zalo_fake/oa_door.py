"""What every request to the OA host passes first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zalo_fake.wire import Asked, Json, Refused, Reply

if TYPE_CHECKING:
    from zalo_fake.world import World


def admit(world: World, asked: Asked) -> dict[str, str]:
    """Count the request and check its token; the headers of its reply. Raises Refused."""
    headers = world.allowance.tick()
    given = asked.request.headers
    world.tokens.check(
        given.get("access_token", ""), given.get("appsecret_proof", ""), stale=-216, unproven=-242
    )
    return headers


def reachable(world: World, to: str) -> None:
    """Refuse what a test has forced for this user or group. Raises Refused."""
    if code := world.people.forced(to, "zalo"):
        raise Refused(code)


def good(data: object, headers: dict[str, str] | None = None, **more: object) -> Reply:
    """A good answer around `data`."""
    body: Json = {"data": data, "error": 0, "message": "Success", **more}
    return Reply(body, headers)
