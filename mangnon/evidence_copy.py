"""Evidence files beside a backup: one archive, and back again. Each file's name is the SHA-256 of its content."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path

from db.errors import Refusal, reason_of
from tasks.evidence_files import is_name, keep, received

SUFFIX = ".minh-chung.zip"


def archive_of(backup: Path) -> Path:
    """Where the evidence of a backup lies."""
    return backup.with_name(backup.name + SUFFIX)


def pack(folder: Path, backup: Path) -> int:
    """Archive every evidence file beside `backup`; how many there were (none: no archive). Raises Refusal."""
    files = sorted(path for path in folder.iterdir() if is_name(path.name)) if folder.is_dir() else []
    if not files:
        return 0
    target = archive_of(backup)
    try:
        with zipfile.ZipFile(target, "x", zipfile.ZIP_STORED) as archive:
            for path in files:
                archive.write(path, path.name)
    except OSError as error:
        target.unlink(missing_ok=True)
        raise Refusal(f"Không ghi được {target}: {reason_of(error)}.") from None
    return len(files)


def unpack(backup: Path, folder: Path) -> int:
    """Put back the files of a backup that `folder` lacks; how many. Raises Refusal for a damaged archive.

    Nothing that lies in `folder` is replaced: a name is its content.
    """
    source = archive_of(backup)
    if not source.exists():
        return 0
    try:
        with zipfile.ZipFile(source) as archive:
            names = [name for name in archive.namelist() if not (folder / name).exists()]
            folder.mkdir(parents=True, exist_ok=True)
            for name in names:
                _put(folder, name, archive.read(name), source)
    except (OSError, zipfile.BadZipFile) as error:
        why = reason_of(error) if isinstance(error, OSError) else "tệp hỏng"
        raise Refusal(
            f"Không phục hồi được minh chứng từ {source}: {why}. Hãy dùng bản sao lưu khác."
        ) from None
    return len(names)


def _put(folder: Path, name: str, content: bytes, source: Path) -> None:
    if not is_name(name) or hashlib.sha256(content).hexdigest() != name:
        raise zipfile.BadZipFile(f"{source} holds a file that is not its name")
    with received(folder, io.BytesIO(content), largest=len(content)) as draft:
        keep(draft)
