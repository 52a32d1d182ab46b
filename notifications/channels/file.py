"""The channel "file": mails as .eml and .txt in a folder per day. It works without any server."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from pathlib import Path
from zoneinfo import ZoneInfo

from notifications.channels.base import (
    ChannelError,
    ErrorKind,
    Form,
    HandOver,
    Outgoing,
    Receipt,
    require_tracking_id,
)
from notifications.mime import build, enclosed, is_address

SENDER, SENDER_NAME = "nhac-viec@mangnon.example", "Măng Non"
# What goes away by itself or by making room; anything else has to be set right by a person.
_PASSING = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EMFILE, errno.ENFILE, errno.EAGAIN, errno.EINTR}


class FileChannel:
    """Writes `<folder>/<YYYY-MM-DD>/<tracking id>.eml` and `.txt`; the day is the local one in `time_zone`.

    The .eml is written last, so where it stands the message is complete and counts as sent.
    """

    name = "file"
    forms: frozenset[Form] = frozenset({"mail"})
    repeatable = False

    def __init__(
        self, folder: Path, *, time_zone: str, sender: str = SENDER, sender_name: str = SENDER_NAME
    ) -> None:
        self._folder = folder
        self._zone = ZoneInfo(time_zone)
        self._sender = sender
        self._sender_name = sender_name

    @asynccontextmanager
    async def line(self) -> AsyncIterator[FileLine]:
        """A folder needs no connection, so this one opens nothing."""
        yield FileLine(self)

    def already_sent(self, tracking_id: str) -> bool | None:
        """Whether the message is in the folder, under whatever day; None when nobody can look."""
        try:
            return self.find(tracking_id) is not None
        except OSError:
            return None

    def find(self, tracking_id: str) -> Path | None:
        """The message's .eml. Raises OSError, and ValueError for an id that is none."""
        name = f"{require_tracking_id(tracking_id)}.eml"
        if not self._folder.exists():
            return None
        return next((day / name for day in self._folder.iterdir() if (day / name).exists()), None)

    async def deliver(self, message: Outgoing, handing_over: HandOver) -> Receipt:
        """Write both files, or neither. Raises ChannelError."""
        day = self._folder / f"{message.at.astimezone(self._zone):%Y-%m-%d}"
        mail = day / f"{require_tracking_id(message.tracking_id)}.eml"
        with ExitStack() as drafts:
            with _told(self._folder):
                if there := self.find(message.tracking_id):
                    return Receipt(f"Đã ghi từ trước: {there.parent.name}/{there.name}")
                day.mkdir(parents=True, exist_ok=True)
                draft_text = drafts.enter_context(_draft(mail.with_suffix(".txt"), self._readable(message)))
                draft_mail = drafts.enter_context(_draft(mail, self._mail(message)))
            await handing_over()
            with _told(self._folder):
                _publish(draft_text, draft_mail, mail)
        return Receipt(f"{day.name}/{mail.name}")

    def probe(self) -> None:
        """Write and remove a file. Raises ChannelError."""
        with _told(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            with _draft(self._folder / "thu", b"thu"):
                pass

    def _mail(self, message: Outgoing) -> bytes:
        address = message.address if is_address(message.address) else ""
        return build(
            enclosed(message, sender=self._sender, sender_name=self._sender_name, to_address=address)
        )

    def _readable(self, message: Outgoing) -> bytes:
        local = message.at.astimezone(self._zone)
        head = [
            f"Gửi: {message.recipient_name} <{message.address}>",
            f"Tiêu đề: {message.subject}",
            f"Lúc: {local:%H:%M, %d/%m/%Y}",
            *([f"Trả lời đến: {message.reply_to}"] if message.reply_to else []),
        ]
        lines = [line.replace("\r", " ").replace("\n", " ") for line in head]
        return "\n".join([*lines, "", message.text]).encode("utf-8", "replace")


class FileLine:
    """The folder, as a line."""

    def __init__(self, channel: FileChannel) -> None:
        self._channel = channel

    async def send(self, message: Outgoing, handing_over: HandOver) -> Receipt:
        """Write one message. Raises ChannelError, never of kind "unknown": a file is there or it is not."""
        return await self._channel.deliver(message, handing_over)

    async def check(self) -> None:
        """Whether files can be written. Raises ChannelError."""
        self._channel.probe()


@contextmanager
def _draft(final: Path, content: bytes) -> Iterator[Path]:
    """A finished, synced file beside `final`; removed at the end unless it was moved there."""
    handle, name = tempfile.mkstemp(prefix=f".{final.name}.", dir=final.parent)
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield draft
    finally:
        with suppress(OSError):
            draft.unlink()


def _publish(draft_text: Path, draft_mail: Path, mail: Path) -> None:
    text = mail.with_suffix(".txt")
    draft_text.replace(text)
    try:
        draft_mail.replace(mail)
    except OSError:
        with suppress(OSError):
            text.unlink()
        raise
    _sync_folder(mail.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """Operating system errors as ChannelError."""
    try:
        yield
    except OSError as error:
        kind, detail = _verdict(error, folder)
        raise ChannelError(kind, detail) from error


def _verdict(error: OSError, folder: Path) -> tuple[ErrorKind, str]:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return "retry", f"Ổ đĩa đã đầy, chưa ghi được thư vào {folder}. Hãy giải phóng dung lượng."
    if error.errno in _PASSING:
        return (
            "retry",
            f"Tạm thời chưa ghi được thư vào {folder} ({error.strerror}). Chương trình sẽ thử lại.",
        )
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return "config", f"Không có quyền ghi vào {folder}. Hãy cấp quyền ghi cho người chạy chương trình."
    return "config", f"Không ghi được thư vào {folder} ({error.strerror}). Hãy kiểm tra mục [outbox] folder."
