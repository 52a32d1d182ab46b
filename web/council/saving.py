"""What the council's forms share: who may open them, and a save whose refusal goes back into the form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session
from starlette.datastructures import FormData

from db.errors import Missing, Outdated, Refusal, StorageRefusal, WrongFields
from tasks.current import AnotherPlan, current_plan, require_newest
from web.forms import text
from web.numbers import whole
from web.site import Site
from web.visitor import Visitor

READ = ("coordinator", "leadership", "council")
WRITER = ("coordinator",)
VERSION = "phien_ban"
PLAN = "ke_hoach"
"""The field with the number of the plan that a form was opened for."""
LONGEST_TYPED = 100_000


@dataclass(frozen=True)
class Others:
    """What somebody else saved meanwhile: labels with what stands there now. `at` in UTC.

    `another_plan`: it stands in a newer plan than the form was opened for.
    """

    by_name: str
    at: datetime | None
    said: Sequence[tuple[str, str]]
    another_plan: bool = False


@dataclass(frozen=True)
class Trouble:
    """Why a form comes back: sentences by field, "" for the form as a whole, and the answer's status."""

    wrong: Mapping[str, str] = field(default_factory=dict)
    status: int = 200
    another_plan: bool = False

    @property
    def outdated(self) -> bool:
        """Whether somebody else was first."""
        return self.status == Outdated.status


def opened_for(form: FormData) -> int:
    """The number of the plan that a form was opened for, 0 where it does not say."""
    return whole(text(form, PLAN))


def for_newest(site: Site, visitor: Visitor, form: FormData) -> Trouble | None:
    """What is wrong with a form that was opened for another plan than is the newest by now."""
    with site.store.read() as session:
        try:
            require_newest(session, visitor.commune_id, opened_for(form))
        except AnotherPlan as refusal:
            return _another(refusal)
    return None


def tried(
    site: Site, visitor: Visitor, form: FormData, deed: Callable[[Session, int], object]
) -> Trouble | None:
    """Do it in one transaction for the newest plan, if that is the form's; what is wrong when it cannot be done.

    Raises Missing and StorageRefusal, which are no matter of the form.
    """
    try:
        with site.store.write() as session:
            require_newest(session, visitor.commune_id, opened_for(form))
            deed(session, current_plan(session, visitor.commune_id).id or 0)
    except AnotherPlan as refusal:
        return _another(refusal)
    except (Missing, StorageRefusal):
        raise
    except WrongFields as refusal:
        return Trouble(refusal.fields, 422)
    except Refusal as refusal:
        return Trouble({"": str(refusal)}, getattr(refusal, "status", 422))
    return None


def turned(
    site: Site, visitor: Visitor, form: FormData, deed: Callable[[Session, int], object]
) -> Trouble | None:
    """As `tried`, for a button in whose form nothing is typed. Raises AnotherPlan, too."""
    trouble = tried(site, visitor, form, deed)
    if trouble and trouble.another_plan:
        with site.store.read() as session:
            require_newest(session, visitor.commune_id, opened_for(form))
    return trouble


def _another(refusal: AnotherPlan) -> Trouble:
    return Trouble({"": str(refusal)}, AnotherPlan.status, another_plan=True)


def may_write(visitor: Visitor) -> bool:
    """Whether the visitor keeps the council's papers."""
    return bool(visitor.roles & set(WRITER))
