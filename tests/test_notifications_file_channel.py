"""The file channel: a complete mail or none, once per tracking id, in the folder of the local day."""

from __future__ import annotations

import asyncio
import email
import errno
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from email.policy import default
from pathlib import Path

import pytest

from notifications.channels.base import ChannelError, Outgoing, Receipt
from notifications.channels.file import FileChannel

ID = "mn-202411050100-0123456789abcdef"
MESSAGE = Outgoing(
    tracking_id=ID,
    address="thon-7@xa.example",
    recipient_name="Ông Trưởng thôn số 7",
    subject="[Măng Non] 1 việc cần báo cáo",
    text="Kính gửi ông,\n",
    html="<p>Kính gửi ông,</p>\n",
    reply_to="vhxh@xa.example",
    at=datetime(2024, 11, 4, 18, 30, tzinfo=UTC),
    optional=False,
)
DAY = "2024-11-05"


@pytest.fixture
def channel(tmp_path: Path) -> FileChannel:
    return FileChannel(tmp_path / "outbox", time_zone="Asia/Ho_Chi_Minh")


def send(
    channel: FileChannel, message: Outgoing = MESSAGE, meanwhile: Callable[[], None] = lambda: None
) -> Receipt:
    async def handing_over() -> None:
        meanwhile()

    async def run() -> Receipt:
        async with channel.line() as line:
            return await line.send(message, handing_over)

    return asyncio.run(run())


def check(channel: FileChannel) -> None:
    async def run() -> None:
        async with channel.line() as line:
            await line.check()

    asyncio.run(run())


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_message_lies_in_the_folder_of_its_local_day_to_read_and_to_open(
    channel: FileChannel, tmp_path: Path
) -> None:
    assert send(channel) == Receipt(f"{DAY}/{ID}.eml")
    folder = tmp_path / "outbox"
    assert names(folder) == [f"{DAY}/{ID}.eml", f"{DAY}/{ID}.txt"]
    mail = email.message_from_bytes((folder / DAY / f"{ID}.eml").read_bytes(), policy=default)
    assert (mail["To"].addresses[0].addr_spec, mail["Subject"]) == ("thon-7@xa.example", MESSAGE.subject)
    assert (folder / DAY / f"{ID}.txt").read_text() == (
        "Gửi: Ông Trưởng thôn số 7 <thon-7@xa.example>\nTiêu đề: [Măng Non] 1 việc cần báo cáo\n"
        "Lúc: 01:30, 05/11/2024\nTrả lời đến: vhxh@xa.example\n\nKính gửi ông,\n"
    )


def test_the_same_message_is_written_once_even_on_another_day(channel: FileChannel, tmp_path: Path) -> None:
    handed: list[int] = []
    send(channel, MESSAGE, lambda: handed.append(1))
    again = replace(MESSAGE, text="khác", at=datetime(2024, 11, 6, 8, tzinfo=UTC))
    assert send(channel, again, lambda: handed.append(2)).detail == f"Đã ghi từ trước: {DAY}/{ID}.eml"
    assert handed == [1]
    assert names(tmp_path / "outbox") == [f"{DAY}/{ID}.eml", f"{DAY}/{ID}.txt"]


def test_the_channel_can_tell_whether_a_message_is_there(channel: FileChannel) -> None:
    assert channel.already_sent(ID) is False
    send(channel)
    assert channel.already_sent(ID) is True
    assert channel.already_sent("mn-khac") is False


def test_a_folder_that_cannot_be_looked_into_gives_no_answer(channel: FileChannel, tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("đây là một tệp")
    assert channel.already_sent(ID) is None


def test_a_crash_before_the_hand_over_leaves_nothing(channel: FileChannel, tmp_path: Path) -> None:
    def crash() -> None:
        assert channel.already_sent(ID) is False
        raise OSError("the lease is lost")

    with pytest.raises(OSError, match="the lease is lost"):
        send(channel, MESSAGE, crash)
    assert names(tmp_path) == []
    assert send(channel).detail == f"{DAY}/{ID}.eml"


@pytest.mark.parametrize("tracking_id", ["../../etc/x", "a/b", "", "a b", "á", "x" * 49, "a\n", ".."])
def test_a_tracking_id_cannot_lead_out_of_the_folder(
    channel: FileChannel, tmp_path: Path, tracking_id: str
) -> None:
    with pytest.raises(ValueError, match="not a tracking id"):
        send(channel, replace(MESSAGE, tracking_id=tracking_id))
    with pytest.raises(ValueError, match="not a tracking id"):
        channel.already_sent(tracking_id)
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    ("number", "kind", "says"),
    [
        (errno.ENOSPC, "retry", "đã đầy"),
        (errno.EDQUOT, "retry", "đã đầy"),
        (errno.EIO, "retry", "thử lại"),
        (errno.EACCES, "config", "quyền ghi"),
        (errno.EROFS, "config", "quyền ghi"),
    ],
)
@pytest.mark.parametrize("at", ["fsync", "replace"])
def test_a_disk_that_fails_leaves_no_half_message(
    channel: FileChannel,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    kind: str,
    says: str,
    at: str,
) -> None:
    def broken(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(os, at, broken)
        with pytest.raises(ChannelError) as failed:
            send(channel)
    assert failed.value.kind == kind
    assert says in failed.value.detail
    assert (names(tmp_path), channel.already_sent(ID)) == ([], False)
    assert send(channel).detail == f"{DAY}/{ID}.eml"


def test_a_mail_that_cannot_follow_its_text_takes_the_text_away_again(
    channel: FileChannel, tmp_path: Path
) -> None:
    """A folder in the place of the .eml lets the .txt through and stops the mail."""

    def block() -> None:
        (tmp_path / "outbox" / DAY / f"{ID}.eml").mkdir()

    with pytest.raises(ChannelError):
        send(channel, MESSAGE, block)
    assert names(tmp_path) == []


def test_the_outbox_may_not_be_a_file(channel: FileChannel, tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("đây là một tệp")
    with pytest.raises(ChannelError) as failed:
        send(channel)
    assert failed.value.kind == "config"
    with pytest.raises(ChannelError):
        check(channel)


def test_the_check_writes_and_cleans_up(channel: FileChannel, tmp_path: Path) -> None:
    check(channel)
    assert names(tmp_path) == []


def test_an_address_that_is_no_mail_address_is_shown_but_stands_in_no_header(
    channel: FileChannel, tmp_path: Path
) -> None:
    send(channel, replace(MESSAGE, address="ĐT 0900 000 000\r\nBcc: x@xa.example"))
    mail = email.message_from_bytes((tmp_path / "outbox" / DAY / f"{ID}.eml").read_bytes(), policy=default)
    assert (mail["To"].addresses, mail["Bcc"]) == ((), None)
    assert "<ĐT 0900 000 000  Bcc: x@xa.example>\n" in (tmp_path / "outbox" / DAY / f"{ID}.txt").read_text()
