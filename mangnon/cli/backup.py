"""`mangnon backup` and `mangnon restore`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from db import copying, dialect, journal, migrate
from db.errors import Refusal
from mangnon import evidence_copy
from mangnon.cli.app import app, config_path, opened
from mangnon.cli.output import done
from mangnon.house import database_url
from mangnon.settings_file import load_settings


@app.command("backup")
def backup(
    target: Annotated[Path, typer.Argument(metavar="TỆP", help="Tệp sao lưu sẽ tạo; chưa được có sẵn.")],
) -> None:
    """Sao lưu cơ sở dữ liệu khi chương trình vẫn chạy."""
    if target.exists():
        raise Refusal(f"{target} đã có. Hãy chọn tên khác để không ghi đè bản sao lưu cũ.")
    if not target.parent.is_dir():
        raise Refusal(f"Không có thư mục {target.parent}. Hãy tạo thư mục này trước.")
    with opened() as house:
        source = dialect.sqlite_file(house.store.url)
        if source is None:
            raise Refusal(
                "Lệnh này chỉ sao lưu cơ sở dữ liệu SQLite; hãy dùng công cụ của máy chủ cơ sở dữ liệu."
            )
        with house.store.read() as session:
            head = journal.head_of(session, house.bearings(session).commune_id)
        copying.copy_online(source, target)
        copying.write_digest(target)
        kept = evidence_copy.pack(house.evidence_folder, target)
    done(f"Đã sao lưu vào {target}; mã kiểm tra ở {copying.digest_file(target)}, hãy cất cùng một chỗ.")
    if kept:
        done(f"{kept} tệp minh chứng nằm trong {evidence_copy.archive_of(target)}.")
    done(f"Dấu nhật ký, xin ghi lại: {head.seq}:{head.hash}")


@app.command("restore")
def restore(
    source: Annotated[Path, typer.Argument(metavar="TỆP", help="Tệp sao lưu cần phục hồi.")],
    yes: Annotated[
        bool, typer.Option("--yes", help="Đồng ý thay cơ sở dữ liệu hiện có; bản cũ được giữ lại bên cạnh.")
    ] = False,
) -> None:
    """Phục hồi từ bản sao lưu; tệp hỏng bị từ chối, bản đang dùng được giữ lại bên cạnh."""
    path = config_path()
    settings, home = load_settings(path), path.resolve().parent
    target = dialect.sqlite_file(database_url(settings, home))
    if target is None:
        raise Refusal(
            "Lệnh này chỉ phục hồi cơ sở dữ liệu SQLite; hãy dùng công cụ của máy chủ cơ sở dữ liệu."
        )
    if not source.is_file():
        raise Refusal(f"Không thấy tệp sao lưu {source}.")
    copying.check_backup(source, migrate.known())
    if target.exists() and not yes:
        raise Refusal(f"{target} đã có dữ liệu. Thêm --yes để thay; bản cũ sẽ được giữ lại bên cạnh.")
    back = evidence_copy.unpack(source, home / settings.web.evidence_folder)
    kept = copying.put_back(source, target)
    if back:
        done(f"Đã đưa lại {back} tệp minh chứng.")
    done(f"Đã phục hồi từ {source}." + (f" Bản cũ giữ ở {kept}." if kept else ""))
