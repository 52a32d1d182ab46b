"""Text that people typed, made harmless for headers, plain text and pages. Pure.

Words stay as they are; what goes is what a reader cannot see but a mail program obeys: line breaks inside a
header, control characters, and marks that turn the writing direction around.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# C0 and C1 controls, soft direction marks, overrides, isolates, byte order mark, lone surrogates, noncharacters.
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
_BREAKS = re.compile("\r\n|[\n\r\u000b\u000c\u0085\u2028\u2029]")
_SPACES = re.compile(r"\s+")
_BLANK_LINES = re.compile(r"\n{3,}")
_SECRET = re.compile(r"(https?://[^\s/]+/(?:l|vao|lich)/)[^\s)\]>]+")


@lru_cache(maxsize=8192)
def one_line(text: str, limit: int | None = None) -> str:
    """Text on a single line, NFC, at most `limit` characters; what was cut ends in "…"."""
    line = _SPACES.sub(" ", _visible(_BREAKS.sub(" ", text))).strip()
    return line if limit is None or len(line) <= limit else shortened(line, limit)


def block(text: str) -> str:
    """Text with its line breaks kept as "\\n" (no more than one empty line in a row), NFC."""
    lines = [_SPACES.sub(" ", line).strip() for line in _visible(_BREAKS.sub("\n", text)).split("\n")]
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def shortened(line: str, limit: int) -> str:
    """The words that fit into `limit` characters with a closing "…"; a word that is too long is cut."""
    head = line[: limit - 1]
    words, space, _ = head.rpartition(" ")
    kept = words if space and len(words) >= limit // 2 else head
    return f"{kept.rstrip(' ,;:.(')}…"


def plain_letters(text: str) -> str:
    """Text in ASCII: Vietnamese letters without their marks, "…" as "...", anything else left out."""
    spelled = text.replace("đ", "d").replace("Đ", "D").replace("…", "...").replace("–", "-")
    return unicodedata.normalize("NFD", spelled).encode("ascii", "ignore").decode()


def _visible(text: str) -> str:
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", text))


def without_secrets(words: str) -> str:
    """The same words, of personal links only where they lead: whoever has the rest of one is taken for its owner."""
    return _SECRET.sub(r"\1…", words)
