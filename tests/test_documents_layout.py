"""Every document that is written keeps to the layout of Decree 30: paper, margins, font, sizes, the blanks for the clerk."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from conftest import VIETNAM
from docx import Document
from docx.shared import Mm
from dossier_world import DETAILS, facts_of, filled, finished

from db.migrate import upgrade
from db.store import Store
from documents.writing.details import Details
from documents.writing.templates import FOLDER, TEMPLATES, Template, built
from tasks.clock import ManualClock

KEYS = [one.key for one in TEMPLATES]
HEADED = [one for one in KEYS if one not in {"bang-tu-cham-diem", "danh-muc-ho-so"}]
FONT = "Times New Roman"


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    folder = tmp_path_factory.mktemp("layout")
    store = Store(f"sqlite:///{folder / 'm.db'}")
    upgrade(store.engine)
    clock = ManualClock(datetime(2024, 4, 16, 8, tzinfo=VIETNAM))
    facts = facts_of(finished(store, clock, folder / "evidence"))
    yield {key: Document(io.BytesIO(raw)) for key, raw in filled(facts, DETAILS).items()} | {
        "blank": Document(io.BytesIO(filled(facts, Details())["to-trinh"]))
    }
    store.close()


def paragraphs(document: Any) -> list[Any]:
    """All paragraphs, those in cells too, in reading order."""
    found = []
    for block in document.iter_inner_content():
        if hasattr(block, "rows"):
            found += [one for row in block.rows for cell in row.cells for one in cell.paragraphs]
        else:
            found.append(block)
    return found


def run_of(document: Any, text: str) -> Any:
    return next(run for one in paragraphs(document) for run in one.runs if text in run.text)


def look(document: Any, text: str) -> tuple[float, bool, bool]:
    font = run_of(document, text).font
    return font.size.pt, bool(font.bold), bool(font.italic)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one.key)
def test_building_a_shipped_template_anew_gives_the_same_parts(template: Template) -> None:
    with zipfile.ZipFile(FOLDER / template.file) as kept, zipfile.ZipFile(io.BytesIO(built(template))) as new:
        assert kept.namelist() == new.namelist()
        for name in kept.namelist():
            assert kept.read(name) == new.read(name), name


@pytest.mark.parametrize("key", KEYS)
def test_the_paper_is_a4_with_the_decree_s_margins_and_a_page_number_from_page_two(
    documents: dict[str, Any], key: str
) -> None:
    (section,) = documents[key].sections
    sides = {round(section.page_width / Mm(1)), round(section.page_height / Mm(1))}
    assert sides == {210, 297}
    margins = [
        round(getattr(section, f"{side}_margin") / Mm(1)) for side in ("top", "bottom", "left", "right")
    ]
    assert margins == [20, 20, 30, 15]
    assert section.different_first_page_header_footer
    assert 'w:instr="PAGE"' in section.header._element.xml
    assert not section.first_page_header.paragraphs[0].runs


@pytest.mark.parametrize("key", KEYS)
def test_everything_is_black_times_new_roman_in_eleven_to_fourteen_points(
    documents: dict[str, Any], key: str
) -> None:
    document = documents[key]
    fonts = document.styles["Normal"].element.rPr.rFonts
    assert set(fonts.attrib.values()) == {FONT}
    for one in paragraphs(document):
        for run in one.runs:
            assert run.font.name in {None, FONT}
            assert run.font.color is None or run.font.color.rgb is None
            assert 11 <= run.font.size.pt <= 14, run.text


@pytest.mark.parametrize("key", HEADED)
def test_the_head_is_set_as_the_decree_says(documents: dict[str, Any], key: str) -> None:
    document = documents[key]
    assert look(document, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM") == (12, True, False)
    assert look(document, "Độc lập - Tự do - Hạnh phúc") == (13, True, False)
    assert look(document, "Số:        /") == (13, False, False)
    if key != "bien-ban-hop":
        assert look(document, "XÃ HOÀNG ĐỒNG") == (12, True, False)
        assert look(document, "Hoàng Đồng, ngày      tháng      năm 2024") == (13, False, True)
    else:
        assert look(document, "XÃ HOÀNG ĐỒNG") == (12, False, False)
        assert look(document, "HỘI ĐỒNG XÉT DUYỆT") == (12, True, False)


@pytest.mark.parametrize(
    ("key", "text", "expected"),
    [
        ("to-trinh", "TỜ TRÌNH", (14, True, False)),
        ("to-trinh", "Về việc tự đánh giá", (14, True, False)),
        ("to-trinh", "Căn cứ Luật Trẻ em;", (14, False, True)),
        ("to-trinh", "Kính gửi: Ủy ban nhân dân thành phố Lạng Sơn.", (14, False, False)),
        ("to-trinh", "Nơi nhận:", (12, True, True)),
        ("to-trinh", "- Lưu: VT, VHXH.", (11, False, False)),
        ("to-trinh", "PHÓ CHỦ TỊCH", (13, True, False)),
        ("to-trinh", "Nguyễn Văn Mẫu", (13, True, False)),
        ("cong-van-gui-ho-so", "V/v gửi hồ sơ", (12, False, False)),
        ("bang-tu-cham-diem", "Phụ lục I", (14, True, False)),
    ],
)  # fmt: skip
def test_the_parts_of_a_document_are_set_as_the_decree_says(
    documents: dict[str, Any], key: str, text: str, expected: tuple[float, bool, bool]
) -> None:
    assert look(documents[key], text) == expected


def test_running_text_is_justified_with_its_first_line_drawn_in(documents: dict[str, Any]) -> None:
    one = next(one for one in paragraphs(documents["to-trinh"]) if one.text.startswith("Thực hiện Kế hoạch"))
    form = one.paragraph_format
    assert one.alignment == 3
    assert round(form.first_line_indent / Mm(1), 1) == 12.7
    assert form.space_after.pt >= 6
    assert 1.0 <= form.line_spacing <= 1.5


def test_a_deputy_signs_for_the_chair_on_behalf_of_the_committee(documents: dict[str, Any]) -> None:
    texts = [one.text for one in paragraphs(documents["to-trinh"])]
    place = texts.index("TM. ỦY BAN NHÂN DÂN")
    assert texts[place : place + 3] == ["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"]
    assert texts[-1] == "Nguyễn Văn Mẫu"


def test_in_minutes_the_secretary_signs_on_the_left_and_the_chair_on_the_right(
    documents: dict[str, Any],
) -> None:
    left, right = documents["bien-ban-hop"].tables[-1].rows[0].cells
    assert [left.paragraphs[0].text, left.paragraphs[-1].text] == ["THƯ KÝ", "Trần Thị Mẫu"]
    assert [right.paragraphs[0].text, right.paragraphs[-1].text] == ["CHỦ TỌA", "Nguyễn Văn Mẫu"]


def test_long_opinions_in_the_minutes_have_room_and_go_on_overleaf(documents: dict[str, Any]) -> None:
    scores = documents["bien-ban-hop"].tables[1]
    head, *rows = [row._tr.xml for row in scores.rows]
    assert "w:cantSplit" in head and not [row for row in rows if "w:cantSplit" in row]
    assert scores.rows[0].cells[-1].text.startswith("Ý kiến")
    assert scores.columns[-1].width / Mm(1) >= 40
    assert round(sum(one.width for one in scores.columns) / Mm(1)) == 165


@pytest.mark.parametrize(
    ("key", "text"),
    [("bien-ban-hop", "Đối chiếu điều kiện công nhận:"), ("bien-ban-hop", "Ý kiến khác:"), ("bao-cao-tu-danh-gia", "2. Điều kiện công nhận:"), ("bang-tu-cham-diem", "Bảng này có")],
)  # fmt: skip
def test_what_introduces_is_kept_with_what_follows(documents: dict[str, Any], key: str, text: str) -> None:
    (one,) = [one for one in paragraphs(documents[key]) if one.text.startswith(text)]
    assert one.paragraph_format.keep_with_next


def test_only_the_wide_table_lies_across(documents: dict[str, Any]) -> None:
    wide = [
        key for key in KEYS if documents[key].sections[0].page_width > documents[key].sections[0].page_height
    ]
    assert wide == ["bang-tu-cham-diem"]


def test_what_nobody_knows_yet_is_left_open(documents: dict[str, Any]) -> None:
    texts = [one.text for one in paragraphs(documents["blank"])]
    assert texts[-1] == ""
    assert "Số:        /TTr-UBND" in texts
    assert all("{{" not in text and "{%" not in text for text in texts)


def test_the_folder_of_templates_holds_no_strangers() -> None:
    assert sorted(path.name for path in Path(FOLDER).iterdir()) == sorted(one.file for one in TEMPLATES)
