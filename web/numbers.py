"""Whole numbers as addresses and forms hold them."""

from __future__ import annotations


def whole(given: str, otherwise: int = 0) -> int:
    """A row's number; `otherwise` for anything that is none."""
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else otherwise
