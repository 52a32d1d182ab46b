"""What Zalo says about the templates in use, read once a day."""

from __future__ import annotations

from datetime import datetime, timedelta

from notifications.channels.base import ChannelError
from notifications.channels.outcomes import error
from notifications.channels.zalo_oa_api import OaApi
from notifications.channels.zalo_templates import Parameter, parameters
from tasks.clock import Clock

UNREAD = "Chưa đọc được mẫu tin Zalo. Chương trình sẽ thử lại."


class TemplateBook:
    """The parameters of each template, kept for `fresh` and shared by the lines of a channel."""

    def __init__(self, clock: Clock, fresh: timedelta) -> None:
        self._clock = clock
        self._fresh = fresh
        self._known: dict[str, tuple[datetime, tuple[Parameter, ...]]] = {}

    async def parameters(self, api: OaApi, template_id: str) -> tuple[Parameter, ...]:
        """Raises ChannelError: retry where they cannot be read, config where Zalo does not know the template."""
        now = self._clock.now()
        read_at, known = self._known.get(template_id, (None, ()))
        if read_at is not None and abs(now - read_at) < self._fresh:
            return known
        found = await self._read(api, template_id)
        self._known[template_id] = now, found
        return found

    async def _read(self, api: OaApi, template_id: str) -> tuple[Parameter, ...]:
        verdict = await api.get("template", "/template/info/v2", {"template_id": template_id})
        if verdict.outcome != "ok":
            wrong = verdict.outcome in {"payload", "recipient"}
            raise error(
                verdict, service="Zalo OA", section="zalo_oa", sends=False, kind="config" if wrong else None
            )
        try:
            return parameters(verdict.result)
        except ValueError:
            raise ChannelError("retry", UNREAD) from None
