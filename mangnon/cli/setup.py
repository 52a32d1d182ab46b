"""`mangnon init`: a settings file with every setting, and a database at the newest schema."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from db import migrate
from mangnon.cli.app import GLOBALS, app
from mangnon.cli.output import done
from mangnon.house import House
from mangnon.secret import make_key
from mangnon.settings_file import CONFIG, load_settings, write_config
from tasks.clock import SystemClock


@app.command("init")
def init(
    folder: Annotated[
        Path, typer.Argument(metavar="THƯ-MỤC", help="Thư mục sẽ chứa cài đặt và dữ liệu.")
    ] = Path(),
) -> None:
    """Chuẩn bị một thư mục: ghi config.toml (nếu chưa có) và tạo hoặc nâng cấp cơ sở dữ liệu."""
    path = GLOBALS.config or folder / CONFIG
    if not path.exists():
        write_config(path)
        done(f"Đã ghi {path} với mọi cài đặt mặc định.")
    settings, home = load_settings(path), path.resolve().parent
    key = home / settings.web.key_file
    if not settings.web.secret_key.get_secret_value() and make_key(key):
        done(f"Đã tạo khoá ký liên kết {key}; chỉ người chạy chương trình đọc được, xin giữ kín và sao lưu.")
    house = House(settings, home, SystemClock())
    try:
        migrate.upgrade(house.store.engine)
    finally:
        house.store.close()
    done(
        "Cơ sở dữ liệu sẵn sàng. Bước tiếp: chạy mangnon serve rồi mở liên kết bắt đầu được in ra; "
        "hoặc mangnon plan import TỆP, rồi mangnon contacts import TỆP."
    )
