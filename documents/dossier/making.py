"""Making a dossier: one .zip, written whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from db.errors import Refusal, StorageRefusal, reason_of
from documents.dossier import manifest
from documents.dossier.entries import REGISTER, Entry, entries_of, lost_files
from documents.dossier.missing import Gap, gaps_of
from documents.dossier.texts import documents
from documents.dossier.workbook import workbook
from documents.writing.contexts import verdict_of
from documents.writing.details import Details
from documents.writing.facts import PlanFacts
from tasks.council_meetings import Meeting

FORMAT = 1
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Plan:
    """A dossier before it is made: what goes in and what it lacks.

    `meetings`: those of the council to choose from; `meeting`: the one its papers tell of, None for none.
    """

    facts: PlanFacts
    details: Details
    entries: list[Entry]
    gaps: list[Gap]
    meetings: Sequence[Meeting] = ()
    meeting: Meeting | None = None

    @property
    def meeting_number(self) -> int | None:
        """The number of the meeting its papers tell of."""
        return self.meeting.row.id if self.meeting else None

    @property
    def missing(self) -> list[str]:
        """What it lacks, a sentence each."""
        return [one.text for one in self.gaps]

    @property
    def whole(self) -> list[Entry]:
        """What goes in; evidence that is gone from the disk stays out."""
        lost = set(map(id, lost_files(self.entries)))
        return [one for one in self.entries if id(one) not in lost]


@dataclass(frozen=True)
class Made:
    """A dossier that was made: how many files, and its seal."""

    path: Path
    files: int
    seal: str


def plan_dossier(facts: PlanFacts, details: Details, evidence: Path) -> Plan:
    """What would go in. `evidence`: the folder of evidence files. Raises Refusal for an unknown class."""
    verdict_of(facts, details)
    entries = entries_of(facts, evidence)
    return Plan(facts, details, entries, gaps_of(facts, details, entries))


def make(planned: Plan, target: Path, *, at: datetime, templates: Path | None = None) -> Made:
    """Write the dossier; evidence that is gone from the disk stays out. `at`: local time; `templates`: the commune's own.

    Raises Refusal when the file is there already, a template or an evidence file is not what it should be,
    StorageRefusal when it cannot be written.
    """
    if target.exists():
        raise Refusal(f"Đã có tệp {target}. Hãy chọn tên khác, để hồ sơ cũ không bị ghi đè.")
    entries = planned.whole
    texts = documents(planned.facts, planned.details, entries, templates)
    texts |= {REGISTER: workbook(entries, planned.facts)}
    with _whole(target) as draft:
        sums = _write(draft, entries, texts, about(planned, at), at)
    return Made(target, len(sums) + 1, manifest.seal_of(manifest.written(sums)))


def about(planned: Plan, at: datetime) -> dict[str, Any]:
    """What the dossier says of itself to a program."""
    facts = planned.facts
    return {
        "format": FORMAT, "made_at": at.isoformat(), "commune": facts.commune.name, "plan": facts.plan.number,
        "year": facts.plan.year, "decision": facts.rules.decision_number, "missing": planned.missing,
        "files": [{"name": one.name, "title": one.title, "criterion": one.criterion_no} for one in planned.whole if one.name],
    }  # fmt: skip


def _write(
    draft: Path, entries: Sequence[Entry], texts: dict[str, bytes], facts: dict[str, Any], at: datetime
) -> dict[str, str]:
    texts = texts | {manifest.ABOUT: json.dumps(facts, ensure_ascii=False, indent=1).encode()}
    with zipfile.ZipFile(draft, "w") as archive:
        sums = {name: _put(archive, name, iter([raw]), at) for name, raw in texts.items()}
        for one in entries:
            if one.source is not None:
                sums[one.name] = _put(archive, one.name, _chunks(one.source), at)
                if sums[one.name] != one.sha256:
                    raise Refusal(
                        f"Tệp minh chứng «{one.title}» đã bị thay đổi trong kho nên không lập hồ sơ."
                    )
        _put(archive, manifest.NAME, iter([manifest.written(sums)]), at)
    return sums


def _put(archive: zipfile.ZipFile, name: str, chunks: Iterator[bytes], at: datetime) -> str:
    """Store one file as it is (Word, PDF and pictures are packed already); its SHA-256."""
    digest = hashlib.sha256()
    info = zipfile.ZipInfo(name, (at.year, at.month, at.day, at.hour, at.minute, at.second))
    info.external_attr = 0o644 << 16
    with archive.open(info, "w") as target:
        for chunk in chunks:
            digest.update(chunk)
            target.write(chunk)
    return digest.hexdigest()


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


@contextmanager
def _whole(target: Path) -> Iterator[Path]:
    """A draft beside the target, which gets its name when it is whole."""
    draft = target.with_name(f".{target.name}.{os.getpid()}.dang-ghi")
    try:
        yield draft
        _name(draft, target)
    except FileExistsError:
        raise Refusal(f"Đã có tệp {target}. Hãy chọn tên khác, để hồ sơ cũ không bị ghi đè.") from None
    except OSError as error:
        raise StorageRefusal(f"Không ghi được hồ sơ {target}: {reason_of(error)}.") from None
    finally:
        with suppress(OSError):
            draft.unlink()


def _name(draft: Path, target: Path) -> None:
    """Name it without replacing what somebody else wrote meanwhile; memory sticks know no second names."""
    try:
        target.hardlink_to(draft)
    except FileExistsError:
        raise
    except OSError:
        draft.rename(target)
