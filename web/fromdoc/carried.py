"""A document that was read, on its way through the pages: compressed and signed, so nothing is kept in between."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from itsdangerous import BadData, URLSafeSerializer

from documents.apart import packed, unpacked
from documents.sources.blocks import Block

LONGEST = 2_000_000
"""Characters; a plan's text of 60,000 takes some 25,000."""


@dataclass(frozen=True)
class Document:
    """What was sent: the file's name and its blocks."""

    name: str
    blocks: Sequence[Block]


def pack(secret_key: str, commune_id: int, document: Document) -> str:
    """A document as one hidden field."""
    return str(_signer(secret_key).dumps([commune_id, document.name, packed(list(document.blocks))]))


def unpack(secret_key: str, commune_id: int, given: str) -> Document | None:
    """The document; None for anything that was not packed here for this commune."""
    try:
        number, name, rows = _signer(secret_key).loads(given)
    except (BadData, ValueError):
        return None
    return Document(name, unpacked(rows)) if number == commune_id else None


def _signer(secret_key: str) -> URLSafeSerializer:
    return URLSafeSerializer(
        secret_key,
        salt="mangnon.document",
        signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
    )
