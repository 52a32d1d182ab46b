"""What goes into a template fits it, or it does not go: every kind of parameter, and whatever people typed."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.channels.base import ChannelError
from notifications.channels.zalo_templates import WORDS, Parameter, filled, parameters
from notifications.facts import FACTS


def one(value: str, parameter: Parameter, fact: str = "what") -> dict[str, str]:
    return filled([parameter], {parameter.name: fact}, {fact: value})


def refused(value: str, parameter: Parameter, fact: str = "what") -> str:
    with pytest.raises(ChannelError) as error:
        one(value, parameter, fact)
    assert error.value.kind == "payload"
    return error.value.detail


def test_what_zalo_says_is_read_whether_in_numbers_or_in_text() -> None:
    said = [
        {
            "name": "a",
            "require": True,
            "type": "STRING",
            "maxLength": 30,
            "minLength": 0,
            "acceptNull": False,
        },
        {
            "name": "b",
            "require": "false",
            "type": "DATE",
            "maxLength": "20",
            "minLength": "1",
            "acceptNull": "true",
        },
        {"name": "c"},
        {"type": "STRING"},
        "?",
    ]
    assert parameters({"listParams": said}) == (
        Parameter("a", "STRING", True, 30, 0, False),
        Parameter("b", "DATE", False, 20, 1, True),
        Parameter("c", "STRING", True, 0, 0, False),
    )


@pytest.mark.parametrize("said", [None, [], {}, {"listParams": None}, {"listParams": {}}, "x"])
def test_an_answer_without_parameters_is_no_template(said: Any) -> None:
    with pytest.raises(ValueError, match="parameters"):
        parameters(said)


@pytest.mark.parametrize("kind", ["DATE", "date", "DATE_TIME", "TIME", "11"])
def test_dates_have_one_of_zalos_shapes_and_are_never_cut(kind: str) -> None:
    parameter = Parameter("han", kind, longest=20)
    for good in ("20/11/2026", "08:05", "08:05:59", "08:05 20/11/2026", "11/2026"):
        assert one(good, parameter) == {"han": good}
    for bad in ("20-11-2026", "32/11/2026", "20/13/2026", "24:00", "mai", "20/11/26", "8/5/2026 08:05"):
        assert "«han»" in refused(bad, parameter)
    assert "dài quá" in refused("x" * 21, parameter)


@pytest.mark.parametrize("kind", ["NUMBER", "CURRENCY", "AMOUNT", "QUANTITY", "10", "13"])
def test_numbers_are_numbers(kind: str) -> None:
    parameter = Parameter("so", kind, longest=5)
    assert [one(good, parameter)["so"] for good in ("3", "-3", "1.200")] == ["3", "-3", "1.200"]
    for bad in ("ba", "3 việc", "123456"):
        refused(bad, parameter)


@pytest.mark.parametrize("kind", ["PHONE", "CODE", "URL", "OTP", "CONTACT", "2", "4", "12", "14"])
def test_what_loses_its_meaning_when_cut_is_not_cut(kind: str) -> None:
    assert one("abc", Parameter("ma", kind, longest=3)) == {"ma": "abc"}
    refused("abcd", Parameter("ma", kind, longest=3))


@pytest.mark.parametrize("fact", sorted(FACTS))
def test_only_words_are_cut_and_a_link_a_count_or_a_date_never_is(fact: str) -> None:
    parameter = Parameter("x", "STRING", longest=10)
    if fact in WORDS:
        assert one("một hai ba bốn", parameter, fact) == {"x": "một hai…"}
    else:
        refused("một hai ba bốn", parameter, fact)


def test_nothing_is_left_out_sent_empty_or_refused_as_the_parameter_says() -> None:
    assert one("", Parameter("x", required=False)) == {}
    assert one("", Parameter("x", may_be_empty=True)) == {"x": ""}
    assert "không có nội dung" in refused("", Parameter("x"))
    refused(" \n", Parameter("x", required=False, shortest=1))
    assert "ít nhất 3" in refused("ab", Parameter("x", shortest=3))
    assert filled([Parameter("x", required=False)], {}, {"what": "y"}) == {}


@given(
    st.text(max_size=80),
    st.integers(0, 40),
    st.sampled_from(["STRING", "DATE", "NUMBER", "5", "?"]),
    st.booleans(),
)
def test_whatever_people_typed_is_within_its_limits_composed_and_on_one_line(
    value: str, longest: int, kind: str, required: bool
) -> None:
    try:
        data = one(value, Parameter("x", kind, required=required, longest=longest))
    except ChannelError as error:
        assert error.kind == "payload"
        return
    for sent in data.values():
        assert not longest or len(sent) <= longest
        assert sent == unicodedata.normalize("NFC", sent)
        assert "\n" not in sent
