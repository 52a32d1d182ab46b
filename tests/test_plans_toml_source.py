"""Whatever is wrong with a TOML file is told with file, line, key and reason, and never as a traceback."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Iterator
from datetime import date, time
from pathlib import Path
from typing import Any, Literal, Self

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from db.errors import Refusal
from plans.toml_places import places
from plans.toml_source import (
    Fault,
    explain,
    line_of,
    load,
    parse_toml,
    raise_faults,
    read_text,
    shipped,
    validate,
)


class Unit(BaseModel):
    model_config = ConfigDict(extra="forbid")

    key: str = Field(pattern="^[a-z]+$")
    email: str
    kind: Literal["office", "village"] = "office"


class Sample(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: str = Field("x", min_length=1)
    year: int = Field(2024, ge=2019)
    on: date = date(2024, 1, 1)
    at: time = time(8)
    days: list[int] = []
    secret: SecretStr = SecretStr("")
    units: list[Unit] = Field(default_factory=list, alias="unit")

    @model_validator(mode="after")
    def _keys_once(self) -> Self:
        keys = [unit.key for unit in self.units]
        doubled = [place for place, key in enumerate(keys) if keys.index(key) != place]
        raise_faults([Fault(("unit", place, "key"), "đã dùng ở trên") for place in doubled], "sample")
        return self


def refused(text: str) -> list[str]:
    with pytest.raises(Refusal) as caught:
        validate(parse_toml(text, "tệp.toml"), Sample, text=text, name="tệp.toml")
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('title = "a"\nyear = "hai"', "tệp.toml, dòng 2: khoá «year»: phải là số nguyên, đang là «hai»"),
        ("year = 2000", "tệp.toml, dòng 1: khoá «year»: phải từ 2019 trở lên, đang là «2000»"),
        ("title = 3", "tệp.toml, dòng 1: khoá «title»: phải là chữ, đặt trong dấu ngoặc kép"),
        ('title = ""', "tệp.toml, dòng 1: khoá «title»: không được để trống"),
        ('on = "abc"', 'tệp.toml, dòng 1: khoá «on»: phải là ngày, ví dụ "10/11/2024", đang là «abc»'),
        ('at = "25h"', 'tệp.toml, dòng 1: khoá «at»: phải là giờ, ví dụ "08:00", đang là «25h»'),
        ("days = [\n 1,\n 2.5,\n]", "tệp.toml, dòng 3: khoá «days[2]»: phải là số nguyên, đang là «2.5»"),
        ("days = 3", "tệp.toml, dòng 1: khoá «days»: phải là danh sách trong ngoặc vuông [ ] hoặc các mục [[ ]]"),
        ("yaer = 3", "tệp.toml, dòng 1: khoá «yaer»: không có khoá này; có phải «year» không?"),
        ('[[unit]]\nkey = "a"', "tệp.toml, dòng 1: khoá «unit[1].email»: thiếu khoá này"),
        (
            '[[unit]]\nkey = "a"\nemail = "x"\n# ghi chú\n[[unit]]\nkey = "b"\nemail = "x"\nkind = "nhà"',
            'tệp.toml, dòng 8: khoá «unit[2].kind»: «nhà» không dùng được; chỉ nhận "office", "village"',
        ),
        (
            '[[unit]]\nkey = "a"\nemail = "x"\n[[unit]]\nkey = "a"\nemail = "y"',
            "tệp.toml, dòng 5: khoá «unit[2].key»: đã dùng ở trên",
        ),
        (
            'unit = [\n  { key = "a", email = "x" },\n  { key = "b", emial = "x" },\n]',
            "tệp.toml, dòng 3: khoá «unit[2].emial»: không có khoá này; có phải «email» không?",
        ),
    ],
)  # fmt: skip
def test_a_wrong_value_is_told_with_its_line_key_and_reason(text: str, sentence: str) -> None:
    assert sentence in refused(text)


def test_all_problems_are_told_at_once_in_the_order_of_the_file() -> None:
    lines = refused('year = "hai"\n\n[[unit]]\nkey = "A"\n\n[[unit]]\nkye = "b"\nemail = 3')
    assert [line.partition(":")[0] for line in lines] == [f"tệp.toml, dòng {n}" for n in (1, 3, 4, 6, 7, 8)]


def test_a_secret_is_never_repeated_in_an_error() -> None:
    assert "98765" not in "\n".join(refused("secret = 98765"))
    assert "hunter2" not in "\n".join(refused('sercet = "hunter2"'))


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("a = 1\na = 2\nb = 3", 2, "đã được ghi ở trên"),
        ("[a]\n[a]", 2, "đã được ghi ở trên"),
        ("a = 1\nb = 31/9/2024", 2, "trong dấu ngoặc kép"),
        ("b = 2024-09-31", 1, "không có trong lịch"),
        ("a = “x”", 1, "ngoặc kép thẳng"),
        ('a = "x\nb = 1', 1, "thiếu dấu ngoặc kép đóng"),
        ('a = "C:\\data"', 1, "\\"),
        ("a = [1,\n2", 2, "thiếu dấu ]"),
        ("[a", 1, "thiếu dấu ]"),
        ("a", 1, "thiếu dấu ="),
        ("đơn = 1", 1, "tên khoá không hợp lệ"),
    ],
)
def test_a_syntax_error_is_told_with_its_line(text: str, line: int, word: str) -> None:
    with pytest.raises(Refusal) as caught:
        parse_toml(text, "x.toml")
    assert word in str(caught.value)
    assert str(caught.value).startswith(f"x.toml, dòng {line}: ")


@pytest.mark.parametrize("text", ["x = " + "[" * 5000, "x = " + "1" * 5000])
def test_a_file_made_to_choke_the_reader_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match="quá dài hoặc ngoặc lồng nhau"):
        parse_toml(text, "x.toml")


def test_a_missing_folder_or_foreign_file_is_refused_by_name(tmp_path: Path) -> None:
    latin = tmp_path / "cu.toml"
    latin.write_bytes('a = 1\ntitle = "Hoàng Đồng"'.encode("utf-16"))
    with pytest.raises(Refusal, match="bảng mã UTF-8"):
        read_text(latin)
    with pytest.raises(Refusal, match=r"Không có tệp .*khong-co\.toml"):
        read_text(tmp_path / "khong-co.toml")
    with pytest.raises(Refusal, match="Không đọc được tệp"):
        read_text(tmp_path)
    with pytest.raises(Refusal, match="Không đọc được tệp"):
        read_text(Path("a\0b"))


def test_a_byte_order_mark_and_decomposed_letters_change_nothing(tmp_path: Path) -> None:
    text = 'title = "Trường Mầm non Hoa Hướng Dương"\n'
    path = tmp_path / "x.toml"
    path.write_bytes(b"\xef\xbb\xbf" + unicodedata.normalize("NFD", text).encode())
    assert load(path, Sample).title == "Trường Mầm non Hoa Hướng Dương"


def test_a_problem_outside_any_file_is_told_without_a_line() -> None:
    with pytest.raises(Exception, match="validation error") as caught:
        Sample.model_validate({"year": "x"})
    said = str(explain(caught.value, text="", name="biến môi trường X"))  # type: ignore[arg-type]
    assert said == "biến môi trường X: khoá «year»: phải là số nguyên, đang là «x»"


def test_a_line_is_found_through_dotted_quoted_and_nested_keys() -> None:
    text = 'a.b = 1\n"c d" = """\nx\n[no]\n"""\n[[u]]\nx = 1\n[[u]]\n[u.sub]\ny = [ # [\n  { z = "}" },\n]\n'
    assert tomllib.loads(text)["u"][1]["sub"]["y"][0]["z"] == "}"
    wanted: dict[tuple[str | int, ...], int] = {
        ("a", "b"): 1, ("c d",): 2, ("u", 0, "x"): 7, ("u", 1): 8, ("u", 1, "sub", "y"): 10,
        ("u", 1, "sub", "y", 0, "z"): 11, ("u", 0, "missing"): 6,
    }  # fmt: skip
    assert {loc: line_of(text, loc) for loc in wanted} == wanted
    assert line_of(text, ("nowhere",)) is None


SNIPPETS = st.sampled_from(
    ['{k} = 1', '{k} = "a # b"', "{k} = 'x]'", '{k} = """\nhai\n"""', "{k} = [1, [2, 3], # c\n 4]", "# chú thích",
     "{k} = { p = 1, q = [ { r = 2 } ] }", "[t{k}]", "[[u]]\n{k} = 2024-01-01", "[u.{k}]", "", "{k}.s = true"]
)  # fmt: skip


@given(st.lists(SNIPPETS, max_size=12))
def test_every_key_of_a_file_is_found_on_a_line_that_holds_it(snippets: list[str]) -> None:
    text = "\n".join(snippet.replace("{k}", f"k{place}") for place, snippet in enumerate(snippets))
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    lines = text.split("\n")
    for loc in paths(data, ()):
        assert loc in places(text)
        if isinstance(loc[-1], str):
            assert loc[-1] in lines[places(text)[loc] - 1]


def paths(value: Any, loc: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for part, below in inner:
        yield (*loc, part)
        yield from paths(below, (*loc, part))


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.text(alphabet=st.characters(codec="utf-8"), max_size=80) | st.text("a=[]{}\"'#\n.,1 -x\\", max_size=40)
)
def test_no_text_makes_the_reader_fail_in_another_way(text: str) -> None:
    places(text)
    try:
        validate(parse_toml(text, "x.toml"), Sample, text=text, name="x.toml")
    except Refusal as refusal:
        assert str(refusal).startswith("x.toml")


def test_the_shipped_files_are_all_readable_text() -> None:
    for name in ("decision-06.toml", "hoang-dong-2024.toml", "working-days.toml"):
        text = shipped(name).read_text("utf-8")
        assert unicodedata.is_normalized("NFC", text)
        assert tomllib.loads(text)
