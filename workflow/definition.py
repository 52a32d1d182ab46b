"""A procedure as data: stages, steps and what each step asks and owes, read from a rule set's `procedure` table.

Another programme of the commune needs another file of this shape, not code. What is read here is sound: names
are known, every stage can be reached and left; see `workflow.soundness`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from db.errors import Refusal
from workflow.guards import GUARDS, Blocker, Params
from workflow.soundness import problems
from workflow.view import PlanView

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Text = Annotated[str, Field(min_length=1, max_length=500)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Sourced(_Part):
    """`source` says where a rule comes from; `verified` whether somebody saw it there."""

    source: str = ""
    verified: bool = False


class Stage(_Sourced):
    """A stage (giai đoạn). `open`: something is left to do; `reminds`: units are reminded of their tasks.

    `deadline` is the key of a deadline in the plan; most stages have none.
    """

    key: Key
    name: Text
    open: bool = True
    reminds: bool = True
    deadline: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _closed_stages_are_quiet(cls, raw: Any) -> Any:
        return {"reminds": raw.get("open", True), **raw} if isinstance(raw, dict) else raw


class DocumentKind(_Sourced):
    """A kind of paper that a step may rest on; only its number, date and holder are ever kept."""

    key: Key
    name: Text


class GuardUse(_Part):
    """A guard that a step asks. A soft one (`hard = false`) may be overridden by leadership, in writing."""

    name: str
    hard: bool
    params: Params

    @model_validator(mode="before")
    @classmethod
    def _read_params(cls, raw: Any) -> Any:
        if not isinstance(raw, dict) or "name" not in raw:
            return raw
        if raw["name"] not in GUARDS:
            raise ValueError(f"không có điều kiện tên “{raw['name']}”")
        rest = {key: value for key, value in raw.items() if key not in {"name", "hard"}}
        try:
            params = GUARDS[raw["name"]].params.model_validate(rest)
        except ValidationError as error:
            raise ValueError(f"điều kiện “{raw['name']}”: {_sentences(error, {})[0]}") from error
        return {key: raw[key] for key in ("name", "hard") if key in raw} | {"params": params}

    def ask(self, view: PlanView) -> list[Blocker]:
        """What the guard has to say of a plan."""
        return GUARDS[self.name].rule(view, self.params)


class Tell(_Part):
    """An announcement that a step owes to all members with one of `roles`.

    `text` may use {plan} (number), {stage} (name of the new stage), {reason} and {actor}.
    """

    roles: Annotated[tuple[str, ...], Field(min_length=1)]
    text: Text


class Creation(_Part):
    """A task that a step gives out: to the unit with that key, or to every unit with a member in that role.

    `days`: calendar days after the step's local date that are still in time; none: no deadline.
    """

    key: Key
    title: Text
    wording: Text
    unit: str | None = None
    role: str | None = None
    days: Annotated[int, Field(ge=1, le=366)] | None = None

    @model_validator(mode="after")
    def _one_receiver(self) -> Creation:
        if (self.unit is None) == (self.role is None):
            raise ValueError("hãy ghi đúng một nơi nhận: unit hoặc role")
        return self


class Step(_Sourced):
    """A step (bước) from any of `origins` to `to`, and who may take it. `documents` must come with it, new."""

    trigger: Key
    name: Text
    origins: Annotated[tuple[str, ...], Field(alias="from", min_length=1)]
    to: str
    who: Annotated[tuple[str, ...], Field(min_length=1)]
    guards: tuple[GuardUse, ...] = ()
    documents: tuple[str, ...] = ()
    reason_required: bool = False
    tells: tuple[Tell, ...] = ()
    creates: tuple[Creation, ...] = ()


class Procedure(_Part):
    """A whole procedure. The first stage is the one a plan begins in."""

    stages: Annotated[tuple[Stage, ...], Field(alias="stage", min_length=1)]
    steps: Annotated[tuple[Step, ...], Field(alias="step", min_length=1)]
    documents: Annotated[tuple[DocumentKind, ...], Field(alias="document")] = ()

    @property
    def start(self) -> str:
        """The key of the first stage."""
        return self.stages[0].key

    def stage(self, key: str) -> Stage:
        """Raises Refusal when the procedure has no such stage."""
        for stage in self.stages:
            if stage.key == key:
                return stage
        raise Refusal(f"Thủ tục không có giai đoạn “{key}”. Hãy kiểm tra bộ quy tắc của kế hoạch.")

    def steps_from(self, stage: str) -> tuple[Step, ...]:
        """The steps that leave a stage, in the file's order."""
        return tuple(step for step in self.steps if stage in step.origins)

    def document(self, key: str) -> DocumentKind | None:
        """A kind of document by its key."""
        return next((kind for kind in self.documents if kind.key == key), None)


def procedure_of(rule_set: Mapping[str, Any]) -> Procedure:
    """The procedure of a rule set (or of a plan's snapshot of one); the same content is read only once.

    Raises Refusal with all problems, one line each.
    """
    raw = rule_set.get("procedure")
    if not isinstance(raw, Mapping):
        raise Refusal("Bộ quy tắc chưa có mục [procedure] mô tả thủ tục.")
    return _read(json.dumps(raw, sort_keys=True, default=str))


@lru_cache(maxsize=64)
def _read(text: str) -> Procedure:
    raw = json.loads(text)
    try:
        procedure = Procedure.model_validate(raw)
    except ValidationError as error:
        raise _refusal(_sentences(error, raw)) from error
    if found := problems(procedure):
        raise _refusal(found)
    return procedure


def _refusal(sentences: list[str]) -> Refusal:
    lines = "\n".join(f"- {sentence}." for sentence in sentences)
    return Refusal(f"Thủ tục trong bộ quy tắc chưa dùng được:\n{lines}")


def _sentences(error: ValidationError, raw: Mapping[str, Any]) -> list[str]:
    return [f"{_place(one['loc'], raw)}: {_wrong(one)}" for one in error.errors()]


def _wrong(one: Any) -> str:
    if one["type"] == "value_error":
        return str(one["ctx"]["error"])
    known = {"missing": "còn thiếu", "extra_forbidden": "không phải mục được hiểu"}
    return known.get(one["type"], f"giá trị {one['input']!r} không hợp lệ")


def _place(loc: tuple[int | str, ...], raw: Any) -> str:
    """Words for a place in the file: a list's item is called by its own name where it has one."""
    words = []
    for part in loc:
        try:
            raw = raw[part]
        except (KeyError, IndexError, TypeError):
            raw = None
        called = (
            (raw.get("trigger") or raw.get("key") or raw.get("name")) if isinstance(raw, Mapping) else None
        )
        words.append(f"“{called}”" if isinstance(part, int) and called else _ordinal(part))
    return " ".join(words)


def _ordinal(part: int | str) -> str:
    return f"thứ {part + 1}" if isinstance(part, int) else part
