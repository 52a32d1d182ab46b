"""The people and groups at the other end: who is known, whom nothing reaches, who has written lately."""

from __future__ import annotations

from typing import Literal

from zalo_fake.defaults import ADMIN_USERS

Family = Literal["zalo", "bot", "sms"]


def person_key(to: str) -> str:
    """One spelling for one receiver: telephone numbers begin with 84."""
    if to.startswith("+84"):
        return to[1:]
    return f"84{to[1:]}" if to.startswith("0") and len(to) == 10 and to.isdigit() else to


def family(code: int) -> Family:
    """Which interface knows an error code: Zalo's are negative, the bot's are like HTTP's, eSMS's are small."""
    if code < 0:
        return "zalo"
    return "bot" if code >= 400 else "sms"


class People:
    """`since`: when the fake's life began; whoever the OA knows from the start is taken to have written then."""

    def __init__(self, since: float) -> None:
        self._since = since
        self._forced: dict[tuple[str, Family], int] = {}
        self._known: dict[str, bool] = {}
        self._wrote: dict[str, float] = {}

    def force(self, to: str, code: int | None) -> None:
        """Let every message to `to` be refused with `code`, by the interface that knows it; None lifts all."""
        key = person_key(to)
        if code is not None:
            self._forced[key, family(code)] = code
            return
        for kind in ("zalo", "bot", "sms"):
            self._forced.pop((key, kind), None)

    def forced(self, to: str, kind: Family) -> int | None:
        """The code that such a message is refused with."""
        return self._forced.get((person_key(to), kind)) if self._forced else None

    def know(self, to: str, known: bool = True) -> None:
        """Make a chat, a user or a group known or unknown."""
        self._known[to] = known

    def heard(self, user: str, at: float) -> None:
        """A user wrote, called or pressed something at `at`."""
        self._wrote[user] = at

    def knows_chat(self, chat: str) -> bool:
        """Whether the bot may write there: somebody wrote from it before."""
        return self._known.get(chat, False)

    def knows_user(self, user: str) -> bool:
        """Whether the OA ever met this user."""
        return self._known.get(user, user.startswith("u") or user in ADMIN_USERS)

    def knows_group(self, group: str) -> bool:
        """Whether this is a group of the OA's."""
        return self._known.get(group, group.startswith("g"))

    def last_heard(self, user: str) -> float:
        """When a known user last did something, in seconds since the epoch."""
        return self._wrote.get(user, self._since)

    def users(self) -> list[str]:
        """Every user that was mentioned by name and is known."""
        named = {*ADMIN_USERS, *self._wrote, *(to for to in self._known if to.startswith("u"))}
        return sorted(user for user in named if self.knows_user(user))
