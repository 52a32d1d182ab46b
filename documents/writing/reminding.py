"""Letters to units that are late (công văn đôn đốc), one Word file each."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from documents.writing.contexts import common, reminder
from documents.writing.details import Details
from documents.writing.facts import PlanFacts
from documents.writing.filling import fill
from documents.writing.templates import TEMPLATES, template_bytes

KEY = "cong-van-don-doc"


def late_units(facts: PlanFacts) -> dict[str, str]:
    """Key and name of each unit that owes something whose deadline has passed."""
    return {line.unit_key: line.unit_name for line in facts.live if line.late}


def write_reminders(facts: PlanFacts, details: Details, folder: Path, own: Path | None = None) -> list[Path]:
    """Write them into a folder, replacing earlier ones. `own`: the commune's templates. Raises Refusal."""
    units = late_units(facts)
    if not units:
        return []
    template = next(one for one in TEMPLATES if one.key == KEY)
    raw, shared = template_bytes(template, own), common(facts, details)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for key, name in units.items():
        path = folder / unicodedata.normalize("NFC", f"{KEY}-{key}.docx")
        path.write_bytes(fill(raw, shared | reminder(facts, name), template.file))
        written.append(path)
    return written
