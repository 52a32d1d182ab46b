"""The settings: `config.toml`, overridden by environment variables; secrets also from `*_FILE`.

Every setting of the shipped `config.toml` is declared here with its bounds, and the other way round
(a test compares them). An unknown key or a bad value is refused by name, with the line to mend.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, EmailStr, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from db.errors import Refusal
from db.tables.work import TASK_KINDS
from notifications.facts import FACTS
from notifications.policy import Policy
from notifications.retry import RetryPolicy

PREFIX = "MANGNON_"
DEFAULT_ZONE = "Asia/Ho_Chi_Minh"
SHORTEST_KEY = 32
SECTIONS = {"email": "smtp"}
"""Channels whose settings stand under another name."""
URL = r"^https?://[^/\s]+$"
OPTIONAL_URL = r"^(https?://\S+)?$"
Days = Annotated[int, Field(ge=0, le=120)]
Seconds = Annotated[int, Field(ge=1, le=86_400)]


class Section(BaseModel):
    """A table of the settings file; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Database(Section):
    """Where the data are kept."""

    url: str = Field("sqlite:///mangnon.db", pattern=r"^[a-z0-9+]+:")


class Calendar(Section):
    """The commune's own working-day overrides."""

    override_file: str = ""


class Reminders(Section):
    """When people are reminded; local times, working days."""

    slots: list[time] = Field([time(8)], min_length=1, max_length=6)
    window_from: time = time(7)
    window_until: time = time(18)
    before: list[Days] = Field([14, 7, 3, 1, 0], max_length=20)
    before_by_kind: dict[str, list[Days]] = Field(default_factory=dict)
    overdue: list[Annotated[int, Field(ge=1, le=120)]] = Field([1, 3], max_length=20)
    overdue_every: int = Field(5, ge=1, le=60)
    overdue_limit: int = Field(6, ge=0, le=50)
    escalate_after: list[Annotated[int, Field(ge=1, le=120)]] = Field([3, 8], max_length=10)
    weekly_on: int = Field(1, ge=0, le=5)

    @field_validator("before_by_kind")
    @classmethod
    def _known_kinds(cls, value: dict[str, list[int]]) -> dict[str, list[int]]:
        if unknown := set(value) - set(TASK_KINDS):
            raise ValueError(f"không có loại việc «{unknown.pop()}»; chỉ có {', '.join(TASK_KINDS)}")
        return value

    @field_validator("slots", "before", "overdue", "escalate_after")
    @classmethod
    def _each_once(cls, value: list[Any]) -> list[Any]:
        if len(set(value)) != len(value):
            raise ValueError("có giá trị ghi hai lần")
        return value

    @field_validator("slots", "window_from", "window_until")
    @classmethod
    def _local_time(cls, value: Any) -> Any:
        given = value if isinstance(value, list) else [value]
        if any(one.tzinfo is not None for one in given):
            raise ValueError("ghi giờ địa phương, không kèm múi giờ, ví dụ 08:00")
        return value

    @model_validator(mode="after")
    def _slots_in_window(self) -> Self:
        for slot in self.slots:
            if not self.window_from <= slot < self.window_until:
                raise ValueError(
                    f"giờ gửi {slot:%H:%M} nằm ngoài khoảng {self.window_from:%H:%M}-{self.window_until:%H:%M}"
                )
        return self

    def policy(self) -> Policy:
        """The values the reminder rules take."""
        return Policy(
            slots=tuple(sorted(self.slots)),
            window_from=self.window_from,
            window_until=self.window_until,
            before=tuple(self.before),
            before_by_kind={kind: tuple(days) for kind, days in self.before_by_kind.items()},
            overdue=tuple(sorted(self.overdue)),
            overdue_every=self.overdue_every,
            overdue_limit=self.overdue_limit,
            escalate_after=tuple(self.escalate_after),
            weekly_on=self.weekly_on,
        )


