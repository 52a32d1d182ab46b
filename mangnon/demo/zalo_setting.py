"""The stage of the Zalo season: settings for all channels, everybody's ways, the OA's permission, who cannot be reached."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import time

from pydantic import SecretStr
from sqlmodel import Session

from mangnon.demo import reach
from mangnon.demo.hearing import hear
from mangnon.demo.outside import Outside
from mangnon.house import House
from mangnon.settings import Paced, Settings
from notifications.channels.zalo_pair import enter_pair
from notifications.chats import put_first
from notifications.linking import make_code
from tasks import people
from tasks.contacts import ContactRow

CHANNELS = ("zalo_bot", "zalo_oa", "email", "sms")
FIELDS = {"ho_ten": "name", "so_viec": "count", "viec": "what", "han": "date", "nhan": "status"}
"""The fake's templates: parameter -> fact."""
PAIR_SECONDS = 90_000
# What Zalo and eSMS say of people who cannot be reached there.
CHAT_GONE, NO_ACCOUNT = 400, -118


def with_channels(settings: Settings, outside: Outside) -> Settings:
    """All channels in use, at the fake. Neither a rate nor quiet hours hold up a clock that is set by hand."""
    url, known = outside.fake.url, outside.known
    at_once = {"per_minute": 0, "quiet_from": time(0), "quiet_until": time(0)}
    bot = {"api_url": url, "token": SecretStr(known.BOT_TOKEN), "updates": "poll"}
    oa = {
        "oauth_url": url, "api_url": url, "template_url": url, "app_id": known.APP_ID,
        "app_secret": SecretStr(known.APP_SECRET), "template_user": known.TEMPLATE_USER,
        "template_phone": known.TEMPLATE_PHONE, "fields": FIELDS,
    }  # fmt: skip
    sms = {
        "api_url": url, "api_key": SecretStr(known.ESMS_KEY), "secret_key": SecretStr(known.ESMS_SECRET),
        "brandname": known.BRAND,
    }  # fmt: skip
    given = {"zalo_bot": bot, "zalo_oa": oa, "sms": sms}
    sections = {
        name: _section(settings, name).model_copy(update=at_once | more) for name, more in given.items()
    }
    delivery = settings.delivery.model_copy(update={"channels": list(CHANNELS)})
    return settings.model_copy(update={**sections, "delivery": delivery})


def reached(rows: Sequence[ContactRow]) -> list[ContactRow]:
    """The people of the contacts file with the season's ways."""
    return list(reach.rows(rows))


def arrange(house: House, outside: Outside) -> None:
    """What happened before the season: the OA got its permission, people linked their chats, and some went out of reach."""
    outside.at(house.clock.now())
    with house.store.write() as session:
        _permit(session, house, outside)
        codes = _people(session, house, outside)
    for key, code in codes.items():
        outside.say(key, f"LK {code}")
    if outside.take_news():
        asyncio.run(hear(house))
    outside.fake.person(reach.chat_of(reach.BOT_BLOCKED), CHAT_GONE)
    outside.fake.person(reach.phone_of(reach.NOT_IN_ZALO), NO_ACCOUNT)


def _permit(session: Session, house: House, outside: Outside) -> None:
    known = outside.known
    pair = (known.FIRST_ACCESS, known.FIRST_REFRESH)
    enter_pair(session, known.APP_ID, *pair, PAIR_SECONDS, house.clock.now())


def _people(session: Session, house: House, outside: Outside) -> dict[str, str]:
    """Link the OA's people; the codes for those of the bot, who link themselves."""
    now, commune_id = house.clock.now(), house.bearings(session).commune_id
    for key in reach.BY_OA_USER:
        outside.fake.person(reach.user_of(key), known=True)
        put_first(
            session, people.find_person(session, commune_id, key), "zalo_oa", f"user:{reach.user_of(key)}"
        )
    codes = {}
    for key in reach.CHATTING:
        person = people.find_person(session, commune_id, key)
        codes[key] = make_code(session, commune_id, person.id or 0, "zalo_bot", now).code
    return codes


def _section(settings: Settings, name: str) -> Paced:
    section = getattr(settings, name)
    if not isinstance(section, Paced):
        raise TypeError(name)
    return section
