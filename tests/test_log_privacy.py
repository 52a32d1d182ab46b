"""No token, telephone number or personal text in any log line: everything that a whole season logs is looked through.

The season has refusals, lines that break, pages instead of answers, and errors of the program's own with somebody's words in them.
"""

from __future__ import annotations

import re

import pytest
from log_secrets import Secrets
from season_world import LOST_PHONE, TALE, Lived
from sqlalchemy import select
from sqlmodel import col
from zalo_fake import defaults

from db.tables import Attempt, ContactPoint, IncomingMessage, Message, Person
from mangnon.demo import reach

pytestmark = pytest.mark.slow

KEYS = (
    defaults.BOT_TOKEN, defaults.APP_SECRET, defaults.WEBHOOK_KEY, defaults.WEBHOOK_SECRET_TOKEN, defaults.ESMS_KEY,
    defaults.ESMS_SECRET,
)  # fmt: skip
PHONE = "84977123456"
"""The number in what somebody wrote."""


@pytest.fixture(scope="module")
def secrets(channel_season: Lived) -> Secrets:
    """All that this season knew of anybody."""
    found = Secrets(phones={*map(reach.phone_of, reach.CALLED), LOST_PHONE, PHONE})
    found.keep("token", channel_season.tokens["issued"])
    found.keep("key", (*KEYS, channel_season.season.house.secret_key))
    chats = map(reach.chat_of, (*reach.CHATTING, "nguoi-la"))
    found.keep("chat", (*chats, *map(reach.user_of, reach.BY_OA_USER)))
    addresses = select(col(ContactPoint.address)).where(col(ContactPoint.channel) == "email")
    found.keep("mail address", (row[0] for row in channel_season.rows(addresses)))
    for column in (Person.name, Person.greeting, IncomingMessage.sender_name):
        found.keep("name", (row[0] for row in channel_season.rows(select(col(column)))))
    for column in (Message.subject, Attempt.words, IncomingMessage.text, IncomingMessage.answer):
        found.keep_texts("words", (row[0] for row in channel_season.rows(select(col(column))) if row[0]))
    texts = [one.text for one in channel_season.came] + channel_season.answers
    found.keep_texts("words", texts)
    found.keep("link", re.findall(r"/(?:l|vao)/([A-Za-z0-9_.-]{20,})", "\n".join(texts)))
    return found


def test_the_season_knew_secrets_of_every_kind(secrets: Secrets) -> None:
    least = {"token": 400, "key": 7, "chat": 14, "mail address": 20, "name": 50, "words": 300, "link": 40}
    assert {kind: len(values) >= least[kind] for kind, values in secrets.exact.items()} == dict.fromkeys(
        least, True
    )


def test_the_log_is_of_the_whole_season_with_its_failures_and_its_libraries(channel_season: Lived) -> None:
    for words in (
        '"event": "zalo tokens refreshed"', '"event": "sending broke"', '"event": "planning broke"', '"event": "event broke"',
        '"event": "zalo oa was not asked"', '"exception": ["RuntimeError: ', '"exception": ["KeyError: ',
        '"exception": ["ValueError: ', "library httpcore.http11 DEBUG", "library httpx INFO", "library asyncio DEBUG",
    ):  # fmt: skip
        assert words in channel_season.log, words
    assert len(channel_season.log.splitlines()) > 10_000


def test_no_line_holds_a_token_a_number_an_address_a_name_a_link_or_a_word(
    channel_season: Lived, secrets: Secrets
) -> None:
    assert secrets.found(channel_season.log) == []


@pytest.mark.parametrize(
    "number",
    [
        "84900000101", "+84 900 000 101", "0900000101", "0900 000 101", "0900.000.101", "(090) 000-0101",
        # Nobody's that the season knew.
        "0388 777 666", "+84388777666",
    ],
)  # fmt: skip
def test_a_planted_number_is_found_in_any_spelling(
    channel_season: Lived, secrets: Secrets, number: str
) -> None:
    planted = f'{channel_season.log}{{"event": "sending to {number} broke", "level": "error"}}\n'
    assert [kind for kind, _, _ in secrets.found(planted)][:1] == ["phone"]


def test_a_planted_secret_of_each_kind_is_found(channel_season: Lived, secrets: Secrets) -> None:
    lines = channel_season.log.splitlines()[:2_000]
    for kind, values in secrets.exact.items():
        for value in (min(values), max(values, key=len)):
            planted = [*lines, f"library httpcore.http11 DEBUG request=<{value}>"]
            assert kind in {one for one, _, _ in secrets.found("\n".join(planted))}, (kind, value)
    link = (
        "library httpx INFO HTTP Request: GET http://localhost:8000/l/MTIz.abcdefghijklmnopqrstuvwxyz012345"
    )
    assert {one for one, _, _ in secrets.found(link)} == {"link"}


def test_what_tripped_the_program_would_have_told_somebodys_words(secrets: Secrets) -> None:
    """The errors of this season, logged as Python prints them, are found: that they were not is the log's own doing."""
    told = f"KeyError: 'user:{reach.chat_of('thon-04')} {TALE}'"
    assert {"chat", "words", "phone"} <= {kind for kind, _, _ in secrets.found(told)}
