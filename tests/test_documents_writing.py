"""What documents say: only what is known, nothing of any child, whole Vietnamese letters, and never a run template."""

from __future__ import annotations

import io
import re
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document
from dossier_world import DETAILS, SECRET, TODAY, facts_of, filled, finished
from hoang_dong import World, found
from hypothesis import given, settings
from hypothesis import strategies as st
from test_documents_layout import paragraphs

from benchmarks.reading import expected_of
from db.errors import Refusal
from db.store import Store
from documents.correcting.filling import draft_of
from documents.dossier.missing import gaps_of
from documents.grammar.letters import fold
from documents.reading import read_plan_document
from documents.sources import read_file
from documents.writing.contexts import proof_words
from documents.writing.details import EXAMPLE, Details, read_details
from documents.writing.facts import PlanFacts
from documents.writing.filling import clean, fill
from documents.writing.phrases import bases, full_committee, in_words, kind_of_place, place_name, recipients
from documents.writing.reminding import write_reminders
from documents.writing.sheet import Sheet
from documents.writing.standing import progress, standing_words
from tasks.clock import ManualClock
from tasks.verdict import Condition, Verdict

_SAID: dict[str, dict[str, str]] = {}


@pytest.fixture
def world(store: Store, clock: ManualClock, tmp_path: Path) -> World:
    return finished(store, clock, tmp_path / "evidence")


@pytest.fixture
def facts(world: World) -> PlanFacts:
    return facts_of(world)


def text_of(raw: bytes) -> str:
    return "\n".join(one.text for one in paragraphs(Document(io.BytesIO(raw))))


def texts(facts: PlanFacts, details: Details = DETAILS) -> dict[str, str]:
    """What every document says; written once for the same facts and details, which many tests look at."""
    given = f"{facts!r} {details!r}"
    if given not in _SAID:
        _SAID[given] = {key: text_of(raw) for key, raw in filled(facts, details).items()}
    return _SAID[given]


def template_of(text: str) -> bytes:
    sheet = Sheet("Mẫu thử")
    sheet.body(text)
    stream = io.BytesIO()
    sheet.document.save(stream)
    return stream.getvalue()


def test_nothing_that_could_tell_of_one_child_is_in_any_document(facts: PlanFacts) -> None:
    whole = "\n".join(texts(facts).values())
    for word in (SECRET, "07/CA", "cháu Nguyễn Văn A", "Ghi chú riêng", "Thôn số"):
        assert word not in whole, word
    assert facts.withheld == {3: 1, 10: 1}
    assert proof_words(facts, 3) == ["1 văn bản giữ tại đơn vị theo dõi, không gửi kèm"]


def test_points_that_nobody_confirmed_are_never_printed_as_a_number(facts: PlanFacts) -> None:
    said = texts(facts)["bao-cao-tu-danh-gia"]
    assert said.count("- Điểm tự chấm: chưa xác nhận; điểm tối đa: chưa xác nhận.") == 10
    assert "- Điểm tự chấm: 80 đến 100 (chưa xác nhận); điểm tối đa: 100." in said
    assert "96/100 = 96,0\N{NO-BREAK SPACE}%, từ 95\N{NO-BREAK SPACE}% trở lên, được 50 điểm" in said
    assert "mới tính 3/13 tiêu chí đã xác nhận điểm" in said


def test_the_verdict_says_what_the_council_found(facts: PlanFacts) -> None:
    said = texts(facts)["to-trinh"]
    assert "- Đạt cả 13 tiêu chí: Chưa đạt. Tiêu chí 13 chưa đạt theo kết luận của Hội đồng." in said
    assert "Tổng điểm từ 800 điểm trở lên: Chưa xác định." in said
    assert "Đối chiếu các điều kiện công nhận: chưa đạt./." in texts(facts)["bao-cao-tham-dinh"]


def test_recognition_is_not_asked_for_while_a_condition_is_not_met(facts: PlanFacts) -> None:
    said = texts(facts)
    for key in ("to-trinh", "cong-van-gui-ho-so"):
        assert "13/13 tiêu chí có đủ báo cáo được duyệt, 0/13 tiêu chí đã được xác nhận điểm." in said[key]
        assert "đã hoàn thành" not in said[key]
        assert "quyết định công nhận" not in said[key]
        assert not re.search("(?<!chưa )đề nghị công nhận", said[key])
    assert (
        "Do chưa đủ điều kiện công nhận (đạt cả 13 tiêu chí: chưa đạt), Ủy ban nhân dân" in said["to-trinh"]
    )


