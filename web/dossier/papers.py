"""`/ho-so/van-ban/…` and `/ho-so/don-doc/…`: single documents and the letters to late units, as downloads."""

from __future__ import annotations

import io
import zipfile
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path
from fastapi.responses import Response

from db.errors import Missing
from documents.dossier.texts import document
from documents.writing.packing import LONG_AGO
from documents.writing.reminding import KEY, letter_name, reminder_letters
from web.council.papers import DOCX
from web.dossier.reading import READ, meeting_asked, plan_now
from web.roles import allow
from web.site import Site
from web.visitor import Signed, TheSite, Visitor

router = APIRouter()
ZIP = "application/zip"
Key = Annotated[str, Path(max_length=120)]


@router.get("/ho-so/van-ban/{document_key}.docx", **allow(*READ))
def one_document(site: TheSite, visitor: Signed, document_key: Key, hop: str = "") -> Response:
    """A document filled as it would be in the dossier, telling of the meeting `?hop=`."""
    return document_file(site, visitor, document_key, meeting_asked(hop))


@router.get("/ho-so/don-doc/{unit_key}.docx", **allow(*READ))
def letter(site: TheSite, visitor: Signed, unit_key: Key) -> Response:
    """The letter to one late unit."""
    found = _letters(site, visitor, unit_key).get(unit_key)
    if found is None:
        raise Missing("Đơn vị này không có việc trễ hạn nên không có công văn đôn đốc.")
    return _download(found, letter_name(unit_key), DOCX)


@router.get("/ho-so/don-doc.zip", **allow(*READ))
def letters(site: TheSite, visitor: Signed) -> Response:
    """The letters to all late units."""
    return letters_file(site, visitor)


def document_file(site: Site, visitor: Visitor, key: str, meeting: int | None) -> Response:
    """A document by the key of its template; `meeting`: the number of the one it tells of. Raises Missing, Refusal."""
    with site.store.read() as session:
        plan = plan_now(session, site, visitor, meeting)
    content = document(plan.facts, plan.details, plan.whole, key)
    return _download(content, f"{key}-{plan.facts.plan.year}.docx", DOCX)


def letters_file(site: Site, visitor: Visitor) -> Response:
    """All letters in one archive. Raises Missing when nobody is late."""
    found = _letters(site, visitor)
    if not found:
        raise Missing("Không đơn vị nào trễ hạn nên không có công văn đôn đốc.")
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for unit, content in found.items():
            archive.writestr(zipfile.ZipInfo(letter_name(unit), LONG_AGO), content)
    return _download(stream.getvalue(), f"{KEY}.zip", ZIP)


def _letters(site: Site, visitor: Visitor, only: str = "") -> dict[str, bytes]:
    with site.store.read() as session:
        plan = plan_now(session, site, visitor)
    return reminder_letters(plan.facts, plan.details, only=only)


def _download(content: bytes, name: str, media_type: str) -> Response:
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return Response(content, media_type=media_type, headers=headers)
