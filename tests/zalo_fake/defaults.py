"""What the fake knows when it starts: invented keys, ids, people and templates, for tests to import."""

from __future__ import annotations

APP_ID = "1234500000000000001"
APP_SECRET = "bi-mat-ung-dung-gia"
WEBHOOK_KEY = "khoa-webhook-cua-oa-gia"
"""The "OA Secret Key" that signs webhooks; it is not the app's secret."""
OA_ID = "4000000000000000001"
OA_NAME = "UBND xã Hoàng Đông (giả)"
FIRST_ACCESS = "truy-cap-dau-tien-0000000000000000"
FIRST_REFRESH = "lam-moi-dau-tien-0000000000000000"

BOT_ID = "2000000000000001"
BOT_TOKEN = f"{BOT_ID}:BotMangNonGiaTokenKhongCoThat"
BOT_NAME = "Bot Măng Non (giả)"
WEBHOOK_SECRET_TOKEN = "chuoi-bi-mat-webhook-bot"

ESMS_KEY = "KHOA-ESMS-GIA"
ESMS_SECRET = "BI-MAT-ESMS-GIA"
BRAND = "MANGNON"

TEMPLATE_PHONE = "300001"
TEMPLATE_USER = "300002"
TEMPLATE_PENDING = "300003"
TEMPLATE_REJECTED = "300004"
TEMPLATE_PROMOTION = "300005"
TEMPLATE_SIGN_IN = "300006"
TEMPLATE_OLD = "200001"
"""Made before templates could go by user id: -249 there."""

ADMIN_PHONES = ("84900000001",)
ADMIN_USERS = ("u-quan-tri",)
"""Whom `"mode": "development"` reaches."""
GROUPS = ("g1", "g2")
"""The OA's own groups; any other id that starts with "g" is known too."""

DAILY_QUOTA = 20_000
ACCESS_SECONDS = 90_000
REFRESH_SECONDS = 90 * 86_400
CODE_SECONDS = 600
