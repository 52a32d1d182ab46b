"""A procedure as a Mermaid state diagram, drawn by `transitions`; needs no program to render."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from transitions import State
from transitions.extensions import GraphMachine
from transitions.extensions.diagrams_mermaid import Graph

from workflow.definition import Procedure

# Readable on paper and for the colour-blind: the present stage is dark with white text.
_COLOURS = {
    "default": {"fillcolor": "#ffffff", "color": "#1b1b1b", "stroke": "#777777"},
    "active": {"fillcolor": "#1d6b3a", "color": "#ffffff", "stroke": "#0f3d20", "stroke-width": "3px"},
}
_BREAKS_MERMAID = re.compile(r'[\s":;|]+')


class _Labelled(State):
    """A state that carries its Vietnamese name."""

    def __init__(self, *args: Any, label: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label = label


class _Drawing(GraphMachine):
    """Draws states by their names."""

    state_cls = _Labelled


@lru_cache(maxsize=256)
def mermaid(procedure: Procedure, present_stage: str | None = None) -> str:
    """Text of a `stateDiagram-v2` with Vietnamese names; the present stage is marked.

    Drawn once for each definition and stage. Stage keys get a prefix, for some words are Mermaid's own ("end").
    """
    graph = Graph(_drawing(procedure))  # type: ignore[arg-type]  # its stub says type[...], it takes a machine
    if present_stage is not None:
        graph.set_node_style(_id(procedure.stage(present_stage).key), "active")
    text: str = graph.get_graph(title="title: Thủ tục").source
    ends = [f"  {_id(stage.key)} --> [*]" for stage in procedure.stages if not stage.open]
    return "\n".join([text, *ends]) + "\n"


def _drawing(procedure: Procedure) -> _Drawing:
    drawing = _Drawing(
        model=None,
        states=[{"name": _id(stage.key), "label": _label(stage.name)} for stage in procedure.stages],
        transitions=[
            {"trigger": step.trigger, "source": _id(origin), "dest": _id(step.to), "label": _label(step.name)}
            for step in procedure.steps
            for origin in step.origins
        ],
        initial=_id(procedure.start),
        auto_transitions=False,
        graph_engine="mermaid",
    )
    drawing.style_attributes = {"node": {**_COLOURS}, "edge": {"default": {}}, "graph": {"default": {}}}
    return drawing


def _id(stage: str) -> str:
    return f"stage_{stage}"


def _label(name: str) -> str:
    return _BREAKS_MERMAID.sub(" ", name).strip()