class Delivery(Section):
    """How messages leave. "file" stands in for every way to reach people, so it stands alone."""

    channels: list[Literal["file", "email", "zalo_bot", "zalo_oa", "sms"]] = Field(["file"], min_length=1)
    fallback_after: int = Field(4, ge=1, le=20)
    workers: int = Field(4, ge=1, le=32)
    batch: int = Field(20, ge=1, le=500)
    lease_seconds: Seconds = 300
    retry_limit: int = Field(20, ge=1, le=100)
    retry_first_seconds: Seconds = 60
    retry_longest_seconds: Seconds = 14_400

    @field_validator("channels")
    @classmethod
    def _sound_channels(cls, value: list[str]) -> list[str]:
        if len(set(value)) != len(value):
            raise ValueError("có kênh ghi hai lần")
        if "file" in value and len(value) > 1:
            raise ValueError("kênh «file» thay cho mọi kênh khác nên chỉ đứng một mình")
        return value

    def retry(self) -> RetryPolicy:
        """The values the retry rule takes."""
        first, longest = (
            timedelta(seconds=self.retry_first_seconds),
            timedelta(seconds=self.retry_longest_seconds),
        )
        return RetryPolicy(self.retry_limit, first, longest, fallback_after=self.fallback_after)


class Outbox(Section):
    """The folder of the channel "file"."""

    folder: str = Field("outbox", min_length=1)


class Smtp(Section):
    """The mail server of the channel "email"."""

    host: str = Field("localhost", min_length=1)
    port: int = Field(587, ge=1, le=65_535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str = ""
    password: SecretStr = SecretStr("")
    sender: EmailStr = "nhac-viec@mangnon.example"
    sender_name: str = "Măng Non"
    timeout_seconds: Seconds = 30


class Paced(Section):
    """What every channel with a rate of its own has. Local times; the same hour twice means no quiet hours."""

    per_minute: int = Field(60, ge=0, le=100_000)
    quiet_from: time = time(21)
    quiet_until: time = time(6)
    timeout_seconds: Seconds = 20

    @field_validator("quiet_from", "quiet_until")
    @classmethod
    def _local_hour(cls, value: time) -> time:
        if value.tzinfo is not None:
            raise ValueError("ghi giờ địa phương, không kèm múi giờ, ví dụ 21:00")
        return value


class ZaloBot(Paced):
    """The channel "zalo_bot". `updates`: how answers come in."""

    api_url: str = Field("https://bot-api.zaloplatforms.com", pattern=URL)
    token: SecretStr = SecretStr("")
    updates: Literal["off", "webhook", "poll"] = "off"
    webhook_secret: SecretStr = SecretStr("")
    invite_url: str = Field("", pattern=OPTIONAL_URL)


class ZaloOa(Paced):
    """The channel "zalo_oa". `fields`: a template's parameter -> the name of a fact (`notifications.facts`)."""

    oauth_url: str = Field("https://oauth.zaloapp.com", pattern=URL)
    api_url: str = Field("https://openapi.zalo.me", pattern=URL)
    template_url: str = Field("https://business.openapi.zalo.me", pattern=URL)
    app_id: str = ""
    app_secret: SecretStr = SecretStr("")
    oa_id: str = Field("", pattern=r"^[0-9]*$")
    proof: bool = False
    webhook_key: SecretStr = SecretStr("")
    template_user: str = Field("", pattern=r"^[0-9]*$")
    template_phone: str = Field("", pattern=r"^[0-9]*$")
    template_sign_in: str = Field("", pattern=r"^[0-9]*$")
    fields: dict[str, str] = Field(default_factory=dict)
    development: bool = False

    @field_validator("fields")
    @classmethod
    def _known_facts(cls, value: dict[str, str]) -> dict[str, str]:
        if unknown := set(value.values()) - set(FACTS):
            raise ValueError(f"không có dữ kiện «{unknown.pop()}»; chỉ có {', '.join(FACTS)}")
        return value


class Sms(Paced):
    """The channel "sms", through eSMS.vn. `kind` is its SmsType."""

    api_url: str = Field("https://rest.esms.vn", pattern=URL)
    api_key: SecretStr = SecretStr("")
    secret_key: SecretStr = SecretStr("")
    brandname: str = Field("", max_length=11)
    kind: str = Field("2", pattern=r"^[0-9]{1,2}$")
    sandbox: bool = False
    callback_secret: SecretStr = SecretStr("")


class Web(Section):
    """The web pages: where they listen, where links lead, what signs them, where evidence lies."""

    host: str = Field("127.0.0.1", min_length=1)
    port: int = Field(8000, ge=0, le=65_535)
    base_url: str = Field("http://localhost:8000", pattern=URL)
    secret_key: SecretStr = SecretStr("")
    key_file: str = Field("mangnon.key", min_length=1)
    evidence_folder: str = Field("minh-chung", min_length=1)

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, value: SecretStr) -> SecretStr:
        if 0 < len(value.get_secret_value()) < SHORTEST_KEY:
            raise ValueError(f"khoá ký phải dài ít nhất {SHORTEST_KEY} ký tự")
        return value