def test_what_nobody_knows_of_the_conditions_is_listed_and_the_sentence_left_open(facts: PlanFacts) -> None:
    said = texts(facts, Details())["to-trinh"]
    assert "Do chưa xác định được điều kiện công nhận (đạt cả 13 tiêu chí: chưa xác định; " in said
    assert "chưa đề nghị công nhận. Ý kiến của Ủy ban nhân dân: ……" in said


def test_recognition_is_asked_for_once_every_condition_is_met(facts: PlanFacts) -> None:
    met = standing_words(facts, Verdict((Condition("Đạt cả 13 tiêu chí", "yes", "Đạt."),)))
    assert met["ve_viec"] == "đề nghị công nhận xã Hoàng Đồng phù hợp với trẻ em năm 2024"
    assert met["trinh"].endswith(
        f"xem xét, quyết định công nhận{met['ve_viec'].removeprefix('đề nghị công nhận')}."
    )
    assert met["xin"] == "xem xét, quyết định"


def test_what_is_not_accepted_counts_neither_as_reported_nor_as_confirmed(
    store: Store, clock: ManualClock
) -> None:
    said = progress(facts_of(found(store, clock)))
    assert "0/13 tiêu chí có đủ báo cáo được duyệt, 0/13 tiêu chí đã được xác nhận điểm" in said


def test_the_signer_whom_the_plan_names_signs_once_unless_somebody_else_is_noted(facts: PlanFacts) -> None:
    facts.plan.source = facts.plan.source | {"signer": "KT. CHỦ TỊCH PHÓ CHỦ TỊCH, Hoàng Quốc Thành"}
    unnamed = DETAILS.model_copy(update={"signer_name": ""})
    lines = texts(facts, unnamed)["to-trinh"].split("\n")
    place = lines.index("TM. ỦY BAN NHÂN DÂN")
    assert [one for one in lines[place:] if one] == [
        "TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "Hoàng Quốc Thành"
    ]  # fmt: skip
    assert not [one for one in gaps_of(facts, unnamed, []) if "người ký" in one.text]
    assert "Hoàng Quốc Thành" not in texts(facts)["to-trinh"]


def test_the_council_s_papers_name_its_members_meeting_and_agenda(facts: PlanFacts) -> None:
    said = texts(facts)
    members = [
        "1. Nguyễn Văn Mẫu, Phó Chủ tịch UBND xã, Chủ tịch Hội đồng;", "2. Trần Thị Mẫu, Công chức VHXH, Thư ký;",
        "3. Lê Văn Mẫu, Trạm trưởng Trạm Y tế, Ủy viên.",
    ]  # fmt: skip
    for key in ("quyet-dinh-hoi-dong", "giay-moi-hop"):
        assert all(one in said[key] for one in members), key
    assert "- Như Điều 3;" in said["quyet-dinh-hoi-dong"]
    for one in (
        "14 giờ 00 ngày 18/11/2024",
        "Có mặt 02/03 thành viên, đủ số lượng để họp (tối thiểu 02).",
        "theo sổ theo dõi cân nặng; Lê Văn Mẫu: 35 điểm",
        "Tổng điểm Hội đồng: 90 điểm (2/13 tiêu chí).",
        "- Chấm điểm",
        "16 giờ 30 cùng ngày",
    ):
        assert one in said["bien-ban-hop"], one


def test_the_minutes_tell_what_the_council_found_of_each_criterion(facts: PlanFacts) -> None:
    raw = filled(facts, DETAILS)["bien-ban-hop"]
    rows = [[cell.text for cell in row.cells] for row in Document(io.BytesIO(raw)).tables[1].rows]
    place = rows[0].index("Kết luận")
    assert [row[place] for row in rows[1:]] == ["Đạt"] * 12 + ["Chưa đạt"]
    said = text_of(raw)
    assert "Thư ký (người ghi biên bản): Trần Thị Mẫu, Công chức VHXH.\n" in said


