"""What the pages are built on, handed in once when the application is made."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from db.store import Store
from notifications.granting import OaGrants
from notifications.linking import Code
from notifications.links import LinkMaker
from notifications.policy import Policy
from notifications.quotes import Desk
from notifications.routes import Address
from notifications.rungs import Ladders
from notifications.sign_in_message import Entry
from tasks.clock import Clock
from tasks.evidence_files import LARGEST
from tasks.ways import EVERY_WAY, Way
from tasks.workdays import WorkCalendar
from web.links import SIGN_IN_LASTS
from web.tokens import fresh

OA_BACK = "/kenh/zalo-oa/ve"
"""Where Zalo sends the browser of whoever gave permission for the OA."""
FIRST = "/bat-dau"
"""Where the first plan of an installation is made."""
DOSSIER_CHECK = "/ho-so/kiem-tra"
"""The one address that takes a file as large as a whole dossier."""


@dataclass(frozen=True)
class Limits:
    """How long things last and how much is taken. Sizes in bytes. `paid_…`: links in 24 hours, after which only free ways are used."""

    task_link: timedelta = timedelta(days=90)
    sign_in_link: timedelta = SIGN_IN_LASTS
    session: timedelta = timedelta(days=30)
    largest_form: int = 4 * 1024 * 1024
    largest_upload: int = LARGEST + 1024 * 1024
    largest_dossier: int = 300 * 1024 * 1024
    sign_ins_per_address: int = 3
    sign_ins_per_client: int = 20
    paid_sign_ins: int = 10
    paid_sign_ins_of_commune: int = 300
    codes: int = 6
    shortest_password: int = 12
    window: timedelta = timedelta(minutes=15)

    def most_at(self, path: str) -> int:
        """How many bytes a body with a file may have at an address."""
        return self.largest_dossier + 1024 * 1024 if path == DOSSIER_CHECK else self.largest_upload


@dataclass(frozen=True)
class SignInLetter:
    """A sign-in link on its way to a person. `ways`: where it may go, the first one first; empty: nowhere."""

    person_id: int
    entry: Entry = field(repr=False)
    ways: tuple[Address, ...]


@dataclass(frozen=True)
class CodeLetter:
    """A code that links a chat, on its way to one mail address."""

    person_id: int
    name: str
    greeting: str
    address: str
    code: Code


@dataclass(frozen=True)
class Chats:
    """What the pages know of chats. `open`: the channels in which people link themselves by a code, the usual one first.

    `invite_url` opens the bot in Zalo. The others prove where a webhook's call comes from; an empty one proves nothing.
    """

    open: tuple[str, ...] = ()
    invite_url: str = ""
    bot_secret: str = field(default="", repr=False)
    oa_app_id: str = ""
    oa_key: str = field(default="", repr=False)
    sms_secret: str = field(default="", repr=False)


async def _no_letter(letter: CodeLetter) -> None:
    """Where nobody wired it, nothing is sent."""


def _nobody_listens() -> None:
    """Where nobody wired it, what came in waits for the tick."""


@dataclass(frozen=True)
class Site:
    """One installation as the pages see it. `base_url` has no slash at its end; `secret_key` ≥ 32 characters.

    Evidence files lie in `evidence_folder`, each under the SHA-256 of its content. `channels`: those that are switched
    on, `ways`: the ways to reach people that they open; "file" stands in for all. `came_in` is called, inside the event loop,
    after something new came in by a webhook and was kept. `oa`: who asks for the OA's permission, None where no app is set up.
    `first_secret`: what the link to the first set-up ends in, made anew by every process and kept nowhere.
    """

    store: Store
    clock: Clock
    calendar: WorkCalendar
    secret_key: str
    base_url: str
    evidence_folder: Path
    policy: Policy
    links: LinkMaker
    send_sign_in: Callable[[SignInLetter], Awaitable[None]]
    tick_every: timedelta = timedelta(minutes=1)
    limits: Limits = field(default_factory=Limits)
    chats: Chats = field(default_factory=Chats)
    send_code: Callable[[CodeLetter], Awaitable[None]] = _no_letter
    came_in: Callable[[], None] = _nobody_listens
    channels: tuple[str, ...] = ("file",)
    ways: frozenset[Way] = EVERY_WAY
    oa: OaGrants | None = None
    first_secret: str = field(default_factory=fresh, repr=False)

    def __post_init__(self) -> None:
        if len(self.secret_key) < 32:
            raise ValueError("the secret key is too short")

    @property
    def first_link(self) -> str:
        """The address at which the first plan is made; of use only while there is no commune."""
        return f"{self.base_url}{FIRST}/{self.first_secret}"

    def desk(self) -> Desk:
        """What messages are composed with."""
        return Desk(self.calendar, Ladders(self.policy, self.calendar), self.base_url, self.links, self.ways)
