"""Words that look as if they spoke of one child, whom nothing here may name. Pure.

Rule: the commune keeps counts and document numbers only; private information of a child is listed in article 33
of Decree 56/2017/NĐ-CP (name, age, address, school, family, health …). A hint, not a proof.
"""

from __future__ import annotations

import re

_SPOKEN_OF = re.compile(r"(?<!trẻ )\b(?:cháu|bé|em)\s+([^\W\d_]+)\s+([^\W\d_]+)", re.IGNORECASE)
_BORN = re.compile(r"(?<!học )\bsinh\s+(?:ngày|năm)\s*:?\s*\d", re.IGNORECASE)
SENTENCE = (
    "Có vẻ nội dung nói về một em cụ thể. Xin bỏ tên, ngày sinh, địa chỉ; chỉ ghi số liệu và số hiệu văn bản."
)


def names_a_child(text: str) -> bool:
    """Whether a text seems to name one child or to give its date of birth."""
    named = (one[1].istitle() and one[2].istitle() for one in _SPOKEN_OF.finditer(text))
    return any(named) or bool(_BORN.search(text))
