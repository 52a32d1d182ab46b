"""The end of a plan: who signed it, in which capacity, and who receives it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from documents.findings import Read
from documents.grammar.letters import UPPER, fold, tidy
from documents.grammar.lines import Line

_RECIPIENTS = re.compile(r"^nơi nhận\s*:?")
_CAPACITY = re.compile(
    r"^(?:(?:tm|kt|tl|tuq|q|k\.t|t\.m)\s*\.?\s*(?=ủy|chủ|ubnd|trưởng|\S))?(?:(?:ủy ban nhân dân|ubnd)(?: (?:xã|phường|thị trấn|đặc khu)\b.{0,30})?|(?:quyền |phó )?chủ t[iịí]ch(?: ubnd(?: xã| phường| thị trấn)?.{0,25})?|phó trưởng ban|trưởng ban|trưởng phòng)[,.]?\s*$"
)
_OFFICER = re.compile(r"^(?:(?:tl|tuq)\s*\.\s*)?công chức.{0,30}$")
_PERSON = re.compile(
    rf"^(?:(?:[Tt][Hh]?[Ss]|CN|BS|PGS|GS)[. ]\s*)?([{UPPER}][\w'’]*(?:\s+[{UPPER}][\w'’]*){{1,5}})\s*$"
)
_SIGNED = re.compile(r"^\(?\s*(?:đã ký|ký tên|ký,? ?(?:ghi rõ|đóng)|đã ký,? đóng dấu|\[?đã ký).*\)?$")
_OFFICE = re.compile(
    r"(?:phòng|ban|ubnd|ủy ban|hđnd|hội đồng|đảng|công (?:an|chức)|trường|phụ lục|biểu|mẫu|xã|phường|thị trấn|đặc khu)\b|lưu v[tp]\b"
)
_STAMP = re.compile(r"^\(.*\)$")


_WORK = re.compile(r"phân công|giao nhiệm vụ|(?:thực hiện|phụ trách|theo dõi)[^.;]{0,30} tiêu chí")
FEWEST_CELLS = 12
NEAR = 6
"""Lines between the signature and "Nơi nhận", which stand side by side and are read in either order."""


@dataclass(frozen=True)
class Ending:
    """`first`, `last`: indices of the first and the last line that belong to it; an appendix may follow."""

    signer: Read | None
    capacity: Read | None
    recipients: tuple[Read, ...]
    first: int
    last: int


def ending_of(lines: Sequence[Line]) -> Ending:
    """Signer and recipients, looked for from the end."""
    where = [at for at, line in enumerate(lines) if _RECIPIENTS.match(line.low)]
    late = min(len(lines) // 2, max(0, where[-1] - NEAR) if where else len(lines))
    capacities = [at for at in range(max(late, 8), len(lines)) if _is_capacity(lines[at])]
    signature = _last_group(capacities, lines)
    first = min([*where[-1:], *signature, len(lines)])
    capacity = _capacity([lines[at] for at in signature])
    signed_at = _signed_at(lines, signature)
    received = _received(lines, where[-1:], signature)
    last = max([first, *signature, *([signed_at] if signed_at else []), *where[-1:]])
    signer = _person(lines[signed_at]) if signed_at else None
    return Ending(signer, capacity, received, first, last)


def appendix_of(after: Sequence[Line]) -> list[Line]:
    """What belongs to the plan's body of the lines after its end: tables, and the text of an appendix about the work."""
    titles = [at for at, line in enumerate(after) if line.low.startswith("phụ lục")]
    about = [at for at in titles if any(_WORK.search(line.low) for line in after[at : at + NEAR])]
    if about:
        return list(after[about[0] :])
    tables = [line for line in after if line.in_table]
    return tables if len(tables) > FEWEST_CELLS else []


def _is_capacity(line: Line) -> bool:
    """An officer signs in capitals; in small letters «Công chức Tư pháp» is a table's cell."""
    return bool(_CAPACITY.match(line.low) or (line.text.isupper() and _OFFICER.match(line.low)))


def _last_group(found: Sequence[int], lines: Sequence[Line]) -> list[int]:
    """The lines of the signature: those close together, in the part that has a name below."""
    group: list[int] = []
    for at in found:
        if group and sum(not line.label for line in lines[group[-1] : at]) > 4:
            if _signed_at(lines, group):
                return group
            group = []
        group.append(at)
    return group


def _capacity(lines: Sequence[Line]) -> Read | None:
    if not lines:
        return None
    text = tidy(" ".join(line.text.strip(" ,") for line in lines))
    return Read(_mended(text), lines[0].source)


def _mended(text: str) -> str:
    """«CHỦ TICH» is how people type CHỦ TỊCH in a hurry."""
    return re.sub(
        r"(?i)\b(chủ\s+t)[ií](ch)\b",
        lambda found: f"{found[1]}{'Ị' if found[2].isupper() else 'ị'}{found[2]}",
        text,
    )


def _signed_at(lines: Sequence[Line], signature: Sequence[int]) -> int | None:
    """Where the signer's name stands below the capacity."""
    if not signature:
        return None
    for at in range(signature[-1] + 1, min(signature[-1] + 8, len(lines))):
        line = lines[at]
        if _SIGNED.match(line.low) or _STAMP.match(line.text) or line.label:
            continue
        if not _RECIPIENTS.match(line.low) and _person(line):
            return at
    return None


def _person(line: Line) -> Read | None:
    found = _PERSON.match(line.text)
    is_name = found and not _is_capacity(line) and _is_name(found[1])
    return Read(tidy(found[1]), line.source) if found and is_name else None


def _is_name(text: str) -> bool:
    """Each word with a capital, and not an office: «Công», «Trường», «Mẫu» are given names too, but no first words."""
    return all(word[:1].isupper() for word in text.split()) and not _OFFICE.match(fold(text))


def _received(lines: Sequence[Line], where: Sequence[int], signature: Sequence[int]) -> tuple[Read, ...]:
    if not where:
        return ()
    found: list[Read] = []
    for at in range(where[0], len(lines)):
        if at in signature:
            continue
        text = lines[at].text[_after(lines[at]) :].strip(" ;.:-")
        if found and not lines[at].label:
            break
        found.extend(
            Read(part.strip(), lines[at].source) for part in re.split(r";\s*-?\s*", text) if part.strip()
        )
    return tuple(found)


def _after(line: Line) -> int:
    if found := _RECIPIENTS.match(line.low):
        return found.end()
    return line.label.end if line.label else 0
