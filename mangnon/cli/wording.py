"""The command tree with its help in Vietnamese: the command-line library's own words are English and fixed."""

from __future__ import annotations

from collections.abc import Iterator

import typer
from typer import rich_utils
from typer._click.core import Command
from typer._click.formatting import HelpFormatter
from typer.core import TyperArgument, TyperGroup, TyperOption
from typer.main import get_command

ORDER = (
    "init", "plan", "contacts", "units", "step", "status", "tasks", "remind", "dossier", "export", "serve", "messages", "zalo",
    "journal", "doctor", "backup", "restore", "demo",
)  # fmt: skip

rich_utils.ARGUMENTS_PANEL_TITLE = "Tham số"
rich_utils.OPTIONS_PANEL_TITLE = "Tuỳ chọn"
rich_utils.COMMANDS_PANEL_TITLE = "Lệnh"
rich_utils.DEFAULT_STRING = "[mặc định: {}]"
rich_utils.REQUIRED_LONG_STRING = "[bắt buộc]"


class _Formatter(HelpFormatter):
    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or "Cách dùng: ")


class _Context(typer.Context):
    formatter_class = _Formatter


class _Argument(TyperArgument):
    """An argument is shown by its name alone; its type would be an English word beside it."""

    def display_type_rich(self, ctx: typer._click.Context) -> str | None:
        return None


def command_tree(app: typer.Typer) -> Command:
    """The commands in the order of a commune's year, ready to run."""
    tree = get_command(app)
    for command in _commands(tree):
        _translate(command)
    if isinstance(tree, TyperGroup):
        tree.commands = {name: tree.commands[name] for name in sorted(tree.commands, key=ORDER.index)}
    return tree


def _commands(command: Command) -> Iterator[Command]:
    yield command
    for inner in command.commands.values() if isinstance(command, TyperGroup) else ():
        yield from _commands(inner)


def _translate(command: Command) -> None:
    command.context_class = _Context
    command.options_metavar = "[TUỲ CHỌN]"
    if isinstance(command, TyperGroup):
        command.subcommand_metavar = "LỆNH …"
    shown = command.get_help_option(_Context(command))
    if shown is not None:
        shown.help = "In trang này."
    for param in [*command.params, shown]:
        if isinstance(param, TyperOption):
            param.metavar = _value(param)
        elif isinstance(param, TyperArgument):
            param.__class__ = _Argument


def _value(option: TyperOption) -> str:
    """What follows an option, as one word; nothing for a switch."""
    if option.is_flag:
        return ""
    return option.metavar or "…"
