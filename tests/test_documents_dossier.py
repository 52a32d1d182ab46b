"""A dossier holds what may leave and nothing else, says what it lacks, and every later change of it is found."""

from __future__ import annotations

import hashlib
import io
import json
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from dossier_world import DETAILS, PICTURE, SECRET, facts_of, finished
from hoang_dong import World, found
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from db.errors import Refusal
from db.store import Store
from documents.dossier import manifest
from documents.dossier.checking import check
from documents.dossier.entries import archive_name
from documents.dossier.making import Made, make, plan_dossier
from documents.dossier.manifest import NAME
from documents.dossier.texts import left_blank
from documents.writing.details import Details
from tasks.clock import ManualClock

AT = datetime(2024, 11, 28, 9, 30)  # noqa: DTZ001  (local time, as a zip file has it)


@pytest.fixture
def world(store: Store, clock: ManualClock, tmp_path: Path) -> World:
    return finished(store, clock, tmp_path / "evidence")


def made(world: World, tmp_path: Path, name: str = "ho-so.zip", details: Details = DETAILS) -> Made:
    return make(plan_dossier(facts_of(world), details, tmp_path / "evidence"), tmp_path / name, at=AT)


def content(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rewritten(path: Path, change: Callable[[dict[str, bytes]], object]) -> Path:
    """A copy of a dossier somebody laid hands on."""
    files = content(path)
    change(files)
    target = path.with_name("sua.zip")
    with zipfile.ZipFile(target, "w") as archive:
        for name, raw in files.items():
            archive.writestr(name, raw)
    return target


def test_a_dossier_holds_its_documents_the_register_and_the_evidence_that_may_leave(
    world: World, tmp_path: Path
) -> None:
    ready = made(world, tmp_path)
    files = content(ready.path)
    assert len([name for name in files if name.startswith("van-ban/")]) == 9
    assert [name for name in files if name.startswith("minh-chung/")] == [
        "minh-chung/tieu-chi-02/001-sổ khai sinh.pdf"
    ]
    assert files["minh-chung/tieu-chi-02/001-sổ khai sinh.pdf"] == PICTURE
    assert {"danh-muc.xlsx", "ho-so.json", NAME} < set(files)
    assert (ready.files, json.loads(files["ho-so.json"])["plan"]) == (len(files), "75/KH-UBND")
    assert not list(tmp_path.glob(".*dang-ghi"))


def test_restricted_evidence_is_only_counted_anywhere_in_the_archive(world: World, tmp_path: Path) -> None:
    for raw in content(made(world, tmp_path).path).values():
        parts = [raw]
        if raw.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(raw)) as inner:
                parts = [inner.read(name) for name in inner.namelist()]
        for part in parts:
            assert SECRET.encode() not in part
            assert "cháu".encode() not in part


def test_the_register_has_real_numbers_a_frozen_head_filters_and_no_formula(
    world: World, tmp_path: Path
) -> None:
    book = load_workbook(io.BytesIO(content(made(world, tmp_path).path)["danh-muc.xlsx"]))
    for sheet in book.worksheets:
        assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", sheet.dimensions)
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    formula = next(
        cell
        for row in book["Danh mục"].iter_rows()
        for cell in row
        if str(cell.value).startswith("=HYPERLINK")
    )
    assert (formula.data_type, formula.quotePrefix) == ("s", True)
    rows = {row[0]: row for row in book["Điểm"].iter_rows(min_row=2, values_only=True)}
    assert rows[7][4:7] == (50, 0, 50)
    assert rows[2][4:7] == ("chưa xác nhận",) * 3


def test_a_sound_dossier_passes_and_its_manifest_is_one_that_sha256sum_reads(
    world: World, tmp_path: Path
) -> None:
    ready = made(world, tmp_path)
    found_sound = check(ready.path, ready.seal)
    assert (found_sound.problems, found_sound.seal, found_sound.files) == ([], ready.seal, ready.files)
    files = content(ready.path)
    for line in files[NAME].decode().splitlines():
        digest, _, name = line.partition("  ")
        assert hashlib.sha256(files[name]).hexdigest() == digest


