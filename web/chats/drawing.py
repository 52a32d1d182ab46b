"""A QR code as a picture of its own: the pages allow nothing drawn inside them."""

from __future__ import annotations

import io

import segno
from fastapi.responses import Response


def qr_picture(content: str) -> Response:
    """The code, dark on light in every colour scheme, as SVG."""
    picture = io.BytesIO()
    segno.make(content, error="m", micro=False).save(
        picture, kind="svg", scale=6, border=4, dark="#000", light="#fff", xmldecl=False, svgclass=None, lineclass=None
    )  # fmt: skip
    return Response(picture.getvalue(), media_type="image/svg+xml")
