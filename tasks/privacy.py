"""Words that look as if they spoke of one child, whom nothing here may name. Pure.

Rule: the commune keeps counts and document numbers only; private information of a child is listed in article 33
of Decree 56/2017/NĐ-CP (name, age, address, school, family, health …). A hint, not a proof.
"""

from __future__ import annotations

import re

_SPOKEN_OF = re.compile(r"(?<!trẻ )\b(?:cháu|bé|em)\s+([^\W\d_]+)\s+([^\W\d_]+)", re.IGNORECASE)
_VILLAGE = re.compile(
    r"\b(?:thôn|xóm|ấp|buôn|khóm|khối phố|khu phố|tiểu khu|tổ dân phố)\s+(?:số\s+)?(\w)", re.IGNORECASE
)
_BORN = re.compile(r"(?<!học )\bsinh\s+(?:ngày|năm)\s*:?\s*\d", re.IGNORECASE)
SENTENCE = (
    "Có vẻ nội dung nói về một em cụ thể. Xin bỏ tên, ngày sinh, địa chỉ; chỉ ghi số liệu và số hiệu văn bản."
)
VILLAGES_UNTOLD = (
    "Số nhỏ ở một thôn có thể lộ một em cụ thể. Xin bỏ tên thôn, khối phố; chỉ ghi chung cho cả xã, phường."
)
"""Of the criteria whose evidence is restricted: no village breakdown of them leaves the commune."""


def names_a_child(text: str) -> bool:
    """Whether a text seems to name one child or to give its date of birth."""
    named = (one[1].istitle() and one[2].istitle() for one in _SPOKEN_OF.finditer(text))
    return any(named) or bool(_BORN.search(text))


def names_a_village(text: str) -> bool:
    """Whether a text names a single village or street group, by number or name."""
    return any(one[1].isdigit() or one[1].isupper() for one in _VILLAGE.finditer(text))