TOUCHED = "van-ban/01-to-trinh.docx"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda files: files.update({TOUCHED: files[TOUCHED] + b" "}), f"Tệp «{TOUCHED}» đã bị thay đổi."),
        (lambda files: files.pop(TOUCHED), f"Thiếu tệp «{TOUCHED}»."),
        (lambda files: files.update({"la.txt": b"x"}), "Tệp «la.txt» được thêm sau khi lập hồ sơ."),
        (
            lambda files: files.update({NAME: files[NAME].replace(b"0", b"1", 1)}),
            "Dấu của hồ sơ khác dấu đã ghi: danh sách tệp đã bị thay sau khi lập.",
        ),
    ],
)  # fmt: skip
def test_every_change_of_a_dossier_is_found(
    world: World, tmp_path: Path, change: Callable[[dict[str, bytes]], object], problem: str
) -> None:
    ready = made(world, tmp_path)
    assert problem in check(rewritten(ready.path, change), ready.seal).problems


def test_names_of_folders_that_hold_nothing_are_no_files_and_one_that_holds_something_is(
    world: World, tmp_path: Path
) -> None:
    ready = made(world, tmp_path)
    packed_again = rewritten(ready.path, lambda files: files.update({"van-ban/": b"", "minh-chung/": b""}))
    assert check(packed_again, ready.seal).problems == []
    hiding = rewritten(ready.path, lambda files: files.update({"van-ban/": b"x" * 40}))
    assert check(hiding, ready.seal).problems == ["Tệp «van-ban/» được thêm sau khi lập hồ sơ."]


@pytest.mark.parametrize("typed", ["abc", "g" * 64, "0" * 63, "0" * 65])
def test_a_mistyped_seal_is_called_that_and_blanks_in_it_do_no_harm(
    world: World, tmp_path: Path, typed: str
) -> None:
    ready = made(world, tmp_path)
    with pytest.raises(Refusal, match="không đúng mẫu"):
        check(ready.path, typed)
    spaced = check(ready.path, f" {ready.seal[:32].upper()} {ready.seal[32:]}")
    assert (spaced.problems, spaced.compared, check(ready.path).compared) == ([], True, False)


def test_a_forged_manifest_agrees_with_its_files_and_only_the_seal_betrays_it(
    world: World, tmp_path: Path
) -> None:
    ready = made(world, tmp_path)

    def forge(files: dict[str, bytes]) -> None:
        old = hashlib.sha256(files[TOUCHED]).hexdigest()
        files[TOUCHED] += b" "
        files[NAME] = files[NAME].replace(old.encode(), hashlib.sha256(files[TOUCHED]).hexdigest().encode())

    forged = rewritten(ready.path, forge)
    assert check(forged).problems == []
    assert check(forged, ready.seal).problems != []


@given(st.integers(0, 2**20), st.integers(1, 255))
def test_a_single_changed_byte_is_found_or_the_file_is_refused(
    sealed: tuple[Path, Made], place: int, bits: int
) -> None:
    folder, ready = sealed
    raw = bytearray(ready.path.read_bytes())
    raw[place % len(raw)] ^= bits
    damaged = folder / "hong.zip"
    damaged.write_bytes(raw)
    try:
        found_faulty = check(damaged, ready.seal)
    except Refusal:
        return
    # Dates and attributes in the archive's own lists are not content.
    assert found_faulty.problems or content(damaged) == content(ready.path)


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Made]:
    folder = tmp_path_factory.mktemp("sealed")
    files = {"a.txt": b"mot", "b/c.txt": b"hai" * 50}
    path = folder / "ho-so.zip"
    sums = manifest.written({name: hashlib.sha256(raw).hexdigest() for name, raw in files.items()})
    with zipfile.ZipFile(path, "w") as archive:
        for name, raw in {**files, NAME: sums}.items():
            archive.writestr(name, raw)
    return folder, Made(path, 3, manifest.seal_of(sums))


