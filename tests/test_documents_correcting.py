"""A draft between what was read and the plan file: lists of criteria, keys that stay, sentences found in the document."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.reading import expected_of
from db.errors import Refusal
from documents.apart import Desk
from documents.correcting.checking import checked
from documents.correcting.draft import PlanDraft, UnitRow, next_id, texts
from documents.correcting.filling import draft_of
from documents.correcting.numbers import is_list, numbers_in
from documents.correcting.own import Own, own_of_plan
from documents.correcting.tables import tables_of
from documents.findings import PlanFindings, Source
from documents.marking import Marking
from documents.reading import read_plan_document
from documents.sources import Block, Place, read_file
from web.fromdoc.fields import draft_in, edited, size
from web.fromdoc.paper import paper_of
from web.fromdoc.places import findings

DOCUMENTS = list(expected_of())
OWN = Own({"key": "vi-du", "place": "Ví Dụ", "superior": "UBND huyện Ví Dụ"})


def found_in(document: Path) -> tuple[list[Block], PlanFindings]:
    blocks = read_file(document)
    return blocks, read_plan_document(blocks, {})


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("5, 7-9", [5, 7, 8, 9]), ("từ 7 đến 9", [7, 8, 9]), ("số 3 và số 4", [3, 4]), ("", []), ("5 5;6.", [5, 6]), ("Tiêu chí 10", [10])],
)  # fmt: skip
def test_criteria_are_written_as_people_write_them(text: str, numbers: list[int]) -> None:
    assert is_list(text)
    assert numbers_in(text) == numbers


@pytest.mark.parametrize("text", ["năm", "9-7", "5 tới 7", "5a", "5/6", "<5>"])
def test_anything_else_is_no_list_of_criteria(text: str) -> None:
    assert not is_list(text)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_finding_is_marked_where_its_sentence_stands(document: Path) -> None:
    blocks, found = found_in(document)
    marking = Marking(blocks)
    for one in findings(found, draft_of(found)):
        here = marking.stretches(one.source)
        marked = " ".join(" ".join(blocks[it.block].text[it.start : it.end].split()) for it in here)
        sentence = " ".join(one.source.sentence.split())
        # A head in two columns puts the issuer's name together from two lines; its beginning is marked.
        assert marked == sentence or (one.path == "issuer" and f"{sentence} ".startswith(f"{marked} ")), one


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_the_paper_shows_every_letter_of_the_document_once(document: Path) -> None:
    blocks, found = found_in(document)
    paper = paper_of(blocks, findings(found, draft_of(found)))
    paragraphs = [
        one
        for part in paper.parts
        for one in ([part.paragraph] if part.paragraph else [it for row in part.rows for cell in row for it in cell.paragraphs])
    ]  # fmt: skip
    shown = "\n".join("".join(piece.text for piece in one.pieces) for one in paragraphs)
    assert shown == "\n".join(block.text for block in blocks)
    opened = [piece.opens.no for one in paragraphs for piece in one.pieces if piece.opens]
    assert sum(piece.closes for one in paragraphs for piece in one.pieces) == len(opened) == len(set(opened))
    assert {link.no for links in paper.links.values() for link in links} <= set(opened)


def test_a_sentence_that_is_not_there_marks_its_whole_paragraph_and_no_place_marks_nothing() -> None:
    marking = Marking([Block("Một câu.", Place(paragraph=1)), Block("Câu khác.", Place(paragraph=2))])
    (whole,) = marking.stretches(Source(Place(paragraph=2), "Không có ở đây"))
    assert (whole.block, whole.start, whole.end) == (1, 0, 9)
    assert marking.stretches(Source(Place(), "Một câu.")) == []
    assert marking.stretches(Source(Place(paragraph=9), "Một câu.")) == []


@settings(max_examples=60)
@given(st.lists(st.text(alphabet="ab .\n", min_size=1, max_size=30), min_size=1, max_size=12), st.data())
def test_any_stretch_of_a_document_is_found_again(lines: list[str], data: st.DataObject) -> None:
    blocks = [Block(text, Place(paragraph=no)) for no, text in enumerate(lines, 1)]
    words = [(no, word) for no, text in enumerate(lines) for word in text.split()]
    if not words:
        return
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first, min(first + 4, len(words) - 1)))
    sentence = " ".join(word for _, word in words[first : last + 1])
    for one in Marking(blocks).stretches(Source(blocks[words[first][0]].place, sentence)):
        assert 0 <= one.start < one.end <= len(blocks[one.block].text)


def test_a_form_read_back_is_the_draft_it_was_made_from() -> None:
    for document in DOCUMENTS:
        _, found = found_in(document)
        draft = draft_of(found)
        assert draft_in(dict(texts(draft))) == draft


def test_ids_of_rows_stay_while_others_come_and_go() -> None:
    draft = PlanDraft(units=(UnitRow("0", "A"), UnitRow("4", "B")))
    grown = edited(edited(draft, "them.units"), "bo.units.0")
    assert [one.id for one in grown.units] == ["4", "5"]
    assert next_id(()) == "0"
    assert size(edited(grown, "them.units.5.duties")) == size(grown) + 1


def test_units_and_duties_that_are_known_keep_their_keys_and_others_never_take_them() -> None:
    source = {
        "rule_set": "decision-06",
        "unit": [
            {"key": "yt", "name": "Trạm Y tế", "plan_name": None, "kind": "station", "source": "IV.3"},
            {
                "key": "cong-an-xa",
                "name": "Một tên khác",
                "plan_name": "Công an",
                "kind": "station",
                "source": "IV.5",
            },
        ],
        "duty": [{"key": "viec-cu", "unit": "yt", "wording": "Khám sức khoẻ cho trẻ"}],
        "year": 2024,
        "criterion": [
            {
                "unit": "yt",
                "no": 5,
                "part": "lead",
                "wording": "Lời văn cũ",
                "source": "IV.3",
                "basis": "plan",
                "deadline": None,
            }
        ],
        "report": [],
    }
    own = own_of_plan(OWN.commune, {2024: "ma-cu"}, source)
    assert (own.unit_key("Trạm y tế xã"), own.unit_key("Công an"), own.unit_key("Thư viện")) == (
        "yt",
        "cong-an-xa",
        None,
    )
    assert (own.plan_key("2024"), own.plan_key("2025"), own.plan_key("x")) == (
        "ma-cu",
        "vi-du-2025",
        "vi-du-x",
    )
    draft = draft_in({
        "year": "2024", "units.0.name": "Trạm Y tế xã", "units.0.lead": "5-6", "units.0.duties.0.text": "Khám sức khoẻ cho trẻ",
        "units.0.duties.1.text": "Khám sức khoẻ cho trẻ", "units.1.name": "Trạm Y tế",
    })  # fmt: skip
    tables = tables_of(draft, PlanFindings(), own)
    assert next(one.values["key"] for one in tables if one.name == "unit") == "yt"
    keys = [one.values["key"] for one in tables if one.name in {"unit", "duty"}]
    assert len(keys) == len(set(keys))
    assert "viec-cu" in keys
    wordings = [one.values["wording"] for one in tables if one.name == "criterion"]
    assert wordings == ["Lời văn cũ", "Theo dõi, đánh giá tiêu chí 6."]
    assert own.wording("2025", "yt", 5, "lead") == {}


ANY = st.text(alphabet="0123456789/-,. abđ\n\"\\'{}<&\x7f", max_size=12)


@settings(max_examples=150)
@given(
    st.dictionaries(
        st.sampled_from([path for path, _ in texts(draft_of(found_in(DOCUMENTS[0])[1]))]), ANY, max_size=12
    )
)
def test_whatever_is_typed_is_a_plan_or_has_a_problem_beside_a_field(typed: dict[str, str]) -> None:
    _, found = found_in(DOCUMENTS[0])
    fields = dict(texts(draft_of(found))) | typed
    draft = draft_in(fields)
    result = checked(draft, found, OWN, range(1, 14))
    assert (result.plan is None) == bool(result.problems)
    assert set(result.problems) <= {*fields, "units", "bases", ""}, result.problems


def test_a_corrected_name_leaves_the_documents_own_name_as_the_plans() -> None:
    _, found = found_in(DOCUMENTS[0])
    draft = draft_of(found)
    first = replace(draft.units[0], name="Một tên mới")
    tables = tables_of(replace(draft, units=(first, *draft.units[1:])), found, OWN)
    unit = next(one.values for one in tables if one.name == "unit")
    assert (unit["name"], unit["plan_name"]) == ("Một tên mới", found.units[0].name)


def test_a_document_that_takes_too_long_is_given_up_and_the_next_is_read() -> None:
    with pytest.raises(Refusal, match="đọc mãi không xong"):
        Desk(patience=0.01).read(DOCUMENTS[0].read_bytes(), "cham.txt")
    desk = Desk()
    assert desk.read(DOCUMENTS[0].read_bytes(), "nhanh.txt") == read_file(DOCUMENTS[0])


def test_only_so_many_documents_are_read_at_once_and_the_next_is_told_to_wait() -> None:
    desk, raw = Desk(at_once=1, queue=0.0), DOCUMENTS[0].read_bytes()
    first = threading.Thread(target=lambda: desk.read(raw, "mot.txt"))
    first.start()
    time.sleep(0.05)
    with pytest.raises(Refusal, match="Máy đang đọc văn bản của người khác"):
        desk.read(raw, "hai.txt")
    first.join(timeout=30)
    assert desk.read(raw, "hai.txt")


def test_the_reading_process_stops_itself_when_it_computes_too_long() -> None:
    run = "import sys; import documents.apart_worker as worker; import documents.sources as it; worker.SECONDS = 1; " \
        "it.read_blocks = lambda raw, name: [0 for _ in iter(int, 1)]; worker.main('x')"  # fmt: skip
    began = time.monotonic()
    ran = subprocess.run(
        [sys.executable, "-c", run], input=b"x", capture_output=True, timeout=60, check=False
    )
    assert ran.returncode < 0, ran
    assert time.monotonic() - began < 30


def test_a_draft_that_means_more_tasks_than_any_commune_has_is_refused_before_it_fills_the_memory() -> None:
    rows = tuple(UnitRow(str(no), f"Thôn {no}", "village", "99", "", "1-99", "1-99") for no in range(150))
    _, read = found_in(DOCUMENTS[0])
    tracemalloc.start()
    try:
        found = checked(PlanDraft(units=rows), read, OWN, range(1, 14))
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()
    assert (found.plan, found.text) == (None, "")
    assert "quá nhiều" in found.problems["units"][0]


FIRST_BASIS = {"bases.0.issued_on": "05/04/2016", "bases.0.issuer": "Quốc hội", "receiver": "0"}


def test_a_criterion_whose_row_has_its_own_date_keeps_it_in_the_plan() -> None:
    _, found = found_in(next(one for one in DOCUMENTS if one.name == "tam-son.docx"))
    result = checked(draft_in(dict(texts(draft_of(found))) | FIRST_BASIS), found, OWN, range(1, 14))
    plan = result.plan
    assert plan is not None, result.problems
    leads = {one.no: (one, plan.deadline_of(one)) for one in plan.criteria if one.part == "lead"}
    days = {no: str(due.given_on) for no, (_, due) in leads.items() if due}
    assert days == {
        **dict.fromkeys((1, 2), "2024-09-30"),
        **dict.fromkeys((3, 4, 5, 7, 8, 9), "2024-10-15"),
        **dict.fromkeys((6, 10, 11, 12, 13), "2024-10-20"),
    }
    assert leads[6][1] and leads[6][1].before
    assert {one.basis for one, _ in leads.values()} == {"plan"}


def test_a_cleared_date_of_a_criterion_leaves_it_to_the_report() -> None:
    _, found = found_in(next(one for one in DOCUMENTS if one.name == "tam-son.docx"))
    fields = dict(texts(draft_of(found))) | FIRST_BASIS
    path = next(path for path in fields if path.endswith(".dues.2.due_on"))
    plan = checked(draft_in(fields | {path: ""}), found, OWN, range(1, 14)).plan
    assert plan is not None
    (second,) = [one for one in plan.criteria if one.no == 2 and one.part == "lead"]
    assert (second.deadline, second.basis) == ("report", "commune")
