"""Checking a dossier years later: every file is there, none was changed, none was added. Nothing is unpacked to disk."""

from __future__ import annotations

import hashlib
import io
import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from db.errors import Refusal, reason_of
from documents.dossier import manifest

MOST_FILES = 10_000
LARGEST_UNPACKED = 20_000_000_000
LONGEST_LIST = 6_000_000
"""Bytes of an archive's own list of files, which is read at once; ten thousand of our names fit."""
STEEPEST = 200
_CHUNK = 1 << 20
_TRICK = re.compile(r"^[/\\]|^[A-Za-z]:|(^|[/\\])\.\.([/\\]|$)|\x00")
_SEAL = re.compile(r"[0-9a-f]{64}")
_EMPTY = 2
"""Bytes that packing nothing may take."""
# An archive that lies about its places makes Python seek to where no file is.
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
)


@dataclass(frozen=True)
class Checked:
    """What was found: the number of files, the seal, and a sentence for each fault.

    `compared`: whether a seal that was written down was held against it; only that proves that the list was not replaced.
    """

    files: int
    seal: str
    problems: list[str]
    compared: bool


class _Careful(io.FileIO):
    """A file of which no more is read at once than a list of files may need, whatever it promises."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > LONGEST_LIST:
            raise zipfile.BadZipFile
        return super().read(LONGEST_LIST if size is None or size < 0 else size) or b""


def check(source: Path | int, seal: str = "", *, name: str = "", largest: int = LARGEST_UNPACKED) -> Checked:
    """Check a dossier; `seal`: what was written down when it was made, "" for nothing to compare with.

    Raises Refusal for what is no dossier, and for a seal that has not the shape of one.

    `source`: where it lies, or the descriptor of an open file, which stays open. `name`: what it is called in
    sentences, its own name otherwise; `largest`: how many bytes may be unpacked.
    """
    called, wanted = name or Path(str(source)).name, seal_of_words(seal)
    with _opened(source, called) as archive:
        _refuse_tricks(archive, called, largest)
        raw = _manifest(archive, called)
        named, found = manifest.read(raw), manifest.seal_of(raw)
        problems = list(_problems(archive, named))
    if wanted and wanted != found:
        problems.insert(0, "Dấu của hồ sơ khác dấu đã ghi: danh sách tệp đã bị thay sau khi lập.")
    return Checked(len(named) + 1, found, problems, bool(wanted))


def seal_of_words(typed: str) -> str:
    """A seal as somebody typed it, without blanks and in small letters. Raises Refusal for what can be none."""
    seal = "".join(typed.split()).casefold()
    if seal and not _SEAL.fullmatch(seal):
        raise Refusal(
            f"Dấu gõ vào không đúng mẫu ({len(seal)} ký tự). Dấu gồm 64 chữ số và chữ cái từ a đến f. "
            "Xin chép lại đủ, hoặc để trống."
        )
    return seal


@contextmanager
def _opened(source: Path | int, name: str) -> Iterator[zipfile.ZipFile]:
    with _file(source) as file:
        try:
            archive = zipfile.ZipFile(file)
        except _DAMAGED:
            raise Refusal(f"{name} không phải tệp hồ sơ .zip, hoặc đã bị hỏng.") from None
        with archive:
            yield archive


def _file(source: Path | int) -> _Careful:
    try:
        return _Careful(source, closefd=not isinstance(source, int))
    except FileNotFoundError:
        raise Refusal(f"Không có tệp {source}. Hãy kiểm tra lại đường dẫn.") from None
    except (IsADirectoryError, PermissionError) as error:
        raise Refusal(f"Không đọc được tệp {source} ({reason_of(error)}).") from None


def _refuse_tricks(archive: zipfile.ZipFile, name: str, largest: int) -> None:
    members = archive.infolist()
    unpacked = sum(one.file_size for one in members)
    packed = sum(one.compress_size for one in members)
    if len(members) > MOST_FILES or unpacked > largest or unpacked > 1_000_000 + STEEPEST * packed:
        raise Refusal(f"{name}: tệp nén bung ra quá lớn (bom nén), nên không kiểm tra.")
    if any(_TRICK.search(one.filename) or _TRICK.search(one.orig_filename) for one in members):
        raise Refusal(f"{name}: trong hồ sơ có đường dẫn lạ muốn ghi ra ngoài thư mục.")
    if any(one.flag_bits & 1 for one in members):
        raise Refusal(f"{name}: hồ sơ có tệp đặt mật khẩu nên không kiểm tra được.")


def _manifest(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        with archive.open(manifest.NAME) as file:
            raw = file.read(manifest.LARGEST + 1)
    except KeyError:
        raise Refusal(f"{name} không có {manifest.NAME}, nên không phải hồ sơ do Măng Non lập.") from None
    except _DAMAGED:
        raise Refusal(f"{manifest.NAME} trong hồ sơ bị hỏng, không đọc được.") from None
    if len(raw) > manifest.LARGEST:
        raise Refusal(f"{manifest.NAME} trong hồ sơ quá lớn, không giống danh sách tệp.")
    return raw


def _problems(archive: zipfile.ZipFile, named: dict[str, str]) -> Iterator[str]:
    there = Counter(one.filename for one in archive.infolist() if not _folder(one))
    yield from (f"Tệp «{one}» có nhiều bản trong hồ sơ." for one, times in there.items() if times > 1)
    yield from (f"Thiếu tệp «{one}»." for one in named if one not in there)
    yield from (
        f"Tệp «{one}» được thêm sau khi lập hồ sơ."
        for one in there
        if one not in named and one != manifest.NAME
    )
    for name, digest in named.items():
        if name in there and _digest(archive, name) != digest:
            yield f"Tệp «{name}» đã bị thay đổi."


def _folder(member: zipfile.ZipInfo) -> bool:
    """Whether it is the bare name of a folder, which some programs add when they pack again."""
    return member.is_dir() and not member.file_size and member.compress_size <= _EMPTY


def _digest(archive: zipfile.ZipFile, name: str) -> str:
    """The SHA-256 of a file; "" when it cannot be read."""
    digest = hashlib.sha256()
    try:
        with archive.open(name) as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    except _DAMAGED:
        return ""
    return digest.hexdigest()
