"""`mangnon dossier`: the dossier, its check, letters to late units."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from sqlmodel import Session

from db.errors import Refusal
from documents.dossier.checking import Checked
from documents.dossier.checking import check as check_dossier
from documents.dossier.issuing import issue, planned
from documents.writing.details import EXAMPLE, read_details
from documents.writing.facts import PlanFacts, read_facts
from documents.writing.reminding import write_reminders
from documents.writing.stored import stored_details
from documents.writing.storing import bring_details
from documents.writing.templates import write_all
from mangnon.cli.app import Json, PlanKey, actor, app, opened
from mangnon.cli.output import done, errors, print_json, warn
from mangnon.house import Bearings, House
from tasks.council_meetings import meetings_of
from tasks.meeting_choice import said_meeting

commands = typer.Typer(help="Hồ sơ trình: chấm điểm, lập, kiểm tra, đôn đốc.", no_args_is_help=True)
app.add_typer(commands, name="dossier")

Facts = Annotated[
    Path | None,
    typer.Option(
        "--details", metavar="TỆP", help="Tệp thông tin hồ sơ .toml dùng thay cho thông tin đang lưu."
    ),
]
Own = Annotated[
    Path | None,
    typer.Option(
        "--templates", metavar="THƯ-MỤC", help="Thư mục mẫu Word của xã; thiếu mẫu nào dùng mẫu kèm sẵn."
    ),
]

Held = Annotated[
    str,
    typer.Option(
        "--meeting",
        metavar="NGÀY",
        help="Cuộc họp Hội đồng dùng cho giấy mời, biên bản: ngày họp hoặc số của cuộc họp; không ghi thì là cuộc họp mới nhất.",
    ),
]


@commands.command("details")
def details(target: Annotated[Path, typer.Argument(metavar="TỆP.toml", help="Tệp sẽ được tạo.")]) -> None:
    """Tạo tệp thông tin hồ sơ để điền: người ký, hội đồng, cuộc họp, loại xã."""
    try:
        with target.open("x", encoding="utf-8") as file:
            file.write(EXAMPLE)
    except FileExistsError:
        raise Refusal(f"Đã có tệp {target}. Hãy chọn tên khác.") from None
    done(f"Đã tạo {target}. Mục nào chưa có thì để trống, văn bản sẽ chừa chỗ để ghi tay.")


@commands.command("import")
def bring(
    file: Annotated[Path, typer.Argument(metavar="TỆP.toml", help="Tệp thông tin hồ sơ đã điền.")],
    plan: PlanKey = None,
) -> None:
    """Đưa tệp thông tin hồ sơ vào cơ sở dữ liệu; mục để trống trong tệp thì giữ nguyên như đang lưu."""
    given = read_details(file)
    with opened() as house, house.store.write() as session:
        where = house.bearings(session, plan)
        by = actor(session, where.commune_id)
        brought = bring_details(
            session, where.plan_id, given, file.name, where.time_zone, by=by, now=house.clock.now()
        )
    done(brought.words)


@commands.command("templates")
def templates(
    folder: Annotated[Path, typer.Argument(metavar="THƯ-MỤC", help="Thư mục mới để chép các mẫu Word vào.")],
) -> None:
    """Chép các mẫu Word ra thư mục để xã sửa theo ý mình."""
    if folder.exists() and any(folder.iterdir()):
        raise Refusal(f"Thư mục {folder} không trống. Hãy chọn thư mục mới để không ghi đè mẫu đã sửa.")
    done(
        f"Đã chép {len(write_all(folder))} mẫu vào {folder}. Lập hồ sơ theo mẫu này: thêm --templates {folder}."
    )


@commands.command("make")
def make(
    target: Annotated[Path, typer.Argument(metavar="TỆP.zip", help="Tệp hồ sơ sẽ được tạo.")],
    file: Facts = None,
    own: Own = None,
    yes: Annotated[bool, typer.Option("--yes", help="Vẫn lập dù còn thiếu các phần đã in ra.")] = False,
    meeting: Held = "",
    plan: PlanKey = None,
    as_json: Json = False,
) -> None:
    """Lập hồ sơ trình cấp trên; còn thiếu gì thì in ra trước và chỉ lập khi có --yes."""
    own_details = read_details(file)
    if file and meeting:
        raise Refusal("Tệp --details đã ghi cuộc họp; xin bỏ --meeting hoặc bỏ --details.")
    with opened() as house:
        with house.store.read() as session:
            where = house.bearings(session, plan)
            by = actor(session, where.commune_id)
            drawn = planned(
                session, where.plan_id, where.today, house.calendar, house.evidence_folder,
                own_details if file else None, _meeting(session, where, meeting),
            )  # fmt: skip
        if drawn.missing and not yes:
            _tell_missing(drawn.missing, as_json)
            raise typer.Exit(1)
        made = issue(house.store, drawn, target, by=by, now=house.clock.now(), templates=own)
    if as_json:
        print_json(
            {"made": True, "missing": drawn.missing, "files": made.files, "seal": made.seal, "meeting": drawn.meeting_number}
        )  # fmt: skip
        return
    for one in drawn.missing:
        warn(one)
    done(f"Đã lập hồ sơ {target}: {made.files} tệp. Hãy ghi lại dấu để đối chiếu sau này: {made.seal}")


@commands.command("check")
def check(
    target: Annotated[Path, typer.Argument(metavar="TỆP.zip", help="Tệp hồ sơ cần kiểm tra.")],
    seal: Annotated[str, typer.Option(metavar="DẤU", help="Dấu đã ghi lại khi lập hồ sơ.")] = "",
    as_json: Json = False,
) -> None:
    """Kiểm tra hồ sơ: đủ tệp, không tệp nào bị sửa hay thêm vào. Không cần cơ sở dữ liệu."""
    found = check_dossier(target, seal)
    if as_json:
        print_json({"sound": not found.problems, **asdict(found)})
    elif not found.problems:
        _tell_sound(found)
    else:
        for one in found.problems:
            errors.print(f"✗ {one}", style="red", markup=False, soft_wrap=True)
    if found.problems:
        raise typer.Exit(1)


@commands.command("letters")
def letters(
    folder: Annotated[Path, typer.Argument(metavar="THƯ-MỤC", help="Thư mục để ghi công văn.")],
    file: Facts = None,
    own: Own = None,
    plan: PlanKey = None,
) -> None:
    """Soạn công văn đôn đốc, mỗi đơn vị trễ hạn một tệp Word."""
    own_details = read_details(file)
    with opened() as house, house.store.read() as session:
        facts, where = read(house, session, plan)
        given = own_details if file else stored_details(session, where.plan_id, where.time_zone)
    written = write_reminders(facts, given, folder, own)
    done(f"Đã soạn {len(written)} công văn vào {folder}." if written else "Không đơn vị nào trễ hạn.")


def read(house: House, session: Session, plan: str | None) -> tuple[PlanFacts, Bearings]:
    """What documents are written from, and the commune and plan they are about."""
    where = house.bearings(session, plan)
    return read_facts(session, where.plan_id, where.today, house.calendar), where


def _meeting(session: Session, where: Bearings, said: str) -> int | None:
    """The number of the meeting that was said, None for the newest."""
    return said_meeting(meetings_of(session, where.plan_id), said, where.time_zone) if said else None


def _tell_sound(found: Checked) -> None:
    if found.compared:
        done(f"Hồ sơ nguyên vẹn: {found.files} tệp, đúng dấu đã ghi {found.seal}")
        return
    done(f"{found.files} tệp khớp với danh sách nằm trong hồ sơ. Dấu: {found.seal}")
    warn(
        "Chưa đối chiếu với dấu nào: chỉ dấu đã ghi lại khi lập mới chứng minh danh sách không bị thay. "
        "Xem dấu trong nhật ký rồi thêm --seal DẤU."
    )


def _tell_missing(missing: list[str], as_json: bool) -> None:
    if as_json:
        print_json({"made": False, "missing": missing})
        return
    for one in missing:
        warn(one)
    warn(f"Hồ sơ còn thiếu {len(missing)} phần nên chưa lập. Thêm --yes để vẫn lập với những gì đang có.")
