"""Groups of commands, and such whose commands are loaded when they are called: SciPy and pandas take seconds, and most
commands need neither.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click


class CommandGroup(click.Group):
    """Lists its commands each with its whole first sentence, on several lines where one is too narrow."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        named = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        rows = [(name, one.get_short_help_str(_ANY_LENGTH)) for name, one in named if one and not one.hidden]
        if rows:
            with formatter.section("Commands"):
                formatter.write_dl(rows)


_ANY_LENGTH = 1_000


class LazyCommands(CommandGroup):
    """A group of commands, each named with where it is: NAME -> MODULE, or MODULE:OBJECT where OBJECT is not NAME.

    Options and help of the group itself load none of them, but a list of commands with their help loads all.
    """

    def __init__(self, *args: Any, modules: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.modules = modules

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*self.modules, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.modules:
            return super().get_command(ctx, cmd_name)
        module, _, name = self.modules[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name or cmd_name)
        return command
