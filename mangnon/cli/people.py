"""`mangnon units` and `mangnon contacts`: names, addresses, substitutes, early reminders on or off."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.markup import escape

from mangnon.cli.app import GLOBALS, Json, actor, app, named_file, opened, read_day
from mangnon.cli.output import console, done, print_json, table, warn
from tasks import people
from tasks.changing import require_self_or_office
from tasks.contact_preview import Preview, PreviewLine, Standing, preview
from tasks.contacts import ROLES, table_contacts
from tasks.deadline import short_date
from tasks.directory import entry_of
from tasks.directory_list import Address, Entry, linked_people
from tasks.membership import remove_person
from tasks.spreadsheet import read_table_file
from tasks.substituting import name_substitute
from tasks.ways import Way

units = typer.Typer(help="Đơn vị: xem, đổi tên.", no_args_is_help=True)
contacts = typer.Typer(help="Danh bạ: nhập, xem, người thay, tắt nhắc sớm.", no_args_is_help=True)
app.add_typer(units, name="units")
app.add_typer(contacts, name="contacts")

UNIT_KINDS = {
    "office": "công chức, bộ phận", "station": "trạm, công an", "school": "trường", "union": "đoàn thể",
    "village": "thôn", "leadership": "lãnh đạo", "superior": "cấp trên",
}  # fmt: skip
STANDINGS: dict[Standing, str] = {
    "new": "mới", "returning": "trở lại", "changed": "thay đổi", "unchanged": "như cũ",
}  # fmt: skip
PersonKey = Annotated[
    str, typer.Argument(metavar="MÃ-NGƯỜI", help="Mã người; xem bằng mangnon contacts list.")
]


@units.command("list")
def list_units(as_json: Json = False) -> None:
    """Liệt kê đơn vị theo thứ tự trong kế hoạch."""
    with opened() as house, house.store.read() as session:
        rows = people.list_units(session, house.bearings(session).commune_id)
    if as_json:
        print_json(rows)
        return
    lines = [(row.key, row.name, UNIT_KINDS[row.kind], ", ".join(row.people)) for row in rows]
    console.print(table(f"{len(lines)} đơn vị", ("Mã", "Tên", "Loại", "Đầu mối"), lines))


@units.command("rename")
def rename(
    key: Annotated[str, typer.Argument(metavar="MÃ-ĐƠN-VỊ", help="Mã đơn vị; xem bằng mangnon units list.")],
    name: Annotated[str, typer.Argument(metavar="TÊN", help="Tên mới, đặt trong ngoặc kép.")],
) -> None:
    """Đổi tên hiển thị của đơn vị; tên trong kế hoạch vẫn được giữ."""
    with opened() as house, house.store.write() as session:
        commune_id = house.bearings(session).commune_id
        people.rename_unit(
            session, commune_id, key, name, by=actor(session, commune_id), now=house.clock.now()
        )
    done(f"Đơn vị {key} nay tên là «{name.strip()}».")


@contacts.command("import")
def import_(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="TỆP", help="Tệp .xlsx hoặc .csv, hoặc contacts-example để dùng danh bạ ví dụ."
        ),
    ],
    only_preview: Annotated[
        bool, typer.Option("--preview", help="Chỉ in ra những gì sẽ thay đổi, không ghi gì.")
    ] = False,
) -> None:
    """Nhập danh bạ từ bảng tính; người đã có thì cập nhật. Thêm --preview để xem trước mà chưa ghi."""
    path = named_file(file, "contacts-example.csv")
    table = read_table_file(path)
    with opened() as house, (house.store.read if only_preview else house.store.write)() as session:
        commune_id = house.bearings(session).commune_id
        known = {row.key: row.name for row in people.list_units(session, commune_id)}
        rows = table_contacts(table, path.name, known, linked_people(session, commune_id))
        seen = preview(session, commune_id, rows)
        if not only_preview:
            by = actor(session, commune_id)
            people.bring_contacts(session, commune_id, rows, by=by, now=house.clock.now())
    _tell_import(seen, written=not only_preview)


@contacts.command("list")
def list_people(as_json: Json = False) -> None:
    """Liệt kê danh bạ."""
    with opened() as house, house.store.read() as session:
        rows = people.list_people(session, house.bearings(session).commune_id, house.ways)
    if as_json:
        print_json(rows)
        return
    lines = [(row.key, row.name, _parts(row.parts), "\n".join(row.addresses), row.remark) for row in rows]
    console.print(table(f"{len(lines)} người", ("Mã", "Họ tên", "Vai trò", "Địa chỉ", "Ghi chú"), lines))


@contacts.command("show")
def show(person: PersonKey, as_json: Json = False) -> None:
    """Xem một người: vai trò, cách liên lạc theo thứ tự được thử."""
    with opened() as house, house.store.read() as session:
        where = house.bearings(session)
        row = people.find_person(session, where.commune_id, person)
        entry = entry_of(session, row)
    if as_json:
        print_json(_shown(entry, house.ways))
        return
    facts = entry.facts
    parts = _parts([f"{role} {unit}" for role, unit in facts.parts])
    console.print(f"[bold]{escape(facts.name)}[/] ({entry.key}): {escape(parts)}", soft_wrap=True)
    console.print(f"Kênh: {facts.ways or 'theo thứ tự thường lệ'}", markup=False, soft_wrap=True)
    for place, one in enumerate(entry.addresses, start=1):
        console.print(f"  {place}. {_told(one, house.ways, where.time_zone)}", markup=False, soft_wrap=True)
    if not entry.addresses:
        console.print("  Chưa có cách liên lạc.")


@contacts.command("remove")
def remove(person: PersonKey) -> None:
    """Cho một người thôi nhận việc và thư; nhập lại danh bạ có người đó thì người đó trở lại."""
    with opened() as house, house.store.write() as session:
        commune_id = house.bearings(session).commune_id
        name = remove_person(
            session, commune_id, person, by=actor(session, commune_id), now=house.clock.now()
        )
    done(f"{name} không còn trong danh bạ và không nhận thư nữa.")


@contacts.command("quiet")
def quiet(
    person: PersonKey,
    off: Annotated[bool, typer.Option("--off", help="Nhắc sớm trở lại.")] = False,
) -> None:
    """Thôi nhắc trước hạn cho một người; giao việc, trả lại và quá hạn vẫn được gửi."""
    with opened() as house, house.store.write() as session:
        commune_id = house.bearings(session).commune_id
        by = actor(session, commune_id)
        require_self_or_office(by, GLOBALS.acting, person, "tắt hoặc bật nhắc sớm")
        name = people.set_quiet(session, commune_id, person, quiet=not off, by=by, now=house.clock.now())
    done(f"{name} {'lại nhận' if off else 'thôi nhận'} thư nhắc trước hạn.")


@contacts.command("substitute")
def substitute(
    person: PersonKey,
    by_whom: Annotated[str, typer.Argument(metavar="MÃ-NGƯỜI-THAY", help="Mã người thay.")],
    from_: Annotated[str, typer.Option("--from", metavar="NGÀY", help="Ngày bắt đầu vắng.")],
    until: Annotated[str, typer.Option(metavar="NGÀY", help="Ngày trở lại làm việc.")],
    reason: Annotated[str, typer.Option(metavar="LÝ-DO", help="Lý do.")] = "",
) -> None:
    """Chuyển thư của người vắng mặt cho người thay trong khoảng [từ, đến)."""
    first, back = read_day(from_, "--from"), read_day(until, "--until")
    with opened() as house, house.store.write() as session:
        commune_id = house.bearings(session).commune_id
        by = actor(session, commune_id)
        require_self_or_office(by, GLOBALS.acting, person, "cử người thay")
        absent, stand_in = (people.find_person(session, commune_id, key) for key in (person, by_whom))
        name_substitute(
            session, absent, stand_in, from_on=first, until_on=back, reason=reason, by=by,
            now=house.clock.now(),
        )  # fmt: skip
    done(f"{stand_in.name} nhận thư thay {absent.name} từ {short_date(first)} đến trước {short_date(back)}.")


def _tell_import(seen: Preview, *, written: bool) -> None:
    if not written:
        for line in seen.lines:
            _show_change(line)
    counts = ", ".join(f"{seen.count(one)} {words}" for one, words in STANDINGS.items() if seen.count(one))
    told = f"{len(seen.lines)} người" + (f" ({counts})" if counts else "")
    if not written:
        warn(f"Chưa ghi gì: trong tệp có {told}. Bỏ --preview để nhập.")
    elif seen.is_empty:
        done(f"Danh bạ không có gì thay đổi: trong tệp có {told}.")
    else:
        done(f"Đã nhập {told}. Ai chưa có địa chỉ sẽ được nêu khi chuyển bước: mangnon step.")


def _show_change(line: PreviewLine) -> None:
    if line.standing == "unchanged":
        return
    console.print(
        f"{line.name} ({line.key}): {STANDINGS[line.standing]}", style="bold", markup=False, soft_wrap=True
    )
    for one in line.changes or (line.parts,):
        console.print(f"  • {one}", markup=False, soft_wrap=True)


def _told(one: Address, in_use: frozenset[Way], time_zone: str) -> str:
    told = f"{one.name} {one.told}"
    if one.refused_at:
        since = one.refused_at.astimezone(ZoneInfo(time_zone))
        return f"{told}: bị từ chối từ {since:%H:%M %d/%m/%Y}. {one.refused_reason}".rstrip()
    return told if one.point.way in in_use else f"{told} (kênh này chưa bật)"


def _shown(entry: Entry, in_use: frozenset[Way]) -> dict[str, Any]:
    addresses = [
        {
            "way": one.point.way, "name": one.name, "address": one.told, "in_use": one.point.way in in_use,
            "refused_at": one.refused_at, "refused_reason": one.refused_reason,
        }
        for one in entry.addresses
    ]  # fmt: skip
    return {"key": entry.key, **entry.facts.as_json(), "addresses": addresses}


def _parts(parts: Sequence[str]) -> str:
    """`contact tram-y-te` -> `đầu mối tram-y-te`."""
    names = {role: name for name, role in ROLES.items()}
    words = (part.partition(" ") for part in parts)
    return ", ".join(f"{names[role]} {unit}" for role, _, unit in words)
