"""From settings to channels: each one that is in use, its rate, and the keeper of the OA's tokens."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path

from db.errors import Refusal
from db.store import Store
from mangnon.settings import Paced, Settings
from notifications.channels.base import Channel, ChannelError
from notifications.channels.email import EmailChannel
from notifications.channels.file import FileChannel
from notifications.channels.quiet_hours import QuietHours
from notifications.channels.sms import SmsChannel
from notifications.channels.zalo_bot import ZaloBotChannel
from notifications.channels.zalo_oa import ZaloOaChannel
from notifications.channels.zalo_oa_api import OaHosts
from notifications.channels.zalo_oauth import OAuth
from notifications.channels.zalo_templates import OaTemplates
from notifications.channels.zalo_tokens import TokenKeeper
from notifications.granting import OaGrants
from tasks.clock import Clock

MAIL_CHANNELS = ("email", "file")


class Channels:
    """One installation's ways to reach people. `zone` rules the quiet hours; paths are relative to `folder`."""

    def __init__(self, settings: Settings, folder: Path, store: Store, clock: Clock, zone: str) -> None:
        self._settings = settings
        self._folder = folder
        self._store = store
        self._clock = clock
        self._zone = zone

    def all(self) -> dict[str, Channel]:
        """Every channel that the settings name. Raises Refusal for one that could never send."""
        try:
            return {name: self.make(name) for name in self._settings.delivery.channels}
        except ChannelError as error:
            raise Refusal(error.detail) from None

    def make(self, name: str) -> Channel:
        """One channel by its name, in use or not."""
        makers: Mapping[str, Callable[[], Channel]] = {
            "file": self._file,
            "email": self._email,
            "zalo_bot": self.zalo_bot,
            "zalo_oa": self.zalo_oa,
            "sms": self._sms,
        }
        return makers[name]()

    def mail(self) -> Channel | None:
        """The channel that carries mails; None where none is in use."""
        used = self._settings.delivery.channels
        return next((self.make(name) for name in MAIL_CHANNELS if name in used), None)

    def paces(self) -> dict[str, int]:
        """Messages a minute by channel; channels without a rate are left out."""
        sections = {name: getattr(self._settings, name, None) for name in self._settings.delivery.channels}
        return {name: one.per_minute for name, one in sections.items() if isinstance(one, Paced)}

    @cached_property
    def keeper(self) -> TokenKeeper:
        """Who keeps the OA's tokens fresh; one for all, as it may hold a new pair that is not on the disk yet."""
        oa = self._settings.zalo_oa
        secret = oa.app_secret.get_secret_value()
        oauth = OAuth(
            url=oa.oauth_url,
            app_id=oa.app_id,
            app_secret=secret,
            timeout=float(oa.timeout_seconds),
            clock=self._clock,
        )
        return TokenKeeper(self._store, self._clock, oauth)

    def grants(self) -> OaGrants | None:
        """Who asks for the OA's permission; None where the OA is not in use, or its app not set up."""
        oa = self._settings.zalo_oa
        if "zalo_oa" not in self._settings.delivery.channels:
            return None
        try:
            return OaGrants(self.keeper, oa.oauth_url, oa.app_id, oa.oa_id)
        except ChannelError:
            return None

    def zalo_bot(self) -> ZaloBotChannel:
        """Messages by the bot."""
        bot = self._settings.zalo_bot
        return ZaloBotChannel(
            api_url=bot.api_url,
            token=bot.token.get_secret_value(),
            timeout=float(bot.timeout_seconds),
            quiet_hours=self._quiet(bot),
            clock=self._clock,
        )

    def zalo_oa(self) -> ZaloOaChannel:
        """Messages by the OA."""
        oa = self._settings.zalo_oa
        proof = oa.app_secret.get_secret_value() if oa.proof else ""
        return ZaloOaChannel(
            hosts=OaHosts(oa.api_url, oa.template_url, proof),
            keeper=self.keeper,
            templates=OaTemplates(
                oa.template_user, oa.template_phone, oa.fields, oa.development, oa.template_sign_in
            ),
            timeout=float(oa.timeout_seconds),
            quiet_hours=self._quiet(oa),
            clock=self._clock,
        )

    def _sms(self) -> SmsChannel:
        sms, base = self._settings.sms, self._settings.web.base_url
        secret = sms.callback_secret.get_secret_value()
        return SmsChannel(
            api_url=sms.api_url,
            api_key=sms.api_key.get_secret_value(),
            secret_key=sms.secret_key.get_secret_value(),
            brandname=sms.brandname,
            kind=sms.kind,
            sandbox=sms.sandbox,
            callback_url=f"{base}/webhook/esms/{secret}" if secret else "",
            timeout=float(sms.timeout_seconds),
            quiet_hours=self._quiet(sms),
            clock=self._clock,
        )

    def _file(self) -> FileChannel:
        return FileChannel(self._folder / self._settings.outbox.folder, time_zone=self._zone)

    def _email(self) -> EmailChannel:
        smtp = self._settings.smtp
        return EmailChannel(
            host=smtp.host,
            port=smtp.port,
            security=smtp.security,
            username=smtp.username,
            password=smtp.password.get_secret_value(),
            sender=smtp.sender,
            sender_name=smtp.sender_name,
            timeout=float(smtp.timeout_seconds),
            tls_context=None if smtp.security == "none" else self._trusted,
        )

    @cached_property
    def _trusted(self) -> ssl.SSLContext:
        """Whom mail servers are vouched for by; read once, as it takes long enough to be felt on the pages."""
        return ssl.create_default_context()

    def _quiet(self, section: Paced) -> QuietHours:
        return QuietHours(section.quiet_from, section.quiet_until, self._zone)
