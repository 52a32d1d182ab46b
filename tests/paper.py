"""LibreOffice and poppler: documents become PDF, text and pictures, as on the superior body's screen."""

from __future__ import annotations

import struct
import subprocess
import tempfile
import zlib
from pathlib import Path


def to_pdf(folder: Path) -> None:
    """Turn every .docx of a folder into a PDF beside it, in a LibreOffice of its own."""
    profile = (folder / "profile").resolve().as_uri()
    documents = sorted(str(path) for path in folder.glob("*.docx"))
    _run(
        "soffice",
        f"-env:UserInstallation={profile}",
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(folder),
        *documents,
    )


def text_of(pdf: Path) -> str:
    """The text of all pages, its lines joined."""
    return " ".join(pages_of(pdf))


def pages_of(pdf: Path) -> list[str]:
    """The text of each page, its lines joined."""
    whole = _run("pdftotext", "-layout", str(pdf), "-").removesuffix("\f")
    return [" ".join(page.split()) for page in whole.split("\f")]


def fonts_of(pdf: Path) -> set[str]:
    """The families of the embedded fonts, without subset marks and styles."""
    lines = _run("pdffonts", str(pdf)).splitlines()[2:]
    return {line.split()[0].rpartition("+")[2].partition("-")[0] for line in lines}


def first_page(pdf: Path, target: Path, dots: int = 72) -> Path:
    """A small picture of the first page, in sixteen greys."""
    width, height, pixels = _pictures(pdf, dots)[0]
    rows = (bytes(map(_pair, *_halves(pixels[y * width : (y + 1) * width]))) for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 4, 0, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    chunks = [_chunk(b"IHDR", header), _chunk(b"IDAT", body), _chunk(b"IEND", b"")]
    target.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(chunks))
    return target


def ink(pdf: Path, dots: int = 72) -> list[tuple[int, float, float, float, float]]:
    """For each page its number and the white left, right, top and bottom, in mm."""
    return [(number, *_white(*page, dots)) for number, page in enumerate(_pictures(pdf, dots), start=1)]


def _pictures(pdf: Path, dots: int) -> list[tuple[int, int, bytes]]:
    """Each page's width, height and grey pixels."""
    with tempfile.TemporaryDirectory() as folder:
        _run("pdftoppm", "-gray", "-r", str(dots), str(pdf), str(Path(folder, "page")))
        return [_pixels(page.read_bytes()) for page in sorted(Path(folder).iterdir())]


def _pixels(raw: bytes) -> tuple[int, int, bytes]:
    magic, size, _, pixels = raw.split(b"\n", 3)
    assert magic == b"P5"
    width, height = map(int, size.split())
    return width, height, pixels


def _white(width: int, height: int, pixels: bytes, dots: int) -> tuple[float, float, float, float]:
    rows = [y for y in range(height) if min(pixels[y * width : (y + 1) * width]) < 128]
    columns = [x for x in range(width) if min(pixels[x::width]) < 128]
    mm = 25.4 / dots
    return columns[0] * mm, (width - 1 - columns[-1]) * mm, rows[0] * mm, (height - 1 - rows[-1]) * mm


def _halves(row: bytes) -> tuple[bytes, bytes]:
    even = row if len(row) % 2 == 0 else row + b"\xff"
    return even[::2], even[1::2]


def _pair(left: int, right: int) -> int:
    return (left & 0xF0) | (right >> 4)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _run(*words: str) -> str:
    done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, (words, done.stderr)
    return done.stdout


def sheets_of(folder: Path) -> dict[str, str]:
    """Every sheet of a folder's .xlsx as LibreOffice shows it: "file-sheet" -> its cells, parted by semicolons."""
    profile = (folder / "profile").resolve().as_uri()
    as_shown = "csv:Text - txt - csv (StarCalc):59,34,76,1,,0,false,false,true,false,false,-1"
    books = sorted(str(path) for path in folder.glob("*.xlsx"))
    _run("soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", as_shown, "--outdir", str(folder), *books)  # fmt: skip
    return {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.csv")}
