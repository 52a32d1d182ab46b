"""What a file is, by its content and never by its name. Reads, writes nothing."""

from __future__ import annotations

import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import Path

from db.errors import Refusal

LONGEST_NAME = 120
_TAKEN = "Chỉ nhận PDF, ảnh JPG hoặc PNG, Word .docx, Excel .xlsx."
_OFFICE = "application/vnd.openxmlformats-officedocument."


@dataclass(frozen=True)
class Kind:
    """A kind of file that is taken."""

    suffix: str
    media_type: str


PDF = Kind(".pdf", "application/pdf")
JPEG = Kind(".jpg", "image/jpeg")
PNG = Kind(".png", "image/png")
WORD = Kind(".docx", f"{_OFFICE}wordprocessingml.document")
EXCEL = Kind(".xlsx", f"{_OFFICE}spreadsheetml.sheet")
_BEGINNINGS = ((b"%PDF-", PDF), (b"\xff\xd8\xff", JPEG), (b"\x89PNG\r\n\x1a\n", PNG))
_PARTS = (("word/document.xml", WORD), ("xl/workbook.xml", EXCEL))
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def kind_of(path: Path, name: str) -> Kind:
    """The kind of the file at `path`; `name` is what its owner called it. Raises Refusal for every other kind."""
    with path.open("rb") as file:
        head = file.read(1024)
    for beginning, kind in _BEGINNINGS:
        if head.startswith(beginning):
            return kind
    if head.startswith(_OLD_OFFICE):
        raise Refusal(
            f"Tệp «{name}» theo kiểu Word, Excel cũ hoặc có mật khẩu. Xin lưu lại thành PDF, .docx hoặc .xlsx rồi chọn lại."
        )
    if head.startswith(b"PK\x03\x04") and (found := _office_kind(path, name)):
        return found
    raise Refusal(f"{_TAKEN} Nội dung tệp «{name}» không thuộc loại nào trong số đó.")


def file_name(given: str, kind: Kind) -> str:
    """A name fit to be shown and downloaded: no folders, no control or direction letters, the kind's own suffix."""
    bare = unicodedata.normalize("NFC", given).replace("\\", "/").rpartition("/")[2]
    clean = "".join(" " if unicodedata.category(one)[0] in "CZ" else one for one in bare)
    stem = " ".join(clean.split()).rpartition(".")[0] or " ".join(clean.split())
    return (stem.strip(" .") or "minh-chung")[:LONGEST_NAME] + kind.suffix


def _office_kind(path: Path, name: str) -> Kind | None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = frozenset(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return None
    if any(one.casefold().endswith("vbaproject.bin") for one in names):
        raise Refusal(f"Tệp «{name}» có macro nên không nhận. Xin lưu lại không kèm macro, hoặc thành PDF.")
    return next((kind for part, kind in _PARTS if part in names), None)
