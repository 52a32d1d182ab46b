"""What a file is, by its bytes."""

from __future__ import annotations

import zipfile
from enum import Enum

from db.errors import Refusal
from documents.sources.archive import member_names

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"BM", b"RIFF")
OTHER_PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"SQLite format 3",
    b"7z\xbc\xaf",
    b"Rar!",
    b"\x1f\x8b",
    b"\xca\xfe\xba\xbe",
)
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


class Kind(Enum):
    """Kinds of files; the value is the usual ending."""

    TEXT = "txt"
    WORD = "docx"
    PDF = "pdf"
    OLD_WORD = "doc"
    RICH_TEXT = "rtf"
    OPEN_TEXT = "odt"
    SHEET = "xlsx"
    IMAGE = "png"
    WEB = "html"
    ARCHIVE = "zip"
    ENCRYPTED = "encrypted"
    MACRO = "docm"
    EMPTY = "empty"
    OTHER = "bin"


def kind_of(raw: bytes) -> Kind:
    """The kind of a file. Raises Refusal for an archive that is damaged or plays tricks."""
    start = raw[:1024].lstrip()
    if not start:
        return Kind.EMPTY
    if b"%PDF-" in raw[:1024]:
        return Kind.PDF
    if raw.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _kind_of_archive(raw)
    if raw.startswith(OLE):
        return _kind_of_compound(raw)
    return _kind_of_rest(raw, start)


def _kind_of_rest(raw: bytes, start: bytes) -> Kind:
    if start.startswith(b"{\\rtf"):
        return Kind.RICH_TEXT
    if start[:200].lower().startswith((b"<!doctype html", b"<html", b"<?xml")):
        return Kind.WEB
    if raw.startswith(IMAGES) or b"ftypheic" in raw[:32]:
        return Kind.IMAGE
    if raw.startswith(OTHER_PROGRAMS):
        return Kind.ARCHIVE if raw.startswith((b"7z", b"Rar!", b"\x1f\x8b")) else Kind.OTHER
    return Kind.TEXT if _is_text(raw) else Kind.OTHER


def _is_text(raw: bytes) -> bool:
    """Text holds no NUL bytes, or, as UTF-16, one beside most letters."""
    head = raw[:4096]
    if head.startswith(UTF16_MARKS):
        return True
    zeros = head.count(0)
    if zeros:
        return max(head[::2].count(0), head[1::2].count(0)) > 0.9 * zeros and zeros > len(head) // 5
    return sum(byte < 32 and byte not in b"\t\n\r\x0b\x0c" for byte in head) < len(head) // 50 + 1


def _kind_of_archive(raw: bytes) -> Kind:
    try:
        names = member_names(raw)
    except zipfile.BadZipFile:
        raise Refusal("tệp bị hỏng, không mở được. Hãy mở bằng Word và lưu lại dạng .docx.") from None
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return Kind.MACRO
    for sign, kind in (("word/document.xml", Kind.WORD), ("xl/workbook.xml", Kind.SHEET)):
        if sign in names:
            return kind
    return Kind.OPEN_TEXT if {"mimetype", "content.xml"} <= names else Kind.ARCHIVE


def _kind_of_compound(raw: bytes) -> Kind:
    if "EncryptedPackage".encode("utf-16-le") in raw:
        return Kind.ENCRYPTED
    if "WordDocument".encode("utf-16-le") in raw:
        return Kind.OLD_WORD
    return Kind.SHEET if "Workbook".encode("utf-16-le") in raw else Kind.OTHER
