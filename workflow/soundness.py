"""What makes a procedure sound: names are known, every stage can be reached, every open one can be finished."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from string import Formatter
from typing import TYPE_CHECKING

from db.tables.people import MEMBER_ROLES
from tasks.actor import ROLES

if TYPE_CHECKING:
    from workflow.definition import Procedure, Step

TELL_FIELDS = ("plan", "stage", "reason", "actor")


def problems(procedure: Procedure) -> list[str]:
    """All that is wrong, each as a Vietnamese clause without its full stop; empty when the procedure is sound.

    The shape of the graph is judged only when all names are known.
    """
    return [*_names(procedure)] or [*_graph(procedure)]


def reachable(procedure: Procedure, *, without: str | None = None) -> set[str]:
    """The stages that a plan can come to from the start; with `without`, never passing that stage."""
    found: set[str] = set()
    ahead = [procedure.start]
    while ahead:
        key = ahead.pop()
        if key not in found and key != without:
            found.add(key)
            ahead += [step.to for step in procedure.steps_from(key)]
    return found


def _names(procedure: Procedure) -> Iterator[str]:
    stages = [stage.key for stage in procedure.stages]
    for key in _repeated(stages):
        yield f"Có hai giai đoạn cùng mã “{key}”"
    for step in procedure.steps:
        here = f"Bước “{step.trigger}”"
        for key in _unknown((*step.origins, step.to), stages):
            yield f"{here}: không có giai đoạn “{key}”"
        for role in _unknown(step.who, ROLES):
            yield f"{here}: không có vai trò “{role}”; các vai trò là {', '.join(ROLES)}"
        for key in _unknown(_documents(step), [kind.key for kind in procedure.documents]):
            yield f"{here}: không có loại văn bản “{key}” trong mục document"
        yield from (f"{here}: {problem}" for problem in _promises(step))


def _documents(step: Step) -> Iterator[str]:
    yield from step.documents
    for use in step.guards:
        if use.name.startswith("documents_"):
            yield from use.params.model_dump()["kinds"]


def _promises(step: Step) -> Iterator[str]:
    for tell in step.tells:
        for role in _unknown(tell.roles, MEMBER_ROLES):
            yield f"không có vai trò nhận tin “{role}”; các vai trò là {', '.join(MEMBER_ROLES)}"
        yield from _wrong_fields(tell.text)
    for creation in step.creates:
        for role in _unknown([creation.role or "contact"], MEMBER_ROLES):
            yield f"không có vai trò nhận việc “{role}”; các vai trò là {', '.join(MEMBER_ROLES)}"
    for key in _repeated(creation.key for creation in step.creates):
        yield f"có hai nhiệm vụ cùng mã “{key}”"


def _wrong_fields(text: str) -> Iterator[str]:
    try:
        fields = [field for _, field, _, _ in Formatter().parse(text) if field is not None]
    except ValueError:
        yield f"thông báo “{text}” có dấu ngoặc nhọn chưa khớp"
        return
    for field in _unknown(fields, TELL_FIELDS):
        yield f"thông báo dùng ô {{{field}}} không có; các ô là {', '.join(TELL_FIELDS)}"


def _graph(procedure: Procedure) -> Iterator[str]:
    there = reachable(procedure)
    finishing = _finishing(procedure)
    for stage in procedure.stages:
        leaving = procedure.steps_from(stage.key)
        for trigger in _repeated(step.trigger for step in leaving):
            yield f"Giai đoạn “{stage.name}” có hai bước cùng mã “{trigger}”"
        if stage.key not in there:
            yield f"Không có đường nào dẫn tới giai đoạn “{stage.name}”"
        if stage.open and not leaving:
            yield f"Giai đoạn “{stage.name}” không có bước đi tiếp; nếu là giai đoạn cuối, hãy ghi open = false"
        elif stage.open and stage.key not in finishing:
            yield f"Từ giai đoạn “{stage.name}” không có đường nào tới một giai đoạn cuối"
        if not stage.open and leaving:
            yield f"Giai đoạn cuối “{stage.name}” vẫn còn bước đi tiếp “{leaving[0].trigger}”"


def _finishing(procedure: Procedure) -> set[str]:
    found = {stage.key for stage in procedure.stages if not stage.open}
    while True:
        more = {key for step in procedure.steps if step.to in found for key in step.origins} - found
        if not more:
            return found
        found |= more


def _unknown(names: Iterable[str], known: Iterable[str]) -> list[str]:
    there = set(known)
    return [name for name in dict.fromkeys(names) if name not in there]


def _repeated(names: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]
