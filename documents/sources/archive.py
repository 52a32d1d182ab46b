"""Looking into a .docx without trusting it: names, sizes and markup are checked before anything is made of them."""

from __future__ import annotations

import re
import zipfile
import zlib
from io import BytesIO
from typing import Any

from lxml import etree

from db.errors import Refusal

MOST_MEMBERS = 2_000
LARGEST_PART = 12_000_000
"""Unpacked bytes of one part that is read; a plan's own text is some 300,000."""
LARGEST_UNPACKED = 200_000_000
STEEPEST = 200
"""How many times larger than in the archive a part may get; Word's own parts shrink to about a tenth."""
_TRICK = re.compile(r"^[/\\]|^[A-Za-z]:|(^|[/\\])\.\.([/\\]|$)|\x00")
_DAMAGED = "tệp bị hỏng, không mở được. Hãy mở bằng Word và lưu lại dạng .docx."
_UNSOUND = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)


def member_names(raw: bytes) -> set[str]:
    """The names in an archive. Raises Refusal for path tricks, passwords and bombs, BadZipFile for damage."""
    with _opened(raw) as archive:
        members = archive.infolist()
        if len(members) > MOST_MEMBERS or sum(one.file_size for one in members) > LARGEST_UNPACKED:
            raise Refusal("tệp nén bung ra quá lớn (bom nén), nên không được mở.")
        for one in members:
            _inspect(one)
        return {one.filename for one in members}


def _opened(raw: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(BytesIO(raw))
    except _UNSOUND:
        raise zipfile.BadZipFile from None


def _inspect(member: zipfile.ZipInfo) -> None:
    if _TRICK.search(member.filename) or _TRICK.search(member.orig_filename):
        raise Refusal("trong tệp có đường dẫn lạ muốn ghi ra ngoài thư mục, nên không được mở.")
    if member.flag_bits & 1:
        raise Refusal("tệp được đặt mật khẩu. Hãy mở bằng Word, bỏ mật khẩu, lưu lại rồi thử lại.")
    if member.file_size > 1_000_000 and member.file_size > STEEPEST * max(member.compress_size, 1):
        raise Refusal("tệp nén bung ra quá lớn (bom nén), nên không được mở.")


def markup(raw: bytes, name: str) -> Any:
    """The root element of an XML part, None when there is no such part. Raises Refusal."""
    with _opened(raw) as archive:
        try:
            with archive.open(name) as part:
                text = part.read(LARGEST_PART + 1)
        except KeyError:
            return None
        except _UNSOUND:
            raise Refusal(_DAMAGED) from None
    if len(text) > LARGEST_PART:
        raise Refusal("tệp nén bung ra quá lớn (bom nén), nên không được mở.")
    return _parsed(text)


def _parsed(text: bytes) -> Any:
    # An entity is never expanded nor fetched, and a part that declares any is refused: Word writes none.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(text, parser)
    except etree.XMLSyntaxError:
        raise Refusal(_DAMAGED) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise Refusal("tệp khai báo thực thể XML từ bên ngoài, nên không được mở.")
    return root
