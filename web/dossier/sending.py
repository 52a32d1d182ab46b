"""A dossier on its way to the browser: made beside the evidence, nameless as soon as it is whole, sent piece by piece."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from fastapi.responses import Response, StreamingResponse
from starlette.background import BackgroundTask

from db.errors import StorageRefusal, reason_of
from documents.dossier.issuing import issue
from documents.dossier.making import Plan
from tasks.actor import Actor
from web.dossier.papers import ZIP
from web.site import Site

SEAL = "Mangnon-Seal"
_PREFIX = ".lap-ho-so-"
_LEFT_SECONDS = 3600
_CHUNK = 256 * 1024


def sent(site: Site, plan: Plan, by: Actor) -> Response:
    """Make it, write its seal into the journal, and answer with it. Raises Refusal, StorageRefusal.

    Nothing of it is held in memory, and its file ends with the answer, or with the process that dies.
    """
    with _own_folder(site.evidence_folder) as folder:
        made = issue(site.store, plan, folder / "ho-so.zip", by=by, now=site.clock.now())
        size, file = made.path.stat().st_size, made.path.open("rb")
    name = f"ho-so-{plan.facts.plan.year}-{made.seal[:8]}.zip"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Length": str(size),
        SEAL: made.seal,
    }
    return StreamingResponse(
        _pieces(file), media_type=ZIP, headers=headers, background=BackgroundTask(file.close)
    )


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(_CHUNK):
            yield piece


@contextmanager
def _own_folder(evidence: Path) -> Iterator[Path]:
    """A folder for one dossier, on the disk that holds the evidence: the system's own may lie in memory."""
    try:
        evidence.mkdir(parents=True, exist_ok=True)
        _sweep(evidence)
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=evidence))
    except OSError as error:
        raise StorageRefusal(f"Không ghi được hồ sơ: {reason_of(error)}. Xin báo người vận hành.") from None
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sweep(evidence: Path) -> None:
    """Remove what a process that was killed left behind."""
    limit = time.time() - _LEFT_SECONDS
    for left in evidence.glob(f"{_PREFIX}*"):
        with suppress(FileNotFoundError):
            if left.stat().st_mtime < limit:
                shutil.rmtree(left, ignore_errors=True)
