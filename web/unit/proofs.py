"""Evidence as the report form sends it: a document in words, a file, or neither."""

from __future__ import annotations

from collections.abc import Mapping

from sqlmodel import Session
from starlette.datastructures import FormData, UploadFile

from db.errors import Refusal, StorageRefusal, WrongFields
from tasks import evidence
from tasks.deadline import parse_date
from tasks.evidence import Attachment, Reference
from tasks.evidence_files import received
from tasks.evidence_kinds import file_name, kind_of
from web.forms import text
from web.site import Site
from web.visitor import Visitor

FIELDS = {
    "title": "mc_ten",
    "number": "mc_so",
    "dated_on": "mc_ngay",
    "holder": "mc_noi_giu",
    "place": "mc_cho_de",
}
FILE = "mc_tep"
LONGEST_TYPED = 20_000


def typed_reference(form: FormData) -> dict[str, str]:
    """What was typed about a document, by the form's fields."""
    return {field: text(form, field, LONGEST_TYPED) for field in FIELDS.values()}


def attach(site: Site, visitor: Visitor, task_id: int, form: FormData) -> dict[str, str]:
    """Keep the document and the file that a form brings; what is wrong with them, by the form's fields.

    Each is kept or refused by itself, so that a good file need not be chosen again. Raises StorageRefusal.
    """
    typed, upload = typed_reference(form), form.get(FILE)
    wrong: dict[str, str] = {}
    if any(typed.values()):
        wrong |= _keep_reference(site, visitor, task_id, typed)
    if isinstance(upload, UploadFile) and upload.filename:
        wrong |= _keep_file(site, visitor, task_id, upload)
    return wrong


def _keep_reference(site: Site, visitor: Visitor, task_id: int, typed: Mapping[str, str]) -> dict[str, str]:
    try:
        given = _reference(typed)
        with site.store.write() as session:
            evidence.add_reference(session, task_id, given, by=visitor.unit_actor(), now=site.clock.now())
    except WrongFields as refusal:
        return {FIELDS[name]: sentence for name, sentence in refusal.fields.items()}
    except StorageRefusal:
        raise
    except Refusal as refusal:
        return {FIELDS["title"]: str(refusal)}
    return {}


def _reference(typed: Mapping[str, str]) -> Reference:
    words = {name: typed[field] for name, field in FIELDS.items() if name != "dated_on"}
    given = typed[FIELDS["dated_on"]]
    try:
        return Reference(**words, dated_on=parse_date(given) if given else None)
    except Refusal:
        raise WrongFields(
            {"dated_on": "Xin ghi ngày của văn bản theo mẫu ngày/tháng/năm, ví dụ 15/11/2024."}
        ) from None


def keep_file(site: Site, visitor: Visitor, task_id: int, upload: UploadFile) -> None:
    """Keep a file that was sent, told by its content. Raises Refusal, StorageRefusal."""
    given = " ".join((upload.filename or "").split())[-120:]
    with received(site.evidence_folder, upload.file) as draft:
        kind = kind_of(draft.path, given)
        attachment = Attachment(file_name(upload.filename or "", kind), kind, draft)
        with site.store.write() as session:
            _add(session, site, visitor, task_id, attachment)


def _keep_file(site: Site, visitor: Visitor, task_id: int, upload: UploadFile) -> dict[str, str]:
    try:
        keep_file(site, visitor, task_id, upload)
    except StorageRefusal:
        raise
    except Refusal as refusal:
        return {FILE: str(refusal)}
    return {}


def _add(session: Session, site: Site, visitor: Visitor, task_id: int, given: Attachment) -> None:
    evidence.add_file(session, task_id, given, by=visitor.unit_actor(), now=site.clock.now())
