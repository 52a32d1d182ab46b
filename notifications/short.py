"""A digest as one text message (SMS): no accents, for they double the price, and one link. Pure."""

from __future__ import annotations

from notifications import digest as digests
from notifications.clean_text import one_line, plain_letters, shortened
from notifications.digest import SUBJECT_TAG, Digest

LONGEST = 306
"""Characters of two parts of a text message in the plain alphabet."""


def short(digest: Digest) -> str:
    """Who writes, what presses most by when, and where to open it."""
    link = digests.ordered(digest)[0].link
    told = digests.subject(digest).removeprefix(SUBJECT_TAG).strip()
    said = plain_letters(f"{one_line(digest.commune)}: {told}.")
    tail = f" Xem: {link}" if link else ""
    room = LONGEST - len(tail)
    return f"{said if len(said) <= room else plain_letters(shortened(said, room - 2))}{tail}"
