"""Words that seem to name a child are noticed; the ordinary words of a report are not."""

from __future__ import annotations

import pytest

from tasks.privacy import names_a_child, names_a_village


@pytest.mark.parametrize(
    "text",
    [
        "Đã thăm cháu Nguyễn An",
        "em Lò Thị Mai nghỉ học",
        "bé Hoàng Nam",
        "sinh ngày: 3/5",
        "trẻ sinh năm 2015",
    ],
)
def test_a_child_that_is_named_is_noticed(text: str) -> None:
    assert names_a_child(text)


@pytest.mark.parametrize(
    "text",
    ["45/50 trẻ em được khai sinh", "Trẻ em Hoàng Đồng", "các em Đội viên", "học sinh năm 2024", "Học sinh năm học 2024-2025",
     "em bé được tiêm chủng", "có 3 cháu ở Thôn Hoàng Sơn"],
)  # fmt: skip
def test_the_words_of_an_ordinary_report_are_left_alone(text: str) -> None:
    assert not names_a_child(text)


def test_a_village_that_is_named_is_told_from_villages_in_general() -> None:
    for named in ("ở thôn số 5", "Thôn Hoàng Tân", "khối phố 3", "TỔ DÂN PHỐ SỐ 2"):
        assert names_a_village(named), named
    for general in ("các thôn đã báo cáo", "16 thôn, khối phố", "thôn và khối phố", "khối 6 đã khám"):
        assert not names_a_village(general), general
