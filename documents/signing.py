"""Who signs, as a plan tells it in one line, taken apart as Decree 30 prints it: each capacity on a line of its own. Pure.

«KT. CHỦ TỊCH, PHÓ CHỦ TỊCH, Hoàng Quốc Thành» has three parts; documents read the capacities without commas.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from documents.grammar.letters import fold, proper, tidy

COMMITTEE = "TM. ỦY BAN NHÂN DÂN"
DEPUTY = ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")
_SHORT = r"\b(?:t\.?m|k\.?t|t\.?l|t\.?u\.?q)(?:\s*\.\s*|\s+)"
_CHAIR = r"(?:\bq\.\s*|\bquyền\s+|\bphó\s+)?\bchủ t[iịí]ch\b"
_LINES = re.compile(rf"{_SHORT}(?:{_CHAIR})?|{_CHAIR}")
_ABBREVIATED = re.compile(_SHORT)
_COMMITTEE = re.compile(r"^(?:tm\. )?(?:ubnd|ủy ban(?: nhân dân)?)(?:\s|$)")
_OF_COMMITTEE = re.compile(r"(?<=ch)\s+(?:ubnd|ủy ban nhân dân)\b.*")
_OFFICE = re.compile(
    r"^(?:q\.|quyền\b|phó\b|chủ t[iịí]ch\b|trưởng\b|công chức\b|chánh\b|giám đốc\b|ủy ban\b|ubnd\b)"
)


@dataclass(frozen=True)
class Signing:
    """`capacities`: the lines over the name, the committee's first; `name`: "" where nobody is named."""

    capacities: tuple[str, ...]
    name: str = ""


def signing_of(signer: str) -> Signing:
    """What stands over and in the signature. `signer`: capacities and a name, parted by commas or not."""
    parts = [part for one in signer.split(",") if (part := tidy(one))]
    name = parts.pop() if parts and _is_name(parts[-1]) else ""
    said = [line for part in parts for line in capacity_lines(part) if line != COMMITTEE]
    deputy = DEPUTY if said == [DEPUTY[1]] else said
    return Signing((COMMITTEE, *deputy), proper(name))


def signer_line(capacity: str, name: str) -> str:
    """Capacity and name as a plan file keeps them; without a name the capacity stays as it was typed."""
    return ", ".join([*capacity_lines(capacity), name]) if name else capacity


def parted(signer: str) -> tuple[str, str]:
    """Capacity and name of a plan file's line; all of it is the capacity where `signer_line` would not give it back."""
    capacity, _, name = signer.rpartition(", ")
    kept = _is_name(name) and signer_line(capacity, name) == signer
    return (capacity, name) if kept else (signer, "")


def capacity_lines(capacity: str) -> list[str]:
    """ "TM. UBND XÃ KT. CHỦ TỊCH PHÓ CHỦ TỊCH" -> three lines in capitals, the committee in full."""
    low = tidy(fold(capacity))
    cuts = [0, *(one.start() for one in _LINES.finditer(low) if one.start()), len(low)]
    return [line for first, last in pairwise(cuts) if (line := _line(low[first:last]))]


def _line(low: str) -> str:
    found = _ABBREVIATED.match(low)
    short = f"{re.sub(r'[^a-z]', '', found.group())}. " if found else ""
    line = _OF_COMMITTEE.sub("", f"{short}{low[found.end() if found else 0 :]}").strip(" ,;")
    return COMMITTEE if _COMMITTEE.match(line) else line.upper()


def _is_name(part: str) -> bool:
    low = fold(part)
    return not (_ABBREVIATED.match(low) or _OFFICE.match(low))
