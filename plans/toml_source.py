"""Reading the TOML files that people write: plans, rule sets, calendars, settings.

Whatever is wrong with a file becomes one Refusal with a line per problem: file, line, key and reason.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError

from db.errors import Refusal, reason_of
from plans.toml_places import Loc, line_of
from plans.toml_reasons import known_keys, reason, suggestion, syntax_fault

__all__ = [
    "Fault", "Loc", "decoded", "explain", "faults_of", "line_of", "load", "parse_toml", "raise_faults", "read_text", "read_toml",
    "refusal", "shipped", "suggestion", "validate",
]  # fmt: skip

M = TypeVar("M", bound=BaseModel)

LARGEST_FILE = 5_000_000
_NOISE = re.compile(r"\[|^(nullable|is-instance|lax-or-strict|json-or-python|constrained)")


@dataclass(frozen=True)
class Fault:
    """One problem at a place: `loc` as in `line_of`, `reason` completes "khoá «…»: …"."""

    loc: Loc
    reason: str


def shipped(name: str) -> Path:
    """A data file that comes with the program, such as "decision-06.toml"."""
    return Path(__file__).parent / name


def read_text(path: Path) -> str:
    """A UTF-8 text file, its byte order mark dropped and its letters composed (NFC). Raises Refusal."""
    raw = read_at_most(path, LARGEST_FILE + 1)
    if len(raw) > LARGEST_FILE:
        raise Refusal(f"Tệp {path} lớn quá {LARGEST_FILE // 1_000_000} MB, không giống tệp cần đọc.")
    return unicodedata.normalize("NFC", decoded(raw, path.name))


def read_at_most(path: Path, most: int) -> bytes:
    """A file's first `most` bytes, so that a huge one fills no memory. Raises Refusal when it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(most)
    except FileNotFoundError:
        raise Refusal(f"Không có tệp {path}. Hãy kiểm tra lại đường dẫn.") from None
    except (OSError, ValueError) as error:
        cause = reason_of(error) if isinstance(error, OSError) else "tên tệp có ký tự lạ"
        raise Refusal(f"Không đọc được tệp {path} ({cause}). Hãy kiểm tra đường dẫn và quyền đọc.") from None


def decoded(raw: bytes, name: str) -> str:
    """Bytes as UTF-8 text, a byte order mark dropped. Raises Refusal naming the line that is something else."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise Refusal(
            f"{name}, dòng {line}: tệp không phải bảng mã UTF-8. Hãy mở lại và lưu với bảng mã UTF-8."
        ) from None


def read_toml(path: Path) -> tuple[str, dict[str, Any]]:
    """A file's text (for `explain`) and what it holds. Raises Refusal."""
    text = read_text(path)
    return text, parse_toml(text, path.name)


def parse_toml(text: str, name: str) -> dict[str, Any]:
    """What a TOML text holds. Raises Refusal naming the line of a syntax error."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line, says = syntax_fault(str(error))
        line = line or text.rstrip().count("\n") + 1
    except (ValueError, RecursionError):
        raise Refusal(f"{name}: có số quá dài hoặc ngoặc lồng nhau quá sâu.") from None
    raise Refusal(f"{name}, dòng {line}: {says}.")


def load(path: Path, model: type[M]) -> M:
    """A file as a checked model. Raises Refusal with one line per problem."""
    text, data = read_toml(path)
    return validate(data, model, text=text, name=path.name)


def validate(data: Mapping[str, Any], model: type[M], *, text: str, name: str) -> M:
    """`data` as a checked model; `text` and `name` tell where it was read. Raises Refusal."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise explain(error, text=text, name=name, model=model) from None


def explain(error: ValidationError, *, text: str, name: str, model: type[BaseModel] | None = None) -> Refusal:
    """All problems of a failed validation, in the order of the file: file, line, key, reason.

    With `model`, an unknown key comes with the known key it may have been meant for.
    """
    return refusal(faults_of(error, model), text=text, name=name)


def faults_of(error: ValidationError, model: type[BaseModel] | None = None) -> list[Fault]:
    """All problems of a failed validation, each at its place."""
    return [_fault(one, model) for one in error.errors()]


def refusal(faults: Iterable[Fault], *, text: str, name: str) -> Refusal:
    """Problems found by other means than a model, said the same way."""
    found = {_sentence(fault, text, name): line_of(text, fault.loc) or 0 for fault in faults}
    return Refusal("\n".join(sorted(found, key=lambda sentence: found[sentence])))


def raise_faults(faults: Iterable[Fault], title: str) -> None:
    """Inside a model's validator: fail with each fault at its own place; without faults do nothing."""
    details = [_detail(fault) for fault in faults]
    if details:
        raise ValidationError.from_exception_data(title, details)


def _detail(fault: Fault) -> InitErrorDetails:
    kind = PydanticCustomError("value_error", "{error}", {"error": fault.reason})
    return InitErrorDetails(type=kind, loc=fault.loc, input=None)


def _fault(error: ErrorDetails, model: type[BaseModel] | None) -> Fault:
    loc = tuple(part for part in error["loc"] if isinstance(part, int) or not _NOISE.search(part))
    siblings = known_keys(model, loc[:-1]) if model else ()
    return Fault(loc, reason(error, siblings))


def _sentence(fault: Fault, text: str, name: str) -> str:
    line = line_of(text, fault.loc)
    place = f"{name}, dòng {line}" if line else name
    key = f" khoá «{_dotted(fault.loc)}»:" if fault.loc else ""
    return f"{place}:{key} {fault.reason}"


def _dotted(loc: Loc) -> str:
    """`("unit", 2, "email")` -> "unit[3].email": people count from one."""
    words = (f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in loc)
    return "".join(words).removeprefix(".")
