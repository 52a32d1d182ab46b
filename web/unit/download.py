"""`/viec/…/minh-chung/…`: a file somebody attached, for those who may see the task."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import FileResponse, Response

from db.errors import Missing
from db.tables import Evidence
from web.roles import TaskId, allow
from web.site import Site
from web.unit.reading import READERS, find_task
from web.visitor import Signed, TheSite, Visitor

router = APIRouter()


@router.get("/viec/{task_id}/minh-chung/{number}", **allow("unit", *READERS))
def download(site: TheSite, visitor: Signed, task_id: TaskId, number: TaskId) -> Response:
    """The file, to be saved: it is never shown inside a page of ours."""
    return evidence_file(site, visitor, task_id, number)


def evidence_file(site: Site, visitor: Visitor, task_id: int, number: int, media_type: str = "") -> Response:
    """A file that lies with a task the visitor may read, as a download. Raises Missing."""
    with site.store.read() as session:
        find_task(session, visitor, task_id)
        row = session.get(Evidence, number)
        if row is None or row.task_id != task_id or row.kind != "file" or row.removed_at is not None:
            raise Missing("Không có tệp minh chứng này, hoặc tệp đã được bỏ.")
    path = site.evidence_folder / row.sha256
    if not path.is_file():
        raise Missing("Tệp minh chứng này không còn trên máy chủ. Xin báo người vận hành.")
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(row.file_name)}",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return FileResponse(path, media_type=media_type or row.media_type, headers=headers)
