"""LibreOffice opens every document, and on paper it is what it should be: letters, font, white edges, nothing alone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from conftest import VIETNAM
from dossier_world import DETAILS, facts_of, filled, finished
from paper import first_page, fonts_of, ink, pages_of, text_of, to_pdf

from db.migrate import upgrade
from db.store import Store
from documents.writing.templates import TEMPLATES
from tasks.clock import ManualClock

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("soffice") is None, reason="needs libreoffice-writer-nogui"),
]
KEYS = [one.key for one in TEMPLATES]
PICTURES = Path(__file__).parent.parent / "docs" / "images" / "dossier"
MARKS = "Căn cứ Luật Trẻ em; ẳ ẵ ặ ỡ ợ ữ ự ỷ ỹ ỵ Đ"


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("paper")
    store = Store(f"sqlite:///{folder / 'm.db'}")
    upgrade(store.engine)
    clock = ManualClock(datetime(2024, 4, 16, 8, tzinfo=VIETNAM))
    details = DETAILS.model_copy(update={"bases": ("Luật Trẻ em; ẳ ẵ ặ ỡ ợ ữ ự ỷ ỹ ỵ Đ",)})
    for key, raw in filled(
        facts_of(finished(store, clock, folder / "evidence", hostile=False)), details
    ).items():
        (folder / f"{key}.docx").write_bytes(raw)
    to_pdf(folder)
    yield folder
    store.close()


@pytest.mark.parametrize("key", KEYS)
def test_the_printed_text_is_whole_and_in_one_font(papers: Path, key: str) -> None:
    pdf = papers / f"{key}.pdf"
    said = text_of(pdf)
    assert "{{" not in said and "{%" not in said and "\ufffd" not in said
    assert "phù hợp với trẻ em" in said.casefold()
    assert fonts_of(pdf) <= {"LiberationSerif", "TimesNewRomanPS", "TimesNewRomanPSMT"}


def test_every_vietnamese_letter_survives_to_the_page(papers: Path) -> None:
    assert MARKS in text_of(papers / "to-trinh.pdf")


@pytest.mark.parametrize("key", KEYS)
def test_the_measured_edges_are_the_decree_s(papers: Path, key: str) -> None:
    for number, left, right, top, bottom in ink(papers / f"{key}.pdf"):
        # A table's border stands on the edge of the text; its cells reach over by their own padding.
        assert left >= 27.5, (number, left)
        assert right >= 12.5, (number, right)
        assert top >= (19.5 if number == 1 else 9.5), (number, top)
        assert bottom >= 19.5, (number, bottom)


@pytest.mark.parametrize("key", [one for one in KEYS if one != "danh-muc-ho-so"])
def test_no_page_holds_the_signatures_alone(papers: Path, key: str) -> None:
    (signed,) = [
        page for page in pages_of(papers / f"{key}.pdf") if "PHÓ CHỦ TỊCH" in page or "CHỦ TỌA" in page
    ]
    assert "./." in signed


@pytest.mark.parametrize("key", KEYS)
def test_a_reference_picture_of_each_document_is_kept(papers: Path, key: str) -> None:
    """Its size is compared, not its dots: another version of LibreOffice draws letters a little differently."""
    now = first_page(papers / f"{key}.pdf", papers / f"{key}.png")
    kept = PICTURES / f"{key}.png"
    assert kept.read_bytes()[16:24] == now.read_bytes()[16:24]
    assert kept.stat().st_size < 60_000
