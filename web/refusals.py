"""What goes wrong, told: one sentence, what to do, never a traceback."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import quote

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from db.errors import Refusal, StorageRefusal
from web.api import PREFIX, problems
from web.forms import ConfirmFirst, ForeignForm, TooLarge
from web.rendering import page
from web.site import DOSSIER_CHECK
from web.visitor import NotAllowed, SignInNeeded, site_of
from web.waiting import NotBegun

log = structlog.get_logger(__name__)
Handler = Callable[[Request, Exception], Awaitable[Response]]
SENTENCES = {
    404: "Không có trang này. Có thể địa chỉ bị thiếu hoặc sai một vài ký tự.",
    405: "Trang này không nhận thao tác đó. Hãy quay lại và thử lần nữa.",
}


def told(request: Request, status: int, title: str, sentence: str) -> Response:
    """A page with one sentence."""
    return page(request, "message.html", status, title=title, sentence=sentence)


def install(app: FastAPI) -> None:
    """Answer every error with a page."""
    app.add_exception_handler(SignInNeeded, _sign_in)
    app.add_exception_handler(
        NotAllowed,
        _says(
            403,
            "Chưa được phép",
            "Trang này dành cho người khác. Nếu đồng chí cần xem, xin hỏi cán bộ điều phối.",
        ),
    )
    app.add_exception_handler(
        ForeignForm,
        _says(
            403,
            "Trang đã cũ",
            "Trang mở đã lâu hoặc không phải của Măng Non. Hãy quay lại, tải lại trang rồi gửi lần nữa.",
        ),
    )
    app.add_exception_handler(TooLarge, _too_large)
    app.add_exception_handler(ConfirmFirst, _confirm)
    app.add_exception_handler(ClientDisconnect, _gone)
    app.add_exception_handler(NotBegun, _not_begun)
    app.add_exception_handler(Refusal, _refusal)
    app.add_exception_handler(RequestValidationError, _says(404, "Không tìm thấy", SENTENCES[404]))
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unknown)


def _says(status: int, title: str, sentence: str) -> Handler:
    async def answer(request: Request, error: Exception) -> Response:
        return told(request, status, title, sentence)

    return answer


async def _sign_in(request: Request, error: Exception) -> Response:
    return RedirectResponse(f"/vao?tiep={quote(request.url.path)}", 303)


async def _confirm(request: Request, error: Exception) -> Response:
    fields = error.fields if isinstance(error, ConfirmFirst) else []
    return page(request, "confirm.html", fields=fields)


async def _too_large(request: Request, error: Exception) -> Response:
    sentence = "Nội dung gửi lên lớn quá mức được nhận. Tệp tối đa 10 MB; lời ghi xin rút gọn."
    if request.url.path == DOSSIER_CHECK:
        most = site_of(request).limits.largest_dossier // 2**20
        sentence = f"Tệp lớn hơn {most} MB. Hồ sơ lớn như vậy xin nhờ người vận hành kiểm tra bằng lệnh mangnon dossier check."
    return told(request, 413, "Nội dung lớn quá", sentence)


async def _gone(request: Request, error: Exception) -> Response:
    """Nobody reads this: the sender broke off, and what had come was dropped."""
    return Response(status_code=400)


async def _refusal(request: Request, error: Exception) -> Response:
    status = 503 if isinstance(error, StorageRefusal) else getattr(error, "status", 422)
    return told(request, status, "Chưa làm được", str(error))


async def _not_begun(request: Request, error: Exception) -> Response:
    return page(request, "start/waiting.html", NotBegun.status, sentence=str(error))


async def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if request.url.path.startswith(PREFIX):
        # An address so odd that it did not even reach the API's own application.
        return problems.told(status, f"{problems.TITLES.get(status, 'Chưa làm được')}.")
    sentence = SENTENCES.get(status, "Yêu cầu gửi lên chưa trọn vẹn. Hãy quay lại và thử lần nữa.")
    return told(
        request,
        status,
        "Không tìm thấy" if status == 404 else "Chưa làm được",
        sentence,
    )


async def _unknown(request: Request, error: Exception) -> Response:
    log.error("request broke", exc_info=error)
    return told(
        request,
        500,
        "Máy gặp trục trặc",
        "Việc vừa rồi chưa được ghi. Hãy thử lại sau ít phút; nếu vẫn vậy, xin báo người vận hành.",
    )
