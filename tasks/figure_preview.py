"""What a table of figures would change in a unit's report forms, task by task. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from tasks.figure_rows import Form, Said
from tasks.report_form import NOTE, Filled, amount_typed, fields_of, fill, plainly

EMPTY = "trống"
_LONGEST_SHOWN = 120


@dataclass(frozen=True)
class FormPreview:
    """One task. `changes`: in words; `missing`: what keeps it from being handed in; `doubts`: what should be looked at.

    `typed`: the whole form as it would be.
    """

    form: Form
    filled: Filled
    changes: tuple[str, ...]
    missing: tuple[str, ...]
    doubts: tuple[str, ...]

    @property
    def changed(self) -> bool:
        """Whether the table says anything new."""
        return bool(self.changes)

    @property
    def ready(self) -> bool:
        """Whether its report can be handed in, and there is something to hand in that was not handed in before."""
        return self.form.open and not self.missing and (self.changed or self.form.draft > 0)


@dataclass(frozen=True)
class FiguresPreview:
    """All tasks of a table; `seal` stands for exactly this preview."""

    lines: tuple[FormPreview, ...]
    seal: str

    @property
    def changed(self) -> tuple[FormPreview, ...]:
        """The tasks whose form would change."""
        return tuple(line for line in self.lines if line.changed)

    @property
    def ready(self) -> tuple[FormPreview, ...]:
        """The tasks whose report could be handed in."""
        return tuple(line for line in self.lines if line.ready)


def preview_figures(forms: Mapping[str, Form], said: Said) -> FiguresPreview:
    """What these texts would change. Tasks that `forms` lacks, or about which nothing is said, are left out."""
    told = {key: dict(typed) for key, typed in said.items() if typed and key in forms}
    lines = tuple(_line(forms[key], typed) for key, typed in told.items())
    state = [[one.form.task_id, one.form.version, one.form.draft, dict(one.form.typed)] for one in lines]
    return FiguresPreview(lines, hashlib.sha256(json.dumps([told, state]).encode()).hexdigest())


def _line(form: Form, said: Mapping[str, str]) -> FormPreview:
    before = plainly(form.criterion, form.typed)
    new = {name: text for name, text in said.items() if before.get(name, "") != text} if form.open else {}
    filled = fill(form.criterion, {**form.typed, **new})
    changes = tuple(_changes(form, before, {**before, **new}))
    return FormPreview(
        form, filled, changes, tuple(_missing(form, filled)), tuple(_told(form, filled.doubts))
    )


def _changes(form: Form, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    for one in form.criterion.indicators:
        old, new = amount_typed(one, before), amount_typed(one, after)
        if old != new:
            yield f"{one.name}: {old or EMPTY} → {new}"
    if before.get(NOTE, "") != after.get(NOTE, ""):
        yield f"Ghi chú: {_short(before.get(NOTE, ''))} → {_short(after[NOTE])}"


def _missing(form: Form, filled: Filled) -> Iterator[str]:
    yield from _told(form, filled.problems)
    own = set(fields_of(form.criterion))
    if any(text for name, text in form.typed.items() if name not in own):
        yield "Bản nháp có minh chứng chưa lưu xong; xin mở việc này để nộp."


def _told(form: Form, sentences: Mapping[str, Iterable[str]]) -> Iterator[str]:
    names = {one.key: one.name for one in form.criterion.indicators} | {NOTE: "Ghi chú"}
    for key, said in sentences.items():
        yield from (one if one.startswith("Thiếu") else f"{names.get(key, key)}: {one}" for one in said)


def _short(text: str) -> str:
    if not text:
        return EMPTY
    return f"«{text}»" if len(text) <= _LONGEST_SHOWN else f"«{text[:_LONGEST_SHOWN]}…»"
