"""Opening a document: what is in the file decides how it is read, not its name."""

from __future__ import annotations

from pathlib import Path

from db.errors import Refusal
from documents.sources.blocks import LARGEST_FILE, Block, bounded
from documents.sources.kinds import Kind, kind_of
from documents.sources.old_word import converted
from documents.sources.plain_text import text_blocks
from documents.sources.portable import pdf_blocks
from documents.sources.word import word_blocks
from plans.toml_source import read_at_most

ADVICE = {
    Kind.EMPTY: "tệp không có nội dung. Hãy chọn lại tệp kế hoạch.",
    Kind.IMAGE: "đây là ảnh, không có chữ để đọc. Hãy dùng tệp Word gốc, hoặc nhận dạng chữ (OCR) trước.",
    Kind.SHEET: "đây là bảng tính, không phải văn bản. Hãy chọn tệp Word hoặc PDF của kế hoạch.",
    Kind.ENCRYPTED: "tệp được đặt mật khẩu. Hãy mở bằng Word, bỏ mật khẩu, lưu lại rồi thử lại.",
    Kind.MACRO: "tệp có macro nên không được mở. Hãy lưu lại dạng .docx (không macro) rồi thử lại.",
    Kind.WEB: "đây là trang web, không phải văn bản. Hãy mở bằng Word và lưu lại dạng .docx.",
    Kind.ARCHIVE: "đây là tệp nén, không phải văn bản. Hãy giải nén rồi chọn tệp kế hoạch.",
    Kind.OTHER: "không nhận ra loại tệp này. Chỉ đọc được .docx, .txt và .pdf có chữ.",
}


def read_file(path: Path) -> list[Block]:
    """A file's blocks. Raises Refusal with one sentence when it cannot or must not be read."""
    return read_blocks(read_at_most(path, LARGEST_FILE + 1), path.name)


def read_blocks(raw: bytes, name: str) -> list[Block]:
    """The blocks of a file's bytes; `name` is only for the sentence. Raises Refusal."""
    if len(raw) > LARGEST_FILE:
        raise Refusal(
            f"{name}: tệp lớn quá {LARGEST_FILE // 1_000_000} MB. Hãy bỏ bớt ảnh rồi lưu lại, hoặc lưu thành .txt."
        )
    try:
        return bounded(_blocks(raw))
    except Refusal as refusal:
        raise Refusal(f"{name}: {refusal}") from None


def _blocks(raw: bytes) -> list[Block]:
    kind = kind_of(raw)
    match kind:
        case Kind.TEXT:
            return text_blocks(raw)
        case Kind.WORD:
            return word_blocks(raw)
        case Kind.PDF:
            return pdf_blocks(raw)
        case Kind.OLD_WORD | Kind.RICH_TEXT | Kind.OPEN_TEXT:
            return _converted_blocks(raw, kind)
        case _:
            raise Refusal(ADVICE[kind])


def _converted_blocks(raw: bytes, kind: Kind) -> list[Block]:
    made = converted(raw, kind.value)
    if kind_of(made) is not Kind.WORD:
        raise Refusal("LibreOffice không chuyển được tệp này. Hãy mở bằng Word và lưu lại dạng .docx.")
    return word_blocks(made)
