"""The Word documents of a dossier: all of them for the archive, or one by itself, filled just the same."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from db.errors import Missing
from documents.dossier.entries import Entry
from documents.writing.blanks import blanks
from documents.writing.contexts import common, for_template
from documents.writing.details import Details
from documents.writing.facts import PlanFacts
from documents.writing.filling import fill
from documents.writing.templates import Template, template_bytes


def documents(
    facts: PlanFacts, details: Details, entries: Sequence[Entry], own: Path | None = None
) -> dict[str, bytes]:
    """All documents by their names in the archive. `entries`: the register's lines; `own`: the commune's templates.

    Raises Refusal for a template that cannot be filled.
    """
    shared = _words(facts, details, entries)
    return {one.name: _filled(shared, one.template, own) for one in entries if one.template}


def document(facts: PlanFacts, details: Details, entries: Sequence[Entry], key: str) -> bytes:
    """One document by the key of its template. Raises Missing for one that no dossier holds, Refusal as `documents`."""
    template = _template(entries, key)
    return _filled(_words(facts, details, entries), template, None)


def left_blank(facts: PlanFacts, details: Details, entries: Sequence[Entry]) -> dict[str, list[str]]:
    """Template key -> what would stay blank in its document, in words; nothing for one that is complete."""
    shared = _words(facts, details, entries)
    return {
        one.template.key: blanks(template_bytes(one.template, None), for_template(shared, one.template.key))
        for one in entries
        if one.template
    }


def _template(entries: Sequence[Entry], key: str) -> Template:
    found = next((one.template for one in entries if one.template and one.template.key == key), None)
    if found is None:
        raise Missing("Hồ sơ không có văn bản này. Xin chọn trong danh sách văn bản của hồ sơ.")
    return found


def _filled(shared: dict[str, Any], template: Template, own: Path | None) -> bytes:
    return fill(template_bytes(template, own), for_template(shared, template.key), template.file)


def _words(facts: PlanFacts, details: Details, entries: Sequence[Entry]) -> dict[str, Any]:
    register = [
        {"so": place, "ten": one.title, "noi_giu": one.place, "tieu_chi": one.criterion_no or ""}
        for place, one in enumerate(entries, start=1)
    ]
    return common(facts, details) | {"danh_muc": register}
