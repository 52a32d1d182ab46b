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
    r"^(?:(?:tm|kt|tl|tuq|q|k\.t|t\.m)\s*\.?\s*(?=ủy|chủ|ubnd|trưởng|\S))?(?:(?:ủy ban nhân dân|ubnd)(?: (?:xã|phường|thị trấn|đặc khu)\b.{0,30})?|(?:quyền |phó )?chủ t[iịí]ch(?: ubnd(?: xã| phường| thị trấn)?.{0,25})?|phó trưởng ban|trưởng ban|trưởng phòng|công chức.{0,30})[,.]?\s*$"
)
_TWO = re.compile(r"(?<=\S)\s+(?=phó chủ t|kt\.|chủ t[iịí]ch$)")
_PERSON = re.compile(
    rf"^(?:(?:[Tt][Hh]?[Ss]|CN|BS|PGS|GS)[. ]\s*)?([{UPPER}][\w'’]*(?:\s+[{UPPER}][\w'’]*){{1,5}})\s*$"
)
_SIGNED = re.compile(r"^\(?\s*(?:đã ký|ký tên|ký,? ?(?:ghi rõ|đóng)|đã ký,? đóng dấu|\[?đã ký).*\)?$")
_STAMP = re.compile(r"^\(.*\)$")


@dataclass(frozen=True)
class Ending:
    """`first`: index of the first line that belongs to it."""

    signer: Read | None
    capacity: Read | None
    recipients: tuple[Read, ...]
    first: int


def ending_of(lines: Sequence[Line]) -> Ending:
    """Signer and recipients, looked for from the end."""
    where = [at for at, line in enumerate(lines) if _RECIPIENTS.match(line.low)]
    capacities = [at for at in range(max(len(lines) // 2, 8), len(lines)) if _CAPACITY.match(lines[at].low)]
    signature = _last_group(capacities, lines)
    first = min([*where[-1:], *signature, len(lines)])
    capacity = _capacity([lines[at] for at in signature])
    return Ending(_signer(lines, signature), capacity, _received(lines, where[-1:], signature), first)


def _last_group(found: Sequence[int], lines: Sequence[Line]) -> list[int]:
    """The lines of the signature: those close together, in the part that has a name below."""
    group: list[int] = []
    for at in found:
        if group and at - group[-1] > 4:
            if _signer(lines, group):
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


def _signer(lines: Sequence[Line], signature: Sequence[int]) -> Read | None:
    if not signature:
        return None
    for line in lines[signature[-1] + 1 : signature[-1] + 8]:
        if _SIGNED.match(line.low) or _STAMP.match(line.text) or line.label:
            continue
        if (found := _PERSON.match(line.text)) and not _RECIPIENTS.match(line.low) and _is_name(found[1]):
            return Read(tidy(found[1]), line.source)
    return None


def _is_name(text: str) -> bool:
    """Each word with a capital, and no word of an office."""
    low = fold(text)
    return all(word[:1].isupper() for word in text.split()) and not re.search(
        r"\b(?:lưu|phòng|ban|ubnd|hđnd|đảng|công|trường|phụ lục|biểu|mẫu|xã|phường)\b", low
    )


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
