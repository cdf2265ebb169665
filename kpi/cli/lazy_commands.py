"""The subcommands, each loaded when it is called: ``check`` needs neither SciPy nor pandas, which take two seconds."""

from __future__ import annotations

from importlib import import_module

import click

COMMAND_NAMES = ("template", "check", "document", "benchmark", "baseline", "account", "serve", "store")


class LazyCommands(click.Group):
    """A group whose command NAME is the object NAME of the module NAME beside this one."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*COMMAND_NAMES, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMAND_NAMES:
            return super().get_command(ctx, cmd_name)
        command: click.Command = getattr(import_module(f"kpi.cli.{cmd_name}"), cmd_name)
        return command
