"""Spreadsheets as answers, and as what a form brought."""

from __future__ import annotations

from fastapi.responses import Response
from starlette.datastructures import FormData, UploadFile

from db.errors import Refusal
from tasks import spreadsheet
from tasks.sheets import MEDIA_TYPE

FIELD = "tep"
_LONGEST_NAME = 120


def download(raw: bytes, name: str) -> Response:
    """An .xlsx to be saved. `name`: ASCII, with its ending."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(raw, media_type=MEDIA_TYPE, headers=headers)


def uploaded(form: FormData, what: str) -> tuple[str, bytes]:
    """The name and the bytes of the file in a form, never more than is taken. Raises Refusal when there is none."""
    given = form.get(FIELD)
    if not isinstance(given, UploadFile) or not given.filename:
        raise Refusal(f"Hãy chọn tệp {what} (.xlsx hoặc .csv) trước khi bấm xem.")
    return " ".join(given.filename.split())[-_LONGEST_NAME:], given.file.read(spreadsheet.LARGEST + 1)
