"""From a digest to what a channel carries: only the forms it speaks are made. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from notifications.channels.base import Form, Outgoing
from notifications.chat import chat
from notifications.digest import Digest
from notifications.facts import facts
from notifications.rendering import render
from notifications.short import short


def outgoing(
    digest: Digest, *, tracking_id: str, address: str, forms: Collection[Form], at: datetime
) -> Outgoing:
    """The message for one address. A chat of several people gets no personal links. `at` is aware."""
    read_by_others = address.startswith("group:")
    said = digest.without_personal_links() if read_by_others else digest
    made: dict[str, Any] = {}
    for form in forms:
        made |= _MAKERS[form](said)
    return Outgoing(
        tracking_id=tracking_id,
        address=address,
        recipient_name=digest.person_name,
        reply_to=digest.coordinator_email or None,
        at=at,
        optional=digest.optional,
        **made,
    )


def kept_words(digest: Digest, forms: Collection[Form]) -> str | None:
    """What is kept of a chat or text message to be shown again; a link that acts for its reader is not kept."""
    if "chat" in forms:
        return chat(digest.without_personal_links())
    return short(digest.without_personal_links()) if "short" in forms else None


def _mail(digest: Digest) -> Mapping[str, Any]:
    rendered = render(digest)
    return {"subject": rendered.subject, "text": rendered.text, "html": rendered.html}


_MAKERS: Mapping[Form, Callable[[Digest], Mapping[str, Any]]] = {
    "mail": _mail,
    "chat": lambda digest: {"chat": chat(digest)},
    "facts": lambda digest: {"facts": facts(digest)},
    "short": lambda digest: {"short": short(digest)},
}
