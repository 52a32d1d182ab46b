"""A document that is whole as a file but odd in its structure or its words is read or refused: no crash, no hang."""

from __future__ import annotations

import copy
import io
import os
import resource
import subprocess
import sys
import unicodedata
import zipfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from processor_time import at_most

from benchmarks.reading import FOLDER
from db.errors import Refusal
from documents.as_json import findings_as_json
from documents.reading import read_plan_document
from documents.sources import read_blocks, read_file

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parent.parent
ATHERIS = ROOT / ".tools" / "atheris"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
WORDS = [path.read_bytes() for path in sorted(FOLDER.glob("*.docx"))]
TEXTS = ["\n".join(block.text for block in read_file(path)) for path in sorted(FOLDER.glob("*.txt"))]
FUZZ = settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
PLACE = st.integers(0, 10_000)
TAGS = (
    "p",
    "r",
    "t",
    "tbl",
    "tr",
    "tc",
    "sdt",
    "ins",
    "del",
    "br",
    "tab",
    "hyperlink",
    "txbxContent",
    "pPr",
    "numPr",
)
PIECES = ("tiêu chí ", "số 5, ", "và ", "từ 7 đến 9", "các tiêu chí 1", "16 thôn: ", "Trạm Y tế", "phối hợp với ", "trước ngày 10/11/2024",
          "ngày 31 tháng 02", "(", ")", "\n", "\t", "- ", "I. ", "99999999999999999999", "\u0301", "\u200b", "\ufeff", "Đ" * 3_000, "1." * 2_000)  # fmt: skip
MEGABYTES = 250


def outcome(raw: bytes) -> None:
    """Read a file to its end: it is a plan that can be told as JSON, or a Refusal; within 2 s, and little memory."""
    with at_most(2):
        try:
            findings_as_json(read_plan_document(read_blocks(raw, "tep"), {}))
        except Refusal as refusal:
            assert str(refusal)
    assert most_memory() < BEFORE[0] + MEGABYTES * 1024


def most_memory() -> int:
    """The most that this process ever had, in kB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


BEFORE: list[int] = []


@pytest.fixture(autouse=True, scope="module")
def before() -> None:
    """What other tests of this process needed is not the reader's."""
    BEFORE[:] = [most_memory()]


def _pick(root: Any, place: int) -> Any:
    """Some element below the root; the root for an empty one."""
    found = list(root.iter(etree.Element))[1:]
    return found[place % len(found)] if found else root


def _drop(root: Any, one: int, _other: int, _word: str) -> None:
    element = _pick(root, one)
    if element.getparent() is not None:
        element.getparent().remove(element)


def _double(root: Any, one: int, other: int, _word: str) -> None:
    for _ in range(1 + other % 20):
        _pick(root, other).append(copy.deepcopy(_pick(root, one)))
        if sum(1 for _ in root.iter()) > 20_000:
            return


def _rename(root: Any, one: int, other: int, _word: str) -> None:
    _pick(root, one).tag = W + TAGS[other % len(TAGS)]


def _bury(root: Any, one: int, other: int, _word: str) -> None:
    """Put an element into many of its own kind."""
    element = _pick(root, one)
    for _ in range(other % 200):
        outer = etree.Element(element.tag)
        parent = element.getparent()
        if parent is None:
            return
        parent.replace(element, outer)
        outer.append(element)


def _say(root: Any, one: int, other: int, word: str) -> None:
    texts = list(root.iter(f"{W}t"))
    if texts:
        text = texts[one % len(texts)]
        text.text = word if other % 2 else f"{text.text or ''}{word}"


def _number(root: Any, one: int, _other: int, word: str) -> None:
    element = _pick(root, one)
    for name in ("val", "ilvl", "numId", "abstractNumId"):
        if element.get(W + name) is not None:
            element.set(W + name, word.translate({10: " ", 9: " "}))


def _join(root: Any, one: int, other: int, _word: str) -> None:
    """A cell that spans and goes on downwards as it should not."""
    cells = list(root.iter(f"{W}tc"))
    if cells:
        cell = cells[one % len(cells)]
        shape = etree.SubElement(cell, f"{W}tcPr")
        etree.SubElement(shape, f"{W}gridSpan").set(f"{W}val", str(other))
        etree.SubElement(shape, f"{W}vMerge")


CHANGE = st.tuples(st.sampled_from([_drop, _double, _rename, _bury, _say, _number, _join]), PLACE, PLACE, st.sampled_from(PIECES))  # fmt: skip
PARTS = st.sampled_from(["word/document.xml", "word/document.xml", "word/document.xml", "word/numbering.xml", "word/styles.xml"])  # fmt: skip


@st.composite
def odd_word_files(draw: st.DrawFn) -> bytes:
    """A fixture plan with the structure of one part changed in up to eight places."""
    raw, part, changes = (
        draw(st.sampled_from(WORDS)),
        draw(PARTS),
        draw(st.lists(CHANGE, min_size=1, max_size=8)),
    )
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == part:
                root = etree.fromstring(content)
                for change, one, other, word in changes:
                    change(root, one, other, word)
                content = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
            new.writestr(name, content)
    return made.getvalue()


@st.composite
def odd_texts(draw: st.DrawFn) -> bytes:
    """A fixture plan with lines moved, repeated, cut, joined or given other words, in one of the usual encodings."""
    lines = draw(st.sampled_from(TEXTS)).splitlines()
    for deed, one, other, word in draw(st.lists(st.tuples(st.integers(0, 5), PLACE, PLACE, st.sampled_from(PIECES)), min_size=1, max_size=12)):  # fmt: skip
        at, to = one % len(lines), other % len(lines)
        cut = other % (len(lines[at]) + 1)
        match deed:
            case 0:
                lines.insert(to, lines.pop(at))
            case 1:
                lines[to:to] = [lines[at]] * (1 + other % 30)
            case 2:
                lines[at] = lines[at][:cut]
            case 3:
                lines[at] = lines[at] + lines[to]
            case 4:
                lines[at] = lines[at][:cut] + word + lines[at][cut:]
            case _:
                lines[at : at + 1] = [lines[at][:cut], lines[at][cut:]]
    text = "\n".join(lines)[:200_000]
    form, encoding = (
        draw(st.sampled_from(["NFC", "NFD"])),
        draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])),
    )
    return unicodedata.normalize(form, text).encode(encoding)


@FUZZ
@given(odd_word_files())
def test_a_word_file_of_odd_structure_neither_crashes_nor_holds_up_the_reader(raw: bytes) -> None:
    outcome(raw)


@FUZZ
@given(odd_texts())
def test_a_text_of_odd_order_and_words_neither_crashes_nor_holds_up_the_reader(raw: bytes) -> None:
    outcome(raw)


@pytest.mark.skipif(
    not ATHERIS.exists() and find_spec("atheris") is None, reason="needs atheris: make .tools/atheris"
)
def test_atheris_finds_no_file_that_crashes_or_holds_up_the_reader(tmp_path: Path) -> None:
    path = os.pathsep.join(filter(None, [str(ATHERIS), os.environ.get("PYTHONPATH", "")]))
    ran = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "fuzz_reader.py"), "20", str(tmp_path)],
        env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True, errors="replace", timeout=120, check=False,
    )  # fmt: skip
    assert (ran.returncode, list(tmp_path.iterdir())) == (0, []), ran.stderr[-3000:]
    assert "Done" in ran.stderr