def hostile(tmp_path: Path, *members: tuple[str, bytes]) -> Path:
    path = tmp_path / "la.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in members:
            archive.writestr(name, raw)
    return path


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ([("../../etc/x", b"1"), (NAME, b"")], "đường dẫn lạ"),
        ([("C:\\x", b"1"), (NAME, b"")], "đường dẫn lạ"),
        ([("a", b"\0" * 30_000_000), (NAME, b"")], "bom nén"),
        ([("a", b"1")], "không phải hồ sơ do Măng Non lập"),
        ([(NAME, b"rm -rf /\n")], "không đúng mẫu"),
        ([(NAME, b"\xff\xfe")], "bị hỏng"),
    ],
)
def test_what_is_no_dossier_is_refused_in_one_sentence(
    tmp_path: Path, members: list[tuple[str, bytes]], words: str
) -> None:
    with pytest.raises(Refusal, match=words):
        check(hostile(tmp_path, *members))


def test_a_file_that_is_no_zip_or_not_there_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"khong phai zip")
    with pytest.raises(Refusal, match="không phải tệp hồ sơ"):
        check(tmp_path / "x.zip")
    with pytest.raises(Refusal, match="Không có tệp"):
        check(tmp_path / "y.zip")


def test_an_archive_whose_list_of_files_has_no_end_is_refused_before_it_is_read(tmp_path: Path) -> None:
    count = 400_000
    entry = b"PK\x01\x02" + b"\0" * 42
    path, listed = tmp_path / "danh-sach.zip", entry * count
    path.write_bytes(listed + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, len(listed), 0, 0))
    tracemalloc.start()
    with pytest.raises(Refusal, match="không phải tệp hồ sơ"):
        check(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10_000_000, peak


def test_an_open_file_is_checked_as_well_and_stays_open(world: World, tmp_path: Path) -> None:
    ready = made(world, tmp_path)
    with ready.path.open("rb") as file:
        assert check(file.fileno(), ready.seal, name="tệp gửi lên").problems == []
        assert file.read(2) is not None
        with pytest.raises(Refusal, match=r"tệp gửi lên: tệp nén bung ra quá lớn"):
            check(file.fileno(), name="tệp gửi lên", largest=1000)


def test_what_is_missing_is_said_before_anything_is_made(
    store: Store, clock: ManualClock, tmp_path: Path
) -> None:
    planned = plan_dossier(facts_of(found(store, clock)), Details(), tmp_path / "evidence")
    assert planned.missing[0] == "Tiêu chí 1: chưa đủ báo cáo (Công chức Văn hóa - Xã hội)."
    assert "Chưa có minh chứng được duyệt: tiêu chí 1 đến 13." in planned.missing
    assert "Chưa ghi loại xã kèm văn bản xác định." in planned.missing
    assert not list(tmp_path.glob("*.zip"))


def test_a_document_tells_what_its_own_marks_would_leave_blank(world: World, tmp_path: Path) -> None:
    facts = facts_of(world)
    entries = plan_dossier(facts, DETAILS, tmp_path / "evidence").entries
    known = left_blank(facts, DETAILS, entries)
    scores = "điểm Hội đồng của tiêu chí 1 đến 5, 7, 9 đến 13"
    assert {key: said for key, said in known.items() if said} == {
        "bien-ban-hop": [scores],
        "bao-cao-tham-dinh": [scores],
    }
    nothing = left_blank(facts, Details(drafting=""), entries)
    assert nothing["to-trinh"] == ["ý kiến về việc đề nghị công nhận", "họ tên người ký"]
    assert set(nothing["cong-van-gui-ho-so"]) == {"bộ phận soạn thảo", "họ tên người ký"}
    meeting = {"thời gian họp", "địa điểm họp", "người có mặt", "giờ kết thúc họp"}
    people = {"Chủ tịch Hội đồng", "Thư ký Hội đồng", "điểm Hội đồng của tiêu chí 1 đến 13"}
    people |= {"kết luận đạt hay chưa đạt của tiêu chí 1 đến 13"}
    assert set(nothing["bien-ban-hop"]) == meeting | people
    assert nothing["danh-muc-ho-so"] == []


def test_a_condition_that_fails_is_said_before_recognition_is_asked_for(world: World, tmp_path: Path) -> None:
    missing = plan_dossier(facts_of(world), DETAILS, tmp_path / "evidence").missing
    assert (
        "Chưa đủ điều kiện đề nghị công nhận. Đạt cả 13 tiêu chí: Tiêu chí 13 chưa đạt theo kết luận của Hội đồng."
        in missing
    )


def test_evidence_that_is_gone_from_the_disk_is_missed_and_left_out(world: World, tmp_path: Path) -> None:
    (tmp_path / "evidence" / hashlib.sha256(PICTURE).hexdigest()).unlink()
    planned = plan_dossier(facts_of(world), DETAILS, tmp_path / "evidence")
    assert "Tiêu chí 2: không thấy tệp minh chứng «../sổ khai sinh.pdf» trong kho." in planned.missing
    ready = make(planned, tmp_path / "x.zip", at=AT)
    assert check(ready.path, ready.seal).problems == []


def test_evidence_that_was_changed_on_the_disk_stops_the_dossier_and_leaves_nothing(
    world: World, tmp_path: Path
) -> None:
    (tmp_path / "evidence" / hashlib.sha256(PICTURE).hexdigest()).write_bytes(b"khac")
    with pytest.raises(Refusal, match="đã bị thay đổi trong kho"):
        made(world, tmp_path)
    assert not list(tmp_path.glob("*.zip")) and not list(tmp_path.glob(".*dang-ghi"))


def test_an_earlier_dossier_is_never_overwritten(world: World, tmp_path: Path) -> None:
    made(world, tmp_path)
    with pytest.raises(Refusal, match="Đã có tệp"):
        made(world, tmp_path)


def test_a_class_that_the_rules_do_not_have_is_refused(world: World, tmp_path: Path) -> None:
    wrong = Details.model_validate({"class": {"bar": "khong-co", "document": "x"}})
    with pytest.raises(Refusal, match="không có mức công nhận «khong-co»"):
        made(world, tmp_path, details=wrong)


@given(st.text(max_size=300))
def test_a_name_in_the_archive_never_leaves_its_folder(given_name: str) -> None:
    name = archive_name(given_name)
    assert name and name not in {".", ".."} and len(name) <= 120
    assert not set(name) & set('/\\<>:"|?*\x00\n')


def test_what_a_dossier_says_of_itself_names_only_the_files_that_are_in_it(
    world: World, tmp_path: Path
) -> None:
    (tmp_path / "evidence" / hashlib.sha256(PICTURE).hexdigest()).unlink()
    files = content(made(world, tmp_path).path)
    told = json.loads(files[manifest.ABOUT])["files"]
    assert {one["name"] for one in told} <= files.keys()


def test_minutes_that_name_nobody_who_was_there_are_said_to_be_incomplete(
    world: World, tmp_path: Path
) -> None:
    meeting = DETAILS.meeting.model_copy(update={"present": ()})
    details = DETAILS.model_copy(update={"meeting": meeting})
    missing = plan_dossier(facts_of(world), details, tmp_path / "evidence").missing
    assert "Chưa ghi thành viên có mặt tại cuộc họp Hội đồng." in missing


def test_no_village_of_a_sensitive_criterion_is_in_any_document_whatever_a_file_says(
    world: World, tmp_path: Path
) -> None:
    told = {"no": 3, "points": 0, "reason": "01 vụ ở Thôn Hoàng Tân", "votes": []}
    council = DETAILS.council.model_dump(by_alias=True) | {"score": [told]}
    details = Details.model_validate(DETAILS.model_dump(by_alias=True) | {"council": council})
    planned = plan_dossier(facts_of(world), details, tmp_path / "evidence")
    assert any(one.startswith("Tiêu chí 3: lý do") and "thôn" in one for one in planned.missing)
    files = content(make(planned, tmp_path / "x.zip", at=AT).path)
    for name, raw in files.items():
        texts = content_of(raw) if name.endswith(".docx") else raw
        assert "01 vụ".encode() not in texts, name


def content_of(raw: bytes) -> bytes:
    """The text of a Word file."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return archive.read("word/document.xml")
