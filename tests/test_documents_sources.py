"""Files are told apart by what is in them; hostile ones are refused in one sentence, with bounded memory and time."""

from __future__ import annotations

import io
import os
import resource
import stat
import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path

import pytest
from docx import Document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from processor_time import at_most
from pypdf import PdfReader, PdfWriter

from benchmarks.reading import FOLDER
from db.errors import Refusal
from documents.reading import read_plan_document
from documents.sources import old_word, read_blocks, read_file
from documents.sources.blocks import LARGEST_FILE

WORD = (FOLDER / "dong-tam.docx").read_bytes()
PDF = (FOLDER / "cam-thuy.pdf").read_bytes()
TEXT = (FOLDER / "hoang-dong-2024.txt").read_bytes()
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def archive(**more: bytes) -> bytes:
    """The Word fixture with parts added or replaced; `__` in a name stands for `/`."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(WORD)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in more:
                new.writestr(name, old.read(name))
        for name, content in more.items():
            new.writestr(name, content)
    return made.getvalue()


def entity(declared: str) -> bytes:
    body = b"<w:body><w:p><w:r><w:t>&a;</w:t></w:r></w:p></w:body>"
    space = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    return (
        b"<?xml version='1.0'?><!DOCTYPE d ["
        + declared.encode()
        + b"]><w:document "
        + space
        + b">"
        + body
        + b"</w:document>"
    )


def encrypted_pdf() -> bytes:
    writer = PdfWriter()
    writer.append(PdfReader(io.BytesIO(PDF)))
    writer.encrypt("mat-khau", algorithm="RC4-128")
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def scan() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def locked_archive() -> bytes:
    """Every entry marked as encrypted."""
    raw = bytearray(WORD)
    for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = raw.find(sign)
        while at >= 0:
            raw[at + offset] |= 1
            at = raw.find(sign, at + 4)
    return bytes(raw)


def lying_bomb() -> bytes:
    """An entry whose directory says that it is small."""
    raw = bytearray(archive(**{"word/document.xml": b"<a>" + b" " * 40_000_000 + b"</a>"}))
    at = raw.find(b"word/document.xml", raw.find(b"PK\x01\x02")) - 46
    while at >= 0 and raw[at : at + 4] != b"PK\x01\x02":
        at = raw.find(b"word/document.xml", at + 60) - 46
    raw[at + 24 : at + 28] = (1000).to_bytes(4, "little")
    return bytes(raw)


HOSTILE = {
    "nothing": (b"", "không có nội dung"),
    "too large": (b"a" * (LARGEST_FILE + 1), "lớn quá 20 MB"),
    "zip bomb": (archive(**{"word/document.xml": b" " * 60_000_000}), "bom nén"),
    "zip bomb in a part that is not read": (archive(**{"word/media/x.bin": b"\0" * 60_000_000}), "bom nén"),
    "zip bomb that lies about its size": (lying_bomb(), "hỏng"),
    "billion laughs": (archive(**{"word/document.xml": entity('<!ENTITY a "&b;&b;"><!ENTITY b "ha">')}), "thực thể"),
    "external entity": (archive(**{"word/document.xml": entity('<!ENTITY a SYSTEM "file:///etc/passwd">')}), "thực thể"),
    "entity in the numbering": (archive(**{"word/numbering.xml": entity('<!ENTITY a "x">')}), "thực thể"),
    "macros": (archive(**{"word/vbaProject.bin": b"x"}), "macro"),
    "path trick": (archive(**{"../../etc/cron.d/x": b"x"}), "đường dẫn lạ"),
    "absolute path": (archive(**{"/etc/passwd": b"x"}), "đường dẫn lạ"),
    "drive letter": (archive(**{"C:\\x.txt": b"x"}), "đường dẫn lạ"),
    "password on the archive": (locked_archive(), "mật khẩu"),
    "password on the document": (OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "mật khẩu"),
    "password on the PDF": (encrypted_pdf(), "mật khẩu"),
    "a scan": (scan(), "OCR"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "ảnh"),
    "a program": (b"MZ" + b"\0" * 500, "không nhận ra"),
    "a web page": (b"<!DOCTYPE html><html></html>", "trang web"),
    "an archive": (b"PK\x05\x06" + b"\0" * 18, "tệp nén"),
    "half a Word file": (WORD[: len(WORD) // 2], "hỏng"),
    "half a PDF": (b"%PDF-1.7\n" + b"x" * 400, "PDF"),
    "an old code page": ("KÕ ho¹ch ®¸nh gi¸ x· ".encode("latin-1") * 20, "bảng mã"),
    "an endless text": (("một dòng\n" * 60_000).encode(), "dài quá"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_one_sentence_and_quickly(name: str) -> None:
    raw, words = HOSTILE[name]
    with at_most(2), pytest.raises(Refusal) as refused:
        read_blocks(raw, "tep.docx")
    assert words in str(refused.value)
    assert str(refused.value).startswith("tep.docx: ")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "name", ["zip bomb", "zip bomb that lies about its size", "billion laughs", "too large"]
)
def test_a_bomb_is_refused_within_150_mb_of_memory_over_an_idle_process(tmp_path: Path, name: str) -> None:
    bomb = tmp_path / "bom.docx"
    bomb.write_bytes(HOSTILE[name][0])
    script = textwrap.dedent("""
        import resource, sys
        from pathlib import Path
        from db.errors import Refusal
        from documents.sources import read_file
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        try:
            read_file(Path(sys.argv[1]))
        except Refusal:
            print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
    """)
    ran = subprocess.run(
        [sys.executable, "-c", script, str(bomb)], capture_output=True, text=True, timeout=60, check=True
    )
    assert int(ran.stdout) * 1024 < 150_000_000


def test_a_file_of_200_mb_is_refused_without_being_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "lon.docx"
    with path.open("wb") as file:
        file.truncate(200_000_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(Refusal, match="lớn quá 20 MB"):
        read_file(path)
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 < 60_000_000


@pytest.mark.parametrize(
    ("raw", "name"), [(WORD, "ke-hoach.txt"), (TEXT, "ke-hoach.docx"), (PDF, "ke-hoach.doc")]
)
def test_a_wrong_ending_does_not_matter(raw: bytes, name: str) -> None:
    assert read_plan_document(read_blocks(raw, name), {}).number


def test_word_numbers_stand_before_their_paragraphs_and_every_block_has_a_place() -> None:
    blocks = read_blocks(WORD, "ke-hoach.docx")
    texts = [block.text for block in blocks]
    assert "III. TỔ CHỨC THỰC HIỆN" in texts
    assert "4. 02 trường mầm non: Sơn Ca và Họa Mi" in texts
    assert "- Tham mưu kiện toàn Hội đồng." in texts
    assert all(block.place.as_dict() for block in blocks)
    assert blocks[0].place.words == "bảng 1, hàng 1, ô 1"


def test_text_that_was_inserted_as_a_tracked_change_is_read_and_deleted_text_is_not() -> None:
    document = Document()
    paragraph = document.add_paragraph("Giữ ")
    made = io.BytesIO()
    document.save(made)
    with zipfile.ZipFile(made) as file:
        xml = file.read("word/document.xml").decode()
    del paragraph
    changed = '<w:ins w:id="1" w:author="a"><w:r><w:t>thêm</w:t></w:r></w:ins><w:del w:id="2" w:author="a"><w:r><w:delText>bỏ</w:delText></w:r></w:del></w:p>'
    raw = archive(**{"word/document.xml": xml.replace("</w:p>", changed, 1).encode()})
    assert [block.text for block in read_blocks(raw, "x.docx")] == ["Giữ thêm"]


def test_the_paragraphs_of_a_text_box_are_lines_of_their_own() -> None:
    line = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"
    inside = "".join(map(line.format, ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")))
    box = f"<w:r><w:drawing><w:txbxContent>{inside}</w:txbxContent></w:drawing></w:r>"
    document = Document()
    document.add_paragraph("Nơi nhận:")
    made = io.BytesIO()
    document.save(made)
    with zipfile.ZipFile(made) as file:
        xml = file.read("word/document.xml").decode()
    raw = archive(**{"word/document.xml": xml.replace("</w:p>", f"{box}</w:p>", 1).encode()})
    texts = [block.text for block in read_blocks(raw, "x.docx")]
    assert texts == ["Nơi nhận:", "TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"]


def test_an_old_word_file_needs_libreoffice_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(old_word, "PROGRAMS", ("khong-co-chuong-trinh-nay",))
    with pytest.raises(Refusal, match="LibreOffice"):
        read_blocks(OLE + b"\0" * 600 + "WordDocument".encode("utf-16-le"), "cu.doc")


def test_an_old_word_file_is_read_through_the_converter_and_nothing_is_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "made.docx").write_bytes(WORD)
    program = tmp_path / "soffice"
    program.write_text(
        f'#!/bin/sh\nwhile [ "$1" != --outdir ]; do shift; done\ncp "{tmp_path}/made.docx" "$2/plan.docx"\n'
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(work))
    assert (
        read_blocks(OLE + b"\0" * 600 + "WordDocument".encode("utf-16-le"), "cu.doc")[0].text
        == "ỦY BAN NHÂN DÂN"
    )
    assert list(work.iterdir()) == []


def outcome(raw: bytes) -> None:
    """Read a file to the end: it is a plan, or a Refusal; nothing else, and not for long."""
    with at_most(2):
        try:
            read_plan_document(read_blocks(raw, "tep"), {})
        except Refusal as refusal:
            assert str(refusal)


def damaged(raw: bytes) -> st.SearchStrategy[bytes]:
    """A file with a few stretches replaced."""
    cut = st.tuples(st.integers(0, len(raw) - 1), st.binary(max_size=12), st.integers(0, 40))

    def apply(cuts: list[tuple[int, bytes, int]]) -> bytes:
        changed = raw
        for at, put, gone in cuts:
            changed = changed[:at] + put + changed[at + gone :]
        return changed

    return st.lists(cut, min_size=1, max_size=6).map(apply)


FUZZ = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@FUZZ
@given(damaged(WORD))
def test_a_damaged_word_file_never_crashes_the_reader(raw: bytes) -> None:
    outcome(raw)


@FUZZ
@given(damaged(TEXT))
def test_a_damaged_text_never_crashes_the_reader(raw: bytes) -> None:
    outcome(raw)


@settings(FUZZ, max_examples=8)
@given(damaged(PDF))
def test_a_damaged_pdf_never_crashes_the_reader(raw: bytes) -> None:
    outcome(raw)


WORDS = st.sampled_from(
    ["tiêu chí", "số", "5", ",", "và", "từ", "đến", "13", "(", ")", "Trạm Y tế", "phối hợp với", "chủ trì", "16 thôn", ":", ";", ".", "\n", "- ", "1. ", "I. ",
     "trước ngày", "10/11/2024", "ngày", "tháng", "quý", "năm 2024", "Nơi nhận:", "KẾ HOẠCH", "CHỦ TỊCH", "Căn cứ", "Quyết định số 06/QĐ-TTg", "|", "\t", "xã phù hợp với trẻ em", "Nà", "Trường mầm non", "\"", "TỔ CHỨC THỰC HIỆN"]
)  # fmt: skip


@settings(FUZZ, max_examples=150)
@given(st.lists(WORDS, max_size=120))
def test_any_order_of_the_plans_own_words_is_read_without_a_crash(words: list[str]) -> None:
    outcome(f"KẾ HOẠCH\nxã phù hợp với trẻ em\n{' '.join(words)}".encode())


@pytest.mark.parametrize("piece", ["tiêu chí 1, ", "Nà Dài, ", "( ", "phối hợp với ", "1.", " ", "a ", "A ", "trước ngày ", "ngày 1/1/2024 ", "các ", "thôn, ", "Trạm Y tế, ", "- ", "\t", "số "])  # fmt: skip
def test_a_long_line_of_one_piece_is_read_in_two_seconds(piece: str) -> None:
    line = (piece * 140_000)[:140_000]
    outcome(
        f"KẾ HOẠCH\nxã phù hợp với trẻ em năm 2024\nI. TỔ CHỨC THỰC HIỆN\n1. Trạm Y tế\n- {line}".encode()
    )


@pytest.mark.slow
@settings(FUZZ, max_examples=1500)
@given(
    st.one_of(damaged(WORD), damaged(TEXT), st.binary(max_size=3000), st.text(max_size=3000).map(str.encode))
)
def test_long_fuzzing_finds_neither_crash_nor_hang(raw: bytes) -> None:
    outcome(raw)
