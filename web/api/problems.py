"""What goes wrong, as RFC 9457 problem details; `detail` is the Vietnamese sentence a person would read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from db.errors import Refusal, StorageRefusal, WrongFields

log = structlog.get_logger(__name__)
MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: "Yêu cầu không đọc được",
    401: "Cần mã truy cập",
    403: "Mã truy cập không đủ quyền",
    404: "Không có",
    405: "Không nhận thao tác này",
    409: "Đã thay đổi",
    412: "Bản đang sửa đã cũ",
    413: "Nội dung lớn quá",
    422: "Không hợp lệ",
    428: "Cần If-Match",
    503: "Không ghi được",
}
_SENTENCES = {
    "missing": "Thiếu trường này.",
    "extra_forbidden": "Không có trường này.",
    "string_too_long": "Nội dung dài quá.",
    "json_invalid": "Nội dung không phải JSON.",
}


class FieldProblem(BaseModel):
    """What is wrong with one field; `field` is its path with dots."""

    field: str
    detail: str


class ProblemDetails(BaseModel):
    """RFC 9457. A lost update also carries `current`, as it is now, and `yours`, as it was sent."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] = []
    current: Any = None
    yours: Any = None


class Problem(Exception):
    """Ends a request with problem details."""

    def __init__(
        self, status: int, detail: str, headers: Mapping[str, str] | None = None, **more: Any
    ) -> None:
        super().__init__(detail)
        self.status, self.headers, self.more = status, dict(headers or {}), more


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """`responses=` of a route: the problems it may answer with, those of every route included."""
    schema = {"$ref": f"#/components/schemas/{ProblemDetails.__name__}"}
    return {
        status: {"description": TITLES[status], "content": {MEDIA_TYPE: {"schema": schema}}}
        for status in sorted({400, 401, 403, 404, 422, 503, *statuses})
    }


def install(api: FastAPI) -> None:
    """Answer every error with problem details."""
    api.add_exception_handler(Problem, _problem)
    api.add_exception_handler(Refusal, _refusal)
    api.add_exception_handler(RequestValidationError, _invalid)
    api.add_exception_handler(HTTPException, _http)
    api.add_exception_handler(ClientDisconnect, _gone)
    api.add_exception_handler(Exception, _unknown)


def told(status: int, detail: str, headers: Mapping[str, str] | None = None, **more: Any) -> Response:
    """The answer itself."""
    title = TITLES.get(status) or HTTPStatus(status).phrase
    body = ProblemDetails(
        type=f"urn:mangnon:problem:{status}", title=title, status=status, detail=detail, **more
    )
    content = jsonable_encoder(body, exclude_defaults=False, exclude_none=True)
    return JSONResponse(content, status, media_type=MEDIA_TYPE, headers=dict(headers or {}))


Handler = Callable[[Request, Exception], Awaitable[Response]]


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)  # noqa: S101
    return told(error.status, str(error), error.headers, **error.more)


async def _refusal(request: Request, error: Exception) -> Response:
    status = 503 if isinstance(error, StorageRefusal) else getattr(error, "status", 422)
    fields = error.fields if isinstance(error, WrongFields) else {}
    return told(
        status, str(error), errors=[FieldProblem(field=name, detail=text) for name, text in fields.items()]
    )


async def _invalid(request: Request, error: Exception) -> Response:
    found = error.errors() if isinstance(error, RequestValidationError) else []
    errors = [FieldProblem(field=_path(one["loc"]), detail=_sentence(one)) for one in found]
    return told(422, "Nội dung gửi lên chưa đúng mẫu; xem từng trường trong errors.", errors=errors)


def _path(place: tuple[int | str, ...]) -> str:
    """Where it is wrong. A name that was sent is repeated only as far as it can be written."""
    return ".".join(str(part) for part in place).encode("utf-8", "replace").decode()[:300]


def _sentence(error: Mapping[str, Any]) -> str:
    return _SENTENCES.get(error["type"]) or str(error["msg"]).encode("utf-8", "replace").decode()[:300]


async def _http(request: Request, error: Exception) -> Response:
    status, headers = 500, None
    if isinstance(error, HTTPException):
        status, headers = error.status_code, error.headers
    detail = TITLES.get(status, HTTPStatus(status).phrase)
    return told(status, f"{detail}.", headers)


async def _gone(request: Request, error: Exception) -> Response:
    return Response(status_code=400)


async def _unknown(request: Request, error: Exception) -> Response:
    log.error("request broke", exc_info=error)
    return told(500, "Máy gặp trục trặc; việc vừa rồi chưa được ghi.")
