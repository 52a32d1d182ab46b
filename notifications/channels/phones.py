"""Vietnamese mobile numbers in the one form that Zalo and eSMS take. Pure."""

from __future__ import annotations

import re

from notifications.channels.base import ChannelError

_PUNCTUATION = re.compile(r"[\s.()-]")
_PREFIX = re.compile(r"^(\+84|0084|84|0)")
_MOBILE = re.compile(r"84[35789]\d{8}")


def mobile(number: str) -> str:
    """`84` and nine digits, from the ways in which people write a number. Raises ChannelError (permanent) for any other."""
    plain = _PREFIX.sub("84", _PUNCTUATION.sub("", number), count=1)
    if not (plain.isascii() and _MOBILE.fullmatch(plain)):
        raise ChannelError("permanent", "Số điện thoại không phải số di động Việt Nam. Xin sửa lại số.")
    return plain
