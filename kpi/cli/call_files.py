"""The files and the words given in a call: read, and written."""

from __future__ import annotations

import os

import click

from kpi.cli.session import CallSession
from kpi.errors import InvalidFile, UserError
from kpi.files.limits import application_limits, panel_limits
from kpi.files.text import printable, printable_file_name
from kpi.model.problem import Problem
from kpi.store.store_folder import SHARED, write_whole

_MEGABYTE = 1_000_000


def read_file(session: CallSession, name: str) -> bytes:
    """The file's bytes. One that no command would take is not brought into memory: the app's, where it does the job.

    Raises:
        UserError: it is not there or cannot be read.
        InvalidFile: it is larger than any file may be.
    """
    path, most = session.path(name), panel_limits().file_bytes
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
            size = max(os.fstat(file.fileno()).st_size, len(data))
    except OSError as error:
        raise UserError("cannot_read", name=_shown(name)) from error
    if len(data) > most:
        shown = printable_file_name(name, application_limits().problem_value_characters)
        large = {"found": round(size / _MEGABYTE, 1), "limit": most / _MEGABYTE}
        raise InvalidFile([Problem("error", "too_large", shown, params=large)])
    session.inputs.append(path)
    return data


def write_output(session: CallSession, name: str, data: bytes) -> None:
    """Write what a call answers with, whole or not at all.

    Raises:
        UserError: it would replace a file that this call read, or it cannot be written.
    """
    path = session.path(name)
    try:
        if path.exists() and any(path.samefile(read) for read in session.inputs):
            raise UserError("out_was_read", name=_shown(name))
        write_whole(path, data, SHARED)
    except OSError as error:
        raise UserError("cannot_write", name=_shown(name)) from error


def refuse_to_replace(session: CallSession, name: str, *replaceable: bytes) -> None:
    """For what a person may have filled in, or holds what is kept nowhere else: only the ``replaceable`` may go.

    Raises:
        UserError: there is a file with other content, or one that cannot be read.
    """
    path = session.path(name)
    try:
        kept = path.read_bytes() if path.exists() else b""
    except OSError as error:
        raise UserError("cannot_write", name=_shown(name)) from error
    if kept not in (b"", *replaceable):
        raise UserError("out_would_be_lost", name=_shown(name))


def _shown(name: str) -> str:
    return printable(name, application_limits().problem_value_characters)


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
