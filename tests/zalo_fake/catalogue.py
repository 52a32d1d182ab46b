"""The OA's templates: which are approved, and what may stand in their parameters."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

from zalo_fake.defaults import (
    TEMPLATE_OLD,
    TEMPLATE_PENDING,
    TEMPLATE_PHONE,
    TEMPLATE_PROMOTION,
    TEMPLATE_REJECTED,
    TEMPLATE_SIGN_IN,
    TEMPLATE_USER,
)  # fmt: skip
from zalo_fake.wire import Json, Refused

STATUSES = ("ENABLE", "PENDING_REVIEW", "REJECT", "DISABLE", "DELETE")
"""In the order of the numbers 1 to 5 by which they are asked for."""
_DAY = r"(0?[1-9]|[12]\d|3[01])/(0?[1-9]|1[0-2])/\d{4}"
_HOUR = r"([01]?\d|2[0-3]):[0-5]\d"
_DATE = re.compile(rf"{_HOUR}(:[0-5]\d)?|({_HOUR} )?{_DAY}|(0?[1-9]|1[0-2])/\d{{4}}")


@dataclass(frozen=True)
class Parameter:
    """One parameter. `most`: how many characters (code points); `required`: missing and empty are refused."""

    name: str
    most: int
    sample: str
    required: bool = True
    kind: Literal["STRING", "DATE"] = "STRING"

    def told(self) -> Json:
        """As template/info tells it."""
        return {
            "name": self.name, "require": self.required, "type": self.kind, "maxLength": str(self.most),
            "minLength": "1" if self.required else "0", "acceptNull": not self.required,
        }  # fmt: skip

    def check(self, value: Any) -> None:
        """Raises Refused for a value that this parameter cannot take."""
        if value is None or value == "":
            if self.required:
                raise Refused(-1122, f"Template parameter is missing: {self.name}")
            return
        if not isinstance(value, str):
            raise Refused(-112, f"Template parameter has no text: {self.name}")
        if len(value) > self.most:
            raise Refused(-1121, f"Template parameter is over its length: {self.name}")
        if self.kind == "DATE" and not _DATE.fullmatch(value):
            raise Refused(-1124, f"Template parameter is not in its format: {self.name}")


@dataclass
class Template:
    """One template. `tag` 1 transaction, 2 customer care, 3 promotion; `by_user`: whether it may go by user id."""

    number: str
    name: str
    parameters: tuple[Parameter, ...]
    status: str = "ENABLE"
    tag: int = 2
    by_user: bool = True

    def check(self, data: Any) -> None:
        """Raises Refused for data that does not fill it. What it has no parameter for is let pass."""
        if not isinstance(data, dict):
            raise Refused(-112 if data else -111)
        if not data:
            raise Refused(-111)
        for parameter in self.parameters:
            parameter.check(data.get(parameter.name))

    def brief(self) -> Json:
        """As template/all tells it."""
        return {
            "templateId": self.number, "templateName": self.name, "createdTime": "1790000000000",
            "status": self.status, "templateQuality": "HIGH" if self.status == "ENABLE" else "UNDEFINED",
        }  # fmt: skip

    def told(self) -> Json:
        """As template/info tells it."""
        return {
            "templateId": self.number, "templateName": self.name, "status": self.status,
            "listParams": [one.told() for one in self.parameters], "listButtons": [], "timeout": "7200000",
            "previewUrl": f"https://mau.example/{self.number}", "templateQuality": "HIGH",
            "templateTag": ("TRANSACTION", "CUSTOMER_CARE", "PROMOTION")[self.tag - 1],
            "price": "200", "price_sdt": "200", "price_uid": "100",
        }  # fmt: skip


REMINDER = (
    Parameter("ho_ten", 30, "Cán bộ thôn 7"),
    Parameter("so_viec", 20, "3"),
    Parameter("viec", 200, "Báo cáo số liệu trẻ em đi học đúng tuổi"),
    Parameter("han", 20, "20/11/2026", kind="DATE"),
    Parameter("ma", 30, "abc123", required=False),
    Parameter("nhan", 30, "Việc gấp", required=False),
)
"""Customer name, amount, product, date, code and custom label, each with the length that Zalo gives its kind."""


SIGN_IN = (
    Parameter("ho_ten", 30, "Cán bộ thôn 7"),
    Parameter("han", 20, "09:30 20/11/2026", kind="DATE"),
    Parameter("ma", 200, "vao/abc123"),
)
"""Customer name, date, and the link of the button."""


class Catalogue:
    """All templates, by number."""

    def __init__(self) -> None:
        templates = [
            Template(TEMPLATE_PHONE, "Nhắc việc", REMINDER),
            Template(TEMPLATE_USER, "Nhắc việc trong Zalo", REMINDER),
            Template(TEMPLATE_PENDING, "Nhắc việc, mẫu mới", REMINDER, status="PENDING_REVIEW"),
            Template(TEMPLATE_REJECTED, "Nhắc việc, mẫu bị từ chối", REMINDER, status="REJECT"),
            Template(TEMPLATE_PROMOTION, "Giới thiệu", REMINDER[:1], tag=3),
            Template(TEMPLATE_SIGN_IN, "Liên kết đăng nhập", SIGN_IN, tag=1),
            Template(TEMPLATE_OLD, "Mẫu cũ", REMINDER[:1], by_user=False),
        ]
        self.templates = {one.number: one for one in templates}

    def find(self, number: str) -> Template:
        """The template with this number. Raises Refused."""
        template = self.templates.get(number)
        if template is None:
            raise Refused(-109)
        return template

    def approved(self, number: str) -> Template:
        """The same, if it may be sent. Raises Refused."""
        template = self.find(number)
        if template.status != "ENABLE":
            raise Refused(-131)
        return template
