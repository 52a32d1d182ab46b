"""The key that signs links and cookies: from the settings, or from a file that `mangnon init` makes."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from db.errors import Refusal, reason_of
from mangnon.settings import SHORTEST_KEY

BYTES = 48


def make_key(path: Path) -> bool:
    """Write a fresh key that only its owner may read, unless there is one; whether it was written. Raises Refusal."""
    if path.exists():
        return False
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(BYTES))
    except OSError as error:
        raise Refusal(f"Không ghi được tệp khoá {path}: {reason_of(error)}.") from None
    return True


def read_key(path: Path) -> str:
    """The key in a file. Raises Refusal."""
    try:
        key = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise Refusal(
            f"Không đọc được tệp khoá {path}. Hãy chạy mangnon init để tạo, hoặc sửa web.key_file."
        ) from None
    if len(key) < SHORTEST_KEY:
        raise Refusal(
            f"Khoá trong tệp {path} ngắn hơn {SHORTEST_KEY} ký tự. Hãy xoá tệp rồi chạy mangnon init để tạo khoá mới."
        )
    return key
