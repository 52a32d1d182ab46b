"""`mangnon plan read`: what a signed plan says, for looking at before it becomes assignments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from db.errors import Refusal
from documents.as_json import findings_as_json
from documents.findings import DateFound, PlanFindings, Read, Source, UnitFound
from documents.plan_file import plan_text
from documents.reading import read_plan_document
from documents.sources import read_file
from mangnon.cli.frame import Json
from mangnon.cli.output import console, done, print_json, table, warn
from mangnon.cli.plan_group import commands
from tasks.deadline import short_date, weekday_date
from tasks.ruleset import find_rule_set

RULE_SET = "decision-06"
MEANINGS = {
    "issued": "ban hành", "basis": "văn bản được dẫn", "report_deadline": "hạn báo cáo", "periodic_report": "báo cáo định kỳ", "deadline": "thời hạn",
    "start": "bắt đầu", "period": "khoảng thời gian", "other": "ngày khác",
}  # fmt: skip
SHOWN = 70
Document = Annotated[
    Path, typer.Argument(metavar="TỆP", help="Tệp kế hoạch đã ký: .docx, .txt, hoặc .pdf có chữ.")
]


@commands.command("read")
def read(
    file: Document,
    as_json: Json = False,
    plan: Annotated[
        Path | None,
        typer.Option("--plan", metavar="TỆP.toml", help="Ghi thành tệp kế hoạch để xem lại rồi nhập."),
    ] = None,
) -> None:
    """Đọc văn bản kế hoạch đã ký: số, ngày, đơn vị, tiêu chí, thời hạn; không đụng đến dữ liệu."""
    names = {one.no: one.name for one in find_rule_set(RULE_SET).criteria}
    try:
        found = read_plan_document(read_file(file), names)
    except Refusal as refusal:
        text = str(refusal)
        raise Refusal(text if file.name in text else f"{file.name}: {text}") from None
    if plan is not None:
        _write(plan, found)
    if as_json:
        print_json(findings_as_json(found))
        return
    _show(found)
    if plan is not None:
        done(f"Đã ghi {plan}. Hãy xem lại, bổ sung chỗ có «CẦN GHI», rồi chạy mangnon plan import {plan}.")


def _write(plan: Path, found: PlanFindings) -> None:
    try:
        with plan.open("x", encoding="utf-8") as file:
            file.write(plan_text(found))
    except FileExistsError:
        raise Refusal(f"Đã có tệp {plan}; hãy chọn tên khác để khỏi ghi đè bản đã sửa.") from None


def _show(found: PlanFindings) -> None:
    console.print(table("Văn bản", ("Mục", "Đọc được", "Ở đâu"), _head(found)))
    columns = ("Ở đâu", "Đơn vị", "Số", "Chủ trì tiêu chí", "Phối hợp", "Việc khác")
    console.print(table("Đơn vị", columns, map(_unit, found.units)))
    console.print(table("Ngày tháng", ("Ngày", "Ý nghĩa", "Lời văn", "Ở đâu"), map(_date, found.dates)))
    if found.unread:
        rows = [
            (one.what, _place(one.source), _short(one.source.sentence if one.source else ""))
            for one in found.unread
        ]
        console.print(table("Chưa đọc được, xin xem lại", ("Điều gì", "Ở đâu", "Câu"), rows))
    for doubt in found.doubts:
        where = _place(doubt.source)
        warn(f"{doubt.text}{f' ({where})' if where else ''}")
    done("Đã đọc xong; chưa đưa gì vào dữ liệu.")


def _head(found: PlanFindings) -> Iterator[tuple[str, str, str]]:
    issued = (
        Read(short_date(found.issued.first), found.issued.source)
        if found.issued and found.issued.first
        else None
    )
    yield from (
        _line("Số, ký hiệu", found.number),
        _line("Ngày ban hành", issued),
        _line("Nơi ban hành", found.place),
        _line("Cơ quan", _joined("UBND", found.issuer_kind, found.issuer_name)),
        _line("Năm", found.year),
        _line("Tên kế hoạch", found.title),
        _line("Người ký", found.signer),
        _line("Quyền hạn, chức vụ", found.capacity),
    )
    for basis in found.bases:
        yield "Căn cứ", _short(basis.text), _place(basis.source)
    yield _report(found)
    yield _line("Gửi báo cáo về", found.report_to)


def _joined(word: str, kind: Read | None, name: Read | None) -> Read | None:
    return Read(f"{word} {kind.value} {name.value}", name.source) if kind and name else None


def _report(found: PlanFindings) -> tuple[str, str, str]:
    report = found.report
    if report is None or report.last_valid_on is None:
        return "Hạn báo cáo", "—", ""
    return (
        "Hạn báo cáo",
        f"{report.wording}: ngày cuối còn đúng hạn {weekday_date(report.last_valid_on)}",
        _place(report.source),
    )


def _line(name: str, read: Read | None) -> tuple[str, str, str]:
    return (name, read.value, _place(read.source)) if read else (name, "—", "")


def _unit(unit: UnitFound) -> Sequence[str]:
    lead, coop = ([str(one.no) for one in unit.owns if one.role == role] for role in ("lead", "coop"))
    count = str(unit.count) if unit.count is not None else "?"
    return (
        _place(unit.source),
        unit.name,
        count,
        ", ".join(lead),
        ", ".join(coop),
        str(len(unit.duties) or ""),
    )


def _date(found: DateFound) -> tuple[str, str, str, str]:
    days = [short_date(day) for day in dict.fromkeys((found.first, found.last)) if day]
    return " – ".join(days) or "?", MEANINGS[found.meaning], found.wording, _place(found.source)


def _place(source: Source | None) -> str:
    return source.place.words if source else ""


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"
