"""What an SMTP failure means for the message, and how it is told. Pure.

Codes: 4xx come and go, 5xx are final (RFC 5321 section 4.2.1). A final answer about the recipient or the text
concerns the address; one about the sender, the log-in or relaying concerns the set-up, and must not cost every
address in turn.
"""

from __future__ import annotations

import re
import ssl

from aiosmtplib import (
    SMTPAuthenticationError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPTimeoutError,
)

from notifications.channels.base import ChannelError, ErrorKind
from notifications.clean_text import one_line

LONGEST_ANSWER = 200
# Log-in required, log-in refused, encryption required: RFC 4954 section 6.
_ABOUT_LOGIN = frozenset({530, 534, 535, 538})
_RELAYING = re.compile(r"\brelay", re.IGNORECASE)


def connecting(error: Exception, host: str, port: int) -> ChannelError:
    """The connection, its encryption or the log-in failed; no message is concerned."""
    where = f"máy chủ thư {host}:{port}"
    if _tls(error):
        return ChannelError(
            "config", f"Không lập được kết nối bảo mật với {where} ({_tls(error)}). {_CHECK_SMTP}"
        )
    if isinstance(error, SMTPAuthenticationError) and _final(error.code):
        answer = said(error.code, error.message)
        return ChannelError(
            "config", f"Đăng nhập {where} bị từ chối: {answer}. Hãy kiểm tra tên và mật khẩu ở mục [smtp]."
        )
    if isinstance(error, SMTPResponseException):
        kind: ErrorKind = "config" if _final(error.code) else "retry"
        return ChannelError(kind, f"Kết nối với {where} bị từ chối: {said(error.code, error.message)}.")
    if isinstance(error, SMTPTimeoutError):
        return ChannelError("retry", f"Chờ {where} quá lâu không thấy trả lời. Chương trình sẽ thử lại.")
    if isinstance(error, OSError):
        return ChannelError("retry", f"Không kết nối được với {where}. Chương trình sẽ thử lại.")
    return ChannelError("config", f"Cài đặt không hợp với {where}: {_unsupported(error)} {_CHECK_SMTP}")


def before_content(error: Exception) -> ChannelError:
    """A failure while nothing of the message had left; never "unknown"."""
    if isinstance(error, SMTPSenderRefused) and _final(error.code):
        answer = said(error.code, error.message)
        return ChannelError(
            "config", f"Máy chủ thư không nhận người gửi {error.sender}: {answer}. {_CHECK_SMTP}"
        )
    if isinstance(error, SMTPRecipientRefused):
        return _about_recipient(error)
    if isinstance(error, SMTPResponseException):
        return ChannelError("retry", f"Máy chủ thư chưa nhận: {said(error.code, error.message)}.")
    return ChannelError("retry", "Mất kết nối với máy chủ thư trước khi gửi. Chương trình sẽ thử lại.")


def after_content(error: Exception) -> ChannelError:
    """A failure once the text may have left: only an answer of the server settles it."""
    if isinstance(error, SMTPResponseException) and 400 <= error.code < 600:
        return _judged(error.code, error.message, "Máy chủ thư không nhận nội dung thư")
    return ChannelError(
        "unknown", "Máy chủ thư không trả lời sau khi nhận nội dung, chưa rõ thư đã đi hay chưa."
    )


def no_address(address: str) -> ChannelError:
    """What stands in the contact list is no mail address."""
    return ChannelError("permanent", f"«{one_line(address, 80)}» không phải là địa chỉ thư đúng.")


def no_utf8(address: str) -> ChannelError:
    """The address has letters that this server cannot carry."""
    return ChannelError(
        "permanent", f"Máy chủ thư không gửi được đến địa chỉ có dấu {address}. Xin dùng địa chỉ không dấu."
    )


def in_step(error: Exception) -> bool:
    """Whether the server has answered and stays, so that the connection can be used on."""
    return isinstance(error, SMTPResponseException) and error.code != 421 and 400 <= error.code < 600


def said(code: int, message: str) -> str:
    """The server's own words on one short line."""
    return one_line(f"{code} {message}", LONGEST_ANSWER).rstrip(".")


_CHECK_SMTP = "Hãy kiểm tra mục [smtp] trong tệp cài đặt."


def _about_recipient(error: SMTPRecipientRefused) -> ChannelError:
    return _judged(error.code, error.message, f"Máy chủ thư không nhận địa chỉ {error.recipient}")


def _judged(code: int, message: str, what: str) -> ChannelError:
    answer = f"{what}: {said(code, message)}."
    if not _final(code):
        return ChannelError("retry", answer)
    if code in _ABOUT_LOGIN or _RELAYING.search(message):
        return ChannelError("config", f"{answer} {_CHECK_SMTP}")
    return ChannelError("permanent", answer)


def _final(code: int) -> bool:
    return 500 <= code < 600


def _tls(error: BaseException) -> str:
    """What the encryption layer complained of, at any depth; "" when it did not."""
    seen: BaseException | None = error
    # A handshake that breaks off says nothing about the set-up; it is a lost connection like any other.
    while seen is not None and not isinstance(seen, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        if isinstance(seen, ssl.SSLCertVerificationError):
            return f"chứng thư số không hợp lệ: {one_line(seen.verify_message, LONGEST_ANSWER)}"
        if isinstance(seen, ssl.SSLError):
            return one_line(seen.reason or "lỗi TLS", LONGEST_ANSWER)
        seen = seen.__cause__
    return ""


def _unsupported(error: Exception) -> str:
    message = str(error)
    if isinstance(error, SMTPException) and "STARTTLS" in message and "not supported" in message:
        return "máy chủ không có STARTTLS."
    if isinstance(error, SMTPException) and "auth" in message.lower():
        return "máy chủ không cho đăng nhập."
    return f"{one_line(message, LONGEST_ANSWER)}."
