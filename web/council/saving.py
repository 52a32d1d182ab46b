"""What the council's forms share: who may open them, and a save whose refusal goes back into the form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from db.errors import Missing, Outdated, Refusal, StorageRefusal, WrongFields
from tasks.current import current_plan
from web.site import Site
from web.visitor import Visitor

READ = ("coordinator", "leadership", "council")
WRITER = ("coordinator",)
VERSION = "phien_ban"
LONGEST_TYPED = 100_000


@dataclass(frozen=True)
class Others:
    """What somebody else saved meanwhile: labels with what stands there now. `at` in UTC."""

    by_name: str
    at: datetime | None
    said: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Trouble:
    """Why a form comes back: sentences by field, "" for the form as a whole, and the answer's status."""

    wrong: Mapping[str, str] = field(default_factory=dict)
    status: int = 200

    @property
    def outdated(self) -> bool:
        """Whether somebody else was first."""
        return self.status == Outdated.status


def tried(site: Site, visitor: Visitor, deed: Callable[[Session, int], object]) -> Trouble | None:
    """Do it in one transaction for the newest plan; what is wrong when it cannot be done.

    Raises Missing and StorageRefusal, which are no matter of the form.
    """
    try:
        with site.store.write() as session:
            deed(session, current_plan(session, visitor.commune_id).id or 0)
    except (Missing, StorageRefusal):
        raise
    except WrongFields as refusal:
        return Trouble(refusal.fields, 422)
    except Refusal as refusal:
        return Trouble({"": str(refusal)}, getattr(refusal, "status", 422))
    return None


def may_write(visitor: Visitor) -> bool:
    """Whether the visitor keeps the council's papers."""
    return bool(visitor.roles & set(WRITER))
