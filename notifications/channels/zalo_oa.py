"""The channel "zalo_oa": an Official Account writes into its groups, and fills registered templates for people.

A template may go by the person's user id or, where nothing else is known, by telephone number.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from notifications.channels.base import Form
from notifications.channels.http_line import HttpLine
from notifications.channels.quiet_hours import QuietHours
from notifications.channels.zalo_book import TemplateBook
from notifications.channels.zalo_oa_api import OaApi, OaHosts
from notifications.channels.zalo_oa_line import ZaloOaLine
from notifications.channels.zalo_templates import OaTemplates
from notifications.channels.zalo_tokens import TokenKeeper
from tasks.clock import Clock


class ZaloOaChannel:
    """Messages through one OA; addresses `group:<group id>`, `user:<user id>` and `phone:84…`.

    `timeout` in seconds, for connecting and for the answer each. `keeper`: who keeps its tokens.
    """

    name = "zalo_oa"
    forms: frozenset[Form] = frozenset({"chat", "facts"})
    repeatable = False

    def __init__(
        self,
        *,
        hosts: OaHosts,
        keeper: TokenKeeper,
        templates: OaTemplates,
        timeout: float,
        quiet_hours: QuietHours,
        clock: Clock,
    ) -> None:
        self._hosts = hosts
        self.keeper = keeper
        self._timeout = timeout
        self._clock = clock
        self._templates = templates
        self._quiet_hours = quiet_hours
        self._book = TemplateBook(clock, timedelta(days=1))

    @asynccontextmanager
    async def line(self) -> AsyncIterator[ZaloOaLine]:
        """Connections that are made for the first message."""
        http = HttpLine(self._timeout)
        api = OaApi(http, self.keeper, self._hosts, self._clock, self._quiet_hours.zone)
        try:
            yield ZaloOaLine(api, self._book, self._templates, self._quiet_hours, self._clock)
        finally:
            await http.close()

    def already_sent(self, tracking_id: str) -> None:
        """Zalo tells by its own number only (`ZaloOaLine.message_status`)."""
