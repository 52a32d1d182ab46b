"""The Bot API's messages: text, photo, sticker, voice; and the sign that somebody is typing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zalo_fake.dialects import BOT
from zalo_fake.endpoint import Endpoint
from zalo_fake.ledger import Send
from zalo_fake.wire import Asked, Json, Refused, Reply, text_of

if TYPE_CHECKING:
    from zalo_fake.world import World

LONGEST = 2_000
_MEDIA = ("photo", "sticker", "voice_url")


class BotSends:
    """The methods that write into a chat. A chat must be known: somebody wrote from it before."""

    def __init__(self, world: World) -> None:
        self._world = world

    def methods(self) -> dict[str, Endpoint]:
        """By their names."""
        doors = {
            "sendMessage": self.text, "sendPhoto": self.media, "sendSticker": self.media, "sendVoice": self.media,
        }  # fmt: skip
        sends = {
            name: Endpoint(self._world, "bot", BOT, answer, draft=_draft) for name, answer in doors.items()
        }
        return sends | {"sendChatAction": Endpoint(self._world, "bot_setup", BOT, self.action)}

    def text(self, asked: Asked) -> Reply:
        """sendMessage: 1 to 2000 characters."""
        send = asked.sending
        self._admit(asked, send.to)
        if not send.text or not send.text.strip():
            raise Refused(400, "Bad Request: text is empty")
        if len(send.text) > LONGEST:
            raise Refused(400, "Bad Request: text is too long")
        return self._sent(send)

    def media(self, asked: Asked) -> Reply:
        """sendPhoto, sendSticker, sendVoice."""
        send = asked.sending
        self._admit(asked, send.to)
        if not send.media:
            raise Refused(400, "Bad Request: there is nothing to send")
        if len(send.text or "") > LONGEST:
            raise Refused(400, "Bad Request: caption is too long")
        return self._sent(send)

    def action(self, asked: Asked) -> Reply:
        """sendChatAction: seen for a moment, kept nowhere."""
        self._admit(asked, text_of(asked.body.get("chat_id")))
        if not asked.body.get("action"):
            raise Refused(400, "Bad Request: action is empty")
        return Reply({"ok": True, "result": {}})

    def _admit(self, asked: Asked, chat: str) -> None:
        self._world.bot.check_token(asked.request.match_info["token"])
        if not self._world.people.knows_chat(chat):
            raise Refused(400, "Bad Request: chat not found")
        if code := self._world.people.forced(chat, "bot"):
            raise Refused(code)

    def _sent(self, send: Send) -> Reply:
        return Reply({"ok": True, "result": {"message_id": send.msg_id, "date": self._world.clock.millis()}})


def _draft(body: Json) -> Send:
    text = body.get("text", body.get("caption"))
    media = next((body[name] for name in _MEDIA if isinstance(body.get(name), str)), None)
    return Send(
        "bot", text_of(body.get("chat_id")), text=text if isinstance(text, str) else None, media=media
    )