def test_arithmetic_is_told_in_words(facts: PlanFacts) -> None:
    for key, said in texts(facts).items():
        assert not re.search("[→≥≤<>]", said), key
    assert (
        in_words("94/100 = 94,0 % < 95 % → điểm chưa xác nhận")
        == "94/100 = 94,0 %, dưới 95 %, điểm chưa xác nhận"
    )
    assert in_words("2 lớp → từ 0 đến 5 điểm, chưa xác nhận") == "2 lớp, được từ 0 đến 5 điểm, chưa xác nhận"


def test_the_number_of_one_criterion_does_not_read_as_a_count(store: Store, clock: ManualClock) -> None:
    said = texts(facts_of(found(store, clock)))["bao-cao-tu-danh-gia"]
    assert "- Chưa đủ báo cáo được duyệt: tiêu chí số 1 đến 13." in said


def test_letters_go_only_to_units_that_are_late(store: Store, clock: ManualClock, tmp_path: Path) -> None:
    world = found(store, clock)
    assert write_reminders(facts_of(world, clock.now().date()), DETAILS, tmp_path / "none") == []
    assert not (tmp_path / "none").exists()
    written = write_reminders(facts_of(world), DETAILS, tmp_path / "letters")
    assert len(written) == 25
    said = text_of(next(one for one in written if "tram-y-te" in one.name).read_bytes())
    assert "Kính gửi: Trạm Y tế." in said
    assert "các đơn vị báo cáo kết quả thực hiện trước ngày 10/11/2024" in said
    assert "Công an" not in said


def test_the_same_data_gives_the_same_bytes(facts: PlanFacts) -> None:
    assert filled(facts, DETAILS) == filled(facts, DETAILS)


def test_letters_typed_apart_are_composed_and_marks_stay_text(facts: PlanFacts) -> None:
    apart = unicodedata.normalize("NFD", "Điểm vui chơi <b>ở thôn</b> & {{ 7 * 7 }} {% if %}\x0b ẵ")
    said = texts(facts, DETAILS.model_copy(update={"gaps": (apart,)}))["bao-cao-tu-danh-gia"]
    assert "- Điểm vui chơi <b>ở thôn</b> & {{ 7 * 7 }} {% if %} ẵ" in said
    assert unicodedata.is_normalized("NFC", said)


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=60))
def test_any_text_that_people_type_can_be_printed(text: str) -> None:
    assert text_of(fill(template_of("{{ one }}"), {"one": text}, "thu.docx")) is not None
    assert "\x00" not in clean(text)


@pytest.mark.parametrize(
    "words",
    ["{{ khong_co }}", "{{ one.__class__.__mro__ }}", "{% for x in %}", "{{ one.format.__globals__ }}"],
)
def test_a_template_that_asks_for_what_there_is_not_is_refused_in_one_sentence(words: str) -> None:
    with pytest.raises(Refusal, match=r"Mẫu thu\.docx có chỗ điền"):
        fill(template_of(words), {"one": "x"}, "thu.docx")


@pytest.mark.parametrize("raw", [b"", b"khong phai Word", b"PK\x03\x04 hong"])
def test_a_damaged_template_is_refused_in_one_sentence(raw: bytes) -> None:
    with pytest.raises(Refusal, match=r"Không đọc được mẫu thu\.docx"):
        fill(raw, {}, "thu.docx")


def test_the_commune_s_own_template_takes_the_place_of_the_shipped_one(
    facts: PlanFacts, tmp_path: Path
) -> None:
    (tmp_path / "to-trinh.docx").write_bytes(template_of("Mẫu riêng của {{ don_vi }}."))
    own = filled(facts, DETAILS, tmp_path)
    assert text_of(own["to-trinh"]) == "Mẫu riêng của xã Hoàng Đồng."
    assert own["giay-moi-hop"] == filled(facts, DETAILS)["giay-moi-hop"]


def test_the_example_of_details_is_read_as_having_said_nothing(tmp_path: Path) -> None:
    path = tmp_path / "ho-so.toml"
    path.write_text(EXAMPLE, encoding="utf-8")
    assert read_details(path) == Details() == read_details(None)
    path.write_text("[council]\nreached = [0]\nten = 1\n", encoding="utf-8")
    with pytest.raises(Refusal, match=r"ho-so\.toml"):
        read_details(path)


