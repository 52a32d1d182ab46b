"""Filling a Word template. A template is the commune's file: it may show what it is given and run nothing."""

from __future__ import annotations

import io
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from db.errors import Refusal
from documents.writing.packing import packed
from tasks import sheets


def fill(template: bytes, context: dict[str, Any], name: str) -> bytes:
    """The filled document; the same each time. Raises Refusal when the template asks for what there is not."""
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    try:
        document = DocxTemplate(io.BytesIO(template))
        document.render(clean(context), environment, autoescape=True)
    except TemplateError as error:
        raise Refusal(
            f"Mẫu {name} có chỗ điền không hiểu được ({error}). Hãy sửa lại trong Word theo mẫu kèm sẵn."
        ) from None
    except Exception as error:  # a damaged .docx breaks its reader in many ways
        raise Refusal(
            f"Không đọc được mẫu {name} ({type(error).__name__}). Hãy lấy lại mẫu kèm sẵn."
        ) from None
    return packed(document)


def clean(value: Any) -> Any:
    """The same value with its texts composed (NFC) and free of what XML forbids."""
    if isinstance(value, str):
        return sheets.clean(value)
    if isinstance(value, dict):
        return {key: clean(one) for key, one in value.items()}
    return [clean(one) for one in value] if isinstance(value, list) else value
