"""Which marks (chỗ điền) of a template would be left for the hand: it asks for them, and nothing is known. Pure."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import Environment, nodes

from tasks.verdict import number_list

GAP = "……"
"""What stands in a document where something is to be written by hand."""
WORDS = {
    "nguoi_ky": "họ tên người ký",
    "phong": "bộ phận soạn thảo",
    "trinh": "ý kiến về việc đề nghị công nhận",
    "hoi_dong.thanh_vien": "thành viên Hội đồng",
    "hoi_dong.chu_tich": "Chủ tịch Hội đồng",
    "hoi_dong.chu_tich_ky": "Chủ tịch Hội đồng",
    "hoi_dong.thu_ky": "Thư ký Hội đồng",
    "hoi_dong.thu_ky_ky": "Thư ký Hội đồng",
    "hop.thoi_gian": "thời gian họp",
    "hop.dia_diem": "địa điểm họp",
    "hop.co_mat": "người có mặt",
    "hop.ket_thuc": "giờ kết thúc họp",
}
AGREED = "diem_hoi_dong"
REACHED = "dat"


def blanks(template: bytes, context: Mapping[str, Any]) -> list[str]:
    """What stays blank, in words and in the template's order.

    Number, date and signature are the clerk's and are not counted. `context`: what the template is filled from.
    """
    asked = _marks(template)
    found = [WORDS[one] for one in asked if one in WORDS and _is_blank(_value(context, one))]
    waiting = {AGREED: "điểm Hội đồng của tiêu chí", REACHED: "kết luận đạt hay chưa đạt của tiêu chí"}
    return [
        *dict.fromkeys(found),
        *(one for key in waiting if key in asked for one in _open(context, key, waiting[key])),
    ]


@lru_cache(maxsize=64)
def _marks(template: bytes) -> tuple[str, ...]:
    """The marks that a template asks for: "nguoi_ky", "hop.dia_diem", and the last part of those in loops."""
    document = DocxTemplate(io.BytesIO(template))
    document.init_docx()
    parsed = Environment(autoescape=True).parse(document.patch_xml(document.get_xml()))
    return tuple(dict.fromkeys(_named(parsed)))


def _named(parsed: nodes.Template) -> Iterator[str]:
    for node in parsed.find_all((nodes.Getattr, nodes.Name)):
        if isinstance(node, nodes.Name):
            yield node.name
        elif isinstance(node, nodes.Getattr):
            yield node.attr
            if isinstance(node.node, nodes.Name):
                yield f"{node.node.name}.{node.attr}"


def _value(context: Mapping[str, Any], mark: str) -> Any:
    first, _, rest = mark.partition(".")
    return context[first][rest] if rest else context[first]


def _is_blank(value: Any) -> bool:
    if isinstance(value, list):
        return not value or any(_is_blank(one) for one in value)
    return not value or GAP in value


def _open(context: Mapping[str, Any], key: str, words: str) -> Iterator[str]:
    if waiting := [one["so"] for one in context["tieu_chi"] if one[key] == ""]:
        yield f"{words} {number_list(waiting)}"
