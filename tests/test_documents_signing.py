"""Who signs: the plan tells it in one line, and documents print each capacity on a line of its own and the name once."""

from __future__ import annotations

import pytest

from benchmarks.reading import FOLDER
from documents.correcting.filling import draft_of
from documents.correcting.own import own_of_document
from documents.correcting.tables import tables_of
from documents.reading import read_plan_document
from documents.signing import Signing, signing_of
from documents.sources import read_file

TM = "TM. ỦY BAN NHÂN DÂN"
DEPUTY = (TM, "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")


@pytest.mark.parametrize(
    ("signer", "lines", "name"),
    [
        ("KT. CHỦ TỊCH, PHÓ CHỦ TỊCH", DEPUTY, ""),
        ("KT. CHỦ TỊCH PHÓ CHỦ TỊCH, Hoàng Quốc Thành", DEPUTY, "Hoàng Quốc Thành"),
        ("KT. CHỦ TỊCH, PHÓ CHỦ TỊCH, Hoàng Quốc Thành", DEPUTY, "Hoàng Quốc Thành"),
        ("TM. ỦY BAN NHÂN DÂN KT. CHỦ TỊCH PHÓ CHỦ TỊCH, Dương Quốc Bảo", DEPUTY, "Dương Quốc Bảo"),
        ("TM. UBND XÃ, KT.CHỦ TỊCH, PHÓ CHỦ TỊCH, Lò Thị Mẫu", DEPUTY, "Lò Thị Mẫu"),
        ("TM. Uỷ ban nhân dân KT. Chủ tịch Phó Chủ tịch", DEPUTY, ""),
        ("TM. ỦY BAN NHÂN DÂN CHỦ TỊCH, Hà Văn Quyết", (TM, "CHỦ TỊCH"), "Hà Văn Quyết"),
        ("TM ỦY BAN NHÂN DÂN CHỦ TỊCH, HÀ VĂN QUYẾT", (TM, "CHỦ TỊCH"), "Hà Văn Quyết"),
        ("CHỦ TỊCH", (TM, "CHỦ TỊCH"), ""),
        ("QUYỀN CHỦ TỊCH, Hà Văn Quyết", (TM, "QUYỀN CHỦ TỊCH"), "Hà Văn Quyết"),
        ("KT. CHỦ TỊCH UBND XÃ, PHÓ CHỦ TỊCH UBND XÃ, Lò Thị Mẫu", DEPUTY, "Lò Thị Mẫu"),
        ("Q. CHỦ TỊCH", (TM, "Q. CHỦ TỊCH"), ""),
        ("Phó Chủ tịch, Hà Văn Quyết", DEPUTY, "Hà Văn Quyết"),
        ("Hà Văn Quyết", (TM,), "Hà Văn Quyết"),
        ("", (TM,), ""),
    ],
)  # fmt: skip
def test_each_capacity_has_its_own_line_and_the_name_stands_apart(
    signer: str, lines: tuple[str, ...], name: str
) -> None:
    assert signing_of(signer) == Signing(lines, name)


@pytest.mark.parametrize(
    ("document", "signer"),
    [
        ("hoang-dong-2024.txt", "KT. CHỦ TỊCH, PHÓ CHỦ TỊCH, Hoàng Quốc Thành"),
        ("tam-son.docx", "TM. ỦY BAN NHÂN DÂN, CHỦ TỊCH, Hà Văn Quyết"),
    ],
)
def test_a_plan_made_from_a_document_parts_the_lines_of_the_capacity(document: str, signer: str) -> None:
    found = read_plan_document(read_file(FOLDER / document), {})
    head = tables_of(draft_of(found), found, own_of_document(found))[0]
    assert head.values["signer"] == signer
