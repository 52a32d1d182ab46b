"""The manifest: one line for each file with its SHA-256, in the form that `sha256sum -c` reads without this program.

The seal is the SHA-256 of the manifest itself; whoever wrote it down can prove years later that nothing was changed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from db.errors import Refusal

NAME = "SHA256SUMS.txt"
ABOUT = "ho-so.json"
LARGEST = 5_000_000
_LINE = re.compile(r"([0-9a-f]{64})  (.+)")


def written(sums: Mapping[str, str]) -> bytes:
    """The manifest of files and their SHA-256."""
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(sums.items())).encode()


def read(raw: bytes) -> dict[str, str]:
    """The files that a manifest names. Raises Refusal for one that is not ours."""
    try:
        lines = raw.decode().splitlines()
    except UnicodeDecodeError:
        raise Refusal(f"{NAME} trong hồ sơ bị hỏng, không đọc được.") from None
    found: dict[str, str] = {}
    for line in lines:
        match = _LINE.fullmatch(line)
        if match is None or match[2] in found:
            raise Refusal(f"{NAME} trong hồ sơ có dòng không đúng mẫu: «{line[:80]}».")
        found[match[2]] = match[1]
    return found


def seal_of(raw: bytes) -> str:
    """The seal of a manifest."""
    return hashlib.sha256(raw).hexdigest()
