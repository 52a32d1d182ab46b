"""`/bang` for the office."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import Response

from notifications.inbox import count_open
from tasks.board import board
from tasks.lifecycle import STATE_NAMES
from web.board.reading import LATE, Filters, overview
from web.rendering import page
from web.roles import allow
from web.visitor import Signed, TheSite

router = APIRouter()
OFFICE = ("coordinator", "leadership", "council", "superior")


@router.get("/bang", **allow(*OFFICE))
def show(
    request: Request,
    site: TheSite,
    visitor: Signed,
    don_vi: str = "",
    trang_thai: str = "",
    tieu_chi: str = "",
) -> Response:
    """The board; filters are in the address, so a filtered board can be sent to somebody."""
    filters = Filters(don_vi, trang_thai, tieu_chi)
    with site.store.read() as session:
        seen = overview(session, site, visitor)
        waiting = count_open(session, visitor.commune_id) if site.chats.open else 0
    shown = replace(seen, board=board(line for line in seen.lines if filters.keep(line)))
    units = {line.unit_key: line.unit_name for line in seen.lines}
    states = {LATE: "trễ hạn"} | STATE_NAMES
    return page(
        request, "board/board.html", seen=seen, shown=shown, filters=filters, units=units, states=states,
        marks={"/tin-den": waiting},
    )  # fmt: skip
