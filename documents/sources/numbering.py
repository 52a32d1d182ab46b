"""The numbers that Word computes for lists: "1.", "a)", "IV.", "-"."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_PLACEHOLDER = re.compile(r"%([1-9])")


@dataclass(frozen=True)
class Level:
    """One level of a list: `form` as Word names it, `text` with %1 … for the counters."""

    form: str = "decimal"
    text: str = "%1."
    start: int = 1


@dataclass
class Numbering:
    """A document's lists, and how far each has counted."""

    levels: dict[str, dict[int, Level]] = field(default_factory=dict)
    styles: dict[str, tuple[str, int]] = field(default_factory=dict)
    counts: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))

    def label(self, properties: Any) -> str:
        """The number before a paragraph with these properties, "" for none; counts it."""
        number, depth = self._list_of(properties)
        levels = self.levels.get(number, {})
        if depth not in levels:
            return ""
        counted = self.counts[number]
        counted[depth] = counted.get(depth, levels[depth].start - 1) + 1
        for deeper in [one for one in counted if one > depth]:
            del counted[deeper]
        return self._written(levels, counted, depth)

    def _list_of(self, properties: Any) -> tuple[str, int]:
        if properties is None:
            return "0", 0
        own = properties.find(f"{W}numPr")
        style = properties.find(f"{W}pStyle")
        number, depth = self.styles.get(_value(style) if style is not None else "", ("0", 0))
        if own is None:
            return number, depth
        return _value(own.find(f"{W}numId"), number), _whole(own.find(f"{W}ilvl"), depth)

    @staticmethod
    def _written(levels: dict[int, Level], counted: dict[int, int], depth: int) -> str:
        if levels[depth].form == "bullet":
            return "-"

        def number(found: re.Match[str]) -> str:
            at = int(found[1]) - 1
            level = levels.get(at, Level())
            return written(counted.get(at, level.start), level.form)

        return _PLACEHOLDER.sub(number, levels[depth].text).strip()


def written(number: int, form: str) -> str:
    """A counter as Word writes it: (4, "upperRoman") -> "IV"."""
    match form:
        case "upperRoman":
            return _roman(number).upper()
        case "lowerRoman":
            return _roman(number)
        case "upperLetter" | "lowerLetter":
            letter = chr(ord("a") + (number - 1) % 26)
            return letter.upper() if form == "upperLetter" else letter
        case "decimalZero":
            return f"{number:02}"
        case "none":
            return ""
        case _:
            return str(number)


def _roman(number: int) -> str:
    text = ""
    for value, sign in _ROMAN:
        times, number = divmod(number, value)
        text += sign * min(times, 20)
    return text


def numbering_of(lists: Any, styles: Any) -> Numbering:
    """The lists of a document's `numbering.xml` and `styles.xml`, either of which may be missing (None)."""
    made = Numbering()
    if lists is not None:
        shapes = {_value(one, key="abstractNumId"): _levels(one) for one in lists.iter(f"{W}abstractNum")}
        for one in lists.iter(f"{W}num"):
            shape = shapes.get(_value(one.find(f"{W}abstractNumId")), {})
            made.levels[_value(one, key="numId")] = shape | _overrides(one, shape)
    for style in styles.iter(f"{W}style") if styles is not None else ():
        own = style.find(f"{W}pPr/{W}numPr")
        if own is not None:
            place = (_value(own.find(f"{W}numId"), "0"), _whole(own.find(f"{W}ilvl"), 0))
            made.styles[_value(style, key="styleId")] = place
    return made


def _levels(parent: Any) -> dict[int, Level]:
    return {
        _whole(one, 0, key="ilvl"): Level(
            _value(one.find(f"{W}numFmt"), "decimal"),
            _value(one.find(f"{W}lvlText"), ""),
            _whole(one.find(f"{W}start"), 1),
        )
        for one in parent.findall(f"{W}lvl")
    }


def _overrides(number: Any, shape: dict[int, Level]) -> dict[int, Level]:
    found: dict[int, Level] = {}
    for one in number.findall(f"{W}lvlOverride"):
        found |= _levels(one)
        start = one.find(f"{W}startOverride")
        depth = _whole(one, 0, key="ilvl")
        if start is not None and depth in shape:
            found[depth] = Level(shape[depth].form, shape[depth].text, _whole(start, 1))
    return found


def _value(element: Any, missing: str = "", key: str = "val") -> str:
    return missing if element is None else str(element.get(f"{W}{key}", missing))


def _whole(element: Any, missing: int, key: str = "val") -> int:
    text = _value(element, str(missing), key)
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) else missing
