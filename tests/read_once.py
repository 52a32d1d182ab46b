"""Documents that many tests begin with are read once a process, in the real reading process, and handed out again."""

from __future__ import annotations

from documents.apart import Desk
from documents.sources.blocks import Block

_READ: dict[tuple[bytes, str], list[Block]] = {}


class RememberingDesk(Desk):
    """Reads each document once; a refusal is asked for each time. For tests of what is done with what was read."""

    def read(self, raw: bytes, name: str) -> list[Block]:
        """The blocks of a document that is a commune's plan. Raises Refusal."""
        if (raw, name) not in _READ:
            _READ[raw, name] = super().read(raw, name)
        return list(_READ[raw, name])
