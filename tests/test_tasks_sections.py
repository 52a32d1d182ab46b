"""What a reader of files counts is never shown as a section of the plan."""

from __future__ import annotations

import pytest

from documents.correcting.entries import ADDED
from documents.sources.blocks import Place
from tasks.sections import section_of, section_words


@pytest.mark.parametrize(
    "place",
    [Place(offset=3, line=94), Place(page=2, line=7), Place(paragraph=9), Place(table=2, row=3, cell=4)],
)
def test_a_place_in_the_file_is_no_section(place: Place) -> None:
    assert section_of(place.words) == section_words(place.words) == ""


@pytest.mark.parametrize("text", [ADDED, "văn bản", "chế độ báo cáo"])
def test_what_no_plan_says_is_no_section(text: str) -> None:
    assert section_of(text) == ""


def test_a_section_stays() -> None:
    assert section_of("IV.1, gạch đầu dòng 5") == "IV.1, gạch đầu dòng 5"
    assert section_words("V") == "mục V của kế hoạch"