class Tick(Section):
    """How often due work is looked for."""

    every_seconds: int = Field(60, ge=1, le=3_600)


class Settings(BaseSettings):
    """All settings, valid. An environment variable such as MANGNON_SMTP__HOST beats the file."""

    model_config = SettingsConfigDict(
        extra="forbid", frozen=True, env_prefix=PREFIX, env_nested_delimiter="__", env_ignore_empty=False
    )

    database: Database = Database()
    calendar: Calendar = Calendar()
    reminders: Reminders = Reminders()
    delivery: Delivery = Delivery()
    outbox: Outbox = Outbox()
    smtp: Smtp = Smtp()
    zalo_bot: ZaloBot = ZaloBot()
    zalo_oa: ZaloOa = ZaloOa()
    sms: Sms = Sms()
    web: Web = Web()
    tick: Tick = Tick()

    @model_validator(mode="after")
    def _lease_outlives_the_server(self) -> Self:
        for channel in self.delivery.channels:
            section = SECTIONS.get(channel, channel)
            waits = getattr(getattr(self, section, None), "timeout_seconds", 0)
            if self.delivery.lease_seconds < 2 * waits:
                raise ValueError(f"delivery.lease_seconds phải ít nhất gấp đôi {section}.timeout_seconds")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment first, then what the settings file holds (handed in as keyword arguments)."""
        del env_settings, dotenv_settings, file_secret_settings
        return Environment(settings_cls), init_settings


class Environment(EnvSettingsSource):
    """The environment, where a secret may also be named by the file that holds it: MANGNON_SMTP__PASSWORD_FILE."""

    def __call__(self) -> dict[str, Any]:
        found = super().__call__()
        for section, key, secret in keys():
            if not secret:
                continue
            name = found.get(section, {}).pop(f"{key}_file", None)
            if name is not None and key not in found[section]:
                found[section][key] = read_secret(section, key, name)
        return found


def keys() -> Iterator[tuple[str, str, bool]]:
    """Every setting: section, key, whether it is a secret."""
    for section, field in Settings.model_fields.items():
        model = field.annotation
        if isinstance(model, type) and issubclass(model, BaseModel):
            for key, inner in model.model_fields.items():
                yield section, key, inner.annotation is SecretStr


def read_secret(section: str, key: str, name: str) -> str:
    """The secret in a file, without the line end. Raises Refusal."""
    try:
        return Path(name).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        variable = f"{PREFIX}{section}__{key}_FILE".upper()
        raise Refusal(
            f"Không đọc được tệp mật khẩu {name} ghi ở biến môi trường {variable}. Hãy sửa đường dẫn."
        ) from error
