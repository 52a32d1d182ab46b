"""Reading a document somebody sent, in a process of its own: whatever is in it, who asked for it is not held up."""

from __future__ import annotations

import json
import subprocess
import sys
from threading import BoundedSemaphore
from typing import Any

from db.errors import Refusal
from documents.apart_worker import REFUSED
from documents.sources.blocks import LARGEST_FILE, Block, Place

AT_ONCE = 2
"""Processes; each takes a processor for a second or less."""
PATIENCE = 75.0
"""Seconds of waiting; LibreOffice has 60 of them, the process's own processor time is bounded far below."""
QUEUE = 5.0
_START = "import sys; sys.path[:] = sys.argv[2:]; from documents.apart_worker import main; main(sys.argv[1])"
_UNREADABLE = (
    "tệp quá phức tạp, đọc mãi không xong. Hãy mở bằng Word, lưu lại dạng .docx hoặc .txt rồi thử lại."
)


class Desk:
    """Reads a few documents at a time."""

    def __init__(self, at_once: int = AT_ONCE, patience: float = PATIENCE, queue: float = QUEUE) -> None:
        self._room = BoundedSemaphore(at_once)
        self._patience = patience
        self._queue = queue

    def read(self, raw: bytes, name: str) -> list[Block]:
        """The blocks of a document that is a commune's plan. Blocks this thread only. Raises Refusal."""
        if len(raw) > LARGEST_FILE:
            raise Refusal(f"{name}: tệp lớn quá {LARGEST_FILE // 1_000_000} MB. Hãy bỏ bớt ảnh rồi lưu lại.")
        if not self._room.acquire(timeout=self._queue):
            raise Refusal("Máy đang đọc văn bản của người khác. Xin gửi lại sau ít phút.")
        try:
            return _blocks(_ran(raw, name, self._patience), name)
        finally:
            self._room.release()


def _ran(raw: bytes, name: str, patience: float) -> subprocess.CompletedProcess[bytes]:
    # A program's argument ends at a zero byte, and a browser's file name may hold one.
    command = [sys.executable, "-I", "-c", _START, name.replace("\0", ""), *sys.path]
    try:
        return subprocess.run(command, input=raw, capture_output=True, timeout=patience, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise Refusal(f"{name}: {_UNREADABLE}") from None


def _blocks(ran: subprocess.CompletedProcess[bytes], name: str) -> list[Block]:
    if ran.returncode == REFUSED:
        raise Refusal(ran.stdout.decode())
    if ran.returncode:
        raise Refusal(f"{name}: {_UNREADABLE}")
    return unpacked(json.loads(ran.stdout))


def packed(blocks: list[Block]) -> list[list[Any]]:
    """Blocks as plain lists, for another process or a page."""
    return [[one.text, one.place.as_dict(), one.wraps, one.repeated, one.full] for one in blocks]


def unpacked(rows: list[list[Any]]) -> list[Block]:
    """What `packed` made."""
    return [Block(text, Place(**place), *marks) for text, place, *marks in rows]


DESK = Desk()
"""The one of this process."""
