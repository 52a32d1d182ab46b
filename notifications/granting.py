"""Permission to act for the OA, as the coordinator gives it (again): where to ask Zalo, and what comes back.

One transaction keeps the new pair, opens the channel and tells the journal.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from db import journal
from db.errors import Refusal
from notifications.channels import zalo_pair
from notifications.channels.zalo_pair import Standing
from notifications.channels.zalo_permission import permission_url
from notifications.channels.zalo_tokens import TokenKeeper
from notifications.clean_text import one_line
from notifications.unheard import CHANNEL
from notifications.upkeep import open_again
from tasks.actor import Actor

NO_CODE = (
    "Zalo chưa trao mã cấp quyền; có thể đồng chí đã bấm từ chối hoặc đóng trang. Xin bấm cấp quyền lần nữa."
)
OTHER_OA = (
    "Đồng chí vừa cấp quyền cho một OA khác, không phải OA của xã. "
    "Xin vào Zalo bằng tài khoản quản trị OA của xã rồi bấm cấp quyền lần nữa."
)
LONGEST_NUMBER = 40


@dataclass(frozen=True)
class CameBack:
    """What Zalo sent a browser back with: a code, and of which OA it is."""

    code: str
    oa_id: str


@dataclass(frozen=True)
class OaGrants:
    """One app at Zalo. `oa_id`: the only OA that it is to act for; "" for whichever gives permission."""

    keeper: TokenKeeper
    oauth_url: str
    app_id: str
    oa_id: str = ""

    def url(self, back_to: str, verifier: str, state: str) -> str:
        """Where the OA's administrator is asked; Zalo then sends the browser to `back_to`, which its console must know."""
        return permission_url(self.oauth_url, self.app_id, back_to, verifier, state)

    def standing(self, session: Session) -> Standing:
        """How it stands with the permission."""
        return zalo_pair.standing(session, self.app_id)

    async def take(self, back: CameBack, verifier: str, *, commune_id: int, by: Actor, now: datetime) -> None:
        """Turn the code into a pair of tokens, which ends the trouble there was. Raises Refusal."""
        if not back.code:
            raise Refusal(NO_CODE)
        if self.oa_id and back.oa_id != self.oa_id:
            raise Refusal(OTHER_OA)

        def settle(session: Session) -> None:
            open_again(session, CHANNEL, now)
            journal.append(
                session, commune_id, at=now, actor=by.name, action="zalo_oa.granted", subject=f"channel:{CHANNEL}",
                payload={"role": by.role, "oa": one_line(back.oa_id, LONGEST_NUMBER)},
            )  # fmt: skip

        await self.keeper.exchange_code(back.code, verifier, settle)
