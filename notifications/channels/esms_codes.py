"""What eSMS.vn's result codes mean for a message. Data only; from its published table, November 2026."""

from __future__ import annotations

from collections.abc import Mapping

from notifications.channels.zalo_codes import Meaning

ESMS: Mapping[int, Meaning] = {
    100: Meaning("ok"),
    124: Meaning("ok"),
    99: Meaning("payload", sure=False),
    101: Meaning("config"),
    102: Meaning("config"),
    103: Meaning("defer", "top_up"),
    104: Meaning("config"),
    108: Meaning("recipient"),
    118: Meaning("config"),
    140: Meaning("config"),
    146: Meaning("config"),
    177: Meaning("recipient"),
    300: Meaning("payload"),
}
"""124: a RequestId that came before; the message was taken on then. 99: the number is blocked or, in older tables, the
request is bad: too little to give up an address for ever. 146: the text is like no registered template, so none of ours
goes. 177: the brand is not registered with this person's network."""
