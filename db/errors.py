"""The errors that a person may see."""

from __future__ import annotations

import errno
from collections.abc import Mapping


class Refusal(Exception):
    """A request that is declined; `str()` is one or more Vietnamese sentences fit for the person who asked.

    Raised for anything a person can cause or mend. The command line prints it and exits with code 2;
    whatever transaction was open is rolled back.
    """


class WrongFields(Refusal):
    """A form that cannot be taken as it is. `fields`: a field's name -> the sentence that belongs beside it."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__("\n".join(dict.fromkeys(fields.values())))
        self.fields = dict(fields)


class Missing(Refusal):
    """What was asked for is not there."""

    status = 404


class Outdated(Refusal):
    """Somebody was first: what this change was made from is no longer what is there."""

    status = 409


class StorageRefusal(Refusal):
    """The database cannot be read or written: missing, damaged, locked, full or from another version."""


_REASONS = {
    errno.ENOSPC: "ổ đĩa đã đầy",
    errno.EDQUOT: "ổ đĩa đã đầy",
    errno.EFBIG: "tệp lớn quá mức được phép, hoặc ổ đĩa đã đầy",
    errno.EACCES: "không có quyền",
    errno.EPERM: "không có quyền",
    errno.EROFS: "ổ đĩa chỉ cho đọc",
    errno.ENOENT: "không có thư mục hoặc tệp này",
    errno.ENOTDIR: "đường dẫn đi qua một tệp",
    errno.EISDIR: "đây là thư mục, không phải tệp",
    errno.EEXIST: "đã có tệp cùng tên",
    errno.ENAMETOOLONG: "tên dài quá",
    errno.EIO: "ổ đĩa báo lỗi",
}


def reason_of(error: OSError) -> str:
    """Why the operating system refused, in a few Vietnamese words; its own words when it is something rare."""
    return _REASONS.get(error.errno or 0, error.strerror or str(error))
