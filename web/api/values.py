"""Values as they come in: bounded, clean, and storable."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Annotated

from fastapi import Path
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)


def _clean(text: str) -> str:
    return unicodedata.normalize("NFC", text).replace("\x00", "").strip()


Words = Annotated[str, Field(max_length=20_000), AfterValidator(_clean)]
"""NFC text without outer blanks."""
ShortWords = Annotated[str, Field(max_length=300), AfterValidator(_clean)]
Day = Annotated[date, Field(ge=EARLIEST, le=LATEST)]
"""A local date."""
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
"""A row's number in an address."""
RowNumber = Annotated[int, Field(ge=1, le=2**31 - 1)]
"""A row's number in a body."""


Name = Annotated[str, Path(pattern=r"^[a-z0-9_-]+$", max_length=60)]
"""The key of a unit, a bar or a step in an address."""


class Taken(BaseModel):
    """A body that comes in; unknown fields are refused, for they are most likely misspelt."""

    model_config = ConfigDict(extra="forbid")


class Given(BaseModel):
    """A body that goes out, made from any object with the same attributes."""

    model_config = ConfigDict(from_attributes=True)
