"""By which ways the people of the Zalo season are reached. Plain data: invented chats and numbers, nothing drawn by chance.

Three in ten by the bot, three by the OA's templates, three by mail; one in ten cannot be reached on the first way.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace

from tasks.contacts import ContactRow

BY_BOT = (
    "thon-01",
    "thon-02",
    "thon-03",
    "thon-04",
    "thon-05",
    "mn-hoa-hong",
    "mn-hoa-huong-duong",
    "cong-an",
)
BY_OA_USER = ("thon-06", "thon-08", "doan-thanh-nien", "chu-tich")
BY_OA_PHONE = ("thon-09", "thon-10", "thon-11", "thon-12")
BY_MAIL = ("vhxh", "tu-phap", "tram-y-te", "tai-chinh", "mttq", "pho-chu-tich", "thon-13", "thon-14")
MAILBOX_GONE, NOT_IN_ZALO, BOT_BLOCKED = "thon-07", "thon-15", "thon-16"
"""Whom the first way does not reach: the second one does."""
FIRST_WAYS = {
    **dict.fromkeys((*BY_BOT, BOT_BLOCKED), "zalo_bot"),
    **dict.fromkeys((*BY_OA_USER, *BY_OA_PHONE, NOT_IN_ZALO), "zalo_oa"),
    **dict.fromkeys((*BY_MAIL, MAILBOX_GONE), "email"),
}
CHATTING = (*BY_BOT, BOT_BLOCKED)
CALLED = (*BY_OA_PHONE, MAILBOX_GONE, NOT_IN_ZALO)
NO_MAIL = ("thon-11", "thon-12", "doan-thanh-nien")
WAYS = {
    **dict.fromkeys((*BY_OA_PHONE, NOT_IN_ZALO), "zalo số điện thoại, tin nhắn, thư"),
    MAILBOX_GONE: "thư, zalo số điện thoại, tin nhắn",
}
"""Orders other than the usual one, as the column «kênh» takes them."""


def rows(given: Iterable[ContactRow]) -> Iterator[ContactRow]:
    """The example's people with these ways; linked chats come later."""
    for row in given:
        called, mailed = row.person in CALLED, row.person not in NO_MAIL
        yield replace(
            row,
            email=row.email if mailed else "",
            second_email=None,
            phone=phone_of(row.person) if called else "",
            ways=WAYS.get(row.person, ""),
        )


def mailbox_of(person: str) -> str:
    """The mail address in the example's contacts."""
    return f"{person}@hoang-dong.example"


def chat_of(person: str) -> str:
    """The person's chat with the bot, as the bot's interface names it."""
    return hashlib.sha256(f"bot {person}".encode()).hexdigest()[:16]


def user_of(person: str) -> str:
    """The person's number at the OA."""
    return str(int(hashlib.sha256(f"oa {person}".encode()).hexdigest()[:15], 16))


def phone_of(person: str) -> str:
    """A mobile number from a range that nobody has."""
    return f"84900000{101 + CALLED.index(person)}"
