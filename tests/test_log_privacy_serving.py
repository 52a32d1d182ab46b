"""What `mangnon serve` writes to standard error while everything goes wrong around it: no secret, no number, nobody's words."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import httpx2
import pytest
from cli_runner import Folder, ready, stopped
from log_secrets import Secrets
from smtp_sink import DROP_AFTER_DATA, NO_MAILBOX, Sink
from waiting import until
from zalo_fake import defaults
from zalo_fake.running import ZaloFake

from mangnon.demo import reach
from plans.toml_source import read_text, shipped

pytestmark = pytest.mark.slow

SMS_SECRET = "bi-mat-trong-dia-chi-esms"
SAID = "Cháu Nguyễn Thị Kín Đáo nhà ở sau chợ, số 0977 123 456, sẽ nộp sau"
STRANGER = "khach-la-4711"


def settings(fake: ZaloFake, sink: Sink) -> dict[str, str]:
    """The variables of an installation with all channels, at the fake."""
    sections: dict[str, dict[str, Any]] = {
        "ZALO_BOT": {
            "API_URL": fake.url, "TOKEN": defaults.BOT_TOKEN, "UPDATES": "webhook",
            "WEBHOOK_SECRET": defaults.WEBHOOK_SECRET_TOKEN,
        },
        "ZALO_OA": {
            "OAUTH_URL": fake.url, "API_URL": fake.url, "TEMPLATE_URL": fake.url, "APP_ID": defaults.APP_ID,
            "APP_SECRET": defaults.APP_SECRET, "WEBHOOK_KEY": defaults.WEBHOOK_KEY,
            "TEMPLATE_USER": defaults.TEMPLATE_USER, "TEMPLATE_PHONE": defaults.TEMPLATE_PHONE,
            "FIELDS": json.dumps({"ho_ten": "name", "so_viec": "count", "viec": "what", "han": "date"}),
        },
        "SMS": {
            "API_URL": fake.url, "API_KEY": defaults.ESMS_KEY, "SECRET_KEY": defaults.ESMS_SECRET,
            "BRANDNAME": defaults.BRAND, "CALLBACK_SECRET": SMS_SECRET,
        },
    }  # fmt: skip
    for name in sections:
        sections[name] |= {
            "QUIET_FROM": "00:00",
            "QUIET_UNTIL": "00:00",
            "PER_MINUTE": "0",
            "TIMEOUT_SECONDS": "2",
        }
    found = {
        f"MANGNON_{name}__{key}": value for name, keys in sections.items() for key, value in keys.items()
    }
    return found | {
        "MANGNON_DELIVERY__CHANNELS": '["zalo_bot", "zalo_oa", "email", "sms"]', "MANGNON_TICK__EVERY_SECONDS": "1",
        "MANGNON_SMTP__HOST": "127.0.0.1", "MANGNON_SMTP__PORT": str(sink.port), "MANGNON_SMTP__SECURITY": "none",
        "MANGNON_SMTP__TIMEOUT_SECONDS": "2", "PYTHONASYNCIODEBUG": "1", "PYTHONDEVMODE": "1",
    }  # fmt: skip


def bring_ways(folder: Folder, fake: ZaloFake, more: dict[str, str]) -> None:
    """The people of the Zalo season, with their numbers and chats."""
    head, *rows = read_text(shipped("contacts-example.csv")).removeprefix("\ufeff").splitlines()
    lines = [f"{head},điện thoại,kênh"]
    for row in rows:
        key = row.split(",")[2]
        phone = reach.phone_of(key) if key in reach.CALLED else ""
        lines.append(f'{row},{phone},"{reach.WAYS.get(key, "")}"')
    folder.write("danh-ba.csv", "\n".join(lines))
    folder.run("contacts", "import", "danh-ba.csv", **more).done()
    chats = [(one, "zalo_bot", reach.chat_of(one)) for one in reach.BY_BOT]
    chats += [(one, "zalo_oa", reach.user_of(one)) for one in reach.BY_OA_USER]
    with closing(sqlite3.connect(folder.database)) as connection, connection:
        for place, (key, channel, number) in enumerate(chats):
            fake.person(number, known=True)
            connection.execute(
                "INSERT INTO contact_point (commune_id, person_id, position, channel, address) "
                "SELECT commune_id, id, ?, ?, ? FROM person WHERE key = ?",
                (-1 - place, channel, f"user:{number}", key),
            )


def lay_faults(fake: ZaloFake, sink: Sink) -> None:
    """Each way in which a message can go wrong, for the first messages of each channel."""
    fake.fate("bot", "reset_after", "html", "truncated", "error:429", "status:500", "cut", "empty")
    fake.fate("oa_user", "error:-201", "error:-230", "hang", "error:-9999")
    fake.fate("template_phone", "error:-118", "error:-144", "reset_before", "html_after", "error:-139")
    fake.fate("sms", "error:108", "reset_after", "html")
    sink.behave(reach.mailbox_of("vhxh"), NO_MAILBOX)
    sink.behave(reach.mailbox_of("tu-phap"), DROP_AFTER_DATA)


def address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    base = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
    assert base
    until(lambda: _answers(base[0]))
    return base[0]


def _answers(base: str) -> bool:
    with suppress(httpx2.TransportError):
        return httpx2.get(f"{base}/healthz").status_code in {200, 503}
    return False


def write_and_call(fake: ZaloFake, base: str, links: list[str]) -> None:
    """People write, providers report, and somebody tries what is not theirs."""
    bot, oa = f"{base}/webhook/zalo-bot", f"{base}/webhook/zalo-oa"
    for signature in ("right", "wrong", "missing"):
        fake.say(
            "bot",
            reach.chat_of("thon-01"),
            f"{SAID} ({signature})",
            name="Bà Kín Đáo",
            webhook=bot,
            signature=signature,
        )
        fake.say("oa", reach.user_of("thon-06"), f"{SAID} ({signature})", webhook=oa, signature=signature)
    fake.say("bot", STRANGER, "LK 123456", name="Ông Khách Lạ", webhook=bot)
    fake.event("user_received_message", msg_id="khong-co", sender=reach.phone_of("thon-09"), webhook=oa)
    for raw in (b"{", b"[1]", SAID.encode(), b'{"event_name": "user_send_text", "sender": ' + SAID.encode()):
        httpx2.post(bot, content=raw, headers={"X-Bot-Api-Secret-Token": defaults.WEBHOOK_SECRET_TOKEN})
        httpx2.post(oa, content=raw)
    phone = reach.phone_of("thon-09")
    httpx2.get(
        f"{base}/webhook/esms/{SMS_SECRET}?SMSID={phone}&SendStatus=5&SendSuccess=1&phonenumber={phone}"
    )
    for link in (*links, "MTIz.khong-dung-khong-dung-khong-dung-khong"):
        httpx2.get(f"{base}/l/{link}")
    httpx2.post(f"{base}/vao", data={"thu": reach.mailbox_of("tai-chinh")}, headers={"Origin": base})
    httpx2.get(f"{base}/vao/{links[0]}")
    httpx2.get(f"{base}/api/v1/me?phone={phone}", headers={"Authorization": f"Bearer {links[0]}"})


def break_the_database(folder: Folder, base: str, links: list[str]) -> None:
    """Somebody holds the database, and then people are gone from it: requests, the tick and what comes in all trip."""
    headers = {"X-Bot-Api-Secret-Token": defaults.WEBHOOK_SECRET_TOKEN}
    message = {
        "from": {"id": STRANGER, "display_name": "Ông Khách Lạ"}, "chat": {"id": STRANGER, "chat_type": "PRIVATE"}, "text": SAID,
        "message_id": "held", "date": 1,
    }  # fmt: skip
    event = {"event_name": "message.text.received", "message": message}
    with closing(sqlite3.connect(folder.database, isolation_level=None)) as busy:
        busy.execute("BEGIN IMMEDIATE")
        assert (
            httpx2.post(f"{base}/webhook/zalo-bot", json=event, headers=headers, timeout=10).status_code
            == 503
        )
        busy.execute("ROLLBACK")
        busy.execute("PRAGMA foreign_keys = OFF")
        busy.execute("ALTER TABLE person RENAME TO nguoi")
    httpx2.post(f"{base}/webhook/zalo-bot", json=event, headers=headers, timeout=10)
    httpx2.get(f"{base}/l/{links[0]}", timeout=30)
    time.sleep(3)


@pytest.fixture
def fake() -> Iterator[ZaloFake]:
    with ZaloFake() as made:
        yield made


def secrets_of(folder: Folder, fake: ZaloFake, links: list[str]) -> Secrets:
    """All that the installation knew of anybody, and what strangers brought."""
    found = Secrets(phones={*map(reach.phone_of, reach.CALLED), "84977123456"})
    found.keep("token", fake.tokens()["issued"])
    found.keep(
        "key",
        (
            defaults.BOT_TOKEN, defaults.APP_SECRET, defaults.WEBHOOK_KEY, defaults.WEBHOOK_SECRET_TOKEN, defaults.ESMS_KEY,
            defaults.ESMS_SECRET, SMS_SECRET, (folder.path / "mangnon.key").read_text(encoding="utf-8").strip(),
        ),
    )  # fmt: skip
    found.keep("chat", (STRANGER, *map(reach.chat_of, reach.BY_BOT), *map(reach.user_of, reach.BY_OA_USER)))
    found.keep(
        "mail address",
        (row[0] for row in folder.rows("SELECT address FROM contact_point WHERE channel = 'email'")),
    )
    found.keep(
        "name", ("Bà Kín Đáo", "Ông Khách Lạ", *(row[0] for row in folder.rows("SELECT name FROM person")))
    )
    found.keep("name", (row[0] for row in folder.rows("SELECT greeting FROM person")))
    found.keep("link", links)
    texts = [*(row[0] for row in folder.rows("SELECT words FROM attempt WHERE words IS NOT NULL")), SAID]
    found.keep_texts("words", (*texts, *(str(one["text"]) for one in fake.sends())))
    return found


def test_a_server_around_which_everything_goes_wrong_logs_nothing_about_anybody(
    fake: ZaloFake, tmp_path: Path
) -> None:
    folder = ready(tmp_path)
    with Sink() as sink:
        more = settings(fake, sink)
        bring_ways(folder, fake, more)
        folder.run(
            "zalo", "token", typed=f"{defaults.FIRST_ACCESS}\n{defaults.FIRST_REFRESH}\n", **more
        ).done()
        lay_faults(fake, sink)
        with folder.serving(**more) as process:
            base = address(process)
            until(lambda: len(sink.messages) > 8 and len(fake.received()) > 5)
            until(lambda: not folder.rows("SELECT id FROM message WHERE state = 'sending'"))
            texts = "\n".join(str(one["text"]) for one in fake.received())
            links = re.findall(r"/l/([A-Za-z0-9_.-]{20,})", texts)
            write_and_call(fake, base, links)
            fake.set_tokens(expire_access=True, consume_refresh=True)
            with closing(sqlite3.connect(folder.database)) as connection, connection:
                connection.execute("UPDATE zalo_token SET expires_at = '2020-01-01 00:00:00'")
            until(lambda: folder.rows("SELECT 1 FROM zalo_token WHERE trouble <> ''"))
            secrets = secrets_of(folder, fake, links)
            break_the_database(folder, base, links)
            _, _, err, _ = stopped(process)
    events = {json.loads(line)["event"] for line in err.splitlines() if line.startswith("{")}
    assert {
        "request",
        "channel closed",
        "zalo tokens not refreshed",
        "tick failed",
        "conversing failed",
    } <= events, events
    assert "an event could not be kept; it will come again" in events
    assert not [line for line in err.splitlines() if not line.startswith("{")]
    assert '"exception": ["StorageRefusal: ' in err
    assert secrets.found(err) == []
    assert {kind for kind, _, _ in secrets.found(f"{err}\n{SAID} /l/{links[0]}")} >= {
        "phone",
        "words",
        "link",
    }
