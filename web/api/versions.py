"""ETag and If-Match: a change says what it was made from, and a lost update is refused with both versions shown."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any, NamedTuple

from fastapi import Header, Response
from fastapi.encoders import jsonable_encoder

from web.api.problems import Problem

IfMatch = Annotated[
    str, Header(alias="If-Match", description="Giá trị ETag của bản đang sửa. Thiếu: 428; đã cũ: 412.")
]
STALE = "Bản đồng chí sửa đã cũ: người khác vừa thay đổi. Bản hiện nay ở «current», bản gửi lên ở «yours»."


class PlanVersion(NamedTuple):
    """A version of what every plan has one of: the next plan's first version is not this plan's."""

    plan_id: int
    version: int


def tag(value: Any) -> str:
    """A strong tag: of a version number, alone or of one plan, or of anything's content as JSON."""
    if isinstance(value, PlanVersion):
        return f'"p{value.plan_id}-v{value.version}"'
    if isinstance(value, int):
        return f'"v{value}"'
    text = json.dumps(jsonable_encoder(value), sort_keys=True, ensure_ascii=False)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def put_tag(response: Response, value: Any) -> None:
    """Give the answer its tag."""
    response.headers["ETag"] = tag(value)


def require_match(sent: str, version: Any, *, current: Any, yours: Any) -> None:
    """Raises Problem 428 when nothing was sent, 412 when it is not the present version."""
    if not sent.strip():
        raise Problem(428, "Xin gửi tiêu đề If-Match với ETag của bản đang sửa.")
    if sent.strip() not in {"*", tag(version)}:
        raise Problem(
            412,
            STALE,
            {"ETag": tag(version)},
            current=jsonable_encoder(current),
            yours=jsonable_encoder(yours),
        )
