"""What a client of Zalo's would send, as plainly as can be, and a webhook that answers as it is told to."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

import httpx
from zalo_fake import defaults
from zalo_fake.running import ZaloFake

DATA = {"ho_ten": "Cán bộ thôn 7", "so_viec": "3", "viec": "Báo cáo số liệu", "han": "20/11/2026"}
PHONE = "84912345678"


class Caller:
    """One client of the fake's, with a token that is right until it is told otherwise."""

    def __init__(self, fake: ZaloFake, **options: Any) -> None:
        # Without certificates, which plain HTTP has no use for: to load them takes longer than a test.
        self.http = httpx.Client(base_url=fake.url, trust_env=False, verify=False, timeout=5, **options)
        self.token: str | None = defaults.FIRST_ACCESS
        self.bot_token = defaults.BOT_TOKEN
        self.proof = ""

    def _headers(self) -> dict[str, str]:
        given = {} if self.token is None else {"access_token": self.token}
        return given | ({"appsecret_proof": self.proof} if self.proof else {})

    def get(self, path: str, **query: Any) -> httpx.Response:
        """A question to the OA or template host."""
        return self.http.get(path, params=query, headers=self._headers())

    def post(self, path: str, body: Any) -> httpx.Response:
        """A send to the OA or template host; `body` may also be bytes."""
        sent = {"content": body} if isinstance(body, bytes) else {"json": body}
        return self.http.post(path, headers=self._headers(), **sent)

    def agree(self, **query: Any) -> httpx.Response:
        """The OA's admin agrees on the permission page."""
        return self.http.post("/v4/oa/permission", params=query, data={"answer": "yes"})

    def phone(self, phone: Any = PHONE, **changes: Any) -> dict[str, Any]:
        """A template message by telephone number; a change to None leaves the field out."""
        body = {
            "phone": phone, "template_id": defaults.TEMPLATE_PHONE, "template_data": DATA, "tracking_id": "nhac-1",
        } | changes  # fmt: skip
        answer = self.post(
            "/message/template", {name: value for name, value in body.items() if value is not None}
        )
        return same_status(answer)

    def user(self, user: str = "u1", **changes: Any) -> dict[str, Any]:
        """A template message by user id."""
        body = {"user_id": user, "template_id": defaults.TEMPLATE_USER, "template_data": DATA} | changes
        return same_status(self.post("/v3.0/oa/message/template", body))

    def service(self, user: str = "u1", text: str = "Chào bác") -> dict[str, Any]:
        """A customer-service message."""
        body = {"recipient": {"user_id": user}, "message": {"text": text}}
        return same_status(self.post("/v3.0/oa/message/cs", body))

    def group(self, group: str = "g1", text: str = "Chào cả nhóm") -> dict[str, Any]:
        """A message into a group."""
        body = {"recipient": {"group_id": group}, "message": {"text": text}}
        return same_status(self.post("/v3.0/oa/group/message", body))

    def bot(self, method: str, **body: Any) -> httpx.Response:
        """A method of the bot's."""
        return self.http.post(f"/bot{self.bot_token}/{method}", json=body)

    def write(self, chat: str = "c1", text: str = "Chào bác") -> httpx.Response:
        """sendMessage."""
        return self.bot("sendMessage", chat_id=chat, text=text)

    def sms(self, phone: str = PHONE, **changes: Any) -> dict[str, Any]:
        """A text message."""
        body = {
            "ApiKey": defaults.ESMS_KEY, "SecretKey": defaults.ESMS_SECRET, "Phone": phone, "Content": "Nhac viec",
            "Brandname": defaults.BRAND, "SmsType": "2", "IsUnicode": "0", "Sandbox": "0", "RequestId": "r-1",
        } | changes  # fmt: skip
        return same_status(
            self.http.post("/MainService.svc/json/SendMultipleMessage_V4_post_json/", json=body)
        )

    def oauth(self, secret: str = defaults.APP_SECRET, **fields: str) -> httpx.Response:
        """A request for tokens; `fields` besides the app's number."""
        return self.http.post(
            "/v4/oa/access_token", data={"app_id": defaults.APP_ID, **fields}, headers={"secret_key": secret}
        )

    def refresh(self, token: str = defaults.FIRST_REFRESH, **more: str) -> httpx.Response:
        """A request for a new pair."""
        return self.oauth(grant_type="refresh_token", refresh_token=token, **more)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.close()


def same_status(answer: httpx.Response) -> dict[str, Any]:
    """The body of an answer that must come with HTTP status 200, as all business answers do."""
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


@dataclass(frozen=True)
class Call:
    """One request that the webhook got. Header names are in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    at: float


class Hook:
    """A webhook in a thread: `answers` are used up one a call (a status, after so many seconds), then it says 200."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.answers: deque[tuple[int, float]] = deque()
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                hook.answer(self)

            def do_GET(self) -> None:
                hook.answer(self)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/zalo"

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Note a call and answer it."""
        body = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in handler.headers.items()}
        self.calls.append(Call(handler.command, handler.path, headers, body, time.monotonic()))
        status, delay = self.answers.popleft() if self.answers else (200, 0.0)
        time.sleep(delay)
        handler.send_response(status)
        handler.send_header("Content-Length", "0")
        if 300 <= status < 400:
            handler.send_header("Location", self.url)
        handler.end_headers()

    def wait(self, count: int, seconds: float = 5.0) -> list[Call]:
        """The calls, once there are `count` of them; fails when they do not come."""
        until = time.monotonic() + seconds
        while len(self.calls) < count:
            assert time.monotonic() < until, f"{len(self.calls)} calls instead of {count}"
            time.sleep(0.005)
        return self.calls

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join(5)
        self._server.server_close()
