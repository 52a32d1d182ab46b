"""Vietnamese mobile numbers in the one form that Zalo and eSMS take. Pure."""

from __future__ import annotations

from notifications.channels.base import ChannelError
from tasks.phones import phone_of


def mobile(number: str) -> str:
    """`84` and nine digits, from the ways in which people write a number. Raises ChannelError (permanent) for any other."""
    phone = phone_of(number)
    if phone is None:
        raise ChannelError("permanent", "Số điện thoại không phải số di động Việt Nam. Xin sửa lại số.")
    return phone
