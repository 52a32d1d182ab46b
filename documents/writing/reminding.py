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


def reminder_letters(
    facts: PlanFacts, details: Details, own: Path | None = None, *, only: str = ""
) -> dict[str, bytes]:
    """The letters by their units' keys. `own`: the commune's templates; `only`: one unit's letter. Raises Refusal."""
    units = {key: name for key, name in late_units(facts).items() if only in {"", key}}
    if not units:
        return {}
    template = next(one for one in TEMPLATES if one.key == KEY)
    raw, shared = template_bytes(template, own), common(facts, details)
    return {key: fill(raw, shared | reminder(facts, name), template.file) for key, name in units.items()}


def letter_name(unit: str) -> str:
    """The file name of a unit's letter."""
    return unicodedata.normalize("NFC", f"{KEY}-{unit}.docx")


def write_reminders(facts: PlanFacts, details: Details, folder: Path, own: Path | None = None) -> list[Path]:
    """Write them into a folder, replacing earlier ones. `own`: the commune's templates. Raises Refusal."""
    letters = reminder_letters(facts, details, own)
    if letters:
        folder.mkdir(parents=True, exist_ok=True)
    written = []
    for unit, content in letters.items():
        path = folder / letter_name(unit)
        path.write_bytes(content)
        written.append(path)
    return written
