"""Which commands there are, and loading only the one that was asked for: the others' libraries take their time.

Whoever adds a command names it here, with the sentence that its own help begins with.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module

from typer._click.core import Command, Context
from typer.core import TyperCommand, TyperGroup


@dataclass(frozen=True)
class Place:
    """Where a command, or a group of them, is. `apart`: commands of a group that need fewer modules -> those."""

    help: str
    modules: tuple[str, ...]
    apart: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


PLACES: Mapping[str, Place] = {
    "init": Place("Chuẩn bị một thư mục: ghi config.toml (nếu chưa có) và tạo hoặc nâng cấp cơ sở dữ liệu.", ("setup",)),
    "plan": Place("Kế hoạch: đọc văn bản, nhập, xem, so sánh.", ("plan", "plan_reading"), {"read": ("plan_reading",)}),
    "contacts": Place("Danh bạ: nhập, xem, người thay, tắt nhắc sớm.", ("people", "access")),
    "units": Place("Đơn vị: xem, đổi tên.", ("people",)),
    "step": Place("Chuyển kế hoạch sang bước sau, hoặc cho biết còn vướng gì.", ("step",)),
    "status": Place("Kế hoạch đang ở bước nào, ai còn nợ việc gì, còn bao nhiêu ngày.", ("status",)),
    "tasks": Place("Nhiệm vụ: xem, nhận, báo cáo, duyệt, trả lại, gia hạn.", ("tasks", "task_deeds", "task_figures")),
    "remind": Place("Xem trước các thư sẽ gửi, hoặc (không có --preview) nhắc ngay một lượt những gì đến hạn.", ("remind",)),
    "dossier": Place("Hồ sơ trình: chấm điểm, lập, kiểm tra, đôn đốc.", ("dossier", "dossier_score")),
    "export": Place("Xuất bảng tính Excel (.xlsx).", ("export",)),
    "serve": Place("Mở trang web và nhắc việc cho đến khi bị dừng (Ctrl+C); thư đang gửi dở được gửi nốt.", ("serve",)),
    "messages": Place("Thư đã gửi, chưa gửi được, và gửi lại.", ("messages",)),
    "zalo": Place("Zalo: mã liên kết, tin đến, quyền của OA.", ("zalo", "zalo_account", "zalo_webhook")),
    "journal": Place("Nhật ký: xem và kiểm tra.", ("journal",)),
    "doctor": Place("Kiểm tra cài đặt, cơ sở dữ liệu, đồng hồ, máy chủ thư và bộ nhắc việc.", ("doctor",)),
    "backup": Place("Sao lưu cơ sở dữ liệu khi chương trình vẫn chạy.", ("backup",)),
    "restore": Place("Phục hồi từ bản sao lưu; tệp hỏng bị từ chối, bản đang dùng được giữ lại bên cạnh.", ("backup",)),
    "demo": Place(
        "Sống trọn một mùa đánh giá theo kế hoạch Hoàng Đồng 2024 với đồng hồ giả và dàn nhân vật có sẵn, rồi mở trang web.",
        ("demo",),
    ),
}  # fmt: skip
"""In the order of a commune's year."""


def modules_for(words: Sequence[str]) -> tuple[str, ...]:
    """The modules that a command as typed needs; none for a word that is no command."""
    place = PLACES.get(words[0]) if words else None
    if place is None:
        return ()
    return place.apart.get(words[1], place.modules) if len(words) > 1 else place.modules


def load(modules: Sequence[str]) -> None:
    """Import modules of this package; each puts its commands into the frame's application."""
    for module in modules:
        import_module(f"mangnon.cli.{module}")


def load_all() -> None:
    """Import every command."""
    for place in PLACES.values():
        load(place.modules)


class OnDemand(TyperGroup):
    """The commands by name and help alone; what is called is brought by `bring`, which takes the words from its name on."""

    bring: Callable[[Sequence[str]], Command]

    def resolve_command(self, ctx: Context, args: list[str]) -> tuple[str | None, Command | None, list[str]]:
        """The command that the words call, loaded."""
        if args and args[0] in self.commands:
            self.commands[args[0]] = self.bring(args)
        return super().resolve_command(ctx, args)

    def show_all(self) -> None:
        """Let every command be there by its name and help."""
        self.commands = {name: TyperCommand(name, help=place.help) for name, place in PLACES.items()}