def test_details_that_speak_of_one_child_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "ho-so.toml"
    path.write_text('gaps = ["Trường hợp cháu Nguyễn Văn A chưa được trợ giúp"]', encoding="utf-8")
    with pytest.raises(Refusal, match=r"ho-so\.toml: Có vẻ nội dung nói về một em cụ thể"):
        read_details(path)


def test_a_ward_and_its_province_are_named_in_full(facts: PlanFacts) -> None:
    commune = facts.commune.model_copy(
        update={"name": "UBND phường Tam Thanh", "superior": "UBND tỉnh Lạng Sơn", "place": "Tam Thanh"}
    )
    said = texts(replace(facts, commune=commune))["to-trinh"]
    assert "PHƯỜNG TAM THANH" in said
    assert "Kính gửi: Ủy ban nhân dân tỉnh Lạng Sơn." in said
    assert "Về việc tự đánh giá phường Tam Thanh phù hợp với trẻ em năm 2024" in said
    assert "xã Hoàng" not in said


def test_official_wordings() -> None:
    assert (place_name("UBND xã Hoàng Đồng"), kind_of_place("Ủy ban nhân dân Phường 5")) == (
        "xã Hoàng Đồng",
        "phường",
    )
    assert full_committee("Sở Y tế") == "Sở Y tế"
    assert recipients("Như trên", ["Phòng Y tế;"], "") == ["Như trên;", "Phòng Y tế;", "Lưu: VT."]
    entry = {
        "number": "12/2024/NQ-HĐND",
        "issued_on": "1/2/2024",
        "issuer": "HĐND xã",
        "subject": "Công tác trẻ em",
    }
    assert bases([entry], ["Luật Trẻ em;"]) == [
        "Căn cứ Luật Trẻ em;", "Căn cứ Nghị quyết số 12/2024/NQ-HĐND ngày 01/02/2024 của HĐND xã về công tác trẻ em.",
    ]  # fmt: skip


@pytest.mark.parametrize("document", expected_of(), ids=lambda path: path.name)
def test_the_legal_bases_of_a_plan_that_was_read_are_printed_as_it_has_them(document: Path) -> None:
    found = read_plan_document(read_file(document), {})
    rows = [
        vars(one) | {"issued_on": one.issued_on or "05/04/2016", "issuer": one.issuer or "Quốc hội"}
        for one in draft_of(found).bases
    ]
    for said, one in zip(bases(rows, []), found.bases, strict=True):
        assert _words(one.text) <= _words(said) <= _words(one.text) | {"số", "của", "quốc", "hội"}
        assert not one.number or said.count(one.number) == 1, said


def _words(text: str) -> set[str]:
    """Its words but for those in which the two may differ: how a date is written, and "về việc"."""
    plain = fold(text).replace("ubnd", "ủy ban nhân dân").removeprefix("căn cứ ")
    return set(re.findall(r"[^\W\d_]+", plain)) - {"ngày", "tháng", "năm", "về", "việc"}


def test_a_law_and_a_decision_without_a_subject_are_named_once() -> None:
    law = {"number": "Luật Trẻ em số 102/2016/QH13", "issued_on": "05/04/2016", "issuer": "Quốc hội"}
    words = "Quyết định số 06/QĐ-TTg ngày 03/01/2019 của Thủ tướng Chính phủ"
    decision = {"number": "06/QĐ-TTg", "issued_on": "03/01/2019", "issuer": "Thủ tướng Chính phủ"}
    assert bases([law | {"subject": law["number"]}, decision | {"subject": words}], []) == [
        "Căn cứ Luật Trẻ em số 102/2016/QH13 ngày 05/04/2016 của Quốc hội;", f"Căn cứ {words}.",
    ]  # fmt: skip


def test_what_a_basis_lays_down_is_told_without_a_second_about() -> None:
    entry = {"number": "06/QĐ-TTg", "issued_on": "03/01/2019", "issuer": "Thủ tướng Chính phủ"}
    (said,) = bases([entry | {"subject": "Quy định tiêu chuẩn"}], [])
    assert (
        said == "Căn cứ Quyết định số 06/QĐ-TTg ngày 03/01/2019 của Thủ tướng Chính phủ quy định tiêu chuẩn."
    )


def test_the_day_of_writing_is_the_commune_s(facts: PlanFacts) -> None:
    assert f"ngày {TODAY:%d/%m/%Y}" in texts(facts)["cong-van-don-doc"]
