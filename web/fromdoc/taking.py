"""From what a form sent to the sheet that is worked on: a document first, later what was typed beside it."""

from __future__ import annotations

from typing import Any

from starlette.datastructures import FormData, UploadFile

from db.errors import Refusal
from documents.apart import DESK
from documents.correcting.filling import draft_of
from documents.correcting.overlaying import laid_over
from documents.correcting.tables import with_wording
from documents.findings import PlanFindings
from documents.sources.blocks import LARGEST_FILE
from web.council.saving import PLAN, opened_for
from web.forms import text
from web.fromdoc.bench import Bench
from web.fromdoc.carried import LONGEST, Document, pack, unpack
from web.fromdoc.fields import MOST_ROWS, draft_in, edited, size
from web.fromdoc.sheet import Sheet, found_in
from web.site import Site

LONGEST_NAME = 120
LONGEST_TYPED = 1_000_000
BEFORE = "truoc."
"""Fields as the page showed them, before anything was typed."""
NOT_FIELDS = frozenset({"csrf", "van_ban", "viec", "tep", "xa_khac", PLAN})
GONE = "Trang đã cũ nên không còn văn bản. Hãy chọn lại tệp."


def read(given: Any) -> tuple[Document, PlanFindings]:
    """A file that was sent, and what was found in it. Raises Refusal."""
    if not isinstance(given, UploadFile) or not given.filename:
        raise Refusal("Hãy chọn tệp kế hoạch đã ký trước khi bấm đọc.")
    name = " ".join(given.filename.split())[-LONGEST_NAME:]
    document = Document(name, DESK.read(given.file.read(LARGEST_FILE + 1), name))
    return document, found_in(document)


def first_sheet(site: Site, bench: Bench, document: Document, found: PlanFindings) -> Sheet:
    """The draft as it was read, laid over what the commune has. Raises Refusal when it is too long for a page."""
    draft = draft_of(found)
    own = bench.own(site, draft)
    draft = laid_over(draft, own)
    if size(draft) > MOST_ROWS:
        raise Refusal(
            f"{document.name}: có đến {size(draft)} căn cứ, đơn vị và việc, quá nhiều để sửa trên trang."
        )
    carried = pack(site.secret_key, bench.commune_id, document)
    return Sheet(document, carried, found, draft, opened_for=own.newest)


def typed_sheet(site: Site, bench: Bench, form: FormData) -> Sheet:
    """The draft as it was typed, its rows come and gone by the button pressed. Raises Refusal when the document is lost."""
    carried, deed = text(form, "van_ban", LONGEST), text(form, "viec", 60)
    document = unpack(site.secret_key, bench.commune_id, carried)
    if document is None:
        raise Refusal(GONE)
    typed = {name: text(form, name, LONGEST_TYPED) for name in form if name not in NOT_FIELDS}
    shown = {name.removeprefix(BEFORE): value for name, value in typed.items() if name.startswith(BEFORE)}
    draft = edited(draft_in(typed), deed)
    draft = with_wording(draft, shown) if shown else draft
    anothers = text(form, "xa_khac") == "co"
    return Sheet(document, carried, found_in(document), draft, anothers, opened_for(form))
