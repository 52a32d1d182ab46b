"""Vietnamese mobile numbers: typed in any usual way, kept in one, shown in another. Pure."""

from __future__ import annotations

import re

_DECORATION = re.compile(r"[\s.\-()]+")
_TYPED = re.compile(r"(?:(?:\+|00)?84)?0?([35789]\d{8})", re.ASCII)
_KEPT = re.compile(r"84([35789]\d{2})(\d{3})(\d{3})", re.ASCII)


def phone_of(typed: str) -> str | None:
    """`84xxxxxxxxx` for a mobile number as people write it, also where a spreadsheet ate the first 0; None for others."""
    found = _TYPED.fullmatch(_DECORATION.sub("", typed))
    return f"84{found[1]}" if found else None


def national(phone: str) -> str:
    """`84912345678` -> `0912345678`; anything else stays."""
    return f"0{phone[2:]}" if _KEPT.fullmatch(phone) else phone


def spoken(phone: str) -> str:
    """`84912345678` -> `0912 345 678`, as people read numbers aloud; anything else stays."""
    found = _KEPT.fullmatch(phone)
    return f"0{found[1]} {found[2]} {found[3]}" if found else phone
