"""The ways of reaching somebody in words: as people write them in the column «kênh», as pages name them. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from plans.toml_source import suggestion
from tasks.phones import spoken
from tasks.ways import PHONE, Point, Way, ordered, ways_of

NAMES: Mapping[Way, str] = {
    "bot_user": "Zalo (đã liên kết)",
    "bot_group": "Nhóm Zalo (đã liên kết)",
    "oa_user": "Zalo OA (đã liên kết)",
    "oa_group": "Nhóm Zalo OA (đã liên kết)",
    "email": "Thư điện tử",
    "second_email": "Thư điện tử",
    "oa_phone": "Zalo theo số điện thoại",
    "sms": "Tin nhắn SMS",
}
_MEANT: Mapping[str, tuple[Way, ...]] = {
    "zalo": ("bot_user", "bot_group", "oa_user", "oa_group", "oa_phone"),
    "zalo bot": ("bot_user", "bot_group"),
    "zalo oa": ("oa_user", "oa_group", "oa_phone"),
    "nhóm zalo bot": ("bot_group",),
    "nhóm zalo oa": ("oa_group",),
    "zalo số điện thoại": ("oa_phone",),
    "thư": ("email", "second_email"),
    "thư dự phòng": ("second_email",),
    "tin nhắn": ("sms",),
}
"""What may be written. Where two words mean the same way, the narrower one counts."""
_ALSO = {
    "bot": "zalo bot", "zalobot": "zalo bot", "bot zalo": "zalo bot", "oa": "zalo oa", "zalooa": "zalo oa", "oa zalo": "zalo oa",
    "zalo sdt": "zalo số điện thoại", "zalo dien thoai": "zalo số điện thoại", "zalo theo so dien thoai": "zalo số điện thoại",
    "zns": "zalo số điện thoại", "thu dien tu": "thư", "email": "thư", "e-mail": "thư", "mail": "thư", "gmail": "thư",
    "email du phong": "thư dự phòng", "sms": "tin nhắn", "tin nhan sms": "tin nhắn", "tin nhan dien thoai": "tin nhắn",
}  # fmt: skip
_ALONE: Mapping[Way, str] = {
    "bot_user": "zalo bot", "bot_group": "nhóm zalo bot", "oa_user": "zalo oa", "oa_group": "nhóm zalo oa", "email": "thư",
    "second_email": "thư dự phòng", "oa_phone": "zalo số điện thoại", "sms": "tin nhắn",
}  # fmt: skip
_PLACES: Mapping[Way, str] = {
    "bot_user": "Zalo ({})", "bot_group": "nhóm Zalo ({})", "oa_user": "Zalo OA ({})", "oa_group": "nhóm Zalo OA ({})",
    "email": "thư điện tử đến {}", "second_email": "thư điện tử đến {}", "oa_phone": "Zalo theo số {}", "sms": "SMS đến {}",
}  # fmt: skip
_BETWEEN = re.compile(r"[,;>→/\n]+")


def read_ways(text: str) -> tuple[Way, ...]:
    """The ways that a text such as "zalo, thư" asks for, in order; () for the usual order. Raises ValueError with the reason."""
    words = [_known(word) for word in _BETWEEN.split(text) if word.strip()]
    if twice := next((word for word in words if words.count(word) > 1), ""):
        raise ValueError(f"«{twice}» ghi hai lần")
    return tuple(way for word in words for way in _MEANT[word] if _narrowest(way, words) == word)


def ways_told(points: Sequence[Point]) -> str:
    """The order of these addresses as `read_ways` takes it; "" where it is the usual one."""
    if ordered(points) == list(points):
        return ""
    return ", ".join(_told(list(dict.fromkeys(ways_of(points)))))


def address_told(point: Point) -> str:
    """An address as people know it; of a chat, which is only a number to them, the last digits."""
    if point.is_chat:
        return masked(point.address)
    return spoken(point.address.removeprefix(PHONE)) if point.way in {"oa_phone", "sms"} else point.address


def address_line(point: Point) -> str:
    """An address with the way it is: "Tin nhắn SMS 0912 345 678". Mail speaks for itself."""
    return point.address if point.way == "email" else f"{NAMES[point.way]} {address_told(point)}"


def masked(address: str) -> str:
    """A number or a chat by its last three digits, which is enough to tell one from another."""
    bare = address.rpartition(":")[2]
    return f"…{bare[-3:]}" if len(bare) > 5 else "…"


def discreet(address: str) -> str:
    """Mail as it is, a number or a chat masked: for those who look at messages, not at the directory."""
    return address if "@" in address else masked(address)


def place_told(channel: str, address: str) -> str:
    """Where a message went, for those who look at messages: "Zalo theo số …678"."""
    if channel == "file":
        return f"hộp thư trên máy cho {discreet(address)}"
    return _PLACES[Point(channel, address).way].format(discreet(address))


def _known(word: str) -> str:
    plain = _plain(word)
    found = _PLAIN.get(plain, _ALSO.get(plain))
    if found is None:
        told = " ".join(word.split())[:40]
        hint = suggestion(told.casefold(), list(_MEANT)) or f"; chỉ có {', '.join(_MEANT)}"
        raise ValueError(f"không có kênh «{told}»{hint}")
    return found


def _narrowest(way: Way, words: Sequence[str]) -> str:
    return min((word for word in words if way in _MEANT[word]), key=lambda word: len(_MEANT[word]))


def _told(ways: Sequence[Way]) -> Iterator[str]:
    for place, way in enumerate(ways):
        # Side by side, both mail addresses are one word.
        if way != "second_email" or ways[place - 1] != "email":
            yield _ALONE[way]


def _plain(word: str) -> str:
    """Without accents, capitals and stray spaces: people type as their keyboard lets them."""
    bare = unicodedata.normalize("NFD", " ".join(word.split()).casefold().replace("đ", "d"))
    return "".join(letter for letter in bare if not unicodedata.combining(letter))


_PLAIN = {_plain(word): word for word in _MEANT}
