"""Evidence files on disk: each under the SHA-256 of its content, whole or not at all."""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from db.errors import Refusal, StorageRefusal, reason_of

LARGEST = 10 * 1024 * 1024
_CHUNK = 256 * 1024
_DRAFT = ".dang-nhan-"
_DRAFT_SECONDS = 3600


@dataclass(frozen=True)
class Draft:
    """A file that arrived whole and has no name yet. `size` in bytes."""

    path: Path
    sha256: str
    size: int


def is_name(name: str) -> bool:
    """Whether a file name is one of ours: 64 hexadecimal digits."""
    return len(name) == 64 and all(letter in "0123456789abcdef" for letter in name)


@contextmanager
def received(folder: Path, source: BinaryIO, largest: int = LARGEST) -> Iterator[Draft]:
    """`source` copied to the end, beside the others; gone afterwards unless it was kept by `keep`.

    Raises Refusal when it is empty or larger than `largest` bytes, StorageRefusal when it cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _sweep(folder)
        handle, name = tempfile.mkstemp(prefix=_DRAFT, dir=folder)
    except OSError as error:
        raise _unwritable(error) from None
    path = Path(name)
    try:
        with os.fdopen(handle, "wb") as target:
            draft = _copied(source, target, path, largest)
        yield draft
    finally:
        with suppress(FileNotFoundError):
            path.unlink()


def keep(draft: Draft) -> None:
    """Give a draft its lasting name; a file that is already there has the same content and stays.

    Raises StorageRefusal.
    """
    try:
        draft.path.replace(draft.path.with_name(draft.sha256))
    except OSError as error:
        raise _unwritable(error) from None


def _copied(source: BinaryIO, target: BinaryIO, path: Path, largest: int) -> Draft:
    digest, size = hashlib.sha256(), 0
    try:
        while chunk := source.read(_CHUNK):
            size += len(chunk)
            if size > largest:
                raise Refusal(f"Tệp lớn hơn {largest // 2**20} MB. Xin nén ảnh hoặc tách tệp rồi chọn lại.")
            digest.update(chunk)
            target.write(chunk)
        target.flush()
        os.fsync(target.fileno())
    except OSError as error:
        raise _unwritable(error) from None
    if not size:
        raise Refusal("Tệp rỗng. Xin chọn lại tệp.")
    return Draft(path, digest.hexdigest(), size)


def _sweep(folder: Path) -> None:
    """Remove what a process that was killed left behind."""
    limit = time.time() - _DRAFT_SECONDS
    for path in folder.glob(f"{_DRAFT}*"):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < limit:
                path.unlink()


def _unwritable(error: OSError) -> StorageRefusal:
    return StorageRefusal(f"Không ghi được tệp minh chứng: {reason_of(error)}. Xin báo người vận hành.")
