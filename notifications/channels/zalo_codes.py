"""What Zalo's error codes mean for a message, host by host. Data only.

Codes of the OA and template (ZBS, formerly ZNS) APIs come in answers with HTTP status 200. The same number means different
things on different hosts (-100: unknown error for templates, an expired attachment for OA messages), so each host has
its own table. Collected in November 2026 from the published tables and from clients in use; nothing was tried against
Zalo itself. `sure` is False where only practice or an older table names the code.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Outcome = Literal["ok", "refresh", "retry", "defer", "recipient", "config", "payload", "unknown"]
Host = Literal["template", "oa", "oauth", "bot"]
Until = Literal["", "morning", "tomorrow", "next_month", "top_up"]


@dataclass(frozen=True)
class Meaning:
    """What a code means. `until`: what a deferred message waits for. `most`: how many retries; 0: as the policy says."""

    outcome: Outcome
    until: Until = ""
    most: int = 0
    sure: bool = True


def _all(
    codes: Iterable[int], outcome: Outcome, until: Until = "", *, sure: bool = True
) -> dict[int, Meaning]:
    return {code: Meaning(outcome, until, sure=sure) for code in codes}


_OLD_TEMPLATE = (
    _all((-119, -114, -134), "recipient", sure=False)
    | _all((-102, -105, -146), "config", sure=False)
    | _all((-123, -128, -129), "payload", sure=False)
    | {-133: Meaning("defer", "morning", sure=False), -100: Meaning("retry", most=1, sure=False)}
)
TEMPLATE = (
    {0: Meaning("ok"), -124: Meaning("refresh"), -32: Meaning("retry")}
    | _all((-216, -220), "refresh", sure=False)
    | _all((-115, -126, -137), "defer", "top_up")
    | _all((-144, -147, -160), "defer", "tomorrow")
    | _all((-1441, -1471, -1472), "defer", "next_month")
    | _all((-108, -118, -110, -139, -140, -141), "recipient")
    | _all(
        (
            -101, -103, -104, -106, -1241, -117, -120, -1201, -1202, -125, -127, -131, -135, -1351, -136, -138, -1381,
            -145, -249,
        ),
        "config",
    )
    | _all(
        (
            -107, -109, -1091, -111, -112, -1121, -1122, -1123, -1124, -113, -1131, -1132, -116, -121, -122, -130, -132,
            -142, -143, -148, -149, -1491, -150, -151, -152, -153, -158, -159, -161, -162,
        ),
        "payload",
    )
    | _OLD_TEMPLATE
)  # fmt: skip
OA = (
    {0: Meaning("ok"), -216: Meaning("refresh"), -220: Meaning("refresh"), -32: Meaning("retry")}
    | {-200: Meaning("retry", most=1, sure=False)}
    | _all((-213, -217, -218, -227, -230, -232, -244), "recipient")
    | _all((-231,), "recipient", sure=False)
    | _all((-211,), "defer", "tomorrow")
    | _all((-234,), "defer", "morning")
    | _all((-320, -321), "defer", "top_up")
    | _all(
        (
            -204, -205, -209, -212, -219, -221, -223, -224, -233, -235, -237, -240, -242, -248, -249, -403, -1340, -1341,
        ),
        "config",
    )
    | _all((-100, -201, -210, -214, -238, -241), "payload")
)  # fmt: skip
OAUTH = (
    {0: Meaning("ok")}
    | _all((-14002, -14003), "config")
    | _all((-14004, -14005, -14014, -14020), "config", sure=False)
    | _all((-14018,), "payload", sure=False)
)
BOT = (
    {0: Meaning("ok")}
    | _all((400,), "payload")
    | _all((401,), "config")
    | {408: Meaning("ok"), 429: Meaning("retry")}
    | _all((403, 404), "unknown", sure=False)
)
"""408 answers a question for news when there is none. 403 is called an internal error in the documents."""
TABLES: dict[Host, dict[int, Meaning]] = {"template": TEMPLATE, "oa": OA, "oauth": OAUTH, "bot": BOT}
