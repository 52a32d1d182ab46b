"""What goes into a dossier: documents made from the plan, and the evidence that may leave the commune."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from documents.writing.facts import PlanFacts
from documents.writing.templates import TEMPLATES, Template

LONGEST = 100
REGISTER = "danh-muc.xlsx"


@dataclass(frozen=True)
class Entry:
    """One line of the register. `name`: its path in the archive, "" for a paper that stays with its holder.

    `source`: the evidence file on disk; `sha256` what it must be. `template`: what the document is made from.
    """

    title: str
    name: str = ""
    criterion_no: int | None = None
    source: Path | None = None
    sha256: str = ""
    template: Template | None = None

    @property
    def place(self) -> str:
        """Where it is to be found, in words."""
        return self.name or "giữ tại đơn vị theo dõi"


def entries_of(facts: PlanFacts, evidence: Path) -> list[Entry]:
    """All lines of the register in their order; nothing is read from disk but which files there are."""
    return [
        *_documents(),
        *(Entry(one) for one in facts.papers),
        *_proofs(facts, evidence),
        *_withheld(facts),
    ]


def lost_files(entries: list[Entry]) -> list[Entry]:
    """Entries whose file is gone from the evidence folder."""
    return [one for one in entries if one.source is not None and not one.source.is_file()]


def archive_name(given: str) -> str:
    """A file name that stays in its folder on every system: no separators, no control letters, not too long."""
    bare = unicodedata.normalize("NFC", given).replace("\\", "/").rpartition("/")[2]
    clean = "".join("-" if one in '<>:"|?*' or unicodedata.category(one)[0] == "C" else one for one in bare)
    stem, dot, suffix = clean.strip(" .").rpartition(".")
    name = f"{stem[:LONGEST].strip(' .')}{dot}{suffix[:10]}" if stem else clean.strip(" .")[:LONGEST]
    return name or "minh-chung"


def _documents() -> Iterator[Entry]:
    gone = [one for one in TEMPLATES if one.goes]
    for place, one in enumerate(gone, start=1):
        yield Entry(one.title, f"van-ban/{place:02d}-{one.file}", template=one)


def _proofs(facts: PlanFacts, evidence: Path) -> Iterator[Entry]:
    for place, one in enumerate(facts.proofs, start=1):
        if not one.sha256:
            yield Entry(one.words, criterion_no=one.criterion_no)
            continue
        name = f"minh-chung/tieu-chi-{one.criterion_no:02d}/{place:03d}-{archive_name(one.file_name)}"
        yield Entry(one.words, name, one.criterion_no, evidence / one.sha256, one.sha256)


def _withheld(facts: PlanFacts) -> Iterator[Entry]:
    for no, count in sorted(facts.withheld.items()):
        yield Entry(f"{count} văn bản minh chứng, không gửi kèm", criterion_no=no)
