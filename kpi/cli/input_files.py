"""Reading the files and the words given in a call."""

from __future__ import annotations

import click

from kpi.cli.session import CallSession
from kpi.errors import UserError
from kpi.files.limits import application_limits
from kpi.files.printable import printable


def read_file(session: CallSession, name: str) -> bytes:
    """The file's bytes.

    Raises:
        UserError: it is not there or cannot be read.
    """
    try:
        return session.path(name).read_bytes()
    except OSError as error:
        raise UserError("cannot_read", name=printable(name, application_limits().problem_value_characters)) from error


def base_name(name: str) -> str:
    """The name a person knows the file by, without the folders."""
    return name.replace("\\", "/").rsplit("/", 1)[-1]


def printable_words(_: click.Context, __: click.Parameter, words: str | None) -> str | None:
    """A name given by an option, trimmed: a ``callback`` of click's, which refuses blanks and invisible characters."""
    if words is None:
        return None
    if not words.strip() or not words.isprintable():
        raise click.BadParameter(repr(words))
    return words.strip()
