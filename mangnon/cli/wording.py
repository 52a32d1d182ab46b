"""The command tree with its help in Vietnamese: the command-line library's own words are English and fixed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy

import typer
from typer import rich_utils
from typer._click.core import Command
from typer._click.formatting import HelpFormatter
from typer.core import TyperArgument, TyperGroup, TyperOption
from typer.main import get_command

from mangnon.cli.ondemand import OnDemand, load, modules_for

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
    """The commands in the order of a commune's year, ready to run; each is loaded when it is called."""
    tree = get_command(_of(app, ""))
    assert isinstance(tree, OnDemand)  # noqa: S101 - the frame makes it so

    def bring(words: Sequence[str]) -> Command:
        load(modules_for(words))
        found = get_command(_of(app, words[0]))
        assert isinstance(found, TyperGroup)  # noqa: S101 - as above
        command = found.commands[words[0]]
        for one in _commands(command):
            _translate(one)
        return command

    tree.bring = bring
    tree.show_all()
    _translate(tree)
    return tree


def _of(app: typer.Typer, name: str) -> typer.Typer:
    """The application with one of its commands, or with none: describing one that is not called takes its time too."""
    part = copy(app)
    part.registered_commands = [one for one in app.registered_commands if one.name == name]
    part.registered_groups = [one for one in app.registered_groups if one.name == name]
    return part


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
