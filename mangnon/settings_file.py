"""Reading `config.toml` and the environment, with errors that name the place to mend."""

from __future__ import annotations

import difflib
import os
from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError

from db.errors import Refusal, reason_of
from mangnon.settings import PREFIX, Settings, keys
from plans.toml_source import explain, read_toml

CONFIG = "config.toml"
CONFIG_VARIABLE = "MANGNON_CONFIG"


def load_settings(path: Path | None) -> Settings:
    """Read the file (none: defaults) and the environment. Raises Refusal naming file, line and key."""
    text, data = read_toml(path) if path else ("", {})
    _refuse_unknown_variables()
    try:
        return Settings(**data)
    except ValidationError as error:
        if variable := _variable_at_fault(error):
            reason = explain(error, text="", name=f"biến môi trường {variable}")
            raise reason from None
        raise explain(error, text=text, name=path.name if path else CONFIG) from None


def variables() -> dict[str, tuple[str, str]]:
    """Every environment variable that is read -> (section, key)."""
    return {f"{PREFIX}{section}__{key}".upper(): (section, key) for section, key, _ in keys()}


def _refuse_unknown_variables() -> None:
    known = set(variables()) | {CONFIG_VARIABLE}
    known |= {f"{PREFIX}{section}__{key}_FILE".upper() for section, key, secret in keys() if secret}
    for name in os.environ:
        if name.startswith(PREFIX) and name not in known:
            close = difflib.get_close_matches(name, known, 1)
            hint = f" Có phải {close[0]} không?" if close else ""
            raise Refusal(f"Không có cài đặt nào mang tên biến môi trường {name}.{hint}")


def _variable_at_fault(error: ValidationError) -> str | None:
    first = error.errors()[0]["loc"]
    variable = PREFIX + "__".join(str(part) for part in first[:2]).upper()
    return variable if variable in os.environ else None


def write_config(path: Path) -> None:
    """Copy the shipped settings file, comments and all. Raises Refusal, leaving no half-written file."""
    text = shipped_config().read_text(encoding="utf-8")
    draft = path.with_name(f"{path.name}.moi")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise Refusal(f"Không ghi được {path}: {reason_of(error)}. Hãy chọn thư mục khác.") from None


def shipped_config() -> Path:
    """The settings file that ships: inside the package when installed, beside it in a checkout."""
    package = Path(__file__).resolve().parent
    inside = package / CONFIG
    return inside if inside.is_file() else package.parent / CONFIG
